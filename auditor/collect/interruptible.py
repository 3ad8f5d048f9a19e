"""Work that Ctrl-C ends in good order: it reaches the main thread at any line, so the work is done by another."""

from __future__ import annotations

import threading
from collections.abc import Callable


def interruptible(work: Callable[[], None], stop: Callable[[], None], patience: float) -> None:
    """Does some work. Ctrl-C has it `stop`, and waits for that so many seconds.

    Raises what the work raised, and `KeyboardInterrupt` when it was interrupted.
    """
    raised: list[BaseException] = []

    def caught() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=caught, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.2)  # bounded, so that Ctrl-C reaches this thread on every system
    except KeyboardInterrupt:
        stop()
        thread.join(patience)
        raise
    if raised:
        raise raised[0]
