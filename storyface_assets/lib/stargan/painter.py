"""A lighter generator that moves the photo's own pixels and paints only what is new.

StarGAN's generator draws the whole picture anew: background and identity have to survive the way
through it. This one says three things of each pixel: where the pixel comes from (as X2Face does,
Wiles et al., ECCV 2018), what is painted, and how much of it is painted (GANimation's attention
mask, Pumarola et al., ECCV 2018). What no label asks for stays the photo's own, at any resolution:
all three can be enlarged and applied to the photo itself.

It asks for about a fiftieth of the official generator's arithmetic, so two cores can train it.
"""

from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from storyface_assets.lib.stargan.label_vectors import LENGTH, MASK_PART

#: What a pair can teach, and the name of the branch that it teaches.
Part = Literal["expressions", "hair", "person"]
PARTS: Final[tuple[Part, ...]] = ("expressions", "hair", "person")
#: Farthest a pixel can be moved, in shares of the side.
REACH: Final = 0.12
#: Pixels a side that are worked on as one.
FOLD: Final = 4
#: Channels normalised together.
_GROUPS: Final = 4
#: The mask begins mostly closed: an untrained network leaves the photo as it is.
_CLOSED: Final = -4.0


@dataclass(frozen=True)
class Strokes:
    """What is done to a picture.

    Attributes:
        flow: ``(B, 2, h, w)`` where each pixel comes from, x and y, in shares of the side.
        paint: ``(B, 3, h, w)`` that is added, −2 to 2.
        mask: ``(B, 1, h, w)`` how much of the photo's pixel is taken away: 0 none, 1 all.
    """

    flow: Tensor
    paint: Tensor
    mask: Tensor

    @classmethod
    def of(cls, told: Tensor) -> "Strokes":
        """What a branch says ``(B, 6, h, w)``, brought within bounds."""
        return cls(REACH * told[:, :2].tanh(), 2 * told[:, 2:5].tanh(), told[:, 5:].sigmoid())

    def merged_with(self, other: "Strokes") -> "Strokes":
        """Both at once: ways and paint are added, and what either takes away is gone."""
        mask = 1 - (1 - self.mask) * (1 - other.mask)
        return Strokes(self.flow + other.flow, self.paint + other.paint, mask)

    def applied(self, pictures: Tensor) -> Tensor:
        """The changed pictures ``(B, 3, H, W)``; H and W may be larger than h and w."""
        size = pictures.shape[2:]
        flow, paint, mask = (_at(part, size) for part in (self.flow, self.paint, self.mask))
        return (1 - mask) * _moved(pictures, flow) + paint


class StrokeGenerator(nn.Module):
    """A generator that says what is to be done to pictures, so that it can be done at any size."""

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """The pictures ``(B, 3, H, W)`` with what the labels ``(B, L)`` ask for."""
        return self.strokes_for(pictures, labels).applied(pictures)

    def strokes_for(self, pictures: Tensor, labels: Tensor, part: Part | None = None) -> Strokes:
        """What is to be done to the pictures; with ``part`` only what that part of it does."""
        raise NotImplementedError


class Painter(StrokeGenerator):
    """Takes pictures ``(B, 3, H, W)`` from −1 to 1 and labels ``(B, L)``, returns pictures.

    Three branches paint: expressions, where the label's mask says so; else hair and person (gender
    and age), both at once. Each learns from pairs that differ in nothing else. One branch for all
    of it learnt several times slower: hair repaints a fifth of the picture where it is, another
    gender moves everything a little, an expression must leave nearly all of it alone.

    Args:
        width: channels of the first layer; doubled with every halving.
        label: length L of the label vector, the mask included.
        blocks: residual blocks at the narrowest.
    """

    def __init__(self, width: int = 32, label: int = LENGTH, blocks: int = 3) -> None:
        super().__init__()
        self.branches = nn.ModuleDict({name: Branch(width, label, blocks) for name in PARTS})

    def strokes_for(self, pictures: Tensor, labels: Tensor, part: Part | None = None) -> Strokes:
        """See :meth:`StrokeGenerator.strokes_for`."""
        labels = labels.to(pictures.dtype)
        if part:
            return self._of(part, pictures, labels)
        custom = labels[:, MASK_PART][:, 1] > 0.5
        if custom.all():
            return self._of("expressions", pictures, labels)
        if not custom.any():
            hair, person = (self._of(name, pictures, labels) for name in ("hair", "person"))
            return hair.merged_with(person)
        done = [self.strokes_for(pictures[rows], labels[rows]) for rows in (custom, ~custom)]
        # Back into the order that they came in.
        back = torch.cat([custom.nonzero(), (~custom).nonzero()]).squeeze(1).argsort()
        flow, paint, mask = (
            torch.cat(parts)[back]
            for parts in zip(*((d.flow, d.paint, d.mask) for d in done), strict=True)
        )
        return Strokes(flow, paint, mask)

    def _of(self, part: Part, pictures: Tensor, labels: Tensor) -> Strokes:
        return Strokes.of(self.branches[part](pictures, labels))


class Branch(nn.Module):
    """A U-Net (Ronneberger et al. 2015) at a quarter of the side, told the label in every block.

    The blocks' normalisation is scaled and shifted by the label (Dhariwal and Nichol 2021). The
    last layers look at the picture again at half of its side, so that an edge of hair or lip is
    where the picture has it.

    Args:
        width: see :class:`Painter`.
        label: likewise.
        blocks: likewise.
    """

    def __init__(self, width: int, label: int, blocks: int) -> None:
        super().__init__()
        w, fine = width, max(width // 2, 4)
        self.stem = nn.Conv2d(3 * FOLD**2 + 2, w, 3, 1, 1)
        self.before = nn.ModuleList(_ToldBlock(k * w, label) for k in (1, 2))
        self.down = nn.ModuleList(nn.Conv2d(k * w, 2 * k * w, 4, 2, 1) for k in (1, 2))
        self.blocks = nn.ModuleList(_ToldBlock(4 * w, label) for _ in range(blocks))
        self.up = nn.ModuleList(nn.Conv2d(3 * k * w, k * w, 3, 1, 1) for k in (2, 1))
        self.after = nn.ModuleList(_ToldBlock(k * w, label) for k in (2, 1))
        self.wide = nn.Conv2d(w, 4 * fine, 1)
        self.fine = nn.Conv2d(fine + 12, fine, 3, 1, 1)
        self.strokes = nn.Conv2d(fine, 6 * 4, 3, 1, 1)
        with torch.no_grad():
            self.strokes.weight.mul_(0.1)
            self.strokes.bias.zero_()  # type: ignore[union-attr]
            self.strokes.bias[5 * 4 :] = _CLOSED  # type: ignore[index]

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """Strokes of pictures ``(B, 3, H, W)``, before their bounds: ``(B, 6, H, W)``."""
        x = functional.pixel_unshuffle(pictures, FOLD)
        x = self.stem(torch.cat([x, places(x)], 1))
        passed = []
        for before, down in zip(self.before, self.down, strict=True):
            x = before(x, labels)
            passed.append(x)
            x = down(x)
        for block in self.blocks:
            x = block(x, labels)
        for up, after, beside in zip(self.up, self.after, reversed(passed), strict=True):
            wide = functional.interpolate(x, scale_factor=2.0)
            x = after(up(torch.cat([wide, beside], 1)), labels)
        x = functional.pixel_shuffle(self.wide(functional.silu(x)), 2)
        x = functional.silu(self.fine(torch.cat([x, functional.pixel_unshuffle(pictures, 2)], 1)))
        return functional.pixel_shuffle(self.strokes(x), 2)


class _ToldBlock(nn.Module):
    """A residual block whose normalised features are scaled and shifted by the label."""

    def __init__(self, width: int, label: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(width, width, 3, 1, 1) for _ in range(2))
        self.norm = nn.GroupNorm(_GROUPS, width)
        self.inner = nn.GroupNorm(_GROUPS, width, affine=False)
        self.told = nn.Linear(label, 2 * width)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        scale, shift = self.told(labels)[:, :, None, None].chunk(2, 1)
        inner = self.inner(self.first(functional.silu(self.norm(x))))
        made: Tensor = x + self.second(functional.silu(inner * (1 + scale) + shift))
        return made


def _at(part: Tensor, size: torch.Size) -> Tensor:
    if part.shape[2:] == size:
        return part
    return functional.interpolate(part, size, mode="bicubic", align_corners=False)


def places(x: Tensor) -> Tensor:
    """Where each pixel lies, −1 to 1: faces are cropped alike (CoordConv, Liu et al. 2018)."""
    height, width = x.shape[2:]
    rows = torch.linspace(-1, 1, height, dtype=x.dtype, device=x.device)
    columns = torch.linspace(-1, 1, width, dtype=x.dtype, device=x.device)
    both = torch.stack(torch.meshgrid(rows, columns, indexing="ij"))
    return both.expand(len(x), -1, -1, -1)


def _moved(pictures: Tensor, flow: Tensor) -> Tensor:
    height, width = pictures.shape[2:]
    rows = torch.linspace(-1 + 1 / height, 1 - 1 / height, height, device=flow.device)
    columns = torch.linspace(-1 + 1 / width, 1 - 1 / width, width, device=flow.device)
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    grid = torch.stack([x, y], -1).to(flow.dtype) + 2 * flow.permute(0, 2, 3, 1)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
