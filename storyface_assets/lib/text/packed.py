"""A network's matrices in a file in 8 bits: a scale for each row, and whole numbers."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.state_dicts import load_state

_SCALE: Final = ".scale"
_MOST: Final = 127
#: Scales are rounded to half precision, so that packing what was unpacked gives the same bytes;
#: smaller ones would lose digits there.
_SMALLEST: Final = torch.finfo(torch.float16).tiny


def of_encoder(name: str) -> bool:
    """Whether a parameter of an ``EmotionNetwork`` is its encoder's; the heads' are few."""
    return name.startswith("encoder.")


def save_packed(
    network: nn.Module,
    file: Path,
    without: Collection[str] = (),
    packs: Callable[[str], bool] = of_encoder,
) -> None:
    """Write a network's weights as safetensors, most matrices in 8 bits.

    The other matrices stay in half precision; biases and norms stay exact.

    Args:
        network: unchanged.
        file: replaced in one step.
        without: names of parameters that are left out.
        packs: takes a matrix's name; whether it is written in 8 bits.
    """
    state: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        kept = value.detach().cpu()
        if name in without:
            continue
        if kept.ndim == 2 and packs(name):
            state[name], state[name + _SCALE] = _packed(kept)
        else:
            state[name] = (kept.half() if kept.ndim > 1 else kept).contiguous()
    write_durably(file, save(state))


def load_packed(network: nn.Module, file: Path, mend: str, left_out: Collection[str] = ()) -> None:
    """Load what :func:`save_packed` wrote.

    Args:
        network: changed in place.
        file: the weights.
        mend: what to do when they cannot be read.
        left_out: names of parameters that stay as they are.

    Raises:
        BadInput: the file cannot be read, or is of another network.
    """
    try:
        state = load_file(file)
        # Biases have a name of a scale in no network here: only matrices are followed by one.
        scales = {n.removesuffix(_SCALE): state.pop(n) for n in [*state] if n.endswith(_SCALE)}
        state |= {name: state[name].float() * scale[:, None] for name, scale in scales.items()}
    except Exception as error:  # safetensors has an exception class of its own
        raise BadInput(file, "", f"cannot be read ({error}).", mend) from error
    load_state(network, state, file, tuple(left_out))


def _packed(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Whole numbers ``(rows, columns)`` int8 and scales ``(rows,)`` float32."""
    scales = (matrix.abs().amax(1) / _MOST).clamp(min=_SMALLEST).half().float()
    numbers = (matrix / scales[:, None]).round().clamp(-_MOST, _MOST)
    return numbers.to(torch.int8), scales
