"""Train candidates and let the better ones become champions, from the command line."""

from dataclasses import dataclass

from dagster import DagsterInstance, Definitions

from storyface_assets.assets.declare import dataset_key, model_key
from storyface_assets.assets.models.lines import MODEL_LINES
from storyface_assets.automation.failures import first_error
from storyface_assets.automation.jobs import RETRAIN
from storyface_assets.automation.rendering import PROCESS_TAG, QUIET, process_tag
from storyface_assets.lib.errors import BadInput
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import TrainingProfile

MODELS = tuple(line.name for line in MODEL_LINES)


@dataclass(frozen=True)
class Retrained:
    """What became of one model.

    Attributes:
        model: its name.
        standing: better, not better or broken; "" if it did not get so far.
        reason: why, a sentence.
        error: one line for a person; empty when the run went well.
    """

    model: str
    standing: str = ""
    reason: str = ""
    error: str = ""


def retrain_model(
    defs: Definitions,
    instance: DagsterInstance,
    installation: Installation,
    model: str,
    profile: TrainingProfile,
    seed: int = 0,
) -> Retrained:
    """Candidate, evaluation and, if it is better, champion of one model.

    Args:
        defs: the code location's definitions.
        instance: the persistent instance.
        installation: where the store is.
        model: one of ``MODELS``.
        profile: how much is trained.
        seed: of the training.

    Raises:
        BadInput: no such model.
    """
    if model not in MODELS:
        raise BadInput("storyface retrain", model, "is no model.", f"Use {', '.join(MODELS)}.")
    [line] = [line for line in MODEL_LINES if line.name == model]
    parts = [model_key(f"{model}_{part}") for part in ("candidate", "evaluation", "champion")]
    candidate = f"models__{model}_candidate"
    ops = {candidate: {"config": {"profile": profile, "seed": seed}}}
    if profile in line.data_settings:
        ops[f"dataset__{line.data}"] = {"config": dict(line.data_settings[profile])}
    result = defs.resolve_job_def(RETRAIN).execute_in_process(
        run_config={**QUIET, "ops": ops},
        instance=instance,
        asset_selection=[*([dataset_key(line.data)] if line.data_first else []), *parts],
        raise_on_error=False,
        tags={PROCESS_TAG: process_tag()},
    )
    made = result.get_asset_materialization_events()
    if not any(event.asset_key == model_key(f"{model}_evaluation") for event in made):
        return Retrained(model, error=first_error(result.all_events))
    [judged] = installation.load(model_key(f"{model}_evaluation")).itertuples(index=False)
    error = "" if result.success else first_error(result.all_events)
    return Retrained(model, judged.standing, judged.reason, error)
