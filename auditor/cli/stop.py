"""How a command ends early: one sentence for people, an exit code for machines."""

from __future__ import annotations

USAGE = 2
INCOMPLETE = 3
NOTHING = 4


class Stop(Exception):
    """Ends the command. The sentence names the thing, the cause and the next step."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        super().__init__(sentence)
        self.code = code
