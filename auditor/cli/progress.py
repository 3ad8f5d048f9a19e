"""What a person sees on standard error while a scan runs.

Before the calls that each resource costs, it says what the scan will come to; on a terminal there is a live display.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

from auditor.cli.outlook import sentence
from auditor.collect.progress import Figures, Progress, Silence
from auditor.collect.schedule import Outlook


@contextlib.contextmanager
def progress_on(stream: TextIO, *, quiet: bool) -> Iterator[Progress]:
    """The display while the block runs."""
    if quiet:
        yield Silence()
        return
    if not stream.isatty():
        yield _Log(stream)
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(file=stream)
    board = _Board(console)
    with Live(board, console=console, refresh_per_second=5, transient=True):
        yield board


class _Log(Silence):
    """What is worth a line in the log of a job."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def foreseen(self, outlook: Outlook) -> None:
        """Says it, where anything is left to do."""
        if outlook.left:
            self._stream.write(f"{sentence(outlook)}\n")


class _Board:
    """The kinds being read in each Region, the calls done of those known, and the waits for the throttle.

    A Rich renderable: `__rich__` is called at each refresh, from Rich's own thread.
    """

    def __init__(self, console: Any) -> None:
        self._console = console
        self._figures: Figures | None = None
        self._reading: dict[tuple[str, str], Counter[str]] = {}

    def started(self, figures: Figures) -> None:
        """Keeps the figures, which go on counting by themselves."""
        self._figures = figures

    def foreseen(self, outlook: Outlook) -> None:
        """Says it above the display, where it stays."""
        if outlook.left:
            self._console.print(sentence(outlook), highlight=False)

    def reading(self, account: str, region: str, what: str) -> None:
        """Adds a line, or a kind to its line."""
        self._reading.setdefault((account, region), Counter())[what] += 1

    def finished(self, account: str, region: str, what: str) -> None:
        """Takes the kind off its line, once no instance of the Region is being asked for it."""
        self._reading[account, region][what] -= 1

    def __rich__(self) -> Any:
        from rich.table import Table
        from rich.text import Text

        board = Table.grid(padding=(0, 2))
        for (account, region), kinds in sorted(self._reading.copy().items()):
            now = [kind for kind, count in kinds.copy().items() if count > 0]
            shown = ", ".join(now[:4]) + (f" +{len(now) - 4}" if len(now) > 4 else "")
            state = Text(shown or "done", style="" if shown else "dim", no_wrap=True, overflow="ellipsis")
            board.add_row(Text(account, style="dim"), Text(region), state)
        figures = self._figures
        if figures is not None:
            words = f"{figures.done} of {figures.expected} calls"
            if figures.waited >= 1:
                words += f", {figures.waited:.0f} s waited for AWS's throttle"
            if figures.throttled:
                words += f", {figures.throttled} throttled and tried again"
            board.add_row(Text(""), Text(""), Text(words, style="bold"))
        return board
