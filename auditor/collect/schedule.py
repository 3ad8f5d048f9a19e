"""Runs many readings beside each other, each operation within its own quota, with few threads.

A reading is a generator: it yields a `Request` and is resumed with the answer (or with the `CallFailed` that
took its place), or yields `Together` and is resumed with what those readings returned. So a reading is
written top to bottom, and no thread sleeps while a quota refills: a worker takes the next request whose
bucket has a token, whoever asked for it.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from auditor.collect.faults import CallFailed
from auditor.collect.rates import TokenBucket
from auditor.model import Reason

WORKERS = 16
THROTTLED_ROUNDS = 8
PATIENCE = 1.0
"""Seconds that an interrupted run waits for each request that is still under way."""
PAUSE = 2.0
"""Seconds that a quota rests after a call that came back throttled; doubled each round, 60 at most."""


class Request(NamedTuple):
    """One call to make."""

    account: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]

    @property
    def quota(self) -> tuple[str, str, str, str]:
        """What shares a bucket: AWS throttles each operation of an account in a Region by itself."""
        return self.account, self.region, self.service, self.operation


class Together(NamedTuple):
    """Readings that run beside each other.

    Whoever yields it is resumed, when the last has ended, with what each returned, in their order; one that
    ended with a `CallFailed` has that failure in its place.
    """

    readings: Iterable[Reading]


Reading: TypeAlias = "Generator[Request | Together, Any, Any]"


@dataclass(slots=True)
class _Task:
    reading: Reading
    parent: _Task | None
    place: int = 0
    """Its index among the readings that its parent waits for."""
    waiting_for: int = 0
    results: list[Any] = field(default_factory=list)
    throttled: int = 0


@dataclass(slots=True)
class Tally:
    """What a run did so far, for progress and for the report's figures."""

    asked: int = 0
    done: int = 0
    throttled: int = 0
    waited: float = 0.0
    """Seconds in which no request could go because every quota with work was spent."""
    by_operation: dict[tuple[str, str, str, str], int] = field(default_factory=dict)


class Schedule:
    """A pool of threads over the token buckets."""

    def __init__(
        self,
        send: Callable[[Request], Mapping[str, Any]],
        bucket: Callable[[Request], TokenBucket],
        workers: int = WORKERS,
    ) -> None:
        self.tally = Tally()
        self._send = send
        self._new_bucket = bucket
        self._workers = workers
        self._changed = threading.Condition()
        self._queues: dict[tuple[str, str, str, str], deque[tuple[_Task, Request]]] = {}
        self._buckets: dict[tuple[str, str, str, str], TokenBucket] = {}
        self._ready: list[tuple[float, int, tuple[str, str, str, str]]] = []
        self._order = itertools.count()
        self._live = 0
        self._stopped = False
        self._crash: BaseException | None = None

    def run(self, readings: Iterable[Reading]) -> None:
        """Runs the readings and everything they start; returns when all have ended.

        Raises what a reading itself raised: that is a mistake in this program, not an answer of AWS. After
        `stop` (or Ctrl-C) it returns as soon as the requests under way have been answered.
        """
        for reading in list(readings):
            self._start(_Task(reading, None))
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._workers)]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)  # bounded, so that Ctrl-C reaches this thread on every system
        except KeyboardInterrupt:
            self.stop()
            for thread in threads:
                thread.join(PATIENCE)
            raise
        if self._crash is not None:
            raise self._crash

    def stop(self) -> None:
        """Sends nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _work(self) -> None:
        while (item := self._next()) is not None:
            task, request = item
            try:
                answer = self._send(request)
            except CallFailed as failure:
                if failure.cause.reason is Reason.THROTTLED and task.throttled < THROTTLED_ROUNDS:
                    self._again(task, request)
                else:
                    self._answered(task, request, failure)
            except BaseException as mistake:
                self._fail(mistake)
            else:
                self._answered(task, request, answer)

    def _next(self) -> tuple[_Task, Request] | None:
        """The next request whose quota has a token; None when there is nothing left to do."""
        with self._changed:
            while True:
                if self._stopped or not self._live:
                    self._changed.notify_all()
                    return None
                if not self._ready:
                    self._changed.wait()
                    continue
                now = time.monotonic()
                ready, _, quota = self._ready[0]
                if ready > now:
                    started = now
                    self._changed.wait(ready - now)
                    self.tally.waited = self.tally.waited + (time.monotonic() - started) / self._workers
                    continue
                heapq.heappop(self._ready)
                bucket = self._buckets[quota]
                due = bucket.ready_at(now)
                if due > now:  # the quota was paused after this entry was made
                    heapq.heappush(self._ready, (due, next(self._order), quota))
                    continue
                bucket.take(now)
                queue = self._queues[quota]
                item = queue.popleft()
                if queue:
                    heapq.heappush(self._ready, (bucket.ready_at(now), next(self._order), quota))
                return item

    def _start(self, task: _Task) -> None:
        with self._changed:
            self._live += 1
        self._advance(task, None)

    def _answered(self, task: _Task, request: Request, answer: Mapping[str, Any] | CallFailed) -> None:
        with self._changed:
            self.tally.done += 1
            count = self.tally.by_operation.get(request.quota, 0)
            self.tally.by_operation[request.quota] = count + 1
        task.throttled = 0
        self._advance(task, answer)

    def _advance(self, task: _Task, answer: Any) -> None:
        """Resumes a reading with an answer, and does what it asks for next."""
        try:
            wish = task.reading.throw(answer) if isinstance(answer, CallFailed) else task.reading.send(answer)
        except StopIteration as end:
            self._ended(task, end.value)
        except CallFailed as failure:
            self._ended(task, failure)
        except BaseException as mistake:
            self._fail(mistake)
        else:
            if isinstance(wish, Request):
                self._ask(task, wish)
            else:
                self._fork(task, list(wish.readings))

    def _fork(self, task: _Task, readings: list[Reading]) -> None:
        task.waiting_for = len(readings)
        task.results = [None] * len(readings)
        if not readings:
            self._advance(task, [])
        for place, reading in enumerate(readings):
            self._start(_Task(reading, task, place))

    def _ended(self, task: _Task, result: Any) -> None:
        parent = task.parent
        if parent is None and isinstance(result, CallFailed):
            self._fail(result)
            return
        with self._changed:
            self._live -= 1
            if not self._live:
                self._changed.notify_all()
            if parent is None:
                return
            parent.results[task.place] = result
            parent.waiting_for -= 1
            last = not parent.waiting_for
        if last:
            self._advance(parent, parent.results)

    def _ask(self, task: _Task, request: Request) -> None:
        with self._changed:
            self.tally.asked += 1
            queue = self._queues.setdefault(request.quota, deque())
            bucket = self._buckets.get(request.quota)
            if bucket is None:
                bucket = self._buckets[request.quota] = self._new_bucket(request)
            queue.append((task, request))
            if len(queue) == 1:
                ready = bucket.ready_at(time.monotonic())
                heapq.heappush(self._ready, (ready, next(self._order), request.quota))
                self._changed.notify()

    def _again(self, task: _Task, request: Request) -> None:
        """Puts a throttled request back, first in its queue, and lets its quota rest."""
        with self._changed:
            pause = min(60.0, PAUSE * 2**task.throttled)
            task.throttled += 1
            self.tally.throttled += 1
            now = time.monotonic()
            bucket = self._buckets[request.quota]
            bucket.pause(pause, now)
            queue = self._queues[request.quota]
            queue.appendleft((task, request))
            if len(queue) == 1:
                heapq.heappush(self._ready, (bucket.ready_at(now), next(self._order), request.quota))
                self._changed.notify()

    def _fail(self, mistake: BaseException) -> None:
        with self._changed:
            self._crash = self._crash or mistake
            self._stopped = True
            self._changed.notify_all()
