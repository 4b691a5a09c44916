"""A person's wrinkles in an expression: what the detail decoder is given, and what it gives."""

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from storyface_assets.lib.deca.codes import CODE_SIZES
from storyface_assets.lib.deca.detail_decoder import N_MOTION

_AT_ONCE: Final = 16
_JAW: Final = N_MOTION - CODE_SIZES["expression"]


def as_given(expressions: np.ndarray, device: torch.device) -> Tensor:
    """What moves the wrinkles ``(N, 53)`` of expressions ``(N, 50)``.

    The jaw's turn is 0: the open head's opens by its expression.
    """
    whole = np.concatenate([np.zeros((len(expressions), _JAW)), expressions], 1)
    return torch.from_numpy(whole.astype(np.float32)).to(device)


def decoded(decoder: nn.Module, given: Tensor, detail: Tensor) -> np.ndarray:
    """Displacement ``(N, 256, 256)`` float32 metres of motions ``(N, 53)`` and ``(N, 128)``."""
    decoder.eval()
    with torch.inference_mode():
        parts = [
            decoder(torch.cat([given[k : k + _AT_ONCE], detail[k : k + _AT_ONCE]], 1))[:, 0]
            for k in range(0, len(given), _AT_ONCE)
        ]
    return np.asarray(torch.cat(parts).float().cpu().numpy())
