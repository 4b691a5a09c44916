"""In which precision a network is run while it learns."""

import torch


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
    """Whether this CPU multiplies matrices in bfloat16 several times as fast (Intel's AMX)."""
    known = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(known and known())
