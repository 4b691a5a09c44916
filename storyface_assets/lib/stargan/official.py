"""Checkpoints of the official StarGAN code: ``{it}-G.ckpt`` and ``{it}-D.ckpt``."""

from pathlib import Path
from typing import Final

from torch import nn

from storyface_assets.lib.state_dicts import load_state, read_state

#: The official code tracks these but never uses them: it normalises every picture by itself.
_UNUSED: Final = (".running_mean", ".running_var", ".num_batches_tracked")


def load_official(network: nn.Module, file: Path) -> None:
    """Load an official checkpoint into our generator or discriminator.

    Raises:
        BadInput: it cannot be read, or is of a network of another shape.
    """
    state = {n: v for n, v in read_state(file).items() if not n.endswith(_UNUSED)}
    load_state(network, state, file)
