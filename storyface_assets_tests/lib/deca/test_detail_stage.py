"""The detail stage: what it is told, what it answers, and how that is measured."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from storyface_assets.lib.deca.codes import EXPRESSION, N_CODES, N_DETAIL
from storyface_assets.lib.deca.detail_decoder import MOST, N_MOTION
from storyface_assets.lib.deca.detail_figures import detail_report
from storyface_assets.lib.deca.detail_reader import (
    DETAIL_NAME,
    DetailReader,
    first_decoder,
    lite0_detail_encoder,
)
from storyface_assets.lib.deca.detail_task import DetailRecipe, DetailTask, relief_errors
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.deca.shown_detail import as_given
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.open_head import OpenHead

HEAD = Path(__file__).parents[3] / "data/open_models/open_head/head.npz"
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def relief():
    return KnownRelief(OpenHead.load(HEAD), 5)


@pytest.fixture(scope="module")
def shots():
    rng = np.random.default_rng(0)
    codes = np.zeros((4, N_CODES), np.float32)
    codes[:, EXPRESSION] = rng.uniform(0, 1, (4, 50))
    photos = np.zeros((4, 224, 224, 3), np.uint8)
    # Nothing but its number tells whose photo it is.
    photos[:, 0, 0, 0] = persons = np.array([0, 1, 2, 2])
    return Shots(photos, codes, np.zeros((4, 68, 2), np.float32), np.zeros(4, int), persons)


class WhoIsIt(nn.Module):
    """An encoder that knows everybody."""

    def forward(self, photos):
        return (photos[:, 0, 0, 0] * 255).round()[:, None].expand(-1, N_DETAIL)


class Answer(nn.Module):
    """A decoder that knows all wrinkles, times a factor."""

    def __init__(self, relief, factor=1.0):
        super().__init__()
        self.relief, self.factor = relief, factor

    def forward(self, given):
        persons = [int(p) for p in given[:, N_MOTION].round()]
        expressions = given[:, N_MOTION - 50 : N_MOTION].numpy()
        return torch.from_numpy(self.factor * self.relief.displacement(persons, expressions))


def test_who_knows_everything_is_told_so_and_who_knows_nothing_too(relief, shots):
    """Fault: a figure of another person's wrinkles, or of another expression's."""
    report = detail_report(WhoIsIt(), Answer(relief), shots, relief, CPU)
    assert report["shown"] > 0.999 and report["animated"] > 0.999 and report["error"] < 0.1
    assert report["usual"] < 0.9
    smooth = detail_report(WhoIsIt(), Answer(relief, 0.0), shots, relief, CPU)
    assert abs(smooth["shown"]) < 1e-4 and smooth["error"] == pytest.approx(smooth["smooth"])
    assert smooth["smooth"] == report["smooth"] > 5
    half = detail_report(WhoIsIt(), Answer(relief, 0.5), shots, relief, CPU)
    assert half["shown"] == pytest.approx(0.75, abs=1e-3)
    wrong = np.zeros((4, 50))
    told = detail_report(WhoIsIt(), Answer(relief), shots, relief, CPU, wrong)
    assert told["told"] < 0.9 < told["shown"]


def test_nobody_s_wrinkles_cannot_be_found(relief, shots):
    child = Shots(shots.photos, shots.codes * 0, shots.landmarks, shots.labels, shots.persons)
    young = SimpleNamespace(
        mask=relief.mask, displacement=lambda people, codes: np.zeros((len(people), 1, 256, 256))
    )
    with pytest.raises(BadInput, match="Render more people"):
        detail_report(WhoIsIt(), Answer(relief), child, young, CPU)


def test_errors_are_in_tenths_of_a_millimetre_over_the_mask():
    true = torch.zeros(2, 1, 8, 8)
    told = true.clone()
    told[:, :, :, 4:] = 2e-4
    mask = torch.ones(8, 8)
    errors = relief_errors(told, true, mask)
    assert errors["height"] == pytest.approx(2.0)
    assert errors["slope"] == pytest.approx(4 * 8 / 64)
    mask[:, 4:] = 0.5
    assert relief_errors(told, true, mask)["height"] == pytest.approx(4 * 0.5 * 32 / 48)


def test_a_reader_comes_back_from_its_file_as_it_was(tmp_path):
    """Fault: a network's weights are kept under another's name, or a norm's running means lost."""
    torch.manual_seed(0)
    encoder, decoder = lite0_detail_encoder(), first_decoder()
    with torch.no_grad():
        decoder(torch.randn(4, N_MOTION + N_DETAIL))  # running means move
    reader = DetailReader(encoder, decoder)
    reader.save(tmp_path)
    code = np.random.default_rng(1).normal(size=N_DETAIL).astype(np.float32)
    codes = np.random.default_rng(2).uniform(0, 1, (3, 50))
    made, again = (r.displacement(code, codes) for r in (reader, DetailReader.load(tmp_path)))
    assert made.shape == (3, DETAIL_SIZE, DETAIL_SIZE) and made.dtype == np.float32
    assert np.allclose(made, again, atol=2e-6) and np.abs(made).max() < MOST
    rgb = np.random.default_rng(3).integers(0, 256, (300, 260, 3), np.uint8)
    marks = np.random.default_rng(4).uniform(60, 200, (478, 3))
    told = [r.code_of(rgb, marks) for r in (reader, DetailReader.load(tmp_path))]
    assert told[0].shape == (N_DETAIL,) and np.allclose(*told, atol=0.02)
    (tmp_path / DETAIL_NAME).write_bytes(b"no weights")
    with pytest.raises(BadInput, match="Train face_geometry again"):
        DetailReader.load(tmp_path)


def test_the_second_stage_begins_with_what_the_first_sees():
    coarse = lite0_coarse_encoder()
    mine = lite0_detail_encoder(coarse).encoder.state_dict()
    theirs = coarse.inner.encoder.state_dict()
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)


def test_untrained_the_decoder_shows_smooth_skin():
    """Fault: training begins with millimetres of noise."""
    torch.manual_seed(0)
    decoder = first_decoder().eval()
    with torch.inference_mode():
        seen = decoder(torch.randn(16, N_MOTION + N_DETAIL))
    assert 1e-7 < float(seen.abs().mean()) < 2e-5 and seen.abs().max() < 3e-4


def test_what_the_decoder_is_given_reaches_its_last_layer():
    """Fault: layers shrink it to nothing, and the training stands still for hundreds of steps."""
    torch.manual_seed(0)
    decoder = first_decoder()
    heard = {}
    *_, last = (m for m in decoder.modules() if isinstance(m, nn.Conv2d))
    last.register_forward_hook(lambda module, given, _: heard.update(last=given[0]))
    with torch.no_grad():
        decoder(torch.randn(16, N_MOTION + N_DETAIL))
    assert 0.1 < float(heard["last"].std()) < 3


@pytest.mark.parametrize("others", [0.0, 1.0])
def test_a_sample_asks_for_its_own_person_s_wrinkles(relief, shots, others):
    """Fault: another photo's expression with another photo's person."""
    encoder, decoder = WhoIsIt(), Answer(relief)
    encoder.register_parameter("unused", nn.Parameter(torch.zeros(1)))
    recipe = DetailRecipe(steps=2, batch=4, others=others, shaken=0.0, light=0.0, small=0.0)
    error = torch.full((N_CODES,), 0.5)
    task = DetailTask(encoder, decoder, shots, shots, relief, error, recipe)
    rows = np.array([0, 3, 1, 2])
    given, true = task._asked(rows)
    persons = torch.from_numpy(shots.persons[rows])[:, None].float().expand(-1, N_DETAIL)
    assert torch.allclose(decoder(torch.cat([given, persons], 1)), true, atol=1e-9)
    own = torch.from_numpy(shots.codes[rows][:, EXPRESSION])
    assert torch.equal(given[:, 3:], own) is (others == 0.0)


def test_the_jaw_comes_before_the_expression_and_is_shut():
    given = as_given(np.arange(100, dtype=np.float64).reshape(2, 50), CPU)
    assert given.shape == (2, N_MOTION) and not given[:, :3].any()
    assert given[1, 3] == 50 and given[1, -1] == 99
