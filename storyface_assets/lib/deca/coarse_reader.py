"""Reads a head's codes from a photo, by the trained coarse encoder."""

from pathlib import Path
from typing import Final

import numpy as np
import torch

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.found_face import cut_found_face
from storyface_assets.lib.deca.lite0_encoder import ScaledEncoder, lite0_coarse_encoder
from storyface_assets.lib.fit.code_prior import CodePrior
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.state_dicts import load_weights, save_weights

WEIGHTS_NAME: Final = "coarse.safetensors"
#: Share of the landmarks' weight that counts against the expression that the encoder tells, for
#: landmarks err together, a whole mouth at a time. Of 1, .17, .05 and .017 the one by which the
#: expressions of 70 people that validated came nearest to the true ones (.79 mm; by 1 1.08). Of the
#: shape all counts: real people's heads are wider and narrower than the studio's, and with less
#: of the landmarks they lose their likeness.
EXPRESSION_SHARE: Final = 0.05


class CoarseReader:
    """DECA's first stage, of the open head.

    Args:
        encoder: trained, its errors measured.
        device: torch's name of it.
        expression_share: of the landmarks' weight, against the expression that is told.
    """

    def __init__(
        self,
        encoder: ScaledEncoder,
        device: str = "cpu",
        expression_share: float = EXPRESSION_SHARE,
    ) -> None:
        self._expression_share = expression_share
        self.encoder, self._device = encoder.eval().to(device), torch.device(device)

    @classmethod
    def load(
        cls, folder: Path, device: str = "cpu", expression_share: float = EXPRESSION_SHARE
    ) -> "CoarseReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: the file is missing, damaged, or of another network.
        """
        encoder = lite0_coarse_encoder()
        mend = "Train face_geometry again, or check out data/open_models anew."
        load_weights(encoder, folder / WEIGHTS_NAME, mend)
        return cls(encoder, device, expression_share)

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
        spread[N_SHAPE:] *= self._expression_share**0.5
        # Rounded, so that the last digit of a sum never makes a new data version.
        return CodePrior(mean.round(4), spread)
