"""The binary expression basis that Deep3DFaceRecon publishes (``Exp_Pca.bin``)."""

from pathlib import Path

import numpy as np

from storyface_assets.lib.errors import BadInput

_MEND = "Give the file as its publisher gives it."


def read_expression_basis(file: Path, deviations: Path, n: int, keep: int) -> np.ndarray:
    """Expression components times their standard deviations.

    The file is an int32 number of components, a mean of 3 n float32 (unused: it is added to the
    neutral face by none who publish codes for this basis) and the components, 3 n float32 each.

    Args:
        file: ``Exp_Pca.bin``.
        deviations: ``std_exp.txt``, a standard deviation each component.
        n: vertices.
        keep: components to keep.

    Returns:
        ``(keep, n, 3)`` float64 micrometres.

    Raises:
        BadInput: a file is missing, damaged, too short, or of another number of vertices.
    """
    try:
        data = file.read_bytes()
        spread = np.atleast_1d(np.loadtxt(deviations)).ravel()
    except (OSError, ValueError) as error:
        raise BadInput(file, "", f"cannot be read with {deviations} ({error}).", _MEND) from error
    count = int.from_bytes(data[:4], "little", signed=True)
    if count < keep or len(data) != 4 + 4 * 3 * n * (1 + count):
        problem = f"has {len(data)} bytes, which is not {count} components of {n} vertices."
        raise BadInput(file, "", problem, _MEND)
    if len(spread) < keep:
        raise BadInput(deviations, "", f"has {len(spread)} numbers, not {keep}.", _MEND)
    numbers = np.frombuffer(data, "<f4", offset=4).reshape(1 + count, 3 * n)
    basis = numbers[1 : 1 + keep] * spread[:keep, None]
    if not np.isfinite(basis).all():
        raise BadInput(file, "", "holds numbers that are not finite.", _MEND)
    return basis.reshape(keep, n, 3)
