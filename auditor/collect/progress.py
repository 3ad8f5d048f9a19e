"""What a collection tells while it runs. The command line shows it; nothing here prints."""

from __future__ import annotations

from typing import Protocol

from auditor.collect.schedule import Outlook


class Figures(Protocol):
    """How far a collection is. They go on counting by themselves: see `schedule.Tally`."""

    @property
    def done(self) -> int:
        """Calls that were answered."""

    @property
    def expected(self) -> int:
        """All calls that are known of so far."""

    @property
    def waited(self) -> float:
        """Seconds in which no request could go because every quota with work was spent."""

    @property
    def throttled(self) -> int:
        """Calls that came back throttled and were tried again."""


class Progress(Protocol):
    """Told what happens by the thread that runs the readings, so it must be quick and must not raise."""

    def started(self, figures: Figures) -> None:
        """The first request is about to go."""

    def foreseen(self, outlook: Outlook) -> None:
        """What the run will come to is known."""

    def reading(self, account: str, region: str, what: str) -> None:
        """A kind is being read somewhere."""

    def finished(self, account: str, region: str, what: str) -> None:
        """A kind has been read there."""


class Silence:
    """Tells nobody."""

    def started(self, figures: Figures) -> None:
        """Nothing."""

    def foreseen(self, outlook: Outlook) -> None:
        """Nothing."""

    def reading(self, account: str, region: str, what: str) -> None:
        """Nothing."""

    def finished(self, account: str, region: str, what: str) -> None:
        """Nothing."""
