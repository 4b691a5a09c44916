"""Whether a photo will do as a portrait, and which of its faces is meant."""

from collections.abc import Sequence

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit.eye_view import eye_views
from storyface_assets.lib.landmarks.face import Face

PHOTO = "portrait"
MAX_YAW_DEGREES = 35.0
MAX_PITCH_DEGREES = 35.0
#: Eyes nearer than this carry too few pixels for a texture.
MIN_INTEROCULAR = 36.0
GOOD_INTEROCULAR = 80.0


def check_portrait(rgb: np.ndarray, faces: Sequence[Face]) -> tuple[Face, tuple[str, ...]]:
    """Choose the face of a portrait.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        faces: as found in it, largest first.

    Returns:
        The largest face, and warnings for a person to read.

    Raises:
        BadInput: no face, a profile, a face too small, or eyes that are covered.
    """
    if not faces:
        raise BadInput(
            PHOTO,
            "",
            "shows no face that we can find.",
            "Use a photo of one person from the front, in good light, with nothing over the face.",
        )
    face, warnings = faces[0], []
    if len(faces) > 1:
        warnings.append(f"The photo shows {len(faces)} faces; the largest was taken.")
    if abs(face.yaw_degrees) > MAX_YAW_DEGREES:
        raise BadInput(
            PHOTO,
            "",
            f"is a side view (the head is turned by about {abs(face.yaw_degrees):.0f}°).",
            f"Use a photo from the front; up to {MAX_YAW_DEGREES:.0f}° will do.",
        )
    if abs(face.pitch_degrees) > MAX_PITCH_DEGREES:
        raise BadInput(
            PHOTO,
            "",
            f"is taken from above or below (by about {abs(face.pitch_degrees):.0f}°).",
            "Use a photo taken at eye height.",
        )
    if face.interocular < MIN_INTEROCULAR:
        raise BadInput(
            PHOTO,
            "",
            f"shows the face too small (the eyes are {face.interocular:.0f} pixels apart).",
            f"Use a photo in which they are at least {MIN_INTEROCULAR:.0f}, better "
            f"{GOOD_INTEROCULAR:.0f} pixels apart.",
        )
    if face.interocular < GOOD_INTEROCULAR:
        warnings.append(
            f"The face is small (eyes {face.interocular:.0f} pixels apart); the head will be soft."
        )
    covered = [eye.covered for eye in eye_views(rgb, face)]
    if all(covered):
        raise BadInput(
            PHOTO,
            "",
            "does not show the eyes (dark glasses, hair or a hand?).",
            "Use a photo with the eyes uncovered.",
        )
    if any(covered):
        warnings.append("One eye is covered; the head will show what covers it.")
    return face, tuple(warnings)
