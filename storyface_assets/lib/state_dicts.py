"""Weights in files: other people's, looked at before they get into a network, and our own."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput


def read_state(file: Path) -> dict[str, Tensor]:
    """A ``state_dict`` that ``torch.save`` wrote; no code in it is run.

    Raises:
        BadInput: the file is missing, damaged or holds something else.
    """
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise BadInput(file, "", "is missing.", "Put the weights there.") from error
    except Exception as error:  # what damaged files raise is not said anywhere
        raise BadInput(file, "", f"cannot be read ({error}).", "Fetch it again.") from error
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise BadInput(file, "", "is no state_dict.", "Save the network's state_dict().")
    return state


def load_state(
    network: nn.Module,
    state: Mapping[str, Tensor],
    file: Path,
    optional: tuple[str, ...] = (),
) -> None:
    """Load arrays by name; every one must fit.

    Args:
        network: changed in place.
        state: the arrays.
        file: where they came from, for errors.
        optional: prefixes of parameters that stay as they are where they do not fit.

    Raises:
        BadInput: names an array that is missing, too many, or of another shape.
    """
    own = network.state_dict()
    fitting = {n: v for n, v in state.items() if n in own and own[n].shape == v.shape}
    for name in (*own, *state):
        if name in fitting or name.startswith(optional or ("\0",)):
            continue
        if name in own and name in state:
            problem = f"has shape {tuple(state[name].shape)}, not {tuple(own[name].shape)}."
        else:
            problem = "is not in the file." if name in own else "is not in the network."
        mend = f"Give weights of this very network ({type(network).__name__})."
        raise BadInput(file, name, problem, mend)
    network.load_state_dict(fitting, strict=False)


def save_weights(network: nn.Module, file: Path, without: tuple[str, ...] = ()) -> None:
    """Write a network's weights as safetensors, in half precision.

    Biases, norms and counters are few and stay exact.

    Args:
        network: unchanged.
        file: replaced in one step.
        without: prefixes of parameters that are left out.
    """
    state = {
        name: (value.half() if value.ndim > 1 else value).detach().cpu().contiguous()
        for name, value in network.state_dict().items()
        if not name.startswith(without or ("\0",))
    }
    write_durably(file, save(state))


def load_weights(network: nn.Module, file: Path, mend: str, optional: tuple[str, ...] = ()) -> None:
    """Load what :func:`save_weights` wrote.

    Args:
        network: changed in place.
        file: the weights.
        mend: what to do when they cannot be read.
        optional: see :func:`load_state`.

    Raises:
        BadInput: they cannot be read, or are of another network.
    """
    try:
        state = load_file(file)
    except Exception as error:  # safetensors has an exception class of its own
        raise BadInput(file, "", f"cannot be read ({error}).", mend) from error
    load_state(network, state, file, optional)
