"""The StarGAN that is kept: changes faces by label, at the size they come in."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from storyface_assets.lib.dataset.batches import as_network_input
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.label_vectors import NAMES, check_vectors
from storyface_assets.lib.stargan.painter import Part, StrokeGenerator
from storyface_assets.lib.stargan.recipe import build_generator
from storyface_assets.lib.state_dicts import load_weights, save_weights

CONFIG_NAME: Final = "config.json"
WEIGHTS_NAME: Final = "generator.safetensors"
_MEND: Final = "Train stargan again, or check out data/open_models anew."


class FaceEditor:
    """Gives faces another expression, hair colour, gender or age.

    Args:
        generator: trained.
        kind: of it, see ``recipe.build_generator``.
        width: of its first layer.
        size: side of the pictures that it was trained on.
    """

    def __init__(self, generator: nn.Module, kind: str, width: int, size: int) -> None:
        self.generator, self.kind, self.width, self.size = generator.eval(), kind, width, size

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> "FaceEditor":
        """What :meth:`save` wrote.

        Raises:
            BadInput: files are missing or damaged, or for other labels.
        """
        path, weights = folder / CONFIG_NAME, folder / WEIGHTS_NAME
        try:
            config: dict[str, Any] = json.loads(path.read_text("utf-8"))
            kind, width, size = str(config["generator"]), int(config["width"]), int(config["size"])
            labels = tuple(config["labels"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(path, "", f"cannot be read ({error}).", _MEND) from error
        if labels != NAMES:
            raise BadInput(path, "labels", f"are {', '.join(map(str, labels))}.", _MEND)
        generator = build_generator(kind, width)
        load_weights(generator, weights, _MEND)
        return cls(generator.to(device), kind, width, size)

    def save(self, folder: Path) -> None:
        """Write the weights, in half precision, and what they are."""
        folder.mkdir(parents=True, exist_ok=True)
        save_weights(self.generator, folder / WEIGHTS_NAME)
        config = {
            "generator": self.kind,
            "width": self.width,
            "size": self.size,
            "labels": list(NAMES),
        }
        write_durably(folder / CONFIG_NAME, (json.dumps(config, indent=1) + "\n").encode())

    def changed(
        self,
        faces: np.ndarray,
        vectors: Sequence[np.ndarray] | np.ndarray,
        part: Part | None = None,
    ) -> np.ndarray:
        """Faces as the labels ask for, at the size they come in.

        The network works at its own size. What it says is enlarged and applied to the faces
        themselves, so their detail stays.

        Args:
            faces: ``(N, S, S, 3)`` uint8 RGB, framed by ``face_square``.
            vectors: ``(N, 11)`` label vectors.
            part: of the label that alone is to change, where the network can tell its parts apart
                (the light generator); the official one paints all of it anew.

        Returns:
            ``(N, S, S, 3)`` uint8 RGB.

        Raises:
            BadInput: a label vector is wrong.
        """
        labels = np.asarray(vectors, np.float32)
        check_vectors(labels)
        device = next(self.generator.parameters()).device
        with torch.inference_mode():
            large = as_network_input(torch.from_numpy(np.ascontiguousarray(faces)).to(device))
            made = self._drawn(large, torch.from_numpy(labels).to(device), part)
            rgb = ((made + 1) * 127.5).round_().clamp_(0, 255).to(torch.uint8)
        return np.asarray(rgb.permute(0, 2, 3, 1).cpu().numpy())

    def _drawn(self, large: Tensor, labels: Tensor, part: Part | None) -> Tensor:
        small = _at(large, self.size)
        if isinstance(self.generator, StrokeGenerator):
            return self.generator.strokes_for(small, labels, part).applied(large)
        # A generator that draws everything anew: only what it changed is enlarged.
        difference: Tensor = self.generator(small, labels) - small
        return large + _at(difference, large.shape[-1])


def _at(pictures: Tensor, size: int) -> Tensor:
    if pictures.shape[-1] == size:
        return pictures
    shrinks = pictures.shape[-1] > size
    return functional.interpolate(
        pictures, (size, size), mode="bicubic", antialias=shrinks, align_corners=False
    )
