"""The learning rate over a training."""

from storyface_assets.lib.training.schedule import warm_cosine


def test_the_rate_rises_then_falls_to_nothing_and_stays_there():
    """Fault: a jump after the warm-up, or a rate that rises again past the end."""
    shares = [warm_cosine(n, 100, 10) for n in range(101)]
    assert shares[:10] == [(n + 1) / 10 for n in range(10)] and shares[10] == 1
    assert shares[10:] == sorted(shares[10:], reverse=True)
    assert shares[100] == 0 == warm_cosine(150, 100, 10)
    assert abs(shares[55] - 0.5) < 1e-9
