"""Linear layers in 8-bit integers, for reading on a CPU."""

import copy
import warnings

import torch
from torch import nn

from storyface_assets.lib.errors import BadInput


def in_int8(network: nn.Module) -> nn.Module:
    """A copy whose linear layers compute in int8 (torch's dynamic quantisation).

    Weights are rounded once, row by row where the engine can, what flows in with each batch: the
    same sentence may be answered a little differently beside other sentences.

    Args:
        network: on the CPU, unchanged.

    Raises:
        BadInput: this processor or this torch has no such arithmetic.
    """
    engines = [e for e in ("x86", "fbgemm", "qnnpack") if e in _engines()]
    if not engines or not hasattr(torch.ao.quantization, "quantize_dynamic"):
        problem = "has no int8 arithmetic for this processor."
        raise BadInput("torch", torch.__version__, problem, "Read in float32.")
    torch.backends.quantized.engine = engines[0]
    # A scale for each row: multilingual-e5-small keeps more of its answers than with one in all.
    rows = torch.ao.quantization.per_channel_dynamic_qconfig
    whole = torch.ao.quantization.default_dynamic_qconfig
    how = whole if engines[0] == "qnnpack" else rows
    with warnings.catch_warnings():
        # Deprecated in favour of torchao, a package more; the warning says so at every call.
        warnings.simplefilter("ignore")
        made: nn.Module = torch.ao.quantization.quantize_dynamic(
            copy.deepcopy(network).eval(), {nn.Linear: how}
        )
    return made


def _engines() -> list[str]:
    return list(torch.backends.quantized.supported_engines)
