"""Checks of the image dataset: nothing leaks, nothing is empty, not too much is bad."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from storyface_assets.assets.declare import dataset_key
from storyface_assets.checks.factories import Verdict, dataset_check
from storyface_assets.lib.dataset.batches import open_part
from storyface_assets.lib.dataset.crops import decode_crop
from storyface_assets.lib.dataset.distinct import COPY, of_lists
from storyface_assets.lib.dataset.leaks import families, leaks
from storyface_assets.lib.dataset.listing import UNREADABLE
from storyface_assets.lib.dataset.packed_pictures import open_split
from storyface_assets.lib.dataset.picture_shards import INDEX_NAME, PackedPictures
from storyface_assets.lib.dataset.schema import BOX_SIDES, SPLITS
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Share of photos that may be bad before the set itself is taken for broken.
MAX_BAD: Final = 0.1
#: Pictures that are opened; of all others it is only looked whether they are there.
_OPENED: Final = 500
#: Standard deviation of the grey values below which a picture shows nothing.
_FLAT: Final = 3.0
#: The largest class of train over the smallest.
_UNEVEN: Final = 2.0
#: What must not be on both sides of a split: people, near duplicates, files and pictures.
_MUST_NOT_CROSS: Final = ("person", "group", "sha256", "picture")


def few_photos_are_bad(table: pd.DataFrame, installation: Installation) -> Verdict:
    """At most a tenth of the photos is bad; each that is there counts once.

    Equal copies of a file and entries of lists whose photo was not delivered are told, not counted;
    but where an archive or folder cannot be read, their photos are what it may have held.
    """
    listed, copies = of_lists(table), table["reason"] == COPY
    is_lost = (table["reason"] == UNREADABLE).any()
    there = table[~copies] if is_lost else table[~listed & ~copies]
    bad = there[~there["kept"].astype(bool)]
    share = len(bad) / len(there) if len(there) else 1.0
    reasons = bad["reason"].value_counts()
    most = ", ".join(f"{reason} {count}" for reason, count in reasons.head(5).items())
    problem = f"{len(bad)} of {len(there)} photos are bad ({share:.1%}): {most or 'none'}."
    mend = "" if share <= MAX_BAD else f" More than {MAX_BAD:.0%}: copy the set again."
    beside = {"equal copies": int(copies.sum()), "rows of lists": int(listed.sum())}
    figures = {"bad": len(bad), "photos": len(there), **beside, "share": share}
    return Verdict(share <= MAX_BAD, problem + mend, figures)


def expressions_are_known(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Every photo that is kept shows one of the five expressions."""
    kept = table[table["kept"]]
    strange = sorted(set(kept["expression"]) - set(FACE_EXPRESSIONS))
    return Verdict(not strange, f"unknown: {', '.join(strange) or 'none'}")


def equal_files_are_one_group(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Every photo has a group, and files with the same bytes have the same one."""
    nowhere = int((table["group"] == "").sum())
    groups = table.groupby("sha256")["group"].nunique()
    torn = int((groups > 1).sum())
    text = f"{len(table)} photos, {nowhere} without a group, {torn} equal files in two groups"
    return Verdict(not nowhere and not torn, text, {"no group": nowhere, "torn": torn})


def one_of_each_group_is_kept(table: pd.DataFrame, installation: Installation) -> Verdict:
    """No two photos of one group of near duplicates are kept."""
    counts = table.loc[table["kept"], "group"].value_counts()
    several = counts[counts > 1]
    groups = table["group"].nunique()
    return Verdict(several.empty, f"{groups} groups, {len(several)} of them with two photos kept")


def boxes_are_inside(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Every kept box has an area and lies inside its photo."""
    kept = table[table["kept"]]
    low_x, low_y, high_x, high_y = (kept[f"box_{side}"].to_numpy(float) for side in BOX_SIDES)
    inside = (low_x >= 0) & (low_y >= 0) & (high_x > low_x) & (high_y > low_y)
    inside &= (high_x <= kept["width"]) & (high_y <= kept["height"])
    return Verdict(bool(inside.all()), f"{int((~inside).sum())} of {len(kept)} boxes outside")


def pictures_are_there(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Every kept picture is in the store; up to 500 from all over are opened and not empty."""
    kept, blobs = table.loc[table["kept"], "picture"], installation.blobs()
    lost = sum(not blobs.has(picture) for picture in kept.unique())
    bad = 0
    for picture in kept.iloc[_spread(len(kept))]:
        try:
            bad += float(decode_crop(blobs.get(picture)).std()) < _FLAT
        except BadInput:
            bad += 1
    opened = min(len(kept), _OPENED)
    text = f"{len(kept)} pictures, {lost} lost; {bad} of {opened} opened ones are empty or damaged"
    return Verdict(len(kept) > 0 and not lost and not bad, text, {"lost": lost, "bad": bad})


def nobody_crosses(table: pd.DataFrame, installation: Installation) -> Verdict:
    """No person and no near duplicate is in two splits, not even by way of a photo left out.

    A photo that was left out on the way ties its uploader to the one it is a copy of; so the
    people and groups of all photos that can be decoded are looked at.
    """
    everybody: pd.DataFrame = installation.load(dataset_key("near_duplicates"))
    split_of = dict(zip(table["photo"], table["split"], strict=True))
    tied = everybody.assign(split=everybody["photo"].map(split_of), family=families(everybody))
    unknown = set(table["photo"]) - set(everybody["photo"])
    if unknown:
        return Verdict(False, f"{len(unknown)} photos were not looked at for copies")
    return _without_leaks(tied.dropna(subset="split"), ("person", "group", "family"))


def only_train_is_augmented(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Turned copies are in train alone: a score on them would be no score on photos."""
    turned = table[(table["turn"] != "") & (table["split"] != "train")]
    return Verdict(turned.empty, f"{len(turned)} turned copies outside train")


def splits_do_not_leak(folder: Folder, installation: Installation) -> Verdict:
    """No person, near duplicate, photo or picture is in two of the packed splits."""
    return _without_leaks(_all_rows(folder.path), _MUST_NOT_CROSS)


def packed_pictures_are_whole(folder: Folder, installation: Installation) -> Verdict:
    """Every index fits its shards, and up to 500 pictures from all over are not empty."""
    files = [path for name in (INDEX_NAME, "*.np[yz]") for path in folder.path.rglob(name)]
    sets = sorted({path.parent for path in files})
    count = bad = 0
    for path in sets:
        try:
            packed = PackedPictures(path)
            count += len(packed.index)  # read, for training reads its columns from elsewhere
            bad += sum(float(packed[k].std()) < _FLAT for k in _spread(len(packed)))
        except BadInput as error:
            return Verdict(False, str(error))
    text = f"{count} pictures in {len(sets)} sets; {bad} of those opened are empty"
    return Verdict(count > 0 and not bad, text, {"pictures": count, "empty": bad})


def every_class_is_in_every_split(folder: Folder, installation: Installation) -> Verdict:
    """Each split has pictures of each of the five expressions."""
    rows = _all_rows(folder.path)
    counts = pd.crosstab(rows["expression"], rows["split"])
    counts = counts.reindex(index=list(FACE_EXPRESSIONS), columns=list(SPLITS), fill_value=0)
    gone = [f"{s} has no {e}" for e in FACE_EXPRESSIONS for s in SPLITS if not counts.loc[e, s]]
    return Verdict(not gone, "; ".join(gone) or "all there", {"counts": counts.reset_index()})


def classes_are_even(folder: Folder, installation: Installation) -> Verdict:
    """In train the largest class is at most twice the smallest."""
    counts = open_split(folder.path, "train").index["expression"].value_counts()
    ratio = float(counts.max() / counts.min()) if len(counts) else float("inf")
    text = ", ".join(f"{name} {count}" for name, count in counts.items())
    return Verdict(ratio <= _UNEVEN, f"{ratio:.1f} times: {text or 'no pictures'}")


def label_vectors_are_right(folder: Folder, installation: Installation) -> Verdict:
    """Every picture's eleven numbers agree with its mask."""
    count = 0
    for part in ("celeba", "custom"):
        for split in SPLITS:
            try:
                count += len(open_part(folder.path, part, split))
            except BadInput as error:
                return Verdict(False, str(error))
    return Verdict(count > 0, f"{count} label vectors", {"vectors": count})


def pairs_are_of_train(folder: Folder, installation: Installation) -> Verdict:
    """Nobody of validation or test is in the pairs."""
    pairs = PackedPictures(folder.path / "pairs" / "train").index
    custom = pd.concat(
        PackedPictures(folder.path / part / split).index
        for part in ("custom", "neutral")
        for split in SPLITS[1:]
    )
    both = set(pairs["person"]) & set(custom["person"]) - {""}
    return Verdict(not both, f"{len(pairs)} pictures, {len(both)} people of other splits")


def celeba_people_do_not_cross(folder: Folder, installation: Installation) -> Verdict:
    """Nobody of CelebA is in two splits, where its list of identities is there."""
    rows = pd.concat(
        PackedPictures(folder.path / "celeba" / split).index.assign(split=split) for split in SPLITS
    )
    return _without_leaks(rows, ("person",))


def _without_leaks(rows: pd.DataFrame, kinds: tuple[str, ...]) -> Verdict:
    found = leaks(rows, kinds)
    people = rows.loc[rows["person"] != "", "person"].nunique()
    some = "; ".join(
        f"{r.kind} {str(r.name)[:16]} in {r.splits}" for r in found.head(5).itertuples(index=False)
    )
    text = f"{people} people, {len(rows)} rows, {len(found)} leaks" + (f": {some}" if some else "")
    return Verdict(len(found) == 0 and len(rows) > 0, text, {"leaks": len(found)})


def _all_rows(folder: Path) -> pd.DataFrame:
    # The folder's split counts: it is what training reads.
    rows = [open_split(folder, split).index.assign(split=split) for split in SPLITS]
    return pd.concat(rows, ignore_index=True)


def _spread(count: int) -> np.ndarray:
    return np.unique(np.linspace(0, max(count - 1, 0), min(_OPENED, count)).astype(int))


DATASET_CHECKS = [
    dataset_check("raw_emotion_images", few_photos_are_bad, blocking=True),
    dataset_check("celeba_images", few_photos_are_bad, blocking=True),
    dataset_check("label_filtered", expressions_are_known, blocking=True),
    dataset_check("near_duplicates", equal_files_are_one_group, blocking=True),
    dataset_check("deduplicated", one_of_each_group_is_kept, blocking=True),
    dataset_check("box_checked", boxes_are_inside, blocking=True),
    dataset_check("cropped_faces", pictures_are_there, blocking=True),
    dataset_check("cropped_faces", nobody_crosses, blocking=True),
    dataset_check("augmented_faces", pictures_are_there, blocking=True),
    dataset_check("augmented_faces", only_train_is_augmented, blocking=True),
    dataset_check("emotion_splits", splits_do_not_leak, blocking=True),
    dataset_check("emotion_splits", packed_pictures_are_whole, blocking=True),
    dataset_check("emotion_splits", every_class_is_in_every_split, blocking=False),
    dataset_check("emotion_splits", classes_are_even, blocking=False),
    dataset_check("stargan_training_set", label_vectors_are_right, blocking=True),
    dataset_check("stargan_training_set", packed_pictures_are_whole, blocking=True),
    dataset_check("stargan_training_set", pairs_are_of_train, blocking=True),
    dataset_check("stargan_training_set", celeba_people_do_not_cross, blocking=False),
]
