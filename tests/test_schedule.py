"""Readings run beside each other, each operation within its own quota, and none is lost."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.backlog import Request
from auditor.collect.faults import CallFailed
from auditor.collect.rates import MARGIN, Rate, TokenBucket, rate_of, rates_in
from auditor.collect.schedule import Schedule, Together
from auditor.collect.window import LATE, LEAST, Window
from auditor.model import Cause, Reason


def request(operation, number=0):
    return Request("1", "us-east-1", "connect", operation, {"n": number})


def schedule(send, workers=4):
    return Schedule(send, lambda _: TokenBucket.of(Rate(1000, 100), time.monotonic()), workers)


def test_answers_come_back_to_the_reading_that_asked():
    got = {}

    def reading(number):
        first = yield request("A", number)
        second = yield request("B", first["n"] + 1)
        got[number] = second["n"]

    schedule(lambda asked: asked.params).run(reading(number) for number in range(50))
    assert got == {number: number + 1 for number in range(50)}


def test_together_returns_results_and_failures_in_order():
    results = []

    def child(number):
        if number == 1:
            raise CallFailed(Cause(Reason.FAILED))
        answer = yield request("A", number)
        return answer["n"]

    def parent():
        results.extend((yield Together(child(number) for number in range(4))))
        results.append((yield Together(())))

    schedule(lambda asked: asked.params).run([parent()])
    assert [isinstance(one, CallFailed) for one in results] == [False, True, False, False, False]
    assert [results[0], results[2], results[3], results[4]] == [0, 2, 3, []]


def test_operations_run_beside_each_other():
    meet = threading.Barrier(3, timeout=5)

    def reading(operation):
        yield request(operation)

    schedule(lambda _: (meet.wait() and {}) or {}, workers=3).run(reading(one) for one in "ABC")


def test_threads_are_started_while_all_others_wait_for_answers():
    meet = threading.Barrier(40, timeout=5)

    def reading(number):
        yield request("Quick", number)
        yield request("Slow", number)

    def send(asked):
        if asked.operation == "Slow":
            meet.wait()
        return {}

    schedule(send, workers=40).run(reading(number) for number in range(40))


def test_no_more_calls_are_under_way_than_the_processor_has_time_for():
    window = Window(100)
    for _ in range(200):
        window.began(LATE / 2)
    assert window.size == 100
    for _ in range(50):
        window.began(LATE * 2)
    assert window.size == 50
    for _ in range(200):
        window.began(LATE * 2)
    assert window.size == LEAST
    window.began(LATE / 2)
    assert window.size == LEAST + 1


def test_a_busy_processor_narrows_the_window(monkeypatch):
    monkeypatch.setattr("auditor.collect.window.LATE", 0.0)
    under_way, most, lock = 0, 0, threading.Lock()

    def send(_):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.01)
        with lock:
            under_way -= 1
        return {}

    def reading(number):
        yield request("A", number)

    schedule(send, workers=100).run(reading(number) for number in range(90))
    assert LEAST <= most <= 2 * LEAST


def test_no_thread_is_started_for_nothing_to_do():
    threads = set()

    def send(_):
        threads.add(threading.get_ident())
        return {}

    def reading():
        for number in range(30):
            yield request("A", number)

    schedule(send, workers=40).run([reading()])
    assert len(threads) < 10, "one that waits, one that was called, and few who met on the way"


def test_a_slow_quota_does_not_hold_up_another():
    done = []

    def reading(operation, count):
        for number in range(count):
            yield request(operation, number)
        done.append(operation)

    buckets = {"Slow": Rate(4, 1), "Fast": Rate(1000, 1000)}
    runs = Schedule(lambda _: {}, lambda asked: TokenBucket.of(buckets[asked.operation], time.monotonic()), 2)
    runs.run([reading("Slow", 3), reading("Fast", 200)])
    assert done == ["Fast", "Slow"]


def test_a_throttled_call_is_tried_again_until_it_is_answered(monkeypatch):
    monkeypatch.setattr("auditor.collect.schedule.PAUSE", 0.01)
    refused = iter([True, True, False])
    answers = []

    def send(_):
        if next(refused):
            raise CallFailed(Cause(Reason.THROTTLED))
        return {"ok": True}

    def reading():
        answers.append((yield request("A")))

    runs = schedule(send)
    runs.run([reading()])
    assert answers == [{"ok": True}]
    assert runs.tally.throttled == 2


def test_a_call_that_stays_throttled_ends_as_a_failure(monkeypatch):
    monkeypatch.setattr("auditor.collect.schedule.PAUSE", 0.001)
    seen = []

    def send(_):
        raise CallFailed(Cause(Reason.THROTTLED, "connect:A"))

    def reading():
        try:
            yield request("A")
        except CallFailed as failure:
            seen.append(failure.cause)

    schedule(send).run([reading()])
    assert seen == [Cause(Reason.THROTTLED, "connect:A")]


def test_a_mistake_in_a_reading_is_raised_and_ends_the_run():
    def reading():
        yield request("A")
        raise ZeroDivisionError

    def endless():
        while True:
            yield request("B")

    with pytest.raises(ZeroDivisionError):
        schedule(lambda _: {}).run([reading(), endless()])


def test_stop_ends_a_run():
    runs = schedule(lambda _: {})

    def endless():
        for number in range(10**6):
            if number == 20:
                runs.stop()
            yield request("A", number)

    runs.run([endless()])
    assert runs.tally.done < 10**6


@given(
    rate=st.floats(0.5, 50),
    burst=st.integers(1, 20),
    steps=st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_a_bucket_never_exceeds_the_quota_it_stands_for(rate, burst, steps):
    """However a caller comes and goes, no window holds more calls than burst + rate x length."""
    bucket, now, sent = TokenBucket.of(Rate(rate, burst), 0.0), 0.0, []
    for step in steps:
        now = max(now + step, bucket.ready_at(now + step))
        bucket.take(now)
        bucket.answered(now)
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            allowed = burst + rate * MARGIN * (sent[last] - sent[first])
            assert last - first + 1 <= allowed + 1e-6 or burst == 1


@given(
    rate=st.floats(0.5, 50),
    burst=st.integers(1, 20),
    calls=st.lists(st.tuples(st.floats(0, 2), st.floats(0, 5), st.floats(0, 1)), min_size=1, max_size=60),
)
def test_a_bucket_keeps_below_the_quota_however_long_calls_are_on_their_way(rate, burst, calls):
    """Each call is asked for some time after the one before, takes so long, and arrives somewhere in between."""
    bucket, now = TokenBucket.of(Rate(rate, burst), 0.0), 0.0
    arrivals: list[float] = []
    answers: list[float] = []
    for pause, length, share in calls:
        now += pause
        while True:
            for moment in [one for one in answers if one <= now]:
                answers.remove(moment)
                bucket.answered(now)
            due = bucket.ready_at(now)
            if due <= now:
                break
            now = min([due, *answers])
        bucket.take(now)
        arrivals.append(now + length * share)
        answers.append(now + length)
    tokens, before = float(burst), 0.0
    for moment in sorted(arrivals):
        tokens = min(burst, tokens + (moment - before) * rate) - 1
        before = moment
        assert tokens > -1e-6


def test_rates_come_from_the_table_and_can_be_set():
    assert rate_of("connect", "ListQueues", {}) == Rate(2, 5)
    assert rate_of("connect", "ListIntegrationAssociations", {}) == Rate(25, 50)
    assert rate_of("connect", "ListQueues", {"ListQueues": 10}) == Rate(10, 5)
    assert rate_of("connect", "ListQueues", {"*": 1}) == Rate(1, 2.5)
    assert rate_of("connect", "ListQueues", {"*": 1, "connect:ListQueues": 3}).per_second == 3


def test_a_bucket_that_is_refused_slows_down_once_for_calls_under_way_and_recovers():
    bucket = TokenBucket.of(Rate(100, 10), 0.0)
    full = bucket.per_second
    for _ in range(5):
        bucket.pause(1.0, 0.0)
    assert bucket.per_second == full / 2
    assert bucket.ready_at(0.0) >= 1.0
    bucket.pause(1.0, 1.5)
    assert bucket.per_second == full / 4
    now = 3.0
    for _ in range(200):
        now = bucket.ready_at(now)
        bucket.take(now)
        bucket.answered(now)
    assert bucket.per_second == full


def test_rates_are_found_among_the_service_quotas():
    assert rates_in(
        [
            {"QuotaName": "Rate of ListUsers API requests", "Value": 10.0},
            # As Service Quotas spells one of them, with two spaces.
            {"QuotaName": "Rate of DescribeUser  API requests", "Value": 0.5},
            {"QuotaName": "Rate of DescribeQueue API requests"},
            {"QuotaName": "Users per instance", "Value": 500.0},
        ]
    ) == {"connect:ListUsers": 10.0, "connect:DescribeUser": 0.5}


def test_what_was_said_wins_over_the_quota_that_applies_and_that_over_the_table():
    applied = {"connect:ListUsers": 10.0, "connect:DescribeUser": 0.5}
    assert rate_of("connect", "ListUsers", {}, applied) == Rate(10, 5)
    assert rate_of("connect", "DescribeUser", {}, applied) == Rate(0.5, 1.25)
    assert rate_of("connect", "ListQueues", {}, applied) == Rate(2, 5)
    assert rate_of("connect", "ListUsers", {"ListUsers": 3}, applied).per_second == 3
    assert rate_of("connect", "ListUsers", {"*": 1}, applied).per_second == 1


def test_a_bucket_that_adopts_a_quota_keeps_its_tokens_and_its_caution():
    bucket = TokenBucket.of(Rate(2, 5), 0.0)
    for _ in range(4):
        bucket.take(0.0)
    bucket.pause(0.0, 0.0)
    bucket.adopt(Rate(10, 5))
    assert (bucket.tokens, bucket.per_second, bucket.full_rate) == (0.0, 5 * MARGIN, 10 * MARGIN)
    bucket.adopt(Rate(0.5, 1))
    assert bucket.ready_at(0.0) == pytest.approx(1 / (0.25 * MARGIN))
