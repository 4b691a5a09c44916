"""One person's photos of the AI-Hub set, with what is planted, and their records."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.studio import faults as planting
from storyface_assets.lib.studio.acting import act, manner_of
from storyface_assets.lib.studio.aihub import file_name, label_path, photo_path, record
from storyface_assets.lib.studio.faults import Faults, GivenLabels
from storyface_assets.lib.studio.korean import (
    EXPRESSION_OF_LABEL,
    LABEL_OF_EXPRESSION,
    PLACES,
    UNKNOWN_LABEL,
    UNUSED_LABELS,
)
from storyface_assets.lib.studio.lens import jpeg, shoot
from storyface_assets.lib.studio.moments import (
    random_intensity,
    random_moment,
    random_window,
)
from storyface_assets.lib.studio.options import StudioOptions
from storyface_assets.lib.studio.people import Sitter, identity_of
from storyface_assets.lib.studio.seeds import planted, rng_of
from storyface_assets.lib.studio.stage import Stage

#: Share of photos with a label that the project does not use.
_UNUSED_SHARE = 0.04
#: Annotators' boxes differ from the true one by about this share of its size.
_BOX_JITTER = 0.025


@dataclass(frozen=True)
class Shot:
    """A photo before it gets a name.

    Attributes:
        rgb: ``(H, W, 3)`` uint8 sRGB.
        data: its JPEG file.
        box: ``(4,)`` the face, inside the picture.
        label: the true label.
        facts: truth columns about the scene.
    """

    rgb: np.ndarray
    data: bytes
    box: np.ndarray
    label: str
    backdrop: str
    quality: int
    facts: dict[str, Any]

    @property
    def size(self) -> tuple[int, int]:
        """Width, height."""
        return self.rgb.shape[1], self.rgb.shape[0]


class Session:
    """Takes a person's photos and writes them.

    Args:
        options: of the set.
        sitter: the person.
        stage: that person before the camera.
        root: folder of the AI-Hub set.
    """

    def __init__(self, options: StudioOptions, sitter: Sitter, stage: Stage, root: Path) -> None:
        self._options, self._sitter, self._stage, self._root = options, sitter, stage, root
        self._manner = manner_of(options.seed, sitter.cast, sitter.index)
        self._part = 1 if sitter.index % 5 < 4 else 2
        self._professional = bool(self._rng("professional").random() < 0.3)
        self._number = 0
        self.records: list[tuple[str, dict[str, Any]]] = []
        self.truth: list[dict[str, Any]] = []

    def _rng(self, *names: int | str) -> np.random.Generator:
        return rng_of(self._options.seed, "aihub82", self._sitter.index, *names)

    def photograph(self) -> None:
        """Take, spoil and write everything; fills ``records`` and ``truth``."""
        for k, label in enumerate(self._labels()):
            number = self._sitter.index * self._options.photos + k
            faults = planting.plan_faults(self._options.faults, self._options.seed, number)
            self._photo(k, label, faults)

    def _labels(self) -> Iterator[str]:
        """The four emotions and neutral in turn, now and then an unused label."""
        usual = list(LABEL_OF_EXPRESSION.values())
        start = int(self._rng("start").integers(len(usual)))
        for k in range(self._options.photos):
            number = self._sitter.index * self._options.photos + k
            rare = planted(_UNUSED_SHARE, number, self._options.seed, "unused")
            unused = list(UNUSED_LABELS)
            label = usual[(start + k) % len(usual)]
            yield label if rare is None else unused[rare % len(unused)]

    def _shot(self, k: int, label: str, *extra: str) -> Shot:
        rng = self._rng("shot", k, *extra)
        expression = EXPRESSION_OF_LABEL.get(label) or UNUSED_LABELS[label]
        intensity = random_intensity(rng)
        moment = random_moment(rng)
        take = moment.take(self._stage, act(self._manner, expression, intensity, rng))
        take = take.warped(*random_window(self._stage.size, self._options.size, rng))
        rgb = shoot(take.rgb, moment.shooting)
        high = np.array([rgb.shape[1], rgb.shape[0]] * 2, float)
        facts = {
            "expression": EXPRESSION_OF_LABEL.get(label, ""),
            "intensity": intensity,
            "label": label,
            "backdrop": moment.backdrop,
            **dict(zip(("yaw", "pitch", "roll"), map(float, moment.angles), strict=True)),
        }
        quality = moment.shooting.quality
        box = np.clip(take.box, 0, high)
        return Shot(rgb, jpeg(rgb, quality), box, label, moment.backdrop, quality, facts)

    def _photo(self, k: int, label: str, faults: Faults) -> None:
        shot, rng = self._shot(k, label), self._rng("photo", k)
        labels = planting.give_labels(label, faults.label, rng)
        folder = labels.uploader
        place = str(rng.choice(PLACES[shot.backdrop]))
        name = self._name(self._sitter.identity, folder, place, rng)
        if faults.record == "unknown_label":
            labels = GivenLabels(UNKNOWN_LABEL, (UNKNOWN_LABEL,) * 3)
        data = planting.spoil_file(shot.rgb, shot.data, faults.file, rng)
        boxes = self._boxes(shot.box, shot.size, faults.box, rng)
        photo = photo_path(folder, self._part, name)
        if faults.record != "label_without_photo":
            self._write(photo, data)
        if faults.record != "photo_without_label":
            self._record(folder, name, labels, place, boxes)
        row = self._row(photo, name, folder, labels, faults, shot)
        if faults.record == "label_without_photo":
            row["photo"] = ""
        self.truth.append(row)
        if faults.record == "duplicate_filename":
            self._same_name(k, label, name, place, rng)
        if faults.duplicate:
            self._copy(k, shot, labels, photo, faults.duplicate)

    def _same_name(
        self, k: int, label: str, name: str, place: str, rng: np.random.Generator
    ) -> None:
        """Another photo under the same name, in the label's other folder."""
        shot = self._shot(k, label, "same name")
        photo = photo_path(label, 3 - self._part, name)
        self._write(photo, shot.data)
        labels = GivenLabels(label, (label,) * 3)
        self._record(label, name, labels, place, self._boxes(shot.box, shot.size, "", rng))
        faults = Faults(record="duplicate_filename")
        self.truth.append(self._row(photo, name, label, labels, faults, shot))

    def _copy(self, k: int, shot: Shot, labels: GivenLabels, photo: str, kind: str) -> None:
        """A near duplicate under a new name, sometimes another person's or with another label."""
        rng = self._rng("copy", k)
        data, matrix, size = planting.copy_of(shot.rgb, shot.data, kind, shot.quality, rng)
        box = (shot.box.reshape(2, 2) @ matrix[:, :2].T + matrix[:, 2]).ravel()
        box = np.clip(box, 0, [*size, *size])
        other = planting.another_label(shot.label, rng)
        if other is not None:
            labels = GivenLabels(other, (other,) * 3)
        uploader = self._sitter.identity
        if planting.is_reposted(rng) and self._sitter.index > 0:
            uploader = identity_of(self._options.seed, "aihub82", self._sitter.index - 1)
        place = str(rng.choice(PLACES[shot.backdrop]))
        name = self._name(uploader, labels.uploader, place, rng)
        path = photo_path(labels.uploader, self._part, name)
        self._write(path, data)
        self._record(labels.uploader, name, labels, place, self._boxes(box, size, "", rng))
        faults = Faults(label="copy_relabelled" if other else "")
        row = self._row(path, name, labels.uploader, labels, faults, shot)
        row |= {"duplicate_of": photo, "duplicate_kind": kind, **_box_columns(box)}
        self.truth.append(row)

    def _name(self, uploader: str, label: str, place: str, rng: np.random.Generator) -> str:
        self._number += 1
        return file_name(self._sitter, uploader, label, place, self._number, rng)

    def _boxes(
        self, box: np.ndarray, size: tuple[int, int], fault: str, rng: np.random.Generator
    ) -> list[np.ndarray]:
        extent = np.tile(box[2:] - box[:2], 2)
        high = np.array([*size, *size], float)
        drawn = [np.clip(box + extent * rng.normal(0, _BOX_JITTER, 4), 0, high) for _ in range(3)]
        drawn[0] = planting.spoil_box(drawn[0], fault, size, rng)
        return drawn

    def _write(self, photo: str, data: bytes) -> None:
        path = self._root / photo
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _record(
        self, folder: str, name: str, labels: GivenLabels, place: str, boxes: list[np.ndarray]
    ) -> None:
        entry = record(name, self._sitter, labels, place, boxes, self._professional)
        self.records.append((folder, entry))

    def _row(
        self,
        photo: str,
        name: str,
        folder: str,
        labels: GivenLabels,
        faults: Faults,
        shot: Shot,
    ) -> dict[str, Any]:
        given = labels.annotators
        majority = max(set(given), key=given.count) if len(set(given)) < 3 else ""
        return {
            "photo": photo,
            "filename": name,
            "label_file": label_path(folder),
            "person": self._sitter.identity,
            "uploader": name.split("_")[0],
            "gender": self._sitter.gender,
            "age": self._sitter.age,
            **shot.facts,
            "label_fault": faults.label,
            "label_wrong": majority not in ("", shot.label, UNKNOWN_LABEL),
            "duplicate_of": "",
            "duplicate_kind": "",
            "box_fault": faults.box,
            "file_fault": faults.file,
            "record_fault": faults.record,
            **_box_columns(shot.box),
        }


def _box_columns(box: np.ndarray) -> dict[str, float]:
    names = ("box_min_x", "box_min_y", "box_max_x", "box_max_y")
    return dict(zip(names, map(float, box), strict=True))
