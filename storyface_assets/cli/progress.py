"""What a person sees while a book or a set of pictures is being made."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from storyface_assets.lib.progress import listening


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[count]}"),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )


class _ListeningBar:
    """A bar that hears :func:`report_progress` inside a ``with`` block, gone when it ends."""

    def __init__(self, console: Console) -> None:
        self._bar = _bar(console)
        self._task: TaskID | None = None
        self._listening = listening(self._work)

    def _work(self, work: str, done: int, total: int) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._bar.start()
        self._listening.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._listening.__exit__(kind, error, at)
        self._bar.stop()


class WorkProgress(_ListeningBar):
    """A bar for work that reports its progress, gone when it ends.

    Args:
        console: where to draw.
        name: of the work.
    """

    def __init__(self, console: Console, name: str) -> None:
        super().__init__(console)
        self._name = name

    def _work(self, work: str, done: int, total: int) -> None:
        if self._task is None:
            self._task = self._bar.add_task(self._name, total=None, count="")
        self._bar.update(self._task, completed=done, total=total, count=f"{work} {done}/{total}")


class BookProgress(_ListeningBar):
    """One line for each asset made, and a bar for the work inside it (frames of the film).

    Args:
        console: where to draw.
        slug: the book.
    """

    def __init__(self, console: Console, slug: str) -> None:
        super().__init__(console)
        self._console, self._slug = console, slug
        self._began: dict[str, float] = {}

    def asset(self, name: str, state: str) -> None:
        """An asset was ``started``, ``made`` or ``failed``."""
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None
        if state == "started":
            self._began[name] = time.monotonic()
            self._task = self._bar.add_task(f"{self._slug}: {name}", total=None, count="")
            return
        seconds = time.monotonic() - self._began.get(name, time.monotonic())
        mark = "[green]·[/]" if state == "made" else "[red]✗[/]"
        self._console.print(f"  {mark} {self._slug}: {name} [dim]{seconds:.1f} s[/]")

    def _work(self, work: str, done: int, total: int) -> None:
        if self._task is not None:
            self._bar.update(
                self._task, completed=done, total=total, count=f"{work} {done}/{total}"
            )
