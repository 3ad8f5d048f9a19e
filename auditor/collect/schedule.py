"""Runs many readings beside each other, each operation within its own quota, with few threads.

A reading is a generator: it yields a `Request` and is resumed with the answer (or with the `CallFailed` that
took its place), or yields `Together` and is resumed with what those readings returned. So a reading is
written top to bottom, and no thread sleeps while a quota refills: a worker takes the next request whose
bucket has a token, whoever asked for it.

A reading that knows what it will ask for from here on yields that as `Ahead`. As soon as all that are under way
have, the run has its `Outlook`.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from auditor.collect.backlog import Backlog, Quota, Request
from auditor.collect.faults import CallFailed
from auditor.collect.rates import Rate, TokenBucket
from auditor.model import Reason

WORKERS = 128
"""Threads at most, started when all others wait for answers. An answer may be 200 ms on its way: so many then make
about as many calls a second as one processor gets done."""
THROTTLED_ROUNDS = 8
PATIENCE = 5.0
"""Seconds that an interrupted run waits for the requests that are still under way."""
PAUSE = 2.0
"""Seconds that a quota rests after a call that came back throttled; doubled each round, 60 at most."""


class Together(NamedTuple):
    """Readings that run beside each other.

    Whoever yields it is resumed, when the last has ended, with what each returned, in their order; one that
    ended with a `CallFailed` has that failure in its place.
    """

    readings: Iterable[Reading]


class Ahead(NamedTuple):
    """The calls that a reading, with all that it starts, is still going to ask for. It goes on at once.

    Fewer than none are calls that were foreseen and that nothing is left to ask for.
    """

    calls: Mapping[Quota, int]


Reading: TypeAlias = "Generator[Request | Together | Ahead, Any, Any]"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run will come to, as it is known once every reading has said what it will ask for."""

    calls: int
    """All of the run's, those that have been made included."""
    left: int
    """Those that had not been made when this was known."""
    seconds: float
    """From the start of the run until the throttle lets the last of them go."""
    slowest: Quota | None
    """The quota that takes this long; None where none makes anybody wait."""
    after: float
    """The seconds after which this was known."""
    by_quota: Mapping[Quota, int]


@dataclass(slots=True)
class _Task:
    reading: Reading
    parent: _Task | None
    place: int = 0
    """Its index among the readings that its parent waits for."""
    waiting_for: int = 0
    results: list[Any] = field(default_factory=list)
    throttled: int = 0
    told: bool = False
    """Whether it, or the one that started it, has said what it will ask for."""


@dataclass(slots=True)
class Tally:
    """What a run did so far, for progress and for the report's figures."""

    asked: Counter[Quota] = field(default_factory=Counter)
    ahead: Counter[Quota] = field(default_factory=Counter)
    """Calls that are known to follow, and were not asked for yet."""
    done: int = 0
    throttled: int = 0
    waited: float = 0.0
    """Seconds in which no request could go because every quota with work was spent."""
    by_operation: Counter[Quota] = field(default_factory=Counter)
    outlook: Outlook | None = None
    """None until every reading has said what it will ask for."""

    @property
    def expected(self) -> int:
        """All calls that are known of so far."""
        return self.asked.total() + self.ahead.total()


class Schedule:
    """A pool of threads over the token buckets."""

    def __init__(
        self,
        send: Callable[[Request], Mapping[str, Any]],
        bucket: Callable[[Quota], TokenBucket],
        workers: int = WORKERS,
        foreseen: Callable[[Outlook], None] = lambda _: None,
    ) -> None:
        self.tally = Tally()
        self._send = send
        self._foreseen = foreseen
        self._workers = workers
        self._threads: list[threading.Thread] = []
        self._sending: set[int] = set()
        """The threads that make a call or go on with its answer; the others are idle, or have just been started."""
        self._alarm = math.inf
        """When the thread that watches the clock wakes up; other idle ones sleep until they are called."""
        self._changed = threading.Condition()
        self._backlog: Backlog[_Task] = Backlog(bucket, self.tally.ahead)
        self._started = time.monotonic()
        self._live = 0
        self._untold = 0
        """Readings that wait for no others and have not said what they will ask for."""
        self._stopped = False
        self._crash: BaseException | None = None

    def run(self, readings: Iterable[Reading]) -> None:
        """Runs the readings and everything they start; returns when all have ended.

        Raises what a reading itself raised: that is a mistake in this program, not an answer of AWS. After
        `stop` (or Ctrl-C) it returns as soon as the requests under way have been answered.
        """
        self._started = time.monotonic()
        try:
            self._start([_Task(reading, None) for reading in readings])
            while alive := [thread for thread in self._threads if thread.is_alive()]:
                alive[0].join(0.2)  # bounded, so that Ctrl-C reaches this thread on every system
        except KeyboardInterrupt:
            self.stop()
            end = time.monotonic() + PATIENCE
            for thread in self._threads:
                thread.join(max(0.0, end - time.monotonic()))
            raise
        if self._crash is not None:
            raise self._crash

    def adopt(self, account: str, region: str, rate: Callable[[Quota], Rate]) -> None:
        """Goes on at these rates in a Region; whoever makes a bucket there from now on knows them."""
        with self._changed:
            self._backlog.adopt(account, region, rate, time.monotonic())
            self._changed.notify()

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
        me = threading.get_ident()
        with self._changed:
            self._sending.discard(me)
            while self._live and not self._stopped:
                now = time.monotonic()
                item = self._backlog.take(now)
                if item is not None:
                    self._sending.add(me)
                    self._call_another()
                    request, task = item
                    return task, request
                self._rest(now, self._backlog.due(now))
            self._changed.notify_all()
            return None

    def _call_another(self) -> None:
        """Has another thread, an idle one or a new one, look after what is due before anybody would wake up."""
        if self._backlog.due(time.monotonic()) >= self._alarm:
            return
        if len(self._sending) < len(self._threads):
            self._changed.notify()
        elif len(self._threads) < self._workers:
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _rest(self, now: float, due: float) -> None:
        """Waits until something changes; as the one who watches the clock, until the next request is due."""
        watches = due < self._alarm
        if watches:
            self._alarm = due
        self._changed.wait(due - now if watches else None)
        if watches and self._alarm == due:
            self._alarm = math.inf
            self.tally.waited += time.monotonic() - now

    def _start(self, tasks: list[_Task], parent: _Task | None = None) -> None:
        with self._changed:
            self._live += len(tasks)
            self._untold += sum(not task.told for task in tasks)
            # Until they have ended, they speak for the one that started them.
            self._untold -= parent is not None and not parent.told
        for task in tasks:
            self._advance(task, None)

    def _answered(self, task: _Task, request: Request, answer: Mapping[str, Any] | CallFailed) -> None:
        with self._changed:
            self.tally.done += 1
            self.tally.by_operation[request.quota] += 1
        task.throttled = 0
        self._advance(task, answer)

    def _advance(self, task: _Task, answer: Any) -> None:
        """Resumes a reading with an answer, and does what it asks for next."""
        try:
            wish = task.reading.throw(answer) if isinstance(answer, CallFailed) else task.reading.send(answer)
            while isinstance(wish, Ahead):
                self._tell(task, wish)
                wish = task.reading.send(None)
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
        if not readings:
            self._advance(task, [])
            return
        task.waiting_for = len(readings)
        task.results = [None] * len(readings)
        tasks = [_Task(reading, task, place, told=task.told) for place, reading in enumerate(readings)]
        self._start(tasks, task)

    def _ended(self, task: _Task, result: Any) -> None:
        parent = task.parent
        if parent is None and isinstance(result, CallFailed):
            self._fail(result)
            return
        last = False
        with self._changed:
            self._live -= 1
            if not self._live:
                self._changed.notify_all()
            if parent is not None:
                parent.results[task.place] = result
                parent.waiting_for -= 1
                last = not parent.waiting_for
                self._untold += last and not parent.told
            self._untold -= not task.told
        if parent is not None and last:
            self._advance(parent, parent.results)
        self._foresee()

    def _tell(self, task: _Task, ahead: Ahead) -> None:
        with self._changed:
            for quota, count in ahead.calls.items():
                self.tally.ahead[quota] = max(0, self.tally.ahead[quota] + count)
            self._untold -= not task.told
            task.told = True
        self._foresee()

    def _foresee(self) -> None:
        """Works out what the run will come to, once, when nobody is left who has not said it."""
        with self._changed:
            if self._untold or self.tally.outlook is not None:
                return
            now = time.monotonic()
            left = self._backlog.left()
            ends = {quota: self._backlog.end(quota, count, now) for quota, count in left.items()}
            slowest = max(ends, key=lambda quota: ends[quota], default=None)
            end = ends[slowest] if slowest else now
            outlook = Outlook(
                calls=self.tally.expected,
                left=self.tally.expected - self.tally.done,
                seconds=end - self._started,
                slowest=slowest if end > now else None,
                after=now - self._started,
                by_quota=self.tally.asked + self.tally.ahead,
            )
            self.tally.outlook = outlook
        self._foreseen(outlook)

    def _ask(self, task: _Task, request: Request) -> None:
        with self._changed:
            self.tally.asked[request.quota] += 1
            if self.tally.ahead[request.quota]:
                self.tally.ahead[request.quota] -= 1
            self._backlog.put(request, task, time.monotonic())
            self._call_another()

    def _again(self, task: _Task, request: Request) -> None:
        """Puts a throttled request back, and lets its quota rest."""
        with self._changed:
            pause = min(60.0, PAUSE * 2**task.throttled)
            task.throttled += 1
            self.tally.throttled += 1
            self._backlog.put_back(request, task, pause, time.monotonic())
            self._call_another()

    def _fail(self, mistake: BaseException) -> None:
        with self._changed:
            self._crash = self._crash or mistake
            self._stopped = True
            self._changed.notify_all()
