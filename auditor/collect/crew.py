"""Shares the accounts of a collection among processes.

AWS's throttle sets the pace until there are many accounts; then it is the processor, as botocore takes a millisecond of
it for each call and Python runs one thread at a time. No two accounts share a quota, so each process has its own.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from operator import methodcaller
from typing import Self, TypeAlias

from auditor.collect.access import Account
from auditor.collect.collector import Collected, Collector, Plan
from auditor.collect.gathered import Gathered
from auditor.collect.interruptible import interruptible
from auditor.collect.progress import Figures, Progress
from auditor.collect.schedule import PATIENCE, Outlook, Tally
from auditor.model import GLOBAL, Resource, Unit, UnitState

SHARE = 40
"""Accounts in Regions that are worth another process: they have some thousand calls, and a process takes 0.1 s."""
PROCESSES = 8
"""At most: each takes some 60 MiB of its own, and so many do nearly ten thousand calls a second."""
INTERVAL = 0.2
"""Seconds between two words of a process about how far it is."""
PARCEL = 500
"""Resources that are handed over at once: a whole snapshot would lie in memory once more."""


@dataclass(frozen=True, slots=True)
class Count:
    """How far a process is: see `progress.Figures`."""

    done: int = 0
    expected: int = 0
    waited: float = 0.0
    throttled: int = 0


@dataclass(frozen=True, slots=True)
class _Word:
    """What a process says every now and then: how far it is, what it will come to, and what it began and ended."""

    count: Count
    outlook: Outlook | None
    """None before it is known, and once it was said."""
    steps: list[methodcaller]
    """Calls of `Progress.reading` and `Progress.finished`."""


@dataclass(frozen=True, slots=True)
class _Broke:
    """A mistake in this program, as text."""

    trace: str


_Message: TypeAlias = "_Word | list[Resource] | Collected | _Broke"
"""What comes through a pipe: words, then resources, then the rest of what was collected; or a mistake."""


class Crew:
    """Collects some accounts, in this process or in several others: a context manager that ends them.

    The processes are made when the context is entered. They are forked, which is safe where no thread runs: so enter
    it before a display does. Elsewhere than on Linux, forking is not safe: there, this process does all.
    """

    def __init__(self, accounts: Sequence[Account], plan: Plan, processes: int | None = None) -> None:
        self._accounts, self._plan = accounts, plan
        count = _worthwhile(len(accounts), len(plan.regions)) if processes is None else processes
        self._shares = [accounts[number::count] for number in range(count)] if count > 1 else []
        self._members: dict[Connection, _Member] = {}

    def __enter__(self) -> Self:
        for share in self._shares:
            member = _Member(share, self._plan, [*self._members])
            self._members[member.pipe] = member
        return self

    def __exit__(self, *_: object) -> None:
        for member in self._members.values():
            member.end()

    def collect(
        self, taken_at: str, progress: Progress, refused: Mapping[str, str] | None = None
    ) -> Collected:
        """Reads everything: see `Collector.run`."""
        if not self._members:
            return Collector(self._accounts, self._plan, progress).run(taken_at, refused)
        started = time.monotonic()
        found = Gathered()
        for account, reason in (refused or {}).items():
            found.unit(Unit(account, GLOBAL, UnitState.INCOMPLETE, reason))
        progress.started(_Sum(self._members.values()))
        interrupted = False
        try:
            interruptible(lambda: self._listen(found, progress), self._interrupt, 2 * PATIENCE)
        except KeyboardInterrupt:
            interrupted = True
        for member in self._members.values():
            for unit in member.lost():
                found.unit(unit)
        snapshot = found.snapshot(taken_at, self._accounts[0].partition)
        return Collected(snapshot, self._tally(), time.monotonic() - started, interrupted)

    def _interrupt(self) -> None:
        for member in self._members.values():
            member.interrupt()

    def _listen(self, found: Gathered, progress: Progress) -> None:
        """Takes what the processes say until all have ended."""
        while speaking := [pipe for pipe, member in self._members.items() if not member.over]:
            for pipe in wait(speaking):
                if isinstance(pipe, Connection):
                    self._take(self._members[pipe], found, progress)

    def _take(self, member: _Member, found: Gathered, progress: Progress) -> None:
        waiting = self._outlook() is None
        match member.receive():
            case _Word(steps=steps):
                for step in steps:
                    step(progress)
                if waiting and (whole := self._outlook()):
                    progress.foreseen(whole)
            case Collected(snapshot):
                found.take(replace(snapshot, resources=tuple(itertools.chain(*member.parcels))))
                member.parcels.clear()
            case _Broke(trace):
                raise RuntimeError(f"A process that collects failed.\n{trace}")

    def _outlook(self) -> Outlook | None:
        """What the run will come to; None until every process has said what its own will."""
        seen = [one.outlook for one in self._members.values()]
        known = [one for one in seen if one is not None]
        if len(known) < len(seen):
            return None
        last = max(known, key=lambda one: one.seconds)
        calls = sum(one.calls for one in known)
        return Outlook(
            calls=calls,
            left=calls - sum(one.count.done for one in self._members.values()),
            seconds=last.seconds,
            slowest=last.slowest,
            after=max(one.after for one in known),
            by_quota=sum((Counter(one.by_quota) for one in known), Counter()),
        )

    def _tally(self) -> Tally:
        """What all did together."""
        sums = Tally(outlook=self._outlook())
        for one in self._members.values():
            tally = (
                one.ended.tally if one.ended else Tally(done=one.count.done, throttled=one.count.throttled)
            )
            sums.asked.update(tally.asked)
            sums.ahead.update(tally.ahead)
            sums.by_operation.update(tally.by_operation)
            sums.done += tally.done
            sums.throttled += tally.throttled
            sums.waited = max(sums.waited, tally.waited)
        return sums


class _Member:
    """One of the processes, as the one that made it sees it."""

    def __init__(self, accounts: Sequence[Account], plan: Plan, inherited: Sequence[Connection]) -> None:
        """`inherited` are the pipes of those made before, which are none of its business."""
        self._accounts, self._plan = accounts, plan
        self.pipe, theirs = multiprocessing.Pipe(duplex=False)
        self._process = multiprocessing.get_context("fork").Process(
            target=_collect, args=(accounts, plan, theirs, [self.pipe, *inherited]), daemon=True
        )
        self._process.start()
        theirs.close()
        self.count = Count()
        self.outlook: Outlook | None = None
        self.parcels: list[list[Resource]] = []
        self.ended: Collected | None = None
        self.over = False
        """Whether it has nothing more to say."""

    def receive(self) -> _Message | None:
        """What it says next; None where it came to an end before it was done."""
        try:
            message: _Message = self.pipe.recv()
        except (EOFError, OSError):
            self.over = True
            return None
        match message:
            case _Word(count, outlook):
                self.count, self.outlook = count, outlook or self.outlook
            case list():
                self.parcels.append(message)
            case Collected():
                self.over, self.ended = True, message
        return message

    def interrupt(self) -> None:
        """Has it hand over what it has."""
        self._process.terminate()

    def lost(self) -> Iterator[Unit]:
        """The accounts in Regions of which nothing is known, because it did not hand over what it had."""
        if self.ended is None:
            self._process.join(PATIENCE)
            code = self._process.exitcode
            detail = f"the process that read it ended before it was done (exit code {code})"
            for account, region in itertools.product(self._accounts, self._plan.regions):
                yield Unit(account.id, region, UnitState.INCOMPLETE, detail)

    def end(self) -> None:
        """Leaves nothing of it."""
        self.pipe.close()
        self._process.join(INTERVAL)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


class _Sum:
    """The figures of all processes together."""

    def __init__(self, members: Iterable[_Member]) -> None:
        self._members = members

    @property
    def done(self) -> int:
        return sum(one.count.done for one in self._members)

    @property
    def expected(self) -> int:
        return sum(one.count.expected for one in self._members)

    @property
    def waited(self) -> float:
        return max(one.count.waited for one in self._members)

    @property
    def throttled(self) -> int:
        return sum(one.count.throttled for one in self._members)


class _Teller:
    """The `Progress` of a process: it keeps what it is told, and sends it every now and then."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._figures: Figures = Count()
        self._outlook: Outlook | None = None
        self._steps: deque[methodcaller] = deque()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell_now_and_then, daemon=True)

    def started(self, figures: Figures) -> None:
        self._figures = figures
        self._thread.start()

    def foreseen(self, outlook: Outlook) -> None:
        self._outlook = outlook

    def reading(self, account: str, region: str, what: str) -> None:
        self._steps.append(methodcaller("reading", account, region, what))

    def finished(self, account: str, region: str, what: str) -> None:
        self._steps.append(methodcaller("finished", account, region, what))

    def end(self) -> None:
        """Says the last of it."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._tell()

    def _tell_now_and_then(self) -> None:
        while not self._ended.wait(INTERVAL):
            try:
                self._tell()
            except OSError:  # nobody listens any more: it was killed, and this has no purpose now
                os._exit(1)

    def _tell(self) -> None:
        steps = [self._steps.popleft() for _ in range(len(self._steps))]  # another thread goes on adding some
        outlook = self._outlook
        if outlook is not None:  # it is known once: cleared before, it could be lost when it comes just now
            self._outlook = None
        now = self._figures
        count = Count(now.done, now.expected, now.waited, now.throttled)
        self._pipe.send(_Word(count, outlook, steps))


def _collect(
    accounts: Sequence[Account], plan: Plan, pipe: Connection, inherited: Iterable[Connection]
) -> None:
    """What a process of the crew does.

    Ctrl-C reaches it too where it shares a terminal, but it is for its maker to say when to stop: by SIGTERM.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    for one in inherited:
        one.close()
    teller = _Teller(pipe)
    # Nobody listens any more, or it is to stop before it has begun.
    with suppress(BrokenPipeError, KeyboardInterrupt):
        try:
            collected = Collector(accounts, plan, teller).run("")
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it hands over what it has already
            teller.end()
        except Exception as mistake:
            teller.end()  # two threads must not speak at once
            pipe.send(_Broke("".join(traceback.format_exception(mistake))))
            return
        resources = iter(collected.snapshot.resources)
        while parcel := list(itertools.islice(resources, PARCEL)):
            pipe.send(parcel)
        pipe.send(replace(collected, snapshot=replace(collected.snapshot, resources=())))


def _stop(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _worthwhile(accounts: int, regions: int) -> int:
    """How many processes are worth while for so many accounts in so many Regions."""
    if sys.platform != "linux":
        return 1
    return min(PROCESSES, len(os.sched_getaffinity(0)), accounts, accounts * regions // SHARE)
