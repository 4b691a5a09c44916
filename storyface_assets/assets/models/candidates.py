"""models/<name>_candidate: a model newly trained, in a process of its own."""

import sys
from typing import Final

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    Backoff,
    Config,
    Failure,
    MaterializeResult,
    MetadataValue,
    PipesSubprocessClient,
    RetryPolicy,
)

from storyface_assets.assets.declare import dataset_key, model_asset
from storyface_assets.assets.models.lines import MODEL_LINES, ModelLine
from storyface_assets.lib.model_cards import read_card, read_figures
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder, content_hash
from storyface_assets.lib.training.failure import read_failure
from storyface_assets.lib.training.log import read_logs
from storyface_assets.previews.curves import curve_picture
from storyface_assets.previews.pictures import picture_row
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_GPU, TrainingProfile

#: For a process that died: a full disk or a taken GPU may be free a minute later. A training that
#: says why it failed is not tried again.
RETRIES: Final = RetryPolicy(max_retries=2, delay=60, backoff=Backoff.EXPONENTIAL)


class Training(Config):
    """How much is trained, by which chance, and on how many processes (a GPU each)."""

    profile: TrainingProfile = "open"
    seed: int = 0
    processes: int = 1
    accumulate: int = 1
    compiled: bool = False

    @property
    def name(self) -> str:
        """Of all that makes another training of it; see ``lib.training.team`` for shares."""
        shares = self.processes * self.accumulate
        return f"{self.profile}-{self.seed}" + (f"-{shares}" if shares > 1 else "")

    def command(self, module: str) -> list[str]:
        """What starts a worker with these settings."""
        launch = ["-m", module]
        if self.processes > 1:
            team = ["--standalone", f"--nproc-per-node={self.processes}"]
            launch = ["-m", "torch.distributed.run", *team, *launch]
        more = ["--accumulate", str(self.accumulate)] if self.accumulate > 1 else []
        more += ["--compile"] if self.compiled else []
        given = ["--profile", self.profile, "--seed", str(self.seed), *more]
        return [sys.executable, *launch, *given]


def candidate(line: ModelLine, retries: RetryPolicy = RETRIES) -> AssetsDefinition:
    """The asset that trains a model."""

    @model_asset(
        name=f"{line.name}_candidate",
        description=f"{line.what} Trained anew; its checkpoints stay, so a stopped run goes on.",
        kinds={line.kind},
        inputs={"data": dataset_key(line.data)},
        pool=POOL_GPU,
        retries=retries,
    )
    def train_candidate(
        context: AssetExecutionContext, config: Training, installation: Installation, data: Folder
    ) -> MaterializeResult[Folder]:
        watch, kept = Stopwatch(), Folder.scratch()
        # Another set or another seed is another training; both go on where they were stopped.
        which = f"{config.name}-{content_hash(data.path)[:16]}"
        work = installation.settings.cache_dir / "training" / line.name / which
        command = config.command(line.module)
        command += ["--splits", str(data.path), "--out", str(kept.path), "--work", str(work)]
        command += ["--weights", str(installation.settings.raw_dir / "imagenet")]
        for name, folder in installation.champions(line.judges).items():
            command += ["--judge", f"{name}={folder}"]
        try:
            PipesSubprocessClient().run(context=context.op_execution_context, command=command)
        except BaseException as error:
            reason = read_failure(kept.path)
            kept.discard()
            if reason:
                raise Failure(reason, allow_retries=False) from error
            raise
        return MaterializeResult(
            value=kept,
            metadata={
                "profile": config.profile,
                "progress": picture_row(
                    [
                        (f"{network}: {figure}", curve_picture(rows, figure))
                        for network, rows in read_logs(kept.path).items()
                        for figure in ("loss", line.goal)
                    ]
                ),
                "card": MetadataValue.md(read_card(kept.path)),
                "figures": MetadataValue.json(read_figures(kept.path)),
                "seconds of work": watch.seconds(),
            },
        )

    return train_candidate


CANDIDATES = [candidate(line) for line in MODEL_LINES]
