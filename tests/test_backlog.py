"""Which request goes next: the one whose quota has the longest way to go, then each account and Region in turn."""

import itertools
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.backlog import Backlog, Request
from auditor.collect.rates import MARGIN, Rate, TokenBucket

RATES = {"Fast": Rate(1000, 100), "Slow": Rate(2, 5), "Slower": Rate(1, 2)}


def request(operation, account="1", **params):
    return Request(account, "us-east-1", "connect", operation, params)


def backlog(ahead=None) -> Backlog[Any]:
    return Backlog(
        lambda quota: TokenBucket.of(RATES.get(quota.operation, Rate(2, 5)), 0.0),
        ahead or {},
        telling={("connect", "Telling")},
    )


def taken(waiting, now=0.0, most=None):
    """Who asked, in the order in which the requests go at one moment, each answered at once."""
    return [item[1] for item in itertools.islice(iter(lambda: answered(waiting, now), None), most)]


def answered(waiting: Backlog[Any], now: float) -> tuple[Request, Any] | None:
    item = waiting.take(now)
    if item is not None:
        waiting.answered(item[0].quota, now)
    return item


def test_the_longest_way_goes_first():
    waiting = backlog()
    waiting.put(request("Fast"), "fast", 0.0)
    for number in range(9):
        waiting.put(request("Slow"), f"slow {number}", 0.0)
    assert taken(waiting) == ["slow 0", "slow 1", "slow 2", "slow 3", "fast"]


def test_what_is_known_to_follow_counts():
    waiting = backlog({request("Slower").quota: 50})
    waiting.put(request("Slow"), "slow", 0.0)
    waiting.put(request("Slower"), "slower", 0.0)
    assert taken(waiting) == ["slower", "slow"]


def test_what_tells_what_there_is_is_taken_to_tell_of_a_long_way():
    waiting = backlog({request("Slower").quota: 50, request("Slow").quota: 10})
    waiting.put(request("Slow"), "slow", 0.0)
    waiting.put(request("Telling", account="2"), "telling", 0.0)
    waiting.put(request("Slower"), "slower", 0.0)
    assert taken(waiting) == ["slower", "telling", "slow"]


def test_what_has_become_more_urgent_goes_first_however_long_it_was_ready():
    waiting = backlog()
    for operation in "ABC":
        waiting.put(request(operation), operation, 0.0)
    for number in range(8):
        waiting.put(request("Slow"), f"slow {number}", 0.0)
    assert taken(waiting, most=5) == ["slow 0", "slow 1", "slow 2", "slow 3", "A"]
    for number in range(40):
        waiting.put(request("C"), f"C {number}", 0.0)
    assert taken(waiting) == ["C", "C 0", "C 1", "C 2", "B"]


def test_each_account_has_its_turn():
    waiting = backlog()
    for account in ("1", "2"):
        for operation in "ABC":
            waiting.put(request(operation, account), f"{operation}{account}", 0.0)
    assert taken(waiting) == ["A1", "A2", "B1", "B2", "C1", "C2"]


def test_when_the_next_is_due():
    waiting = backlog()
    assert waiting.due(0.0) == math.inf
    for number in range(5):
        waiting.put(request("Slow"), number, 0.0)
    assert waiting.due(0.0) == 0.0
    assert taken(waiting) == [0, 1, 2, 3]
    assert waiting.due(0.0) == 1 / (2 * MARGIN)
    assert taken(waiting, 0.5) == []
    assert taken(waiting, waiting.due(0.5) + 1e-9) == [4]
    assert waiting.due(9.0) == math.inf


def test_what_came_back_throttled_goes_first_after_a_rest():
    waiting = backlog()
    waiting.put(request("Slow", n=1), "first", 0.0)
    waiting.put(request("Slow", n=2), "second", 0.0)
    first = answered(waiting, 0.0)
    assert first is not None
    waiting.put_back(*first, 3.0, 0.0)
    assert taken(waiting, 2.0) == []
    assert taken(waiting, 60.0) == ["first", "second"]


def test_a_higher_rate_shortens_the_wait_at_once():
    waiting = backlog()
    for number in range(6):
        waiting.put(request("Slower"), number, 0.0)
    taken(waiting)
    before = waiting.due(0.0)
    waiting.adopt("1", "us-east-1", lambda _: Rate(100, 2), 0.0)
    assert waiting.due(0.0) < before / 50


@given(
    puts=st.lists(
        st.tuples(st.sampled_from([*RATES]), st.sampled_from("12"), st.floats(0, 2)), min_size=1, max_size=60
    ),
    pauses=st.sets(st.integers(0, 59)),
)
def test_every_request_goes_once_in_the_order_of_its_quota_and_none_too_soon(puts, pauses):
    waiting, now, sent = backlog(), 0.0, []
    for number, (operation, account, step) in enumerate(puts):
        now += step
        waiting.put(request(operation, account, n=number), number, now)
        while (item := answered(waiting, now)) is not None:
            if item[1] in pauses:
                pauses = pauses - {item[1]}
                waiting.put_back(*item, 1.0, now)
            else:
                sent.append((now, *item))
    while (due := waiting.due(now)) < math.inf:
        now = due
        item = answered(waiting, now)
        if item is not None:
            sent.append((now, *item))
    assert sorted(number for _, _, number in sent) == [*range(len(puts))]
    for quota in {asked.quota for _, asked, _ in sent}:
        moments = [(moment, number) for moment, asked, number in sent if asked.quota == quota]
        assert moments == sorted(moments)
        rate = RATES[quota.operation]
        for count, (last, _) in enumerate(moments, 1):
            assert count <= rate.burst + rate.per_second * last + 1e-6
