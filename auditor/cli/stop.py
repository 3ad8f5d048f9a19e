"""How a command ends early: one sentence for people, an exit code for machines."""

from __future__ import annotations

USAGE = 2
USAGE_BESIDE_DIFFERENCES = 64
"""Instead of 2 where that says that there are differences: sysexits' EX_USAGE."""
INCOMPLETE = 3
NOTHING = 4
INTERRUPTED = 130


class Stop(Exception):
    """Ends the command. The sentence names the thing, the cause and the next step."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        super().__init__(printable(sentence))
        self.code = code


def printable(sentence: str) -> str:
    """The sentence on one line: what is quoted in it was typed by people, and must not move a cursor."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in sentence)


def nothing_done(sentence: str, done: str = "scanned") -> Stop:
    """How a command ends for what cannot be used, before anything was `done`."""
    return Stop(f"{sentence}{'' if sentence.endswith('?') else '.'} Nothing was {done}.")
