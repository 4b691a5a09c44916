"""DECA put together: photo → codes → head in the photo, and its wrinkles."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from storyface_assets.lib.deca.camera import project
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.detail_decoder import DetailDecoder, decoder_input
from storyface_assets.lib.deca.encoders import PHOTO_SIZE, coarse_encoder, detail_encoder
from storyface_assets.lib.deca.other_weights import arrays_of, load_by_name, read_checkpoint
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.model import N_POSE, LandmarkKind

#: Networks in ``deca_model.tar``, by their names there.
PARTS: Final = ("E_flame", "E_detail", "D_detail")


class PosableHead(Protocol):
    """What DECA needs of a head model; a ``heads.model.HeadModel`` is one."""

    def vertices(self, shape: Tensor, expression: Tensor, pose: Tensor) -> Tensor:
        """Codes ``(B, 100)``, ``(B, 50)``, ``(B, 15)`` → ``(B, V, 3)``."""
        ...

    def landmarks(self, vertices: Tensor, kind: LandmarkKind) -> Tensor:
        """``(B, V, 3)`` → ``(B, 68, 3)`` for ``ibug68``."""
        ...


@dataclass(frozen=True, eq=False)
class DecodedHead:
    """B heads.

    Attributes:
        vertices: ``(B, V, 3)`` the head model's unit and axes.
        landmarks: ``(B, 68, 3)`` likewise.
        projected: ``(B, V, 3)`` in the photo, see ``camera.project``.
        projected_landmarks: ``(B, 68, 2)`` likewise.
    """

    vertices: Tensor
    landmarks: Tensor
    projected: Tensor
    projected_landmarks: Tensor


class Deca(nn.Module):
    """The three networks, with random weights; names are the release's.

    Args:
        coarse: photos → ``(B, 236)``; the paper's encoder if not given.
        detail: photos → ``(B, 128)``; likewise.
    """

    def __init__(self, coarse: nn.Module | None = None, detail: nn.Module | None = None) -> None:
        super().__init__()
        self.E_flame = coarse_encoder() if coarse is None else coarse
        self.E_detail = detail_encoder() if detail is None else detail
        self.D_detail = DetailDecoder()

    @classmethod
    def load(cls, file: Path) -> "Deca":
        """The release's ``deca_model.tar``, in evaluation mode.

        Everything but the three networks (an optimizer's state, counters) is left aside.

        Raises:
            BadInput: the file cannot be read without running code, lacks a network, or one does
                not fit; names the array.
        """
        checkpoint = read_checkpoint(file)
        state: dict[str, Tensor] = {}
        for part in PARTS:
            if part not in checkpoint:
                problem = "is not in the file."
                raise BadInput(file, part, problem, "Give DECA's own deca_model.tar.")
            arrays = arrays_of(checkpoint[part], file, part)
            state |= {f"{part}.{name}": value for name, value in arrays.items()}
        made = cls()
        load_by_name(made, state, file)
        return made.eval()

    def encode(self, photos: Tensor) -> Codes:
        """Codes of photos ``(B, 3, 224, 224)``, RGB 0–1, the face cropped × 1.25.

        Raises:
            BadInput: pictures of another size.
        """
        return Codes.split(self.E_flame(_checked(photos)))

    def encode_detail(self, photos: Tensor) -> Tensor:
        """Their wrinkles' codes ``(B, 128)``."""
        code: Tensor = self.E_detail(_checked(photos))
        return code

    def decode(self, codes: Codes, head: PosableHead) -> DecodedHead:
        """The heads that codes describe.

        Args:
            codes: of B photos.
            head: the model; neck and eyes stay straight, which DECA has no code for.
        """
        pose = pad(codes.pose, (0, N_POSE - codes.pose.shape[1]))
        vertices = head.vertices(codes.shape, codes.expression, pose)
        landmarks = head.landmarks(vertices, "ibug68")
        return DecodedHead(
            vertices,
            landmarks,
            project(vertices, codes.camera),
            project(landmarks, codes.camera)[:, :, :2],
        )

    def displacement(self, codes: Codes, detail: Tensor) -> Tensor:
        """How far the skin stands out ``(B, 1, 256, 256)``, for wrinkles ``(B, 128)``."""
        found: Tensor = self.D_detail(decoder_input(codes, detail))
        return found


def _checked(photos: Tensor) -> Tensor:
    if photos.ndim != 4 or photos.shape[1:] != (3, PHOTO_SIZE, PHOTO_SIZE):
        problem = f"have shape {tuple(photos.shape)}, not (B, 3, {PHOTO_SIZE}, {PHOTO_SIZE})."
        raise BadInput("DECA", "photos", problem, "Crop the face and scale it to that size.")
    if not torch.is_floating_point(photos):
        raise BadInput("DECA", "photos", f"are {photos.dtype}.", "Give floats from 0 to 1.")
    return photos
