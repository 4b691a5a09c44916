"""books/emotion_faces: the character's face in every expression."""

from dagster import MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.characters import Portrait
from storyface_assets.lib.characters.emotion_faces import make_emotion_faces
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.previews.pictures import fit_width, picture_row
from storyface_assets.resources.installation import Installation


@book_asset(
    inputs=["character"],
    deps=[model_key("stargan_champion"), model_key("image_emotion_champion")],
    kinds={"pytorch", "image"},
    code_version="1",
)
def emotion_faces(installation: Installation, character: Folder) -> MaterializeResult[Folder]:
    """The portrait with anger, joy, panic and sadness, by StarGAN; neutral is the picture itself.

    Metadata says what the expression classifier reads in each.
    """
    watch, kept = Stopwatch(), Folder.scratch()
    faces = make_emotion_faces(
        Portrait.load(character.path), installation.face_editor(), installation.emotion_classifier()
    )
    faces.save(kept.path)
    return MaterializeResult(
        value=kept,
        metadata={
            "faces": picture_row([(n, fit_width(c, 256)) for n, c in faces.crops.items()]),
            "reads as": faces.facts(),
            "seconds of work": watch.seconds(),
        },
    )
