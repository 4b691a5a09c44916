"""How assets are declared here: group = folder = key prefix, owners and partitions in one place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dagster import AssetDep, AssetIn, AssetKey, AssetsDefinition, asset

from storyface_assets.partitions import BOOKS
from storyface_assets.vocabulary import OWNERS

AssetFunction = Callable[..., Any]


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
) -> Callable[[AssetFunction], AssetsDefinition]:
    """Declare an asset of the image dataset; for the arguments see :func:`book_asset`."""
    return asset(
        key_prefix="dataset",
        group_name="dataset",
        owners=list(OWNERS),
        ins={name: AssetIn(key_prefix="dataset") for name in inputs},
        deps=list(deps),
        kinds=kinds,
        code_version=code_version,
        pool=pool,
    )


def book_asset(
    *,
    kinds: set[str],
    code_version: str,
    inputs: Sequence[str] = (),
    deps: Sequence[AssetKey | AssetDep] = (),
    pool: str | None = None,
) -> Callable[[AssetFunction], AssetsDefinition]:
    """Declare an asset that is made once a book.

    Args:
        kinds: what it is made with and of; the UI draws an icon for each.
        code_version: raise it when the same input would give other output.
        inputs: parameters that are other assets of the book, by name.
        deps: what it depends on without loading it through the store.
        pool: concurrency pool of heavy work.
    """
    ins: Mapping[str, AssetIn] = {name: AssetIn(key_prefix="books") for name in inputs}
    return asset(
        key_prefix="books",
        group_name="books",
        partitions_def=BOOKS,
        owners=list(OWNERS),
        ins=ins,
        deps=list(deps),
        kinds=kinds,
        code_version=code_version,
        pool=pool,
    )
