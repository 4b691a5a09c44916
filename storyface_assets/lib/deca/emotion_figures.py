"""How well an encoder's expressions show what its photos show, on people it never saw."""

import torch

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.lite0_encoder import ScaledEncoder
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.deca.shown_emotion import ShownEmotion

#: Photos of each person: each is drawn anew and judged twice, a tenth of a second.
_PHOTOS = 4


def emotion_distance(
    encoder: ScaledEncoder, shown: ShownEmotion, test: Shots, device: torch.device
) -> float:
    """``ShownEmotion``'s mean loss: 0 where photo and told expression look alike to the judge.

    Args:
        encoder: photos → codes.
        shown: the judge.
        test: photos of known codes; the first four of each person are taken.
        device: where the encoder is.
    """
    few = test.first_of_each(_PHOTOS)
    told = Codes.split(encoded(encoder, few.photos, device)).expression
    return round(shown.mean_loss(few, told), 4)
