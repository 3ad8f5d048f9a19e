"""What a collection tells while it runs. The command line shows it; nothing here prints."""

from __future__ import annotations

from typing import Protocol

from auditor.collect.schedule import Outlook, Tally


class Progress(Protocol):
    """Told what happens by the thread that runs the readings, so it must be quick and must not raise."""

    def started(self, tally: Tally) -> None:
        """The first request is about to go; `tally` goes on counting by itself."""

    def foreseen(self, outlook: Outlook) -> None:
        """What the run will come to is known."""

    def reading(self, account: str, region: str, what: str) -> None:
        """A kind is being read somewhere."""

    def finished(self, account: str, region: str, what: str) -> None:
        """A kind has been read there."""


class Silence:
    """Tells nobody."""

    def started(self, tally: Tally) -> None:
        """Nothing."""

    def foreseen(self, outlook: Outlook) -> None:
        """Nothing."""

    def reading(self, account: str, region: str, what: str) -> None:
        """Nothing."""

    def finished(self, account: str, region: str, what: str) -> None:
        """Nothing."""
