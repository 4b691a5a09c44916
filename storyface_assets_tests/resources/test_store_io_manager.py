"""The IO manager with a real Dagster instance: versions, partitions, damage, what is missing."""

import errno
from pathlib import Path

import pandas as pd
import pytest
from dagster import (
    AllPartitionMapping,
    AssetIn,
    AssetKey,
    DagsterInstance,
    DynamicPartitionsDefinition,
    asset,
    materialize,
)
from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Folder, content_hash, is_stored
from storyface_assets.resources import store_io_manager
from storyface_assets.resources.store_io_manager import StoreIOManager

BOOKS = DynamicPartitionsDefinition(name="books")
TEXTS = {"one": "하나.", "two": "둘."}


@asset(key_prefix="books", partitions_def=BOOKS, code_version="1")
def sentences(context) -> pd.DataFrame:
    return pd.DataFrame({"text": [TEXTS[context.partition_key]], "p": [[0.5, 0.5]]})


@asset(key_prefix="books", partitions_def=BOOKS, ins={"sentences": AssetIn(["books", "sentences"])})
def narration(sentences: pd.DataFrame) -> Folder:
    folder = Folder.scratch()
    (folder.path / "text.txt").write_text("".join(sentences["text"]), "utf-8")
    return folder


@asset(
    key_prefix="catalog",
    ins={
        "narrations": AssetIn(
            ["books", "narration"],
            partition_mapping=AllPartitionMapping(),
            metadata={"allow_missing_partitions": True},
        )
    },
)
def index(narrations: dict[str, Folder]) -> pd.DataFrame:
    texts = {slug: (f.path / "text.txt").read_text("utf-8") for slug, f in narrations.items()}
    return pd.DataFrame(sorted(texts.items()), columns=["slug", "text"])


@pytest.fixture
def instance():
    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("books", list(TEXTS))
        yield instance


@pytest.fixture(params=["local", "memory"])
def manager(request, tmp_path: Path) -> StoreIOManager:
    store = tmp_path / "store" if request.param == "local" else f"memory://{tmp_path.name}"
    return StoreIOManager(UPath(store), cache=tmp_path / "cache")


def run(assets, instance, manager, **more):
    return materialize(assets, instance=instance, resources={"io_manager": manager}, **more)


def latest(instance, *key):
    return instance.get_latest_materialization_event(AssetKey(list(key))).asset_materialization


def test_data_version_is_the_content_hash_and_stays_for_equal_content(instance, manager):
    """A version from the run's id or the clock would make everything downstream stale."""
    seen = []
    for _ in range(2):
        assert run([sentences], instance, manager, partition_key="one").success
        made = latest(instance, "books", "sentences")
        seen.append(made.tags["dagster/data_version"])
    stored = manager.load(["books", "sentences"], "one")
    assert seen == [content_hash(stored)] * 2
    assert made.metadata["dagster/row_count"].value == 1
    assert made.metadata["bytes"].value > 0
    assert "sentences/one" in str(made.metadata["path"].value)


def test_partitions_go_downstream_each_on_its_own(instance, manager):
    """One book's text read into another book's narration."""
    for slug in TEXTS:
        assert run([sentences, narration], instance, manager, partition_key=slug).success
        folder = manager.load(["books", "narration"], slug)
        assert (folder.path / "text.txt").read_text("utf-8") == TEXTS[slug]
    versions = {
        e.asset_materialization.tags["dagster/data_version"]
        for e in (
            r.event_log_entry
            for r in instance.fetch_materializations(
                AssetKey(["books", "narration"]), limit=9
            ).records
        )
    }
    assert len(versions) == 2


def test_catalogue_gets_a_dict_even_of_one_book(instance, manager):
    """Dagster's own UPath manager hands over a bare object when just one partition exists."""
    run([sentences, narration], instance, manager, partition_key="one")
    result = materialize(
        [sentences, narration, index],
        instance=instance,
        resources={"io_manager": manager},
        selection=[index],
    )
    assert result.success
    assert list(manager.load(["catalog", "index"])["slug"]) == ["one"]


def test_upstream_never_materialized_is_named(instance, manager):
    """A bare FileNotFoundError of a path inside the store tells a person nothing."""
    with pytest.raises(Exception, match=r"books/sentences: partition one: was never materialized"):
        materialize(
            [sentences, narration],
            instance=instance,
            resources={"io_manager": manager},
            partition_key="one",
            selection=[narration],
        )


def test_damage_is_named_when_the_input_is_loaded(instance, tmp_path):
    """A truncated table read as if it were whole."""
    manager = StoreIOManager(UPath(tmp_path))
    run([sentences], instance, manager, partition_key="one")
    [table] = tmp_path.rglob("table.parquet")
    table.write_bytes(table.read_bytes()[:-7])
    with pytest.raises(BadInput, match=r"table\.parquet: has \d+ bytes .* instead of"):
        manager.load(["books", "sentences"], "one")
    # Materializing again mends it, though the content is the same.
    run([sentences], instance, manager, partition_key="one")
    assert len(manager.load(["books", "sentences"], "one")) == 1


def test_another_type_is_refused_by_name(instance, manager):
    """Dagster's default would pickle it."""

    @asset
    def number() -> int:
        return 3

    with pytest.raises(Exception, match=r"number returned int; return a pandas\.DataFrame"):
        run([number], instance, manager)


@pytest.mark.parametrize("partition", ["../up", "/etc", "A", "a b", "", ".", "가", "a" * 61])
def test_partition_that_is_no_slug_never_becomes_a_path(manager, partition):
    """Path traversal by a partition key added through the UI."""
    with pytest.raises(BadInput, match="not a safe name"):
        manager.target(["books", "sentences"], partition)


def test_stored_scratch_folder_is_removed(instance, manager, tmp_path, monkeypatch):
    """Every film left a second time in the temporary folder fills the disk."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    run([sentences, narration], instance, manager, partition_key="two")
    assert not list((tmp_path / "tmp").glob("storyface-*"))


def test_a_full_disk_is_told_with_its_mend(instance, manager, monkeypatch):
    """A bare 'OSError 28' that tells nobody what to do."""

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store_io_manager, "write_table_manifest", full)
    result = run([sentences], instance, manager, partition_key="one", raise_on_error=False)
    [failure] = [e for e in result.all_events if e.is_step_failure]
    assert "sentences/one: disk: has no room" in str(failure.step_failure_data.error)
    assert not is_stored(manager.target(["books", "sentences"], "one"))
