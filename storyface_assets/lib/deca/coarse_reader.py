"""Reads a head's codes from a photo, by the trained coarse encoder."""

from pathlib import Path
from typing import Final

import numpy as np
import torch

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.face_crop import cut_found_face
from storyface_assets.lib.deca.lite0_encoder import ScaledEncoder, lite0_coarse_encoder
from storyface_assets.lib.fit.code_prior import CodePrior
from storyface_assets.lib.state_dicts import load_weights, save_weights

WEIGHTS_NAME: Final = "coarse.safetensors"
#: Share of the landmarks' weight that counts against what the encoder tells: of .6, .1, .03, .01
#: and .003 the one by which heads of the people that validate came nearest to the true ones (scan
#: median .34 mm; by .6 .49, by the encoder alone .36; ``worker.compare_geometry --part validation
#: --landmarks-share SHARE`` measures it).
LANDMARKS_SHARE: Final = 0.03


class CoarseReader:
    """DECA's first stage, of the open head.

    Args:
        encoder: trained, its errors measured.
        device: torch's name of it.
        landmarks_share: see ``fit.code_prior``.
    """

    def __init__(
        self,
        encoder: ScaledEncoder,
        device: str = "cpu",
        landmarks_share: float = LANDMARKS_SHARE,
    ) -> None:
        self._landmarks_share = landmarks_share
        self.encoder, self._device = encoder.eval().to(device), torch.device(device)

    @classmethod
    def load(
        cls, folder: Path, device: str = "cpu", landmarks_share: float = LANDMARKS_SHARE
    ) -> "CoarseReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: the file is missing, damaged, or of another network.
        """
        encoder = lite0_coarse_encoder()
        mend = "Train face_geometry again, or check out data/open_models anew."
        load_weights(encoder, folder / WEIGHTS_NAME, mend)
        return cls(encoder, device, landmarks_share)

    def save(self, folder: Path) -> None:
        """Write the weights, in half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        save_weights(self.encoder, folder / WEIGHTS_NAME)

    def read(self, crops: np.ndarray) -> Codes:
        """Codes of faces cut out by :func:`~storyface_assets.lib.deca.face_crop.cut_face`.

        Args:
            crops: ``(B, 224, 224, 3)`` uint8 sRGB.
        """
        return Codes.split(encoded(self.encoder, crops, self._device))

    def told_of(self, rgb: np.ndarray, landmarks: np.ndarray) -> CodePrior:
        """What a photo says of shape and expression, and how sure that is on studio people.

        Args:
            rgb: ``(H, W, 3)`` uint8 sRGB.
            landmarks: ``(478, 3)`` of the face in it, as in ``landmarks.Face``.
        """
        codes = self.read(cut_found_face(rgb, landmarks)[None])
        error = Codes.split(self.encoder.error[None].cpu())
        mean, spread = (
            torch.cat([c.shape, c.expression], 1)[0].double().numpy() for c in (codes, error)
        )
        # Rounded, so that the last digit of a sum never makes a new data version.
        return CodePrior(mean.round(4), spread, landmarks_share=self._landmarks_share)
