"""Results of work on single photos, kept so that the same photo is never worked on twice."""

import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

#: SQLite takes at most this many parameters in one statement everywhere.
_AT_ONCE = 500


class Memo:
    """JSON results by key, in one SQLite file a step.

    It can be deleted between runs: what is missing is worked out again. A kill loses at most what
    was not yet put, a power cut also the last results put; another recipe starts empty.

    Args:
        folder: where the file goes, made if missing.
        step: name of the step, also of the file.
        recipe: all that the result depends on beside the key (code version, settings).
    """

    def __init__(self, folder: Path, step: str, recipe: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path, self._recipe = folder / f"{step}.sqlite", recipe
        with closing(self._open()) as database, database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS results"
                " (recipe TEXT, key TEXT, result TEXT, PRIMARY KEY (recipe, key)) WITHOUT ROWID"
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=60.0, check_same_thread=False)

    @cached_property
    def _writer(self) -> sqlite3.Connection:
        """Stays open: closing the last connection moves the whole journal into the file."""
        database = self._open()
        database.execute("PRAGMA synchronous=NORMAL")  # safe with a journal (WAL), and no fsync
        weakref.finalize(self, database.close)
        return database

    def get(self, keys: Iterable[str]) -> dict[str, Any]:
        """The results that are known, by key."""
        return dict(self.each(keys))

    def each(self, keys: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """As :meth:`get`, one after the other."""
        wanted = list(dict.fromkeys(keys))
        with closing(self._open()) as database:
            for first in range(0, len(wanted), _AT_ONCE):
                some = wanted[first : first + _AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = database.execute(
                    f"SELECT key, result FROM results WHERE recipe = ? AND key IN ({marks})",  # noqa: S608
                    [self._recipe, *some],
                ).fetchall()
                for key, result in rows:
                    yield key, json.loads(result)

    def put(self, results: Mapping[str, Any]) -> None:
        """Keep results, all or none of them."""
        rows = [(self._recipe, key, json.dumps(value)) for key, value in results.items()]
        with self._writer as database:
            database.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
