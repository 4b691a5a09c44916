"""The asset graph as Mermaid text for the README.

Print it with ``python -m storyface_assets.previews.asset_graph``.
"""

from dagster import AssetKey, Definitions


def asset_graph(defs: Definitions) -> str:
    """Mermaid flowchart of every asset, one box a group; ends with a newline."""
    graph = defs.resolve_asset_graph()
    keys = sorted(graph.get_all_asset_keys(), key=_node)
    lines = ["flowchart LR"]
    for group in sorted({graph.get(key).group_name or "" for key in keys}):
        lines.append(f"  subgraph {group}")
        for key in keys:
            if graph.get(key).group_name == group:
                shape = "[{}]" if graph.get(key).is_materializable else "([{}])"
                lines.append(f"    {_node(key)}{shape.format(key.path[-1])}")
        lines.append("  end")
    for key in keys:
        for parent in sorted(graph.get(key).parent_keys, key=_node):
            lines.append(f"  {_node(parent)} --> {_node(key)}")
    return "\n".join(lines) + "\n"


def _node(key: AssetKey) -> str:
    return "_".join(key.path)


def main() -> None:
    """Print the graph of this installation."""
    from storyface_assets.definitions import build_definitions
    from storyface_assets.settings import Settings

    print(asset_graph(build_definitions(Settings.find())), end="")


if __name__ == "__main__":
    main()
