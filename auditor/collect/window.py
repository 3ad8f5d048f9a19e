"""How many calls may be under way at once: as many as the processor has time for."""

from __future__ import annotations

from dataclasses import dataclass, field

LATE = 0.01
"""Seconds within which a thread begins with a call that it is handed, where the processor has time for it: two of
Python's switch intervals."""
LEAST = 8


@dataclass(slots=True)
class Window:
    """It narrows while calls are begun late, and widens while they are not.

    What comes late waits for the processor, and not for AWS: more calls under way would get no more done, and what
    the run hangs on would stand in line with everything else.
    """

    most: int
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = min(2 * LEAST, self.most)

    def began(self, late: float) -> None:
        """Takes note of a call that was begun so many seconds after it had been handed out."""
        if late > LATE:
            self.size = max(min(LEAST, self.most), self.size - 1)
        else:
            self.size = min(self.most, self.size + 1)
