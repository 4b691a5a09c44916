"""books/head_files: the head for an artist's programs; made only when somebody asks for it."""

from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.export import write_head_files
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


@book_asset(
    inputs=["heads"],
    deps=[model_key("open_head_champion")],
    kinds={"file", "numpy"},
    code_version="2",
    pool=POOL_RENDER,
    on_demand=True,
)
def head_files(
    context: AssetExecutionContext, installation: Installation, heads: Folder
) -> MaterializeResult[Folder]:
    """The head as files: head.glb, an OBJ an expression, hair.obj, clothes.obj, their textures.

    A head with wrinkles also has them as displacement (16 bit), normals, depth and a finely divided
    OBJ, for each expression. The GLB has ARKit's units and the book's expressions as named morph
    targets, and an animation an expression. Films need none of it: `storyface render` leaves it
    out, `storyface heads` makes it.
    """
    watch, kept = Stopwatch(), Folder.scratch()
    model, head = installation.head_model(), CharacterHead.load(heads.path)
    accessories = build_accessories(model, head)
    facts = write_head_files(kept.path, context.partition_key, model, head, accessories)
    return MaterializeResult(
        value=kept,
        metadata={
            "vertices": facts["vertices"],
            "triangles": facts["triangles"],
            "morph targets": facts["morph targets"],
            "expressions": facts["expressions"],
            "bytes of head.glb": facts["bytes"]["head.glb"],
            "bytes of all files": sum(facts["bytes"].values()),
            "seconds of work": watch.seconds(),
        },
    )
