"""How good a model is, with how sure that is."""

from storyface_assets.lib.measures.agreement import cohens_kappa
from storyface_assets.lib.measures.calibration import (
    calibration_error,
    fit_temperature,
    mean_log_likelihood,
)
from storyface_assets.lib.measures.classification import (
    accuracy,
    confusion,
    f1_by_class,
    macro_f1,
)
from storyface_assets.lib.measures.intervals import with_intervals

__all__ = [
    "accuracy",
    "calibration_error",
    "cohens_kappa",
    "confusion",
    "f1_by_class",
    "fit_temperature",
    "macro_f1",
    "mean_log_likelihood",
    "with_intervals",
]
