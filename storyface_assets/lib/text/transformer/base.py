"""What a trained model stands on and does not hold itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Base:
    """An encoder that is installed wherever the model is, so that only changes are saved.

    Attributes:
        name: by which ``load_pretrained`` finds it.
        sha256: of its file; over another one the changes would be nonsense.
        frozen_layers: see ``frozen.frozen_names``; what is frozen is as it is in the base.
    """

    name: str
    sha256: str
    frozen_layers: int = 0
