"""From pictures to an encoder's codes."""

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

_AT_ONCE: Final = 16


def encoded(encoder: nn.Module, photos: np.ndarray, device: torch.device) -> Tensor:
    """Codes ``(N, K)`` that an encoder tells of photos ``(N, 224, 224, 3)`` uint8, on the CPU."""
    encoder.eval()
    with torch.inference_mode():
        parts = [
            encoder(as_photos(photos[k : k + _AT_ONCE], device)).float().cpu()
            for k in range(0, len(photos), _AT_ONCE)
        ]
    return torch.cat(parts)


def as_photos(pictures: np.ndarray, device: torch.device) -> Tensor:
    """``(B, 3, H, W)`` 0–1 of uint8 ``(B, H, W, 3)``."""
    return torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 255
