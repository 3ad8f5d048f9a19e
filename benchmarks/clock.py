"""The CPU time of work within this process."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any


def cpu_of(work: Callable[[], Any], rounds: int = 3) -> float:
    """The median of the CPU seconds of some work."""
    times = []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return statistics.median(times)
