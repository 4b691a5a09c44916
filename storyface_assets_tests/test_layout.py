"""The rules that keep the layers apart, read from the source."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "storyface_assets"
#: What each layer may import of the package. Whatever is not named may be imported by all above.
LAYERS = {
    "lib": {"lib", "vocabulary"},
    "worker": {"worker", "lib", "vocabulary"},
    "resources": {"resources", "lib", "settings", "vocabulary"},
    "previews": {"previews", "lib", "vocabulary"},
    "assets": {"assets", "resources", "previews", "partitions", "settings", "lib", "vocabulary"},
    "checks": {"checks", "assets", "resources", "previews", "partitions", "lib", "vocabulary"},
    "automation": {
        "automation",
        "assets",
        "resources",
        "partitions",
        "settings",
        "lib",
        "vocabulary",
    },
}
#: Printing the graph of an installation needs the definitions; nothing imports this module.
ENTRY_POINTS = {"previews/asset_graph.py"}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at the top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
    return found


def files(layer: str) -> list[Path]:
    return sorted((PACKAGE / layer).rglob("*.py"))


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_a_layer_imports_only_what_lies_below(layer):
    # Guards against a library that quietly needs Dagster's wiring and cannot be used alone.
    for path in files(layer):
        if path.relative_to(PACKAGE).as_posix() in ENTRY_POINTS:
            continue
        for module in imported(path):
            if module.startswith("storyface_assets."):
                assert module.split(".")[1] in LAYERS[layer], f"{path} imports {module}"


@pytest.mark.parametrize("layer", ["lib", "worker"])
def test_libraries_know_no_dagster(layer):
    # Workers run on machines where Dagster is not installed.
    for path in files(layer):
        roots = {module.split(".")[0] for module in imported(path)}
        # Pipes is a package of its own for just this: to run where Dagster is not.
        assert not {r for r in roots - {"dagster_pipes"} if r.startswith("dagster")}, path


def test_leaf_modules_import_nothing_of_the_package():
    for name in ("vocabulary.py", "lib/errors.py", "previews/colours.py"):
        own = {m for m in imported(PACKAGE / name) if m.startswith("storyface_assets")}
        assert not own, name


def test_files_stay_small():
    # A file that grows past this holds more than one idea.
    long = {p: len(p.read_text("utf-8").splitlines()) for p in PACKAGE.rglob("*.py")}
    assert {p.name: n for p, n in long.items() if n > 320} == {}
