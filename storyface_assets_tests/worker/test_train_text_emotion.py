"""The training of the emotion reader, whole, on a handful of stories."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_blend import BlendedReader
from storyface_assets.lib.text.emotion_figures import text_emotion_figures
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.story_context import WIDTH, StoryContext
from storyface_assets.lib.text.story_corpus import read_story_corpus
from storyface_assets.lib.text.transformer import e5
from storyface_assets.lib.training import Progress
from storyface_assets.lib.training.failure import read_failure
from storyface_assets.lib.training.log import read_logs
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker import train_text_emotion as worker
from storyface_assets.worker.compare_text_emotion import ONE, compare
from storyface_assets.worker.text_emotion import networks_part
from storyface_assets.worker.text_emotion.candidates import CANDIDATES, WITH_CORPORA
from storyface_assets.worker.text_emotion.distilled import one_network
from storyface_assets.worker.text_emotion.fit import fit_softmax_regression
from storyface_assets.worker.text_emotion.folds import folds_by_story, some_of
from storyface_assets.worker.text_emotion.linear_features import Features
from storyface_assets.worker.text_emotion.measured_sets import STORIES
from storyface_assets.worker.text_emotion.mixing import FittedMixing
from storyface_assets.worker.text_emotion.taken_encoder import taken_encoder
from storyface_assets.worker.text_emotion.usable import usable_corpus
from storyface_assets.worker.train_text_emotion import train_text_emotion
from storyface_assets.worker.training_worker import Job
from storyface_assets_tests.lib.text.corpora.small_corpora import small_corpora, write_text
from storyface_assets_tests.lib.text.small_corpus import small_corpus
from storyface_assets_tests.lib.text.transformer.tiny_e5 import write_e5_file

SHIPPED_DATA = Path(__file__).parents[2] / "data" / "text"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve training stories, one of them a twin, and four test stories."""
    folder = tmp_path_factory.mktemp("corpus")
    return small_corpus(folder, train=12, test=4, twins=[("s3", "t1", "a twin for the test")])


@pytest.fixture(scope="module", autouse=True)
def tiny_wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A tiny encoder in place of the package's."""
    path = write_e5_file(tmp_path_factory.mktemp("wheel") / "e5-small-q4.bin")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(e5, "find_e5", lambda: path)
        yield


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory):
    """A tiny training: its job, model, metrics and what it told."""
    out, work = tmp_path_factory.mktemp("model"), tmp_path_factory.mktemp("work")
    heard: dict[str, int] = {}

    def tell(name: str, progress: Progress) -> None:
        heard[name] = progress.step

    job = Job(data, work, "tiny", tell=tell, weights_dir=work)
    return job, out, train_text_emotion(job, out), heard


def test_a_tiny_training_writes_a_model_its_figures_and_the_curve(trained, data: Path) -> None:
    """Fault: figures of other weights than those that are kept."""
    _, out, metrics, heard = trained
    assert json.loads((out / "metrics.json").read_text("utf-8")) == metrics
    corpus = read_story_corpus(data)
    held = corpus.train.of(worker._validation_stories(corpus.train, corpus.test, 0))
    learnt = len(corpus.train.texts) - len(held.texts)
    assert metrics["data"]["train"] == {"sentences": learnt, "stories": 9}
    assert metrics["mixed_on"] == {"sentences": len(held.texts), "stories": 2}
    told = worker.read_held_out(out, held)
    for part in ("networks", "encoder"):
        right = getattr(told, part).argmax(1) == held.emotions
        assert metrics[f"validation_{part}"]["accuracy"] == round(right.mean(), 3)
    assert metrics["data"]["left_out"] == len(corpus.left_out.texts) > 0
    measured = text_emotion_figures(out, data)
    assert round(measured["accuracy"], 3) == metrics["test"]["accuracy"]
    assert metrics["test"]["sentences"] == len(corpus.test.texts)
    [log] = read_logs(out).values()
    learnt = [point["sentences"] for point in metrics["learning_curve"]]
    assert [row["step"] for row in log] == learnt and learnt[0] < learnt[1]
    assert all({"loss", "accuracy"} <= set(row) for row in log)
    # Two networks, and one of a part of the stories, told as they learn.
    assert len([name for name in heard if "network" in name]) == 3
    few, *_ = (row["epochs"] for row in metrics["learning_curve"])
    assert few > metrics["networks"]["recipe"]["epochs"]


def test_the_card_says_what_was_measured(trained) -> None:
    _, out, metrics, _ = trained
    card = (out / "README.md").read_text("utf-8")
    assert f"{metrics['test']['accuracy']:.3f}" in card
    assert f"{metrics['test']['five_faces']:.3f}" in card
    assert f"κ of the two is {metrics['data']['kappa']:.3f}" in card
    assert "| s3 | t1 | a twin for the test |" in card and "--profile tiny" in card
    last = metrics["learning_curve"][-1]
    assert f"| {last['sentences']} | {last['accuracy']:.3f} (" in card


def test_the_mixture_is_of_both_and_chosen_apart_from_the_test(
    trained, data: Path, tmp_path: Path
) -> None:
    """Fault: one of the two is never asked, or the test stories chose."""
    job, out, metrics, _ = trained
    reader = load_emotion_reader(out)
    assert isinstance(reader, BlendedReader)
    told = metrics["mixing"]
    numbers = ("share", "temperature", "threshold")
    assert all(getattr(reader.how, name) == told[name] for name in numbers)
    assert told["context"] == (reader.how.context is not None)
    # The same training with other answers to the test: the figures differ, the mixture does not.
    other = tmp_path / "corpus"
    shutil.copytree(data, other)
    table = (other / "corpus_test.tsv").read_text("utf-8")
    (other / "corpus_test.tsv").write_text(table.replace("\t행복\t", "\t분노\t"), "utf-8")
    again = train_text_emotion(replace(job, data=other, work=tmp_path / "work"), tmp_path / "out")
    assert again["mixing"] == metrics["mixing"] and again["test"] != metrics["test"]
    card = (out / "README.md").read_text("utf-8")
    for row in ("test_networks", "test_encoder", "test_by_sentence"):
        assert f"{metrics[row]['accuracy']:.3f}" in card
    assert metrics["encoder"]["encoder"] == "intfloat/multilingual-e5-small"


def test_what_puts_both_together_is_measured_and_told(
    trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: the figures of the mixture stand as those of the stacking, or the card hides it."""
    job, _, metrics, _ = trained
    assert not metrics["mixing"]["context"]  # of two stories nothing is learnt
    weight = np.random.default_rng(0).normal(0, 2, (WIDTH, 6))
    context, real = StoryContext.of(weight, np.zeros(6), np.full(6, 1 / 6)), worker.fit_mixing

    def with_context(*given: object) -> FittedMixing:
        found = real(*given)
        return replace(found, mixing=replace(found.mixing, context=context))

    monkeypatch.setattr(worker, "fit_mixing", with_context)
    again = train_text_emotion(job, tmp_path)
    assert again["mixing"]["context"] is True
    assert again["test_by_sentence"] == metrics["test"] != again["test"]
    reader = load_emotion_reader(tmp_path)
    assert isinstance(reader, BlendedReader) and reader.how.context == context
    card = (tmp_path / "README.md").read_text("utf-8")
    for row in (
        "| both mixed | test |",
        "| **both stacked** (shipped) | test |",
        "two readers, stack",
    ):
        assert row in card


def test_a_second_run_makes_the_same_weights_of_what_was_kept(
    trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: a night that was stopped begins again, or another model comes out."""
    job, out, metrics, _ = trained

    def never(*_: object) -> None:
        raise AssertionError("learnt again")

    monkeypatch.setattr(networks_part.StoryNetworkTask, "step", never)
    again = train_text_emotion(job, tmp_path)
    for part in ("networks/model.safetensors", "encoder/model.safetensors", "config.json"):
        assert (tmp_path / part).read_bytes() == (out / part).read_bytes()
    assert again["networks"] == metrics["networks"]
    assert again["learning_curve"] == metrics["learning_curve"]
    with pytest.raises(AssertionError, match="again"):
        train_text_emotion(replace(job, seed=1), tmp_path / "other seed")


def test_an_encoder_of_before_is_mixed_by_stories_that_it_has_not_seen(
    trained, data: Path, tmp_path: Path
) -> None:
    """Fault: stories that the encoder knows by heart choose how much it is believed."""
    job, out, _, _ = trained
    larger = small_corpus(tmp_path / "larger", train=20, test=4)
    folders = {"encoder": out / "encoder", "seen": data}
    later = replace(job, data=larger, work=tmp_path / "work", folders=folders)
    metrics = train_text_emotion(later, tmp_path / "model")
    before, today = read_story_corpus(data).train, read_story_corpus(larger)
    validated = worker._validation_stories(before, today.test, 0)
    unseen = taken_encoder(out / "encoder", data, today.train, today, 0).unseen
    assert validated <= unseen and len(unseen - validated) == 1
    assert (unseen - validated).isdisjoint(before.stories)
    assert metrics["mixed_on"]["stories"] == len(unseen)
    assert metrics["data"]["train"]["stories"] == 20 - len(unseen)
    name = "encoder/model.safetensors"
    assert (tmp_path / "model" / name).read_bytes() == (out / name).read_bytes()
    card = (tmp_path / "model" / "README.md").read_text("utf-8")
    assert "taken as it was" in card and "--seen" in card
    leaking = small_corpus(tmp_path / "leaking", train=20, test=4, twins=[("s1", "t1", "alike")])
    with pytest.raises(BadInput, match="holds s1, which tests or is like a test's"):
        train_text_emotion(replace(later, data=leaking), tmp_path / "none")
    for folders, message in (
        ({"seen": data}, "--seen.*Add --encoder"),
        ({"encoder": out / "encoder"}, "--seen.*does not say"),
        ({"encoder": out / "encoder", "seen": larger}, "is not what .*metrics.json says"),
        ({"encoder": out / "networks", "seen": data}, "metrics.json.*cannot be read"),
    ):
        with pytest.raises(BadInput, match=message):
            train_text_emotion(replace(later, folders=folders), tmp_path / "none")
    # Of its own corpus it knows all but what validated it.
    assert (
        taken_encoder(out / "encoder", data, before, read_story_corpus(data), 0).unseen == validated
    )
    other = tmp_path / "other"
    shutil.copytree(out / "encoder", other)
    told = json.loads((other / "metrics.json").read_text("utf-8"))
    told["data"]["validation"]["sentences"] += 1
    (other / "metrics.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(BadInput, match="the eighth of that corpus has"):
        taken_encoder(other, data, today.train, today, 0)


def test_a_test_sentence_in_the_training_stories_is_refused(tmp_path: Path) -> None:
    """Fault: leakage goes unnoticed when the worker runs without Dagster's check."""
    folder = small_corpus(tmp_path / "data", train=6, test=2)
    sentence = (folder / "corpus.tsv").read_text("utf-8").splitlines()[4].split("\t", 2)[2]
    file = folder / "corpus_test.tsv"
    copied = "leak\t0\t" + sentence.replace("요.", "요!")
    file.write_text(file.read_text("utf-8") + copied + "\n", "utf-8")
    with pytest.raises(BadInput, match="repeats"):
        train_text_emotion(Job(folder, tmp_path / "work", "tiny"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_too_few_stories_are_refused(tmp_path: Path) -> None:
    folder = small_corpus(tmp_path / "data", train=3, test=1)
    with pytest.raises(BadInput, match="has 3 stories to train on"):
        train_text_emotion(Job(folder, tmp_path / "work", "tiny"), tmp_path / "out")


def test_the_worker_says_what_is_missing_in_one_line(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: an argument is not taken, or a night fails without telling Dagster why."""
    where = ["--data", str(data), "--out", str(tmp_path / "out"), "--device", "cpu"]
    more = ["--profile", "tiny", "--seen", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["x", *where, *more])
    with pytest.raises(SystemExit, match="Add --encoder"):
        worker.main()
    assert "--seen" in read_failure(tmp_path / "out")


def test_a_story_is_never_cut_by_a_fold() -> None:
    """Fault: sentences of one story on both sides flatter what validates."""
    stories = [f"s{i // 7}" for i in range(140)]
    folds = folds_by_story(stories, 5, seed=0)
    assert len({(s, f) for s, f in zip(stories, folds, strict=True)}) == 20
    assert sorted(np.bincount(folds)) == [28] * 5


def test_a_part_of_the_stories_is_whole_stories_and_all_that_fewer_had() -> None:
    """Fault: a point of the curve learns from cut stories, or from others than the one before."""
    train = read_story_corpus(SHIPPED_DATA).train
    stories = np.array(train.stories[:1000])
    seen, before = np.arange(300, 1000), set[int]()
    for size in (50, 200, 500):
        rows = some_of(train.stories[:1000], seen, size, seed=0)
        assert len(rows) == np.isin(stories[seen], stories[rows]).sum()
        assert size <= len(rows) < size + 40 and before <= set(rows) <= set(seen)
        before = set(rows)


def test_a_network_learns_from_the_stories_that_do_not_validate(
    trained, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: the words or the fit of a point of the curve come from all stories."""
    job, _, _, _ = trained
    spaces, tasks = [], []
    space, task = networks_part.FeatureSpace.of, networks_part.StoryNetworkTask

    def watched_space(texts, terms):
        spaces.append(set(texts))
        return space(texts, terms)

    def watched_task(network, taught, learnt, held, *more):
        tasks.append((set(learnt), set(held)))
        return task(network, taught, learnt, held, *more)

    monkeypatch.setattr(networks_part.FeatureSpace, "of", watched_space)
    monkeypatch.setattr(networks_part, "StoryNetworkTask", watched_task)
    train_text_emotion(replace(job, work=tmp_path / "work"), tmp_path / "out")
    train = read_story_corpus(data).train
    [held] = {frozenset(held) for _, held in tasks}
    assert held == frozenset(worker._validation_stories(train, train.of(()), job.seed))
    learnt = [stories for stories, _ in tasks]
    assert learnt[0] == learnt[1] == learnt[-1] == set(train.stories) - held > learnt[2]
    # One space for what is shipped, and one for each point of the curve.
    for texts, stories in zip(spaces, (learnt[0], *learnt[2:]), strict=True):
        assert texts == set(train.of(stories).texts)


def some_features() -> tuple[Features, np.ndarray]:
    """Dense and sparse features of 60 sentences, and both in one."""
    rng = np.random.default_rng(0)
    dense, words = (
        rng.normal(size=(60, 12)),
        rng.normal(size=(60, 30)) * (rng.random((60, 30)) > 0.8),
    )
    features = Features(dense.astype(np.float32), sparse.csr_matrix(words, dtype=np.float32))
    return features, np.hstack([features.dense, features.words.toarray()]).astype(np.float64)


def test_the_fits_are_the_textbooks() -> None:
    """Fault: a penalty or a slope that is wrong still gives a model, only a worse one."""
    features, wide = some_features()
    rng = np.random.default_rng(1)
    classes, penalty = rng.integers(0, 3, 60), 1e-2
    truth = np.eye(3)[classes]
    weight, bias = fit_softmax_regression(features, truth, penalty)
    theirs = LogisticRegression(C=1 / (2 * 60 * penalty), tol=1e-8, max_iter=10_000)
    theirs.fit(wide, classes)
    assert np.allclose(weight, theirs.coef_.T, atol=1e-3)
    scores = wide @ weight + bias
    assert np.allclose(
        scores - scores.mean(1, keepdims=True), theirs.decision_function(wide), atol=1e-2
    )


def test_every_candidate_is_compared_on_every_test_set(trained, data: Path, tmp_path: Path) -> None:
    """Fault: a general corpus's sentences are read as one story, or training's are measured."""
    _, out, metrics, _ = trained
    corpora = small_corpora(tmp_path)
    said = ["정말 기쁘다", "너무 무서웠다", "그냥 그렇다"]
    lines = "".join(f"{text}\t{label}\n" for text, label in zip(said, (17, 14, 27), strict=True))
    write_text(corpora / "goemotions_korean" / "test.tsv", lines)
    job, also = Job(data, tmp_path / "work", "tiny"), {"another": out / "encoder"}
    rows = {(name, title): figures for name, title, figures in compare(out, job, corpora, also)}
    names, titles = ({key[k] for key in rows} for k in (0, 1))
    assert len(rows) == len(names) * len(titles) == 14 * len(titles)
    assert {one.name for one in (*CANDIDATES, WITH_CORPORA)} <= names
    shipped = rows["**both mixed** (shipped)", STORIES].as_dict()
    assert shipped == metrics["test"]
    another, encoder = (rows[name, STORIES] for name in ("another", "the fine-tuned encoder"))
    assert another.as_dict() == encoder.as_dict()
    [title] = [one for one in titles if one.startswith("GoEmotions")]
    assert rows["always 중립", title].sentences == rows["always 중립", title].stories == 3
    assert rows["always 중립", title].figures["accuracy"] == pytest.approx(1 / 3)
    with pytest.raises(BadInput, match="a candidate's name already"):
        list(compare(out, job, corpora, {ONE: out / "encoder"}))


def test_a_distilled_network_learns_what_its_teacher_says(data: Path, tmp_path: Path) -> None:
    """Fault: the teacher's answers do not reach the truth, and the row shows one network again."""
    train = usable_corpus(data, 2).train
    job, joy = Job(data, tmp_path, "tiny"), TEXT_EMOTIONS.index("행복")
    said = np.zeros((len(train.texts), len(TEXT_EMOTIONS)))
    said[:, joy] = 1.0
    held = set(train.stories[:1])
    alone, taught = (one_network(job, train, held, teacher) for teacher in (None, said))
    told = [one.probabilities(train.texts, train.stories)[0][:, joy] for one in (alone, taught)]
    assert len(alone.networks.members) == 1 and told[1].mean() > told[0].mean()


def test_corpora_without_a_test_part_are_refused(trained, data: Path, tmp_path: Path) -> None:
    """Fault: an empty table."""
    _, out, _, _ = trained
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no test part"):
        list(compare(out, Job(data, tmp_path / "work", "tiny"), tmp_path / "empty"))
