"""Work that makes pictures, resumed."""

from pathlib import Path

from upath import UPath

from storyface_assets.lib.dataset.pictures_on_each import pictures_on_each
from storyface_assets.lib.store import BlobStore, Memo


def _draw(key: str, job: dict) -> dict:
    return {"picture": BlobStore(UPath(job["blobs"])).put(key.encode()), "size": len(key)}


def test_a_selected_part_still_lets_lost_pictures_be_found(tmp_path: Path) -> None:
    # What is selected need not name the picture; whether it is there is asked of the whole result.
    blobs, memo = BlobStore(UPath(tmp_path / "blobs")), Memo(tmp_path, "d", "1")
    jobs = {key: {"blobs": str(blobs.root)} for key in ("a", "bb")}
    heard: list[str] = []

    def run() -> dict:
        def work(key: str, job: dict) -> dict:
            heard.append(key)
            return _draw(key, job)

        return pictures_on_each(
            "drawing", jobs, work, memo, blobs, lambda r: [r["picture"]], 1, lambda r: r["size"]
        )

    assert run() == {"a": 1, "bb": 2} == run() and heard == ["a", "bb"]
    blobs.path(memo.get(["bb"])["bb"]["picture"]).unlink()
    assert run() == {"a": 1, "bb": 2} and heard == ["a", "bb", "bb"]
    assert all(blobs.has(result["picture"]) for result in memo.get(jobs).values())
