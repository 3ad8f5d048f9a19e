"""The pages of the documentation that are made of the rule files and of the table of kinds, by path."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from botocore import xform_name

from auditor import bundled, catalogue, examples
from auditor.catalogue import Entry
from auditor.document import code, escaped, page, sentence
from auditor.frameworks import FRAMEWORKS
from auditor.kinds import KINDS, LEFT_OUT, UNREADABLE, Call, Kind, LeftOut
from auditor.requirements import natural
from auditor.rule import Rule, Severity, Verdict
from tests.conftest import ROOT

RULES = ROOT / "docs" / "rules"
_API = "https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services"
_MADE = "This page is made of the source; `pytest tests/test_docs.py --accept` writes it anew."
DRIFT: Mapping[str, str] = {
    "CONNECT-IDN-001": "Identity management type equals the spec",
    "CONNECT-TEL-003": "Optional channel attributes match the spec",
    "CONNECT-STR-001": "Contact records and agent events stream as the spec demands",
    "CONNECT-INT-002": "Approved origins equal the spec",
    "CONNECT-ACC-010": "Default security profiles keep, or match the spec for, their permissions",
    "CONNECT-RTG-009": "Media concurrency and priorities match the spec",
    "CONNECT-USR-005": "Auto-accept, work after contact and hierarchy match the spec",
    "CONNECT-FLW-009": "Published flows equal the spec's baseline",
}
"""The candidates that are judged against a spec: without one there is nothing that they could say."""
DROPPED: Mapping[str, str] = {
    "CONNECT-IDN-009": (
        "Instance and federation role are protected from deletion. What denies it is a service control policy of the"
        " organization: only the management account or a delegated administrator can read those, and not from the"
        " account that is scanned."
    ),
}
"""The candidates that no rule stands for, and why."""


class Unjudged(NamedTuple):
    """Something that the plan spoke of and no rule looks at, and which rule comes nearest to it."""

    what: str
    why: str
    nearest: str
    kind: str = ""
    field: str = ""
    """Where there is one, what no rule reads because of it: a test says so."""


UNJUDGED = (
    Unjudged(
        "Functions and Lex bots of another account or Region that a flow names without their being associated",
        "those of the instance's own account and Region have to be associated, which is judged, and what is"
        " associated is followed to AWS Lambda and Amazon Lex; the others may well be called without",
        "CONNECT-FLW-001",
    ),
    Unjudged(
        "Voice ID blocks in flows",
        "the service has ended, and the integration that they need is reported; the blocks themselves are not",
        "CONNECT-INT-013",
    ),
    Unjudged(
        "Flow modules that a security profile lets AI agents call as tools",
        "there is no list of approved ones to hold them to; whether a module can be called at all is judged",
        "CONNECT-FLW-011",
        "connect.security_profile",
        "AllowedFlowModules",
    ),
    Unjudged(
        "AI agents that a security profile gives",
        "there is no list of approved ones to hold them to; only applications and MCP servers have one",
        "CONNECT-ACC-014",
        "connect.security_profile",
        "AllowedAIAgents",
    ),
    Unjudged(
        "Text logs of Lex conversations",
        "they go to a log group, whose key and retention are read for the instance's own flow logs only",
        "CONNECT-INT-011",
        "lex.bot_alias",
        "conversationLogSettings.textLogSettings",
    ),
    Unjudged(
        "The encryption of outbound campaigns of the first API, and that they are of the first",
        "AWS names no day on which it ends; the settings of the second API are judged",
        "CONNECT-INT-018",
        "connectcampaigns.instance_config",
        "encryptionConfig",
    ),
    Unjudged(
        "A directory that several instances share",
        "no API tells which directory an instance uses: it is inferred from the alias, which is one instance's",
        "CONNECT-IDN-010",
    ),
    Unjudged(
        "Whether the account that a storage bucket belongs to is one of the company's",
        "a log archive's is a legitimate place; what protects a bucket of another account is unknown, never a pass",
        "CONNECT-STO-008",
    ),
    Unjudged(
        "Which key a bucket encrypts with by default",
        "that it is KMS is judged, and so is the key that the storage configuration names",
        "CONNECT-STO-013",
    ),
    Unjudged(
        "Flow logs that write down what callers type into a block without encryption",
        "the block is judged by the words around it, whether flow logs are on or off",
        "CONNECT-FLW-003",
    ),
    Unjudged(
        "Personal data in the values of tags",
        "names and descriptions are judged",
        "CONNECT-FLW-012",
    ),
    Unjudged(
        "Required tags on phone numbers",
        "descriptions of numbers are judged, and tags of what else can carry them",
        "CONNECT-TAG-002",
    ),
    Unjudged(
        "Holidays that are missing among the overrides of opening hours",
        "which days those are only a spec says, in its section hours_overrides",
        "CONNECT-RTG-007",
    ),
    Unjudged(
        "A time zone of opening hours that does not exist",
        "no page of AWS lists the zones that it takes, and the machine's own list is another one on each machine; which"
        " zones are expected the parameter time_zones says",
        "CONNECT-RTG-006",
    ),
    Unjudged(
        "The routing profile, queue and hours that came with the instance, where real contacts use them",
        "they work; what is judged is whether they have queues, users and opening times",
        "CONNECT-RTG-008",
    ),
)
WAVES: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "IDN": ((1, 2, 3, 4, 5, 10, 12, 17), (6, 7, 8, 14, 15, 16), (9, 11, 13)),
    "ACC": ((1, 3, 4, 5, 6), (7, 8, 9, 11, 13), (2, 10, 12, 14)),
    "TEL": ((1, 2, 3), (), (4, 5, 6)),
    "STO": ((1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 16, 18, 21), (11, 13, 17, 19), (7, 15, 20)),
    "LOG": ((1, 2, 3, 6), (4, 5, 9), (7, 8)),
    "STR": ((1, 2, 3, 4, 6, 7), (9,), (5, 8)),
    "INT": ((1, 2, 3, 4, 9, 13), (5, 6, 10, 12, 16, 17), (7, 8, 11, 14, 15, 18)),
    "NUM": ((1, 2, 4), (3, 6, 7), (5,)),
    "RTG": ((1, 6), (2, 3, 4, 5, 8, 10), (7, 9)),
    "USR": ((1,), (3, 4), (2, 5, 6)),
    "FLW": ((1,), (2, 3, 4, 5, 6, 7, 10, 12), (8, 9, 11)),
    "RES": ((1, 2, 9), (3, 4, 5, 6, 7), (8,)),
    "TAG": ((1,), (2, 4), (3, 5)),
    "SED": ((1, 2, 3, 4, 5),),
}
"""The numbers of the candidates that the catalogue was planned from, by wave: 62, 51 and 35 of them."""


def waves() -> dict[str, int]:
    """The wave of every candidate, by id."""
    return {
        f"CONNECT-{prefix}-{number:03}": wave
        for prefix, planned in WAVES.items()
        for wave, numbers in enumerate(planned, 1)
        for number in numbers
    }


def pages() -> dict[Path, str]:
    """Every generated page."""
    rules = catalogue.load(bundled.RULES)
    entries = rules.entries
    return {
        **{RULES / f"{entry.rule.id}.md": page(entry, rules) for entry in entries},
        RULES / "README.md": _text(_index(entries)),
        RULES / "accounting.md": _text(_accounting({entry.rule.id: entry for entry in entries})),
        ROOT / "docs" / "kinds.md": _text(_kinds()),
    }


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _index(entries: tuple[Entry, ...]) -> Iterator[str]:
    opted = sum(1 for entry in entries if entry.rule.opt_in)
    yield from ("# The rules", "", _MADE, "")
    yield f"{len(entries)} rules, {opted} of them opt-in: those run only where somebody names them."
    yield "[What became of every planned rule](accounting.md) is a page of its own."
    groups = sorted({entry.group for entry in entries})
    yield from ("", "By group: " + ", ".join(f"[{group}](#{group})" for group in groups) + ".")
    yield "By severity: " + ", ".join(f"[{one}](#{one})" for one in Severity) + "."
    yield "By framework: " + ", ".join(f"[{FRAMEWORKS[one].title}](#{one})" for one in FRAMEWORKS) + "."
    for group in groups:
        yield from ("", f"## {group}", "", "| rule | severity | | title |", "|---|---|---|---|")
        for entry in entries:
            if entry.group == group:
                rule = entry.rule
                runs = "retired" if rule.retired else "opt-in" if rule.opt_in else ""
                yield f"| {_link(rule.id)} | {rule.severity} | {runs} | {escaped(rule.title)} |"
    for severity in Severity:
        ids = [entry.rule.id for entry in entries if entry.rule.severity is severity]
        yield from ("", f"## {severity}", "", ", ".join(map(_link, ids)) or "None.")
    for name, framework in FRAMEWORKS.items():
        yield from ("", f"## {name}", "", f"[{framework.title}]({framework.url}), {framework.edition}.", "")
        yield from _requirements(name, entries)


def _requirements(framework: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for entry in entries:
        for basis, mapped in (("", entry.rule.published), ("*", entry.rule.interpretive)):
            for requirement in mapped.get(framework, ()):
                rows.setdefault(requirement, []).append(_link(entry.rule.id) + basis)
    if not rows:
        yield "No rule is mapped to it."
        return
    yield from (
        "| requirement | rules (\\*: our interpretation; the others: published by AWS) |",
        "|---|---|",
    )
    for requirement in sorted(rows, key=natural):
        yield f"| {escaped(requirement)} | {', '.join(rows[requirement]).replace('*', chr(92) + '*')} |"


def _accounting(entries: Mapping[str, Entry]) -> Iterator[str]:
    planned = waves()
    fates = {one: _fate(one, entries) for one in sorted({*planned, *entries})}
    yield from ("# What became of every planned rule", "", _MADE, "")
    yield "The catalogue was planned in three waves. Every id of the plan is here, and every rule outside of it."
    yield from (
        "",
        "| | default | opt-in | drift | retired | dropped | together |",
        "|---|---|---|---|---|---|---|",
    )
    for title, wave in (("Waves 1 and 2", (1, 2)), ("Wave 3", (3,)), ("Not planned", (0,))):
        said = [fate for one, (fate, _) in fates.items() if planned.get(one, 0) in wave]
        counts = [said.count(fate) for fate in ("default", "opt-in", "drift", "retired", "dropped")]
        yield f"| {title} | {' | '.join(map(str, [*counts, len(said)]))} |"
    yield from ("", "| id | wave | | rule, or what stands in for it |", "|---|---|---|---|")
    for one, (fate, words) in fates.items():
        name = _link(one) if one in entries else one
        yield f"| {name} | {planned.get(one, 'none')} | {fate} | {escaped(words)} |"
    yield from ("", "## What no rule judges yet", "")
    yield "The plan spoke of these as well. Nothing in a report says that they are as they should be."
    yield from ("", "| | why, and what is judged beside it | the nearest rule |", "|---|---|---|")
    for row in UNJUDGED:
        yield f"| {row.what} | {row.why} | {_link(row.nearest)} |"
    yield from ("", "## What says nothing until a parameter is set", "")
    yield "These rules do not apply anywhere until somebody says in `connect-audit.yaml` what the company wants."
    yield from ("", "| rule | | parameters |", "|---|---|---|")
    for rule in silent(entries):
        runs = "opt-in" if rule.opt_in else "default"
        yield f"| {_link(rule.id)} | {runs} | {', '.join(code(param.name) for param in rule.params)} |"


def silent(entries: Mapping[str, Entry]) -> list[Rule]:
    """The rules that judge nothing while none of their parameters is set: by all their examples, without those."""
    rules = (entries[one].rule for one in sorted(entries))
    return [rule for rule in rules if rule.check and rule.params and _says_nothing(rule)]


def _says_nothing(rule: Rule) -> bool:
    unset = (replace(example, params={}) for example in rule.examples)
    return all(
        one.verdict is Verdict.NOT_APPLICABLE for example in unset for one in examples.run(rule, example)
    )


def _fate(rule_id: str, entries: Mapping[str, Entry]) -> tuple[str, str]:
    """What became of an id, and why. Raises `KeyError` for one that nobody accounts for."""
    against = "It is judged against a spec, by `connect-audit diff`."
    if rule_id not in entries:
        return (
            ("drift", f"{DRIFT[rule_id]}. {against}") if rule_id in DRIFT else ("dropped", DROPPED[rule_id])
        )
    rule = entries[rule_id].rule
    title = sentence(rule.title)
    if rule.retired:
        return "retired", f"{title} {sentence(rule.retired)}"
    if rule_id in DRIFT or (rule.drift and rule.check is None):
        return "drift", f"{title} It is judged against a spec, and says nothing without one."
    return ("opt-in", f"{title} {sentence(rule.opt_in)}") if rule.opt_in else ("default", title)


def _link(rule_id: str) -> str:
    return f"[{rule_id}]({rule_id}.md)"


def _kinds() -> Iterator[str]:
    calls = {call.iam_action for kind in KINDS for call in kind.calls()}
    yield from ("# What can be described", "", _MADE, "")
    yield f"{len(KINDS)} kinds of resource, read with {len(calls)} IAM actions, and below them"
    yield "[what no API can read](#what-no-api-can-read) and [what is left out](#what-is-left-out)."
    yield from ("", "| kind | title | CloudFormation | Terraform |", "|---|---|---|---|")
    for kind in KINDS:
        cells = [f"[{kind.name}](#{kind.name.replace('.', '')})", escaped(kind.title)]
        cells += [code(one) if one else "none" for one in (kind.cloudformation, kind.terraform)]
        yield f"| {' | '.join(cells)} |"
    for kind in KINDS:
        yield from _kind(kind)
    yield from ("", "## What no API can read", "")
    for one in UNREADABLE:
        yield f"- **{escaped(one.title)}**: {escaped(one.why)} ([source]({one.source}))"
    yield from ("", "## What is left out", "")
    yield "The API tells these, and `connect-audit` does not ask. Beside them it refuses whatever is about a customer's"
    yield "contact, hands out a recording or a file, or signs somebody in ([permissions.md](permissions.md))."
    yield ""
    for left in LEFT_OUT:
        yield f"- **{escaped(left.title)}**: {escaped(left.why)} {_operations(left)}"


def _operations(left: LeftOut) -> str:
    """The operations that are left out, and of which service."""
    return " ".join(
        f"{code(service)}: {'everything' if names == ('*',) else ', '.join(map(code, names))}."
        for service, names in left.operations.items()
    )


def _kind(kind: Kind) -> Iterator[str]:
    yield from ("", f"## {kind.name}", "", f"{sentence(kind.title)} They belong to the {kind.scope}.", "")
    yield from ("| call, and the page it rests on | what for | page size | IAM action |", "|---|---|---|---|")
    for how, call in _uses(kind):
        url = f"{_API}/{call.service}/client/{xform_name(call.operation)}.html"
        cells = [
            f"[{code(f'{call.service} {call.operation}')}]({url})",
            how,
            str(call.page or "no pages"),
            code(call.iam_action),
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""
    for title, fields in (
        ("Known by", kind.id),
        ("Cannot be changed in place", kind.immutable),
        ("Masked wherever it leaves the process", kind.personal),
        ("Dropped as soon as it is read", kind.secret),
        ("Made of what is dropped", tuple(one.name for one in kind.derived)),
    ):
        if fields:
            yield f"- {title}: {', '.join(map(code, fields))}"
    if kind.describe and kind.lists:
        summary = sorted({field for one in kind.lists for field in one.call.omits})
        if summary:
            yield f"- Describing one adds: {', '.join(map(code, summary))}"
    for named in kind.named:
        yield f"- Named by {code(named.kind)} as {code(named.id)}"
    if kind.apart:
        yield "- Read only when a rule looks at it, or with `--all`"
    if kind.refused:
        yield f"- When it is refused: {escaped(kind.refused)}"


def _uses(kind: Kind) -> Iterator[tuple[str, Call]]:
    """Every call of a kind, and what it is for."""
    for listing in kind.lists:
        yield f"list, for each {code(listing.per)}" if listing.per else "list", listing.call
    if kind.search:
        yield "search: describes many at once", kind.search
    if kind.describe:
        yield "describe one", kind.describe
    for facet in kind.facets:
        yield f"adds {code(facet.field)}{', when a rule looks at it' if facet.apart else ''}", facet.call
