"""Content Credentials: there, true, and broken by any change."""

import stat
from pathlib import Path

import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.film import FilmText, Performance, check_film, film_stills, write_film
from storyface_assets.lib.film.credentials import SOURCE_TYPE, read_credentials
from storyface_assets.lib.speech import Narration
from storyface_assets_tests.lib.film.conftest import SIZE, DiscRenderer


@pytest.fixture(scope="module")
def signed(
    tmp_path_factory: pytest.TempPathFactory, acted: Performance, told: Narration
) -> tuple[Path, Path]:
    from storyface_assets.lib.film import Cards

    folder = tmp_path_factory.mktemp("signed")
    text = FilmText(Cards("오리 이야기"), ["행복", "슬픔", "분노"])
    report = write_film(
        folder / "film.mp4", DiscRenderer(), acted, told, text, identity_dir=folder / "identity"
    )
    assert report.credentials.startswith("C2PA")
    return report.path, folder / "identity"


def test_a_film_says_that_software_made_it(signed: tuple[Path, Path]) -> None:
    store = read_credentials(signed[0])
    assert store is not None and store["validation_state"] == "Valid"
    manifest = store["manifests"][store["active_manifest"]]
    assert manifest["title"] == "오리 이야기"
    (actions,) = [a for a in manifest["assertions"] if a["label"].startswith("c2pa.actions")]
    assert actions["data"]["actions"][0]["digitalSourceType"] == SOURCE_TYPE
    assert check_film(signed[0]).size == SIZE


def test_one_changed_bit_is_noticed(signed: tuple[Path, Path], tmp_path: Path) -> None:
    data = bytearray(signed[0].read_bytes())
    data[len(data) // 2] ^= 1
    forged = tmp_path / "forged.mp4"
    forged.write_bytes(data)
    store = read_credentials(forged)
    assert store is not None and store["validation_state"] == "Invalid"


def test_the_key_is_private_and_kept(
    signed: tuple[Path, Path], tmp_path: Path, acted: Performance, told: Narration, text: FilmText
) -> None:
    key = signed[1] / "key.pem"
    before = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    write_film(tmp_path / "b.mp4", DiscRenderer(), acted, told, text, identity_dir=signed[1])
    assert key.read_bytes() == before


def test_an_unsigned_film_has_none(
    tmp_path: Path, acted: Performance, told: Narration, text: FilmText
) -> None:
    report = write_film(tmp_path / "film.mp4", DiscRenderer(), acted, told, text)
    assert report.credentials == "none" and read_credentials(report.path) is None


def test_a_broken_key_is_told_and_leaves_no_film(
    tmp_path: Path, acted: Performance, told: Narration, text: FilmText
) -> None:
    identity = tmp_path / "identity"
    identity.mkdir()
    (identity / "chain.pem").write_text("no certificate")
    (identity / "key.pem").write_text("no key")
    with pytest.raises(BadInput, match="cannot sign films"):
        write_film(tmp_path / "film.mp4", DiscRenderer(), acted, told, text, identity_dir=identity)
    assert [p.name for p in tmp_path.iterdir()] == ["identity"]


def test_stills_show_the_film(signed: tuple[Path, Path], tmp_path: Path) -> None:
    first, late = film_stills(signed[0], [1.5, 999.0], width=160)
    assert first.shape == (90, 160, 3)
    assert abs(first.astype(int) - late).mean() > 5
    (tmp_path / "no.mp4").write_text("no film")
    with pytest.raises(BadInput, match="cannot be read"):
        film_stills(tmp_path / "no.mp4", [0.0])
