"""The text model's way from the corpus to champion, on a real instance, by the command."""

import pytest
from typer.testing import CliRunner

from storyface_assets.assets.declare import dataset_key, model_key
from storyface_assets.automation.observe import observe_raw_sets
from storyface_assets.automation.training import MODELS
from storyface_assets.cli.app import app
from storyface_assets.cli.workplace import open_workplace
from storyface_assets.definitions import build_definitions, build_staleness
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings
from storyface_assets_tests.lib.text.small_corpus import small_corpus


def retrain(settings):
    command = ["retrain", "text_emotion", "--profile", "tiny"]
    environment = {"STORYFACE_DATA": str(settings.data_dir), "COLUMNS": "200"}
    return CliRunner().invoke(app, command, env=environment)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """An installation whose text model was trained once, and what the command said."""
    settings = Settings.at(tmp_path_factory.mktemp("installation") / "data")
    settings.open_models_dir.mkdir(parents=True)
    small_corpus(settings.text_dir, train=8, test=3, twins=[("s2", "t1", "alike")])
    return settings, retrain(settings)


def test_the_first_one_becomes_champion_and_books_are_read_by_it(trained):
    """Fault: the corpus has to be made by hand before, or books keep reading the shipped model."""
    settings, result = trained
    assert result.exit_code == 0 and "the new champion" in result.output, result.output
    installation = Installation.of(settings)
    stored = installation.load(dataset_key("story_sentences")).path
    assert content_hash(stored) == content_hash(settings.text_dir)
    champion = installation.champion("text_emotion")
    assert champion == installation.load(model_key("text_emotion_champion")).path
    card = (champion / "README.md").read_text("utf-8")
    assert content_hash(stored)[:16] in card and "| s2 | t1 | alike |" in card
    reading = installation.emotion_reader().read([Sentence(0, "토끼가 웃었어요.", 0, 0, False)])
    assert len(reading.labels) == 1


def test_the_corpus_is_made_again_only_when_its_files_change(trained):
    """Fault: every ``storyface dataset`` makes it again, or an edited label is never seen."""
    settings, _ = trained
    key = dataset_key("story_sentences")

    def due():
        with open_workplace(settings) as place:
            observe_raw_sets(place.instance, settings)
            planner = build_staleness(settings, place.defs, place.instance, "dataset")
            return key in planner.due(None)

    def make():
        with open_workplace(settings) as place:
            job = place.defs.resolve_job_def("refresh_dataset")
            assert job.execute_in_process(instance=place.instance, asset_selection=[key]).success

    due()  # the first time that somebody looks at the files
    make()
    assert not due()
    file = settings.text_dir / "twins.tsv"
    whole = file.read_text("utf-8")
    file.write_text(whole + "s3\tt2\talike too\n", "utf-8")
    assert due()
    file.write_text(whole, "utf-8")
    assert not due()


def test_a_leak_stops_the_training_and_the_champion_stays(trained):
    """Fault: a copied test sentence makes a champion of a model that only remembers."""
    settings, _ = trained
    before = Installation.of(settings).champion("text_emotion")
    file = settings.text_dir / "corpus.tsv"
    whole = file.read_text("utf-8")
    row = (settings.text_dir / "corpus_test.tsv").read_text("utf-8").splitlines()[3]
    file.write_text(whole + "leak\t0\t" + row.split("\t", 2)[2] + "\n", "utf-8")
    result = retrain(settings)
    file.write_text(whole, "utf-8")
    assert result.exit_code == 1
    assert "no_test_sentence_is_nearly_a_training_one" in result.output, result.output
    installation = Installation.of(settings)
    assert installation.champion("text_emotion") == before
    judged = installation.load(model_key("text_emotion_evaluation"))
    assert judged["champion"].iat[0] == ""  # that of the first night


def test_all_models_and_every_night_train_it_too(tmp_path):
    assert "text_emotion" in MODELS
    definitions = build_definitions(Settings.at(tmp_path))
    mine = {model_key(f"text_emotion_{p}") for p in ("candidate", "evaluation", "champion")}
    for name in ("nightly_retraining", "retrain"):
        selected = definitions.resolve_job_def(name).asset_layer.selected_asset_keys
        assert mine | {dataset_key("story_sentences")} <= selected
