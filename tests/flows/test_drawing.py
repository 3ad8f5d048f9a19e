from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.flows import Flow, compare, drawing
from auditor.flows.drawing import MOST, Block, Fate
from auditor.render.flow_layout import GAP, WIDTH, layout
from tests.flows.examples import action, contents, flow, shuffled

END = action("z", "DisconnectParticipant")
HELLO = action("a", "MessageParticipant", "b", Text="Hello")
QUEUE = action("b", "UpdateContactTargetQueue", "c", {"NoMatchingError": "z"}, QueueId="q-1")
MOVE = action("c", "TransferContactToQueue", "z", {"NoMatchingError": "z", "QueueAtCapacity": "z"})

few = settings(deadline=None, max_examples=40)


def told(one: Block) -> tuple[Any, ...]:
    return one.name, str(one.fate), one.said, [(way.label, way.to, str(way.fate)) for way in one.ways]


def as_plan(one: Block) -> dict[str, Any]:
    ways = [{"label": way.label, "to": way.to, "fate": str(way.fate)} for way in one.ways]
    return {"name": one.name, "type": one.type, "fate": str(one.fate), "said": one.said, "ways": ways}


def test_a_block_taken_out_is_drawn_with_what_it_led_to() -> None:
    after = flow({**HELLO, "Transitions": {"NextAction": "c"}}, MOVE, END)
    found = drawing(compare(flow(HELLO, QUEUE, MOVE, END), after))
    assert [told(one) for one in found.blocks] == [
        ("1", "changed", (), [("next", "-2", "removed"), ("next", "2", "added")]),
        (
            "2",
            "same",
            (),
            [("next", "3", "same"), ("on NoMatchingError", "3", "same"), ("on QueueAtCapacity", "3", "same")],
        ),
        ("3", "same", (), []),
        (
            "-2",
            "removed",
            ("QueueId='q-1'",),
            [("next", "2", "removed"), ("on NoMatchingError", "3", "removed")],
        ),
    ]
    assert found.left_out == 0


def test_a_way_to_a_block_that_is_not_there_is_not_a_way_to_nowhere() -> None:
    before, after = (
        flow(action("a", "TransferContactToQueue", "z", {"QueueAtCapacity": to}), END) for to in ("?", "")
    )
    block = drawing(compare(before, after)).blocks[0]
    assert told(block)[3] == [
        ("next", "2", "same"),
        ("on QueueAtCapacity", "(missing)", "removed"),
        ("on QueueAtCapacity", "", "added"),
    ]
    (box, *_) = layout([as_plan(block)]).boxes
    assert [row.text for row in box.rows[-2:]] == [
        "on QueueAtCapaci… → (missing)",
        "on QueueAtCapacity → nowhere",
    ]


def test_what_no_change_touches_is_left_out() -> None:
    first = action("f", "MessageParticipant", "a", Text="Good morning")
    after = flow(first, HELLO, QUEUE, MOVE, action("z", "EndFlowExecution"))
    before = flow(first, HELLO, QUEUE, MOVE, END)
    found = drawing(compare(before, after))
    assert [one.type for one in found.blocks] == [
        "MessageParticipant",
        "UpdateContactTargetQueue",
        "TransferContactToQueue",
        "EndFlowExecution",
        "DisconnectParticipant",
    ]
    assert found.left_out == 1


def test_nobody_draws_more_than_people_can_follow() -> None:
    texts = [action(f"m{n}", "MessageParticipant", f"m{n + 1}", Text=str(n)) for n in range(MOST * 2)]
    after = flow(*texts, action(f"m{MOST * 2}", "DisconnectParticipant"))
    found = drawing(compare(flow(END), after))
    assert len(found.blocks) == MOST
    assert found.left_out == MOST + 1


def test_no_secret_is_drawn() -> None:
    def asks(key: str) -> Flow:
        return flow(action("a", "InvokeLambdaFunction", LambdaInvocationAttributes={"api_key": key}))

    keys = "sk_live_abcdefghijklmnop1234", "sk_live_qrstuvwxyzabcdef5678"
    found = drawing(compare(*map(asks, keys)))
    assert found.blocks[0].said
    assert not any(key in str(found) for key in keys)


@few
@given(contents(), contents())
def test_every_change_is_drawn_once(one: dict[str, Any], other: dict[str, Any]) -> None:
    comparison = compare(Flow.parse(one), Flow.parse(other))
    found = drawing(comparison)
    by_fate = {fate: [block.name for block in found.blocks if block.fate is fate] for fate in Fate}
    assert sorted(by_fate[Fate.ADDED]) == sorted(action.id for action in comparison.added)
    assert sorted(by_fate[Fate.REMOVED]) == sorted(f"-{action.id}" for action in comparison.removed)
    assert sorted(by_fate[Fate.CHANGED]) == sorted(change.after for change in comparison.changed)
    names = [block.name for block in found.blocks]
    assert len(set(names)) == len(names)
    edges = {
        (block.name, way.label) for block in found.blocks for way in block.ways if way.fate is not Fate.SAME
    }
    assert {
        (change.after, label)
        for change in comparison.changed
        for label in change.edges
        if " of " not in label
    } <= edges


@few
@given(contents(), contents(), st.integers())
def test_a_flow_drawn_anew_gives_the_same_drawing(
    one: dict[str, Any], other: dict[str, Any], seed: int
) -> None:
    before, after = Flow.parse(one), Flow.parse(other)
    assert drawing(compare(before, after)) == drawing(compare(before, Flow.parse(shuffled(other, seed))))


@few
@given(contents(), contents())
def test_no_block_stands_on_another_and_each_way_has_its_line(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    blocks = [as_plan(block) for block in drawing(compare(Flow.parse(one), Flow.parse(other))).blocks]
    laid = layout(blocks)
    assert len(laid.boxes) == len(blocks)
    for number, box in enumerate(laid.boxes):
        assert 0 <= box.x <= laid.width - WIDTH
        assert 0 <= box.y <= laid.height - box.height
        for next_to in laid.boxes[number + 1 :]:
            below = box.y + box.height + GAP <= next_to.y or next_to.y + next_to.height + GAP <= box.y
            assert below or abs(box.x - next_to.x) > WIDTH
    names = {block["name"] for block in blocks}
    assert len(laid.lines) == sum(way["to"] in names for block in blocks for way in block["ways"])
