"""Reads a person's wrinkles from a photo and shows them in any expression: the detail stage."""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from storyface_assets.lib.deca.codes import N_DETAIL
from storyface_assets.lib.deca.detail_decoder import DetailDecoder
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.encoders import Encoder
from storyface_assets.lib.deca.found_face import cut_found_face
from storyface_assets.lib.deca.lite0_encoder import FEATURES, Lite0Features, ScaledEncoder
from storyface_assets.lib.deca.shown_detail import as_given, decoded
from storyface_assets.lib.state_dicts import load_weights, save_weights

DETAIL_NAME: Final = "detail.safetensors"


def lite0_detail_encoder(coarse: ScaledEncoder | None = None) -> Encoder:
    """``E_detail`` of the open weights.

    Args:
        coarse: whose features it begins with; else random ones, to be loaded over.
    """
    encoder = Encoder(N_DETAIL, Lite0Features(pretrained=False), FEATURES)
    if coarse is not None:
        [features] = (m for m in coarse.modules() if isinstance(m, Lite0Features))
        encoder.encoder.load_state_dict(features.state_dict())
    return encoder


def first_decoder() -> DetailDecoder:
    """``D_detail`` before its training: smooth skin, nearly.

    Layers keep the size of what passes (He et al. 2015), which the release's norms, with their
    large eps, do not see to; with torch's usual beginnings hardly anything reaches the last one.
    """
    decoder = DetailDecoder()
    layers = [m for m in decoder.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    for layer in layers:
        nn.init.kaiming_normal_(layer.weight, a=0.2, nonlinearity="leaky_relu")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    nn.init.normal_(layers[-1].weight, std=1e-3)
    return decoder


class DetailReader:
    """DECA's second stage, of the open head.

    Args:
        encoder: trained ``E_detail``.
        decoder: trained ``D_detail``.
        device: torch's name of it.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, device: str = "cpu") -> None:
        self._networks = nn.ModuleDict({"E_detail": encoder, "D_detail": decoder})
        self._networks.eval().to(device)
        self._device = torch.device(device)

    @property
    def encoder(self) -> nn.Module:
        """``E_detail``."""
        return self._networks["E_detail"]

    @property
    def decoder(self) -> nn.Module:
        """``D_detail``."""
        return self._networks["D_detail"]

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> "DetailReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: the file is missing, damaged, or of another network.
        """
        reader = cls(lite0_detail_encoder(), DetailDecoder(), device)
        mend = "Train face_geometry again, or check out data/open_models anew."
        load_weights(reader._networks, folder / DETAIL_NAME, mend)
        return reader

    def save(self, folder: Path) -> None:
        """Write the weights, in half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        save_weights(self._networks, folder / DETAIL_NAME)

    def code_of(self, rgb: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        """The wrinkles' code ``(128,)`` float32 of a face in a photo.

        Args:
            rgb: ``(H, W, 3)`` uint8 sRGB.
            landmarks: ``(478, 3)`` of the face in it, as in ``landmarks.Face``.
        """
        crop = cut_found_face(rgb, landmarks)
        code = encoded(self.encoder, crop[None], self._device)[0].numpy()
        # Rounded, so that the last digit of a sum never makes a new data version.
        return np.asarray(code.round(4))

    def displacement(self, code: np.ndarray, expressions: np.ndarray) -> np.ndarray:
        """How far the skin stands out ``(N, 256, 256)`` float32 metres.

        Args:
            code: ``(128,)`` of the person.
            expressions: ``(N, 50)``.
        """
        detail = torch.from_numpy(np.asarray(code, np.float32)).to(self._device)
        given = as_given(expressions, self._device)
        return decoded(self.decoder, given, detail.expand(len(given), -1))
