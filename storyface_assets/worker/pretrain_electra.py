"""Pre-train a small ELECTRA on Korean text: a candidate of the text model.

``python -m storyface_assets.worker.pretrain_electra --data data/text --vocabulary DIR --out ENCODER
[--corpora DIR] [--profile open]``

It reads the text of the training stories, but for those that validate the text model, and of what
``compare_text_emotion`` learns from of the general corpora in DIR (rows of their training and
validation parts that have one of the six classes); no label, and nothing of the tests. The
vocabulary is a folder with ``vocab.txt`` and ``tokenizer_config.json``, such as that of
GoEmotions-Korean, which has KoELECTRA's. A run that was stopped goes on from the checkpoints in
``--work`` (default: beside the output). ENCODER is a Hugging Face folder;
``train_text_emotion_research --profile e5 --weights ENCODER`` fine-tunes it.
"""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file, save

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.electra.networks import Electra
from storyface_assets.lib.text.electra.recipe import RECIPES, ElectraRecipe
from storyface_assets.lib.text.electra.rows import rows_of_text
from storyface_assets.lib.text.electra.task import DISCRIMINATOR, ReplacedTokenDetection
from storyface_assets.lib.text.story_corpus import corpus_version
from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.lib.training import Outcome, Plan, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.text_emotion.electra_vocabulary import ElectraVocabulary
from storyface_assets.worker.text_emotion.general import learnt_from
from storyface_assets.worker.text_emotion.usable import usable_corpus
from storyface_assets.worker.train_text_emotion_research import validation_stories
from storyface_assets.worker.training_worker import Job, run_training, write_figures

VOCABULARY: Final = "vocabulary"
CORPORA: Final = "corpora"
_VALIDATIONS: Final = 6


def pretrain_electra(job: Job, out: Path) -> dict[str, Any]:
    """Pre-train both networks and keep the one that is fine-tuned.

    Args:
        job: what and how; ``folders["vocabulary"]`` has the pieces, ``"corpora"`` more text.
        out: folder of the encoder.

    Returns:
        What ``metrics.json`` holds.

    Raises:
        BadInput: text or vocabulary that cannot be used, or several processes.
        TrainingFailed: a loss is no number.
    """
    if job.team.parts > 1 or job.compiled:
        problem = "are not for this training."
        raise BadInput("torchrun, --accumulate, --compile", "", problem, "Leave them out.")
    if VOCABULARY not in job.folders:
        mend = "Give the folder of GoEmotions-Korean, which has KoELECTRA's."
        raise BadInput(f"--{VOCABULARY}", "", "is missing.", mend)
    if job.folders[VOCABULARY].resolve() == out.resolve():
        raise BadInput("--out", str(out), "is the vocabulary's folder.", "Give another one.")
    recipe = RECIPES[job.profile]
    torch.manual_seed(job.seed)
    vocabulary = ElectraVocabulary.read(job.folders[VOCABULARY])
    tokens = vocabulary.tokens
    texts, groups, sizes = _text(job)
    rows, held = _split(recipe, vocabulary, texts, groups)
    both = Electra(recipe, tokens.size, tokens.pad)
    task = ReplacedTokenDetection(
        both, rows, held, tokens.pad, vocabulary.mask, recipe, job.device, job.seed
    )
    learnt = content_hash(np.concatenate([row.pieces for row in rows]).tobytes())
    files = {name: content_hash(data) for name, data in vocabulary.files.items()}
    plan = Plan(
        steps=task.steps,
        validate_every=max(task.steps // _VALIDATIONS, 1),
        checkpoint_every=50,
        goal="",
        seed=job.seed,
        recipe=json.dumps([asdict(recipe), [len(row) for row in rows], learnt, files]),
    )
    outcome = train(task, plan, job.work, lambda told: job.tell("electra", told))
    both.discriminator.load_state_dict(load_file(job.work / f"{DISCRIMINATOR}.safetensors"))
    _save(both, vocabulary, out)
    pieces = sum(len(row) - 2 for row in rows)
    metrics = _metrics(job, recipe, both, outcome, {"sentences": sizes, "pieces": pieces})
    metrics["vocabulary"] = files
    keep_log(job.work, out, "electra")
    write_figures(out, metrics, _card(metrics))
    return metrics


def _text(job: Job) -> tuple[list[str], list[str], dict[str, int]]:
    """Sentences, what each is part of, and how many each source gave."""
    corpus = usable_corpus(job.data, 2)
    validating = validation_stories(corpus.train, corpus.test, job.seed)
    stories = corpus.train.of(set(corpus.train.stories) - validating)
    texts, groups = list(stories.texts), list(stories.stories)
    sizes = {"stories": len(texts)}
    if CORPORA in job.folders:
        rows = learnt_from(job.folders[CORPORA])
        texts += rows["text"].tolist()
        groups += rows["group"].tolist()
        sizes |= {str(name): int(n) for name, n in rows["corpus"].value_counts().items()}
    return texts, groups, sizes


def _split(
    recipe: ElectraRecipe, vocabulary: ElectraVocabulary, texts: list[str], groups: list[str]
) -> tuple[list[Row], list[Row]]:
    """Inputs of most groups, and of those that validate."""
    validates = {group for n, group in enumerate(dict.fromkeys(groups)) if n % recipe.held == 0}
    parts = []
    for wanted in (False, True):
        places = [place for place, group in enumerate(groups) if (group in validates) == wanted]
        some = [texts[place] for place in places], [groups[place] for place in places]
        parts.append(rows_of_text(vocabulary.tokens, *some, recipe.max_len))
    vocabulary.refuse_unknown(parts[0])
    return parts[0], parts[1]


def _save(both: Electra, vocabulary: ElectraVocabulary, out: Path) -> None:
    """The discriminator in a Hugging Face folder, which is none before its last file."""
    out.mkdir(parents=True, exist_ok=True)
    network = both.discriminator
    state = {name: value.contiguous().cpu() for name, value in network.state_dict().items()}
    write_durably(out / "model.safetensors", save(state, {"format": "pt"}))
    for name, data in vocabulary.files.items():
        write_durably(out / name, data)
    network.config.architectures = [type(network).__name__]
    # Whoever fine-tunes it goes through few stories more than once: with the published dropout.
    published = type(network.config)()
    network.config.hidden_dropout_prob = published.hidden_dropout_prob
    network.config.attention_probs_dropout_prob = published.attention_probs_dropout_prob
    write_durably(out / "config.json", network.config.to_json_string().encode())


def _metrics(
    job: Job, recipe: ElectraRecipe, both: Electra, outcome: Outcome, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "profile": job.profile,
        "recipe": asdict(recipe),
        "parameters": sum(p.numel() for p in both.discriminator.electra.parameters()),
        "seed": job.seed,
        "date": date.today().isoformat(),
        "data": {"version": corpus_version(job.data), **data},
        "training": asdict(outcome),
    }


def _card(metrics: dict[str, Any]) -> str:
    data, training, best = metrics["data"], metrics["training"], metrics["training"]["best"]
    epochs, held = metrics["recipe"]["epochs"], metrics["recipe"]["held"]
    sizes = ", ".join(f"{name} {count:,}" for name, count in data["sentences"].items())
    return f"""# A small ELECTRA

Pre-trained by replaced token detection (Clark et al. 2020) on {data["pieces"]:,} pieces of Korean
text, epochs: {epochs}; {training["steps"]} steps in {training["seconds"] / 60:.0f} minutes,
profile `{metrics["profile"]}`, {metrics["date"]}. {metrics["parameters"]:,} parameters. The text,
of which one story (poem, dialogue …) in {held} was held out:
{sizes} sentences. Its licences are those of the sources.

On what was held out the generator tells {best["mlm_accuracy"]:.3f} of the masked pieces; the
discriminator finds {best["recall"]:.3f} of those that it told wrong, and takes
{best["false_positives"]:.4f} of the others for such.
"""


def _told(metrics: dict[str, Any]) -> str:
    best = metrics["training"]["best"]
    return f"recall {best['recall']:.3f}, false positives {best['false_positives']:.4f}"


if __name__ == "__main__":
    run_training(
        "Pre-train a small ELECTRA.",
        RECIPES,
        pretrain_electra,
        _told,
        {VOCABULARY: "folder of the vocabulary", CORPORA: "general corpora, for their text"},
    )
