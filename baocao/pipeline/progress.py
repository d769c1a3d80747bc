"""What a person sees while reports are being made: on a terminal, a table that follows the work."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from baocao.messages import _
from baocao.pipeline.build import Progress

if TYPE_CHECKING:
    from rich.console import Group

ROWS = 12
"""Reports shown at once; the slowest come first."""


@contextlib.contextmanager
def shown(jobs: int, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """While a run lasts, show on standard error, if that is a terminal, the progress that what is yielded is given."""
    if quiet or not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:
        yield lambda progress: live.update(table(progress, jobs, time.monotonic()), refresh=True)


def table(progress: Progress, jobs: int, now: float) -> Group:
    """How much is done and left, and a table of what is running, the slowest report first."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    left = progress.left(jobs)
    parts = [_("{done} of {total} reports", done=progress.done, total=progress.total)]
    parts += [_("{count} failed", count=progress.failed)] if progress.failed else []
    parts += [_("about {time} left", time=clock(left))] if left else []
    head = Table.grid(padding=(0, 2))
    bar = ProgressBar(total=progress.pieces, completed=progress.pieces_done, width=30)
    head.add_row(bar, " · ".join(map(str, parts)))
    shown = Table(box=None, pad_edge=False)
    for heading in (_("Report"), _("Step"), _("Time"), _("Whole report")):
        shown.add_column(str(heading), justify="left")
    rows = []
    for piece, begun in progress.running.items():
        whole = progress.seconds.get(piece.plan.target, 0.0) + now - begun
        step = piece.plan.last.names(piece.stage) if piece.stage else str(_("printing"))
        rows.append((whole, piece.plan.name, step, now - begun))
    for whole, name, step, seconds in sorted(rows, reverse=True)[:ROWS]:
        shown.add_row(name, step, clock(seconds), clock(whole))
    return Group(head, shown)


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds: 1:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
