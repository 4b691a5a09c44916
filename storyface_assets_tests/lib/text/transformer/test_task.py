"""Steps and validations of the fine-tuning."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.predict import predict
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.lib.text.transformer.recipe import RESEARCH, SEEDS
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets.lib.text.transformer.task import EncodedSentences, TextEmotionTask
from storyface_assets.lib.training import ALONE, Team, precision
from storyface_assets_tests.lib.text.transformer.tiny_encoder import telling_stories

RECIPE = replace(RESEARCH, epochs=30, rate=5e-3, layer_decay=1.0, window=Window(1, 1, 64))


#: As e5's: read in two means, smoothed, batches of like length.
SMOOTH = replace(RECIPE, reads="means", smoothing=0.05, alike=True)

#: Stories read whole, and cut.
WHOLE = replace(
    SMOOTH, window=Window(2, 1, 75, whole=True), pieces=300, cut=1.0, alike=False, epochs=20
)


def task_of(encoder_folder, recipe=RECIPE, team=ALONE, dropout=True):
    begun = load_pretrained(str(encoder_folder), 75)
    torch.manual_seed(0)
    network = EmotionNetwork(begun.encoder, recipe.reads)
    if not dropout:
        for module in network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    data = [telling_stories(n, 10, seed, "s") for n, seed in ((10, 0), (3, 1))]
    sets = [EncodedSentences.of(one, begun.tokens, recipe) for one in data]
    if recipe.cut:
        sets[0] = sets[0].and_cut(data[0], begun.tokens, recipe, 0)
    return TextEmotionTask(network, begun.tokens.pad, *sets, recipe, team=team)


def steps(task, count):
    told = []
    for number in range(count):
        torch.manual_seed(number)
        told.append(task.step(number)["loss"])
    return told


@pytest.mark.parametrize(("cut", "stories"), [(0.0, 0), (0.3, 3), (1.0, 10)])
def test_some_stories_are_learnt_from_in_parts_too(encoder_folder, cut, stories):
    """Fault: sentences of a part get the truth of others, or a part is of two stories."""
    tokens = load_pretrained(str(encoder_folder), 75).tokens
    data = telling_stories(10, 10, 0, "s")
    recipe = replace(WHOLE, cut=cut)
    whole = EncodedSentences.of(data, tokens, recipe)
    rows = whole.and_cut(data, tokens, recipe, 0).rows[len(whole.rows) :]
    names = [{data.stories[place] for place in row.answers} for row in rows]
    assert all(len(some) == 1 for some in names) and len(set().union(*names)) == stories
    places = sorted(place for row in rows for place in row.answers)
    assert len(places) == len(set(places)) == 10 * stories
    pieces = tokens.pieces(data.texts)
    for row in rows:
        for (first, end), place in zip(row.spans, row.answers, strict=True):
            assert row.pieces[first:end].tolist()[: len(pieces[place])] == pieces[place].tolist()


@pytest.mark.parametrize("recipe", [RECIPE, replace(SEEDS, rate=5e-3, epochs=20), SMOOTH, WHOLE])
def test_the_loss_falls(encoder_folder, recipe):
    """Fault: gradients are dropped, or labels do not belong to their sentences."""
    losses = steps(task_of(encoder_folder, recipe), 120 if recipe.window.alone else 160)
    assert np.mean(losses[-20:]) < 0.5 * np.mean(losses[:20])


def test_doubts_of_the_labellers_are_learnt(encoder_folder):
    """Fault: what two labellers said is dropped on the way to the loss."""
    begun = load_pretrained(str(encoder_folder), 75)
    data = telling_stories(10, 10, 0, "s")
    other = (data.emotions + 1) % 6
    data = replace(data, labellers=np.stack([other, other], 1))
    recipe = replace(RECIPE, doubt=1.0)
    torch.manual_seed(0)
    network = EmotionNetwork(begun.encoder, recipe.reads)
    taught = EncodedSentences.of(data, begun.tokens, recipe)
    task = TextEmotionTask(network, begun.tokens.pad, taught, taught, recipe)
    steps(task, task.steps)
    scores, _ = predict(network, taught.rows, begun.tokens.pad)
    assert np.mean(scores.argmax(1) == other) > 0.9


@pytest.mark.parametrize("alike", [False, True])
def test_an_epoch_goes_through_every_sentence(encoder_folder, alike):
    """Fault: some sentences are never drawn, or one epoch is like the other."""
    task = task_of(encoder_folder, replace(RECIPE, batch=10, alike=alike))
    first, second = (np.concatenate(task._batches[n : n + 10]) for n in (0, 10))
    assert sorted(first) == sorted(second) == list(range(100))
    assert first.tolist() != second.tolist()


@pytest.mark.parametrize(
    "recipe",
    [
        replace(RECIPE, batch=20, clip=float("inf")),
        replace(WHOLE, reads="mean", clip=float("inf")),
    ],
)
def test_shares_of_a_batch_are_the_batch(encoder_folder, recipe):
    """Fault: two processes train something else than one, or a long story counts less in one."""
    ways = []
    for team in (ALONE, Team(accumulate=2)):
        task = task_of(encoder_folder, recipe, team, dropout=False)
        losses = steps(task, 1)
        grads = [p.grad.clone() for p in task.networks["network"].parameters()]
        ways.append((losses, grads))
    assert ways[0][0] == pytest.approx(ways[1][0], rel=1e-4)
    assert all(
        torch.allclose(a, b, rtol=1e-3, atol=1e-6)
        for a, b in zip(ways[0][1], ways[1][1], strict=True)
    )


def test_whole_stories_and_their_parts_are_learnt_from(encoder_folder):
    """Fault: an epoch has the stories only, or a process of two has nothing to do."""
    task = task_of(encoder_folder, WHOLE)
    taught = task._training
    answers = np.concatenate([row.answers for row in taught.rows])
    assert np.array_equal(np.bincount(answers), np.full(100, 2))
    with pytest.raises(BadInput, match="a batch has 300 pieces"):
        task_of(encoder_folder, WHOLE, Team(accumulate=90))


def test_a_step_has_sentences_for_every_process(encoder_folder):
    """Fault: a share of one sentence, which no common scale can be found of, ends a training."""
    task = task_of(encoder_folder, replace(WHOLE, pieces=60), Team(accumulate=2))
    rows = task._training.rows
    for batch in task._batches:
        for share in (batch[0::2], batch[1::2]):
            assert sum(len(rows[i].answers) for i in share) >= 2


def test_bfloat16_is_learnt_in_too(encoder_folder, monkeypatch):
    """Fault: a processor with the arithmetic trains nothing, or fails."""
    monkeypatch.setattr(precision, "cpu_has_bfloat16", lambda: True)
    losses = steps(task_of(encoder_folder, replace(WHOLE, half=True)), 60)
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10])


def test_validation_tells_what_decides(encoder_folder):
    """Fault: the plan's goal is not among the figures, found after an hour of training."""
    figures = task_of(encoder_folder).validate()
    assert RESEARCH.goal in figures and all(np.isfinite(list(figures.values())))


def test_less_than_a_batch_is_refused(encoder_folder):
    """Fault: a training of no steps ends well."""
    with pytest.raises(BadInput, match="a batch has 128"):
        task_of(encoder_folder, replace(RECIPE, batch=128))
