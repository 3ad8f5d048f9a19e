"""Runs many readings beside each other, each operation within its own quota, with few threads.

A reading is a generator: it yields a `Request` and is resumed with the answer (or with the `CallFailed` that
took its place), or yields `Together` and is resumed with what those readings returned. So a reading is
written top to bottom, and no thread sleeps while a quota refills.

One thread runs all readings and keeps the books, so nothing here needs a lock. The others only make calls: they
take a request whose bucket has a token, whoever asked for it, and hand its answer back.

A reading that knows what it will ask for from here on yields that as `Ahead`. As soon as all that are under way
have, the run has its `Outlook`.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeAlias

from auditor.collect.backlog import Backlog, Operation, Quota, Request
from auditor.collect.faults import CallFailed
from auditor.collect.interruptible import interruptible
from auditor.collect.rates import Rate, TokenBucket
from auditor.collect.window import Window
from auditor.model import Reason

WORKERS = 128
"""Threads that make calls at most, started when all others wait for answers. An answer may be 200 ms on its way: so
many then make about as many calls a second as one processor gets done. Where that is less, fewer do: see `Window`."""
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


Answer: TypeAlias = "Mapping[str, Any] | CallFailed | BaseException"
"""What became of a call; an exception that is no `CallFailed` is a mistake in this program."""


class _Call(NamedTuple):
    request: Request
    task: _Task
    handed_out: float


class _Answered(NamedTuple):
    request: Request
    task: _Task
    answer: Answer
    late: float
    """Seconds from when the call was handed out to when a thread began with it."""


class Schedule:
    """A thread that runs readings, and a pool of threads over the token buckets that makes their calls."""

    def __init__(
        self,
        send: Callable[[Request], Mapping[str, Any]],
        bucket: Callable[[Quota], TokenBucket],
        workers: int = WORKERS,
        foreseen: Callable[[Outlook], None] = lambda _: None,
        telling: AbstractSet[Operation] = frozenset(),
    ) -> None:
        """`telling` are the operations whose answers tell how much there is to ask for: they go early."""
        self.tally = Tally()
        self._send = send
        self._foreseen = foreseen
        self._window = Window(workers)
        self._threads = 0
        self._backlog: Backlog[_Task] = Backlog(bucket, self.tally.ahead, telling)
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        """What may go now; None sends one thread home."""
        self._answers: SimpleQueue[_Answered | None] = SimpleQueue()
        """What came of it; None says that the run is to end."""
        self._under_way = 0
        """Calls that were handed out and whose answers have not been looked at."""
        self._started = time.monotonic()
        self._live = 0
        self._untold = 0
        """Readings that wait for no others and have not said what they will ask for."""
        self._stopped = False

    def run(self, readings: Iterable[Reading]) -> None:
        """Runs the readings and everything they start; returns when all have ended.

        Raises what a reading itself raised: that is a mistake in this program, not an answer of AWS. After
        `stop` (or Ctrl-C) it returns as soon as the requests under way have been answered.
        """
        self._started = time.monotonic()
        interruptible(lambda: self._keep(readings), self.stop, PATIENCE)

    def adopt(self, account: str, region: str, rate: Callable[[Quota], Rate]) -> None:
        """Goes on at these rates in a Region. For readings; who makes a bucket there from now on knows them."""
        self._backlog.adopt(account, region, rate, time.monotonic())

    def stop(self) -> None:
        """Sends nothing more."""
        self._stopped = True
        self._answers.put(None)

    def _keep(self, readings: Iterable[Reading]) -> None:
        """What the one thread does that runs the readings."""
        try:
            self._start([_Task(reading, None) for reading in readings])
            while self._live and not self._stopped:
                self._hand_out()
                self._look_at(self._next_answer())
            while self._under_way:
                self._look_at(self._answers.get())
        finally:
            for _ in range(self._threads):
                self._calls.put(None)

    def _hand_out(self) -> None:
        """Gives out every request that may go now, as far as there is time for them."""
        while (
            self._under_way < self._window.size and (item := self._backlog.take(time.monotonic())) is not None
        ):
            self._under_way += 1
            if self._under_way > self._threads:
                self._threads += 1
                threading.Thread(target=self._make_calls, daemon=True).start()
            self._calls.put(_Call(*item, time.monotonic()))

    def _next_answer(self) -> _Answered | None:
        """The next answer; None where a request may go before one comes."""
        began = time.monotonic()
        due = self._backlog.due(began) if self._under_way < self._window.size else math.inf
        if math.isinf(due):
            return self._answers.get()
        try:
            return self._answers.get(timeout=due - began)
        except Empty:
            return None
        finally:
            self.tally.waited += time.monotonic() - began

    def _make_calls(self) -> None:
        while (call := self._calls.get()) is not None:
            late = time.monotonic() - call.handed_out
            answer: Answer
            try:
                answer = self._send(call.request)
            except BaseException as failure:
                answer = failure
            self._answers.put(_Answered(call.request, call.task, answer, late))

    def _look_at(self, answered: _Answered | None) -> None:
        """Goes on with an answer; a throttled request goes back, and lets its quota rest."""
        if answered is None:
            return
        request, task, answer, late = answered
        self._under_way -= 1
        self._window.began(late)
        self._backlog.answered(request.quota, time.monotonic())
        if isinstance(answer, CallFailed):
            if answer.cause.reason is Reason.THROTTLED and task.throttled < THROTTLED_ROUNDS:
                pause = min(60.0, PAUSE * 2**task.throttled)
                task.throttled += 1
                self.tally.throttled += 1
                self._backlog.put_back(request, task, pause, time.monotonic())
                return
        elif isinstance(answer, BaseException):
            raise answer
        self.tally.done += 1
        self.tally.by_operation[request.quota] += 1
        task.throttled = 0
        self._advance(task, answer)

    def _start(self, tasks: list[_Task], parent: _Task | None = None) -> None:
        self._live += len(tasks)
        self._untold += sum(not task.told for task in tasks)
        # Until they have ended, they speak for the one that started them.
        self._untold -= parent is not None and not parent.told
        for task in tasks:
            self._advance(task, None)

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
            raise result
        self._live -= 1
        self._untold -= not task.told
        if parent is not None:
            parent.results[task.place] = result
            parent.waiting_for -= 1
            if not parent.waiting_for:
                self._untold += not parent.told
                self._advance(parent, parent.results)
        self._foresee()

    def _tell(self, task: _Task, ahead: Ahead) -> None:
        for quota, count in ahead.calls.items():
            self.tally.ahead[quota] = max(0, self.tally.ahead[quota] + count)
        self._untold -= not task.told
        task.told = True
        self._foresee()

    def _foresee(self) -> None:
        """Works out what the run will come to, once, when nobody is left who has not said it."""
        if self._untold or self.tally.outlook is not None:
            return
        now = time.monotonic()
        left = self._backlog.left()
        ends = {quota: self._backlog.end(quota, count, now) for quota, count in left.items()}
        slowest = max(ends, key=lambda quota: ends[quota], default=None)
        end = ends[slowest] if slowest else now
        self.tally.outlook = Outlook(
            calls=self.tally.expected,
            left=self.tally.expected - self.tally.done,
            seconds=end - self._started,
            slowest=slowest if end > now else None,
            after=now - self._started,
            by_quota=self.tally.asked + self.tally.ahead,
        )
        self._foreseen(self.tally.outlook)

    def _ask(self, task: _Task, request: Request) -> None:
        self.tally.asked[request.quota] += 1
        if self.tally.ahead[request.quota]:
            self.tally.ahead[request.quota] -= 1
        self._backlog.put(request, task, time.monotonic())
