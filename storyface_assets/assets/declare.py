"""How assets are declared here: group = folder = key prefix, owners and partitions in one place."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dagster import AssetDep, AssetIn, AssetKey, AssetsDefinition, RetryPolicy, asset

from storyface_assets.partitions import BOOKS
from storyface_assets.vocabulary import OWNERS

AssetFunction = Callable[..., Any]

#: Tag of assets that a render leaves out until somebody asks for them.
ON_DEMAND = "storyface/on_demand"


def book_key(name: str) -> AssetKey:
    """Key of an asset of the ``books`` group."""
    return AssetKey(["books", name])


def model_key(name: str) -> AssetKey:
    """Key of an asset of the ``models`` group."""
    return AssetKey(["models", name])


def dataset_key(name: str) -> AssetKey:
    """Key of an asset of the ``dataset`` group."""
    return AssetKey(["dataset", name])


def dataset_asset(
    *,
    kinds: set[str],
    code_version: str,
    inputs: Sequence[str] = (),
    deps: Sequence[AssetKey | AssetDep] = (),
    pool: str | None = None,
    on_demand: bool = False,
) -> Callable[[AssetFunction], AssetsDefinition]:
    """Declare an asset of the dataset; for the arguments see :func:`book_asset`."""
    options = {"kinds": kinds, "code_version": code_version, "pool": pool}
    return _group_asset("dataset", inputs, deps, options | {"tags": _tags(on_demand)})


def book_asset(
    *,
    kinds: set[str],
    code_version: str,
    inputs: Sequence[str] = (),
    deps: Sequence[AssetKey | AssetDep] = (),
    pool: str | None = None,
    on_demand: bool = False,
) -> Callable[[AssetFunction], AssetsDefinition]:
    """Declare an asset that is made once a book.

    Args:
        kinds: what it is made with and of; the UI draws an icon for each.
        code_version: raise it when the same input would give other output.
        inputs: parameters that are other assets of the book, by name.
        deps: what it depends on without loading it through the store.
        pool: concurrency pool of heavy work.
        on_demand: it is not made by itself with the rest of its group.
    """
    options = {"kinds": kinds, "code_version": code_version, "pool": pool}
    more = {"partitions_def": BOOKS, "tags": _tags(on_demand)}
    return _group_asset("books", inputs, deps, options | more)


def model_asset(
    *,
    name: str,
    description: str,
    kinds: set[str],
    inputs: Mapping[str, AssetKey] = MappingProxyType({}),
    pool: str | None = None,
    output_required: bool = True,
    retries: RetryPolicy | None = None,
) -> Callable[[AssetFunction], AssetsDefinition]:
    """Declare an asset of a model's life; one function serves every model.

    Args:
        name: of the asset.
        description: what it is.
        kinds: see :func:`book_asset`.
        inputs: parameters that are other assets, with their keys.
        pool: see :func:`book_asset`.
        output_required: ``False`` where nothing may come out, which leaves the old as it is.
        retries: when and how often it is tried again.
    """
    return asset(
        name=name,
        key_prefix="models",
        group_name="models",
        description=description,
        owners=list(OWNERS),
        kinds=kinds,
        code_version="1",
        ins={parameter: AssetIn(key) for parameter, key in inputs.items()},
        pool=pool,
        output_required=output_required,
        retry_policy=retries,
    )


def _tags(on_demand: bool) -> dict[str, str]:
    return {ON_DEMAND: "true"} if on_demand else {}


def _group_asset(
    group: str,
    inputs: Sequence[str],
    deps: Sequence[AssetKey | AssetDep],
    options: Mapping[str, Any],
) -> Callable[[AssetFunction], AssetsDefinition]:
    """Group = key prefix, also of the inputs."""
    return asset(
        key_prefix=group,
        group_name=group,
        owners=list(OWNERS),
        ins={name: AssetIn(key_prefix=group) for name in inputs},
        deps=list(deps),
        **options,
    )
