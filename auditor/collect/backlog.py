"""Requests that wait for their quotas, and which of them goes next."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from auditor.collect.rates import Rate, TokenBucket

T = TypeVar("T")
Operation: TypeAlias = tuple[str, str]
"""The service and the name, as botocore has them."""
UNTOLD = 10.0
"""Seconds that are taken to be left of what nobody has told yet."""


class Quota(NamedTuple):
    """What shares a bucket: AWS throttles each operation of an account in a Region by itself."""

    account: str
    region: str
    service: str
    operation: str


class Request(NamedTuple):
    """One call to make."""

    account: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]

    @property
    def quota(self) -> Quota:
        """The quota that it spends from."""
        return Quota(self.account, self.region, self.service, self.operation)


class _Waiting(NamedTuple, Generic[T]):
    turn: int
    """Which request of its service in an account and Region it is; 0 for one that is put back."""
    request: Request
    asker: T


class Backlog(Generic[T]):
    """Requests and who asked for them, in a queue for each quota. Times are seconds of one monotonic clock.

    Of the quotas that have a token, the one with the longest way to go comes first: a run takes as long as its slowest
    quota, and keeping that one waiting prolongs it. What tells how much there is to ask for may tell of a long way, and
    is taken to. Among equals each account and Region has its turn.

    It is not thread-safe.
    """

    def __init__(
        self,
        bucket: Callable[[Quota], TokenBucket],
        ahead: Mapping[Quota, int],
        telling: AbstractSet[Operation] = frozenset(),
    ) -> None:
        """`ahead` counts the calls that are known to follow those that wait; it may change meanwhile.

        `telling` are the operations whose answers tell how much there is to ask for.
        """
        self._new_bucket = bucket
        self._ahead = ahead
        self._telling = telling
        self._buckets: dict[Quota, TokenBucket] = {}
        self._queues: defaultdict[Quota, deque[_Waiting[T]]] = defaultdict(deque)
        self._turns: Counter[tuple[str, str, str]] = Counter()
        # A quota that something waits for is in one of two heaps: by when it has a token, then by how urgent it is.
        self._resting: list[tuple[float, int, Quota]] = []
        self._ready: list[tuple[float, int, Quota]] = []
        self._ranks: dict[Quota, float] = {}
        """How urgent each is that is ready. One that has become more so is in the heap twice, and counts once."""

    def put(self, request: Request, asker: T, now: float) -> None:
        """Puts a request behind the others of its quota."""
        those = (request.account, request.region, request.service)
        self._turns[those] += 1
        self._insert(_Waiting(self._turns[those], request, asker), now, len(self._queues[request.quota]))

    def put_back(self, request: Request, asker: T, pause: float, now: float) -> None:
        """Puts a request that came back throttled before the others, and lets its quota rest for so many seconds."""
        self._bucket(request.quota).pause(pause, now)
        self._insert(_Waiting(0, request, asker), now, 0)

    def take(self, now: float) -> tuple[Request, T] | None:
        """The request that goes next, with its token spent; None where none may go yet."""
        while self._resting and self._resting[0][0] <= now:
            _, turn, quota = heapq.heappop(self._resting)
            self._offer(quota, turn, now)
        while self._ready:
            rank, _, quota = heapq.heappop(self._ready)
            if self._ranks.get(quota) != rank:
                continue
            del self._ranks[quota]
            bucket, queue = self._bucket(quota), self._queues[quota]
            if bucket.ready_at(now) > now:  # it was paused after it had become ready
                self._rest(quota, now)
                continue
            bucket.take(now)
            _, request, asker = queue.popleft()
            if queue:
                self._rest(quota, now)
            return request, asker
        return None

    def answered(self, quota: Quota, now: float) -> None:
        """A request that had gone has its answer."""
        self._bucket(quota).answered(now)

    def due(self, now: float) -> float:
        """When the next request may go: `now` where one may go at once, infinity where none waits."""
        if self._ranks:
            return now
        return max(now, self._resting[0][0]) if self._resting else math.inf

    def left(self) -> Counter[Quota]:
        """The calls that wait, and those that are known to follow them."""
        return Counter({quota: len(queue) for quota, queue in self._queues.items()}) + Counter(self._ahead)

    def end(self, quota: Quota, calls: int, now: float) -> float:
        """When the last of so many calls may go."""
        return self._bucket(quota).spent_at(calls, now)

    def adopt(self, account: str, region: str, rate: Callable[[Quota], Rate], now: float) -> None:
        """Goes on at these rates in a Region."""
        for quota, bucket in self._buckets.items():
            if (quota.account, quota.region) == (account, region):
                bucket.adopt(rate(quota))
        resting = [(self._bucket(quota).ready_at(now), turn, quota) for _, turn, quota in self._resting]
        heapq.heapify(resting)
        self._resting = resting

    def _way(self, quota: Quota, turn: int, now: float) -> float:
        """The seconds until the throttle has let through what is left to ask of a quota, as far as that is known.

        Infinity for what came back throttled.
        """
        if not turn:
            return math.inf
        left = len(self._queues[quota]) + self._ahead.get(quota, 0)
        way = self.end(quota, left, now) - now
        return max(way, UNTOLD) if (quota.service, quota.operation) in self._telling else way

    def _insert(self, waiting: _Waiting[T], now: float, place: int) -> None:
        queue = self._queues[waiting.request.quota]
        queue.insert(place, waiting)
        if len(queue) == 1:
            self._rest(waiting.request.quota, now)
        elif waiting.request.quota in self._ranks:
            self._offer(waiting.request.quota, queue[0].turn, now)

    def _offer(self, quota: Quota, turn: int, now: float) -> None:
        """Has a quota wait among those that are ready, unless it does so already and is no more urgent."""
        rank = -self._way(quota, turn, now)
        if rank < self._ranks.get(quota, math.inf):
            self._ranks[quota] = rank
            heapq.heappush(self._ready, (rank, turn, quota))

    def _rest(self, quota: Quota, now: float) -> None:
        """Has a quota wait for its token."""
        turn = self._queues[quota][0].turn
        heapq.heappush(self._resting, (self._bucket(quota).ready_at(now), turn, quota))

    def _bucket(self, quota: Quota) -> TokenBucket:
        bucket = self._buckets.get(quota)
        if bucket is None:
            bucket = self._buckets[quota] = self._new_bucket(quota)
        return bucket
