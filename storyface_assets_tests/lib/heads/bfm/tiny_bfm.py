"""A Basel Face Model of 30 vertices in the publishers' own file layouts."""

from pathlib import Path

import numpy as np
import scipy.io

from storyface_assets.lib.heads.bfm import convert

#: Vertices of the whole model, of those with expressions, and of the cut to the face.
N, N_TRIMMED, N_FRONT = 30, 20, 12
_RNG = np.random.default_rng(0)
#: A bent grid of 6 × 5 that bulges towards +z, in micrometres.
_X, _Y = np.meshgrid(np.arange(6) - 2.5, np.arange(5) - 2.0)
MEAN = np.stack([_X, _Y, 3 - 0.2 * (_X**2 + _Y**2)], -1).reshape(N, 3) * 2e4
SHAPE, SHAPE_EV = _RNG.normal(size=(3 * N, 199)), _RNG.uniform(1e3, 1e4, (199, 1))
TEXTURE, TEXTURE_EV = _RNG.normal(size=(3 * N, 199)), _RNG.uniform(1, 10, (199, 1))
COLOUR = _RNG.uniform(60, 200, (N, 3))
EXPRESSION, EXPRESSION_EV = _RNG.normal(size=(79, 3 * N_TRIMMED)), _RNG.uniform(1e3, 1e4, 79)
#: The last column and the top row have no expressions; of the rest, three rows by four are the
#: face, listed in no order.
TRIM = np.array([r * 6 + c for r in range(4) for c in range(5)])
CUT = _RNG.permutation([r * 5 + c for r in range(1, 4) for c in range(4)])
KEYPOINTS = _RNG.integers(0, N_FRONT, 68)
_CELL = [(r * 6 + c) for r in range(4) for c in range(5)]
#: Triangles counter-clockwise seen from +z, from 0.
TRIANGLES = np.array([t for i in _CELL for t in ((i, i + 1, i + 6), (i + 1, i + 7, i + 6))])


def write_model(folder: Path, flipped: bool = False, **changed: np.ndarray) -> Path:
    """``01_MorphableModel.mat``; ``flipped`` turns the triangles' insides out."""
    triangles = TRIANGLES[:, [0, 2, 1]] if flipped else TRIANGLES
    held = {
        "shapeMU": MEAN.reshape(-1, 1).astype(np.float32),
        "shapePC": SHAPE.astype(np.float32),
        "shapeEV": SHAPE_EV.astype(np.float32),
        "texMU": COLOUR.reshape(-1, 1).astype(np.float32),
        "texPC": TEXTURE.astype(np.float32),
        "texEV": TEXTURE_EV.astype(np.float32),
        "tl": (triangles + 1).astype(np.float64),
    }
    file = folder / convert.MODEL
    scipy.io.savemat(file, held | changed)
    return file


def write_expressions(folder: Path) -> list[Path]:
    """``Exp_Pca.bin``, ``std_exp.txt`` and ``BFM_exp_idx.mat``."""
    numbers = np.concatenate([np.full(3 * N_TRIMMED, 1e6), EXPRESSION.ravel()]).astype("<f4")
    (folder / convert.BASIS).write_bytes(np.int32(79).tobytes() + numbers.tobytes())
    np.savetxt(folder / convert.DEVIATIONS, EXPRESSION_EV[None])
    scipy.io.savemat(folder / convert.TRIMMED, {"trimIndex": (TRIM + 1)[:, None]})
    return [folder / name for name in (convert.BASIS, convert.DEVIATIONS, convert.TRIMMED)]


def write_cut(folder: Path) -> list[Path]:
    """``BFM_front_idx.mat`` and ``facemodel_info.mat``."""
    scipy.io.savemat(folder / convert.FRONT, {"idx": (CUT + 1)[:, None]})
    scipy.io.savemat(folder / convert.INFO, {"keypoints": (KEYPOINTS + 1)[None]})
    return [folder / convert.FRONT, folder / convert.INFO]
