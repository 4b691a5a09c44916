"""In which precision a network is run while it learns."""

import torch


def mixed_precision(device: torch.device) -> torch.autocast:
    """bfloat16 where the GPU computes in it, float32 elsewhere; weights stay float32 anyway.

    bfloat16 has float32's range, so losses need no scaling.
    """
    able = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.autocast(device.type, torch.bfloat16, enabled=able)
