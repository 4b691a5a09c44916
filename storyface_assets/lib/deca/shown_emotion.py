"""How far a told expression is from its photo to the eyes of the expression classifier."""

from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.eye_frame import frame_by_eyes
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.emotion_consistency import EmotionConsistency
from storyface_assets.lib.deca.encode import as_photos
from storyface_assets.lib.deca.expression_flow import ExpressionFlow
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.heads.open_head import OpenHead

#: Side of the moves and of what the classifier is given, pixels.
_FLOW, _CROP = 112, 160
#: Corners of the subject's right and left eye among the 68 landmarks.
_EYES: Final = ((36, 39), (42, 45))
_AT_ONCE: Final = 16


class ShownEmotion:
    """EMOCA's emotion consistency for photos whose codes are known.

    Args:
        classifier: of expressions; it stays as it is.
        head: the model.
        device: where the classifier runs.
    """

    def __init__(
        self, classifier: EmotionClassifier, head: OpenHead, device: str | torch.device = "cpu"
    ) -> None:
        self._head, self._device = head, torch.device(device)
        self._flow = ExpressionFlow(head, _FLOW)
        self._judge = EmotionConsistency(classifier).to(self._device)

    def loss(self, photos: Tensor, true: Codes, expression: Tensor) -> Tensor:
        """Distance of the photos with the told expression from the photos themselves, a number.

        Args:
            photos: ``(B, 3, H, W)`` RGB 0–1.
            true: their codes, on the CPU.
            expression: ``(B, 50)`` that is told of them, likewise; gets gradients.
        """
        photos, frame = photos.to(self._device), self._frame(true)
        moves = self._flow.moves(true, expression).to(self._device)
        moved = frame + grid_sample(moves, frame, align_corners=False).permute(0, 2, 3, 1)
        shown, wanted = (
            grid_sample(photos, grid, padding_mode="border", align_corners=False)
            for grid in (moved, frame)
        )
        loss: Tensor = self._judge(shown, wanted)
        return loss.cpu()

    def mean_loss(self, shots: Shots, expression: Tensor) -> float:
        """The same of many photos, of which expressions ``(N, 50)`` are told; no gradients."""
        total = 0.0
        with torch.inference_mode():
            for k in range(0, len(shots), _AT_ONCE):
                some = slice(k, k + _AT_ONCE)
                photos = as_photos(shots.photos[some], self._device)
                true = Codes.split(torch.from_numpy(shots.codes[some]))
                total += len(photos) * float(self.loss(photos, true, expression[some]))
        return total / len(shots)

    def _frame(self, true: Codes) -> Tensor:
        """Where in the photo the pixels of what the classifier sees lie ``(B, 160, 160, 2)``."""
        with torch.no_grad():
            heads = self._flow.placed(true, true.expression)
            landmarks = self._head.landmarks(heads, "ibug68").numpy()
        maps = np.stack([_map_of(one) for one in landmarks]).astype(np.float32)
        size = [len(maps), 3, _CROP, _CROP]
        return affine_grid(torch.from_numpy(maps), size, align_corners=False).to(self._device)


def _map_of(landmarks: np.ndarray) -> np.ndarray:
    """From the square, −1 to 1, to the photo ``(2, 3)``; landmarks ``(68, 3)`` as projected."""
    right, left = (landmarks[list(corners)] for corners in _EYES)
    (x, y), side = frame_by_eyes(right, left)
    return np.array([[side / 2, 0, x], [0, side / 2, y]])
