"""The general sentences' asset: what it stores and shows, with corpora and without."""

import pytest
from dagster import materialize

from storyface_assets.assets.dataset.general_sentences import general_sentences
from storyface_assets.assets.dataset.sources import TEXT_CORPORA, observations
from storyface_assets.checks.corpora import CORPORA_CHECKS
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings
from storyface_assets_tests.lib.text.corpora.small_corpora import small_corpora, write_text


@pytest.fixture
def installation(tmp_path) -> Installation:
    return Installation.of(Settings.at(tmp_path))


def made(installation: Installation):
    """Metadata, stored table and what each check says."""
    resources = {"io_manager": installation.io_manager, "installation": installation}
    result = materialize([general_sentences, *CORPORA_CHECKS], resources=resources)
    (event,) = result.get_asset_materialization_events()
    made = event.step_materialization_data.materialization
    checks = {c.check_name: c for c in result.get_asset_check_evaluations()}
    return made, installation.load(general_sentences.key), checks


def test_it_shows_what_came_of_the_corpora(installation):
    folder = small_corpora(installation.settings.text_corpora_dir)
    write_text(folder / "kote" / "test.tsv", "8\t정말 화가 나네요!!\t6\n9\t글\t99\n")
    event, table, checks = made(installation)
    shown = event.metadata
    assert (shown["rows"].value, shown["kept"].value) == (len(table), 7) == (12, 7)
    assert "| kote | validation | 1 | 0 | 0 | 0 | 0 | 0 | 1 |" in shown["classes"].value
    assert "| kote | nearly in test | 1 |" in shown["nearly in another split"].value
    assert "| kote | labels tie | 1 |" in shown["reasons"].value
    assert "test.tsv: line 2 | unknown label" in shown["some bad rows"].value
    assert "| 슬픔 | 상처, 슬픔" in shown["merge"].value
    assert "aihub_single: no folder" in shown["missing corpora"].value
    assert shown["broken files"].value == "none"
    assert checks["sentences_do_not_cross"].passed and checks["sentences_have_a_class"].passed
    # One of KOTE's five rows is bad.
    assert not checks["corpora_can_be_read"].passed
    again, _, _ = made(installation)
    assert again.tags["dagster/data_version"] == event.tags["dagster/data_version"]


def test_without_corpora_it_is_empty_and_says_why(installation):
    # Fault: the dataset job of a fresh clone is red.
    event, table, checks = made(installation)
    assert len(table) == 0 and event.metadata["kept"].value == 0
    assert "kote: no folder kote/" in event.metadata["missing corpora"].value
    assert len(checks) == 3 and all(check.passed for check in checks.values())


def test_a_broken_file_is_a_warning_with_its_mend(installation):
    write_text(installation.settings.text_corpora_dir / "aihub_single" / "a.xlsx", "no zip")
    event, _, checks = made(installation)
    assert "Fetch it again" in event.metadata["broken files"].value
    check = checks["corpora_can_be_read"]
    assert not check.passed and "aihub_single/a.xlsx is broken" in check.description
    assert not check.blocking and checks["sentences_do_not_cross"].passed


def test_the_observed_version_follows_the_files(installation):
    # Fault: a corpus dropped in later is never read.
    settings = installation.settings

    def version() -> str:
        found = {e.asset_key: e.tags["dagster/data_version"] for e in observations(settings)}
        return found[TEXT_CORPORA]

    before = version()
    assert version() == before
    small_corpora(settings.text_corpora_dir)
    after = version()
    assert after != before and version() == after
