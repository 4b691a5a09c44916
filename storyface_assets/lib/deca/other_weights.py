"""Files of other people's weights: read without running code in them, loaded by name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.state_dicts import load_state

#: Counts batches; nothing reads it once a network has learnt, and files of old versions lack it.
_COUNTER: Final = ".num_batches_tracked"
_CONVERT: Final = (
    "A raw pickle may run any code and is not opened here: where you trust it, save its arrays "
    "once by torch.save({name: torch.tensor(array), …}, …) or as safetensors."
)


def read_checkpoint(file: Path) -> dict[str, object]:
    """What ``torch.save`` or safetensors wrote; nothing in it is run.

    Raises:
        BadInput: the file is missing or damaged, holds no names, or would have to run code.
    """
    try:
        if file.suffix == ".safetensors":
            return dict(load_file(file))
        found = torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise BadInput(file, "", "is missing.", "Put the weights there.") from error
    except Exception as error:  # what damaged files raise is not said anywhere
        problem = f"cannot be read without running code in it ({_first_line(error)})."
        raise BadInput(file, "", problem, _CONVERT) from error
    if not isinstance(found, dict):
        raise BadInput(file, "", "holds no names.", "Give a file of a state_dict.")
    return found


def read_weights(file: Path) -> dict[str, Tensor]:
    """A ``state_dict`` from such a file.

    Raises:
        BadInput: as above, or it holds something else than arrays.
    """
    return arrays_of(read_checkpoint(file), file)


def arrays_of(state: object, file: Path, part: str = "") -> dict[str, Tensor]:
    """A part of a checkpoint as a ``state_dict``.

    Raises:
        BadInput: it is none; names the part.
    """
    if isinstance(state, Mapping) and all(isinstance(v, Tensor) for v in state.values()):
        return dict(state)
    raise BadInput(file, part, "is no state_dict.", "Save the network's state_dict().")


def load_by_name(
    network: nn.Module, state: Mapping[str, Tensor], file: Path, ignored: tuple[str, ...] = ()
) -> None:
    """Load arrays by name; every one of the network's must be there and fit.

    Args:
        network: changed in place.
        state: the arrays.
        file: where they came from, for errors.
        ignored: prefixes of arrays that the network has no part for.

    Raises:
        BadInput: names an array that is missing, too many, or of another shape.
    """
    counters = {n: v for n, v in network.state_dict().items() if n.endswith(_COUNTER)}
    given = {n: v for n, v in state.items() if not n.startswith(ignored or ("\0",))}
    load_state(network, counters | given, file)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
