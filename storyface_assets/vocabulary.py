"""The words every other module agrees on: emotions, expressions, asset groups, pools, owners.

A leaf module: it imports nothing of this package.
"""

from types import MappingProxyType
from typing import Final, Literal

#: Emotions read from text, in the order of every probability vector.
TEXT_EMOTIONS: Final = ("중립", "슬픔", "분노", "불안", "행복", "당황")

#: Expressions a face can take, in the order of every face table.
FACE_EXPRESSIONS: Final = ("neutral", "anger", "happy", "panic", "sadness")

#: Which expression the face takes for an emotion of the text.
EXPRESSION_OF_EMOTION: Final = MappingProxyType(
    {
        "중립": "neutral",
        "슬픔": "sadness",
        "분노": "anger",
        "행복": "happy",
        "불안": "panic",
        "당황": "panic",
    }
)

#: What AI-Hub's photo set calls an expression, and which face expression it trains; ``None`` for
#: labels that this project does not use (the seeds used the four without neutral).
EXPRESSION_OF_PHOTO_LABEL: Final = MappingProxyType(
    {
        "기쁨": "happy",
        "당황": "panic",
        "분노": "anger",
        "슬픔": "sadness",
        "중립": "neutral",
        "불안": None,
        "상처": None,
    }
)

#: Asset groups; each is also the first part of the asset key and a folder under assets/.
GROUPS: Final = ("dataset", "models", "books", "catalog")

OWNERS: Final = ("team:storyface",)

#: Concurrency pools; limits are set in the instance's dagster.yaml.
POOL_RENDER: Final = "render"
POOL_GPU: Final = "gpu"

#: How much a training does: ``tiny`` proves that it runs, ``open`` made the shipped weights.
TrainingProfile = Literal["tiny", "open", "research"]

#: Visible on every film (Korea's AI Basic Act asks for a notice that people can see).
AI_LABEL: Final = "AI로 만든 영상"
