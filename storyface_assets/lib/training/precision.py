"""In which precision a network is run while it learns."""

from typing import Final

import torch

#: What torch is asked by; they are not public, so that one of them may be gone some day.
_WITH_BFLOAT16: Final = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")


def mixed_precision(device: torch.device, cpu: bool = False) -> torch.autocast:
    """bfloat16 where the hardware computes in it, float32 elsewhere; weights stay float32 anyway.

    bfloat16 has float32's range, so losses need no scaling.

    Args:
        device: where the network runs.
        cpu: whether a CPU with the arithmetic may use it too (:func:`cpu_has_bfloat16`); most
            trainings here are to end in the same weights on every CPU.
    """
    able = (
        torch.cuda.is_bf16_supported(including_emulation=False)
        if device.type == "cuda"
        else cpu and device.type == "cpu" and cpu_has_bfloat16()
    )
    return torch.autocast(device.type, torch.bfloat16, enabled=able)


def cpu_has_bfloat16() -> bool:
    """Whether this CPU multiplies matrices in bfloat16, and faster than in float32.

    Intel's AMX does it several times as fast; AVX-512's own products (of Intel's Cooper Lake and
    Sapphire Rapids and of AMD since Zen 4) nearly twice as fast.
    """
    asked = (getattr(torch.cpu, name, None) for name in _WITH_BFLOAT16)
    return any(known is not None and known() for known in asked)
