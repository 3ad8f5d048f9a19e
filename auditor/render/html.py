"""The HTML report: one file that opens offline, asks nothing of any network and runs nothing it did not bring.

The templates hold all of the HTML. This module groups the document the way a reader meets it (what is wrong,
what could not be seen, what is fine) and makes every text inert and visible.
"""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from typing import Any, TextIO, TypeAlias

import jinja2
from markupsafe import Markup

from auditor.bundled import TEMPLATES

Json: TypeAlias = Mapping[str, Any]

SEVERITIES = ("critical", "high", "medium", "low", "info")
PER_RULE = 200
"""How many failures of one rule the page shows; the others are in the JSON report."""
IN_ALL = 1200
"""How many failures the page shows of all rules together, so that it opens at once on any machine."""
LEAST = 3
"""How many failures of a rule are shown however many rules there are."""
PLACES = 60
"""How many instances get a card of their own, and how many places a coverage table of their own."""
PER_FRAMEWORK = 250
"""How many requirements of one framework the page shows."""
LINES = 100
"""How many lines any other list has before it says how many more there are."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_REASONS = {
    "denied": "access was denied",
    "failed": "the call failed",
    "throttled": "AWS throttled the call until the retries ran out",
    "unreachable": "the endpoint could not be reached",
    "masked": "it is masked in the saved snapshot",
    "not_populated": "AWS does not fill it in",
    "unsupported": "it does not exist in this Region",
    "not_asked": "this run did not ask for it",
    "undecided": "what was read does not decide it",
    "gone": "it was deleted while the scan ran",
}
_SERVICES = {
    "s3": "S3",
    "kms": "KMS",
    "iam": "IAM",
    "logs": "CloudWatch Logs",
    "lambda": "Lambda",
    "lex": "Lex",
}
_FIXES = {
    "console": "Console",
    "cli": "AWS CLI",
    "cloudformation": "CloudFormation",
    "terraform": "Terraform",
}
_VERDICTS = {
    "fail": ("critical", "failed"),
    "unknown": ("unknown", "undecided"),
    "pass": ("pass", "passed"),
    "not_applicable": ("none", "not applicable"),
}
"""The look of a requirement's verdict, and its word."""
_INERT = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def write(document: Mapping[str, Any], out: TextIO) -> None:
    """Writes the report of a JSON v1 document, piece by piece."""
    style, script = text_of("report.css"), text_of("report.js")
    policy = content_policy(style, script)
    template = environment().get_template("report.html.j2")
    stream = template.stream(doc=document, page=Page(document), policy=policy, style=style, script=script)
    stream.enable_buffering(64)
    out.writelines(stream)


def content_policy(style: str, script: str = "") -> str:
    """The content security policy of a page that brings this style and this script, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            *((f"script-src '{_digest(script)}'",) if script else ()),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


@cache
def text_of(name: str) -> str:
    """A file that stands beside the templates."""
    return (TEMPLATES / name).read_text("utf-8").replace("\r\n", "\n")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def environment() -> jinja2.Environment:
    """What renders every page: each text is escaped, and made inert and visible."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_inert,
    )
    made.filters |= {
        "clip": clip,
        "counted": counted,
        "because": because,
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "kind_words": kind_words,
        "moment": moment,
        "name": name,
        "number": number,
        "policy_of": policy_of,
    }
    made.tests |= {"https": is_https, "flag": lambda value: isinstance(value, bool)}
    made.globals |= {"SEVERITIES": SEVERITIES, "FIXES": _FIXES, "PLACES": PLACES, "LINES": LINES}
    made.globals |= {"VERDICTS": _VERDICTS, "PER_FRAMEWORK": PER_FRAMEWORK}
    return made


# Texts


def _inert(value: Any) -> Any:
    """Whatever a template prints: control and bidirectional characters become visible, but for line breaks."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in value.split("\n"))


def visible(text: str) -> str:
    """A text with every character spelt out that cannot be seen, or that moves others around."""
    return text if text.isascii() and text.isprintable() else "".join(map(_seen, text))


def name(text: str) -> str:
    """Something that somebody typed: spaces that look like another, or like none, are spelt out as well."""
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - before - len(inner)
    odd = (one if one == " " or unicodedata.category(one) != "Zs" else _code(one) for one in inner)
    return visible("␠" * before + "".join(odd) + "␠" * after)


def _seen(character: str) -> str:
    if unicodedata.category(character) not in _INERT:
        return character
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, _code(character))


def _code(character: str) -> str:
    return f"‹U+{ord(character):04X}›"


def clip(value: object, longest: int = 400) -> str:
    """A value in one line of text, cut where it is too long for a page, and saying so."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return name(text) if len(text) <= longest else f"{name(text[:longest])}… ({number(len(text))} characters)"


def number(value: float) -> str:
    """12,345."""
    return f"{value:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """1 thing, 2 things."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def moment(text: str) -> str:
    """23 November 2026, 18:29 UTC; anything that is not such a moment stays as it is."""
    day, _, time = text.partition("T")
    parts = day.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return text
    return f"{int(parts[2])} {_MONTHS[int(parts[1]) - 1]} {parts[0]}, {time[:5]} UTC"


def because(reason: str) -> str:
    """Why something was not read, in words."""
    return _REASONS.get(reason, reason)


def kind_words(kind: str) -> str:
    """`connect.storage_config` as `storage config`, `s3.bucket` as `S3 bucket`."""
    service, _, thing = kind.rpartition(".")
    words = thing.replace("_", " ")
    return words if service in ("", "connect") else f"{_SERVICES.get(service, service)} {words}"


def is_https(text: str) -> bool:
    """Whether a source may become a link."""
    return text.startswith("https://") and not any(character.isspace() for character in text)


def policy_of(actions: Sequence[str]) -> str:
    """The statement that lets a role do these actions."""
    return json.dumps({"Effect": "Allow", "Action": list(actions), "Resource": "*"}, indent=2)


# What the page is made of


@dataclass(frozen=True, slots=True)
class Row:
    """One failure in a card."""

    finding: Json
    instance: str
    """The number of its instance, for the filter; empty outside of instances."""


@dataclass(frozen=True, slots=True)
class Card:
    """A rule's failures of one severity."""

    rule: Json
    severity: str
    anchor: str
    first: str
    """The anchor of the card that says why and how, where this is not the one."""
    rows: Sequence[Row]
    findings: int
    resources: int
    judged: int
    """How many resources the rule could decide."""

    @property
    def more(self) -> int:
        """How many failures are left to the JSON report."""
        return self.findings - len(self.rows)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that stays undecided for one cause."""

    rule: Json
    findings: Sequence[Json]


@dataclass(frozen=True, slots=True)
class Blind:
    """One cause of not knowing: what it hides, and the checks that stay undecided because of it."""

    reason: str
    action: str
    details: Sequence[str]
    lines: Sequence[Json]
    checks: Sequence[Check]
    accepted: int
    """How many checks it leaves open that somebody has accepted."""

    @property
    def findings(self) -> int:
        """How many findings it leaves open."""
        return sum(len(check.findings) for check in self.checks)


@dataclass(frozen=True, slots=True)
class Passed:
    """What a rule found nothing wrong with."""

    rule: Json
    passed: int
    idle: int
    reasons: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: what, how many, and where it starts and how long it is in hundredths."""

    name: str
    count: int
    start: float
    length: float


class Page:
    """The document, grouped the way a reader meets it."""

    def __init__(self, document: Json) -> None:
        if document["schema_version"] != 1:
            raise ValueError(
                f"a report of version {document['schema_version']} cannot be shown; only version 1 can"
            )
        self._doc = document
        self._by_verdict = _grouped(document["findings"], _verdict)
        self._rules = {rule["id"]: rule for rule in document["rules"]}
        self._numbers = {_spot(one): str(place) for place, one in enumerate(document["instances"])}
        self.answer, *self.beside = sentences(document)
        self.accounts = sorted({one["account"] for one in (*document["units"], *document["instances"])})
        self.sections = self._sections()
        self.anchors = {
            card.rule["id"]: card.first or card.anchor for cards in self.sections.values() for card in cards
        }
        self.blind = self._blind()
        self.crashed = self._checks(self._by_verdict.get("error", []))

    # The answer

    @property
    def tiles(self) -> Mapping[str, int]:
        """How many failures there are of each severity."""
        counts: Mapping[str, int] = self._doc["summary"]["failures"]
        return counts

    @property
    def undecided(self) -> int:
        """How many checks nobody can decide."""
        return undecided(self._doc["summary"])

    @property
    def to_mend(self) -> int:
        """How many failures nobody has accepted."""
        return to_mend(self._doc)

    @property
    def verdicts(self) -> Sequence[Segment]:
        """Everything that was judged, as one bar."""
        verdicts = self._doc["summary"]["verdicts"]
        parts = {
            "failed": self.to_mend,
            "undecided": self.undecided,
            "waived": sum(waived(self._doc["summary"]).values()),
            "passed": verdicts["pass"],
            "not applicable": verdicts["not_applicable"],
        }
        return segments(parts, sum(parts.values()))

    @property
    def instances(self) -> Sequence[tuple[Json, Sequence[Segment]]]:
        """Every instance with its bar of failures, the worst first; the longest bar is full."""
        worst = sorted(
            self._doc["instances"], key=lambda one: [-one["failures"][severity] for severity in SEVERITIES]
        )
        longest = max((sum(one["failures"].values()) for one in worst), default=0)
        return [(one, segments(one["failures"], longest)) for one in worst]

    def open_of(self, instance: Json) -> int:
        """How many checks of an instance nobody can decide, or has accepted."""
        return undecided(instance)

    def number_of(self, resource: Json) -> str:
        """The number of an instance, for the filter."""
        return self._numbers.get(_spot(resource), "")

    def numbers_of(self, findings: Iterable[Json]) -> Sequence[str]:
        """The numbers of the instances that findings speak of."""
        return sorted({number for one in findings if (number := self.number_of(one["resource"]))})

    def place(self, spot: Json) -> Sequence[str]:
        """Where something is, in words: instance and Region, and the account where there are several."""
        alias, region = spot["instance_alias"] or spot["instance_id"], spot["region"]
        words = [name(alias)] if alias else []
        words.append("account-wide" if region == "global" else region)
        return [*words, spot["account"]] if len(self.accounts) > 1 else words

    # What is wrong

    @property
    def shown(self) -> int:
        """How many failures the page shows."""
        return sum(len(card.rows) for cards in self.sections.values() for card in cards)

    @property
    def left_out(self) -> int:
        """How many failures are only in the JSON report."""
        return len(self._by_verdict.get("fail", [])) - self.shown

    def rule(self, finding: Json) -> Json:
        """The rule of a finding; one that the document does not describe has at least its title."""
        unknown = {
            "id": finding["rule_id"],
            "title": finding["title"],
            "severity": finding["severity"],
            "group": "",
            "why": "",
            "fix": {},
            "sources": [],
            "built_in": True,
        }
        found: Json = self._rules.get(finding["rule_id"], unknown)
        return found

    def _sections(self) -> Mapping[str, Sequence[Card]]:
        """The cards by severity, the worst first."""
        failures = self._by_verdict.get("fail", [])
        judged: dict[str, set[tuple[str, ...]]] = {}
        accepted = [one for one in self._by_verdict.get("waived", []) if one["verdict"] == "fail"]
        for finding in (*failures, *accepted, *self._by_verdict.get("pass", [])):
            judged.setdefault(finding["rule_id"], set()).add(_key(finding["resource"]))
        groups = _grouped(failures, lambda one: (SEVERITIES.index(one["severity"]), one["rule_id"]))
        most = cap([len(findings) for findings in groups.values()])
        sections: dict[str, list[Card]] = {}
        firsts: dict[str, str] = {}
        for (rank, rule_id), findings in sorted(groups.items(), key=lambda item: item[0]):
            severity = SEVERITIES[rank]
            plain = "_".join(visible(rule_id).split())
            anchor = f"{plain}.{severity}" if rule_id in firsts else plain
            card = Card(
                rule=self.rule(findings[0]),
                severity=severity,
                anchor=anchor,
                first=firsts.get(rule_id, ""),
                rows=[Row(one, self.number_of(one["resource"])) for one in findings[:most]],
                findings=len(findings),
                resources=len({_key(one["resource"]) for one in findings}),
                judged=len(judged[rule_id]),
            )
            firsts.setdefault(rule_id, anchor)
            sections.setdefault(severity, []).append(card)
        return sections

    # What could not be seen

    @property
    def incomplete(self) -> Sequence[Json]:
        """The accounts in Regions that were not scanned to the end."""
        return [unit for unit in self._doc["units"] if unit["state"] == "incomplete"]

    @property
    def remarks(self) -> Sequence[tuple[str, Sequence[str]]]:
        """What there is to say of Regions that were scanned, and of which in which account."""
        found: dict[str, list[str]] = {}
        for unit in self._doc["units"]:
            if unit["state"] == "scanned":
                for remark in filter(None, (unit["detail"], *unit.get("remark", "").split("; "))):
                    found.setdefault(remark, []).append(f"{unit['account']} {unit['region']}")
        return sorted(found.items())

    @property
    def out_of_scope(self) -> Sequence[tuple[str, Sequence[tuple[str, int]]]]:
        """Why Regions were left out, and which, with in how many accounts each."""
        left = [unit for unit in self._doc["units"] if unit["state"] == "out_of_scope"]
        reasons = _grouped(left, lambda unit: unit["detail"])
        return [
            (reason, sorted(Counter(unit["region"] for unit in units).items()))
            for reason, units in sorted(reasons.items())
        ]

    @property
    def scoped_out(self) -> int:
        """How many Regions were left out."""
        return len({unit["region"] for unit in self._doc["units"] if unit["state"] == "out_of_scope"})

    @property
    def denied(self) -> Sequence[str]:
        """The IAM actions that the role may not do."""
        return sorted({one.action for one in self.blind if one.reason == "denied" and ":" in one.action})

    def _blind(self) -> Sequence[Blind]:
        unknown = _grouped(self._by_verdict.get("unknown", []), lambda one: _cause(one["cause"]))
        lines = _grouped(self._doc["unread"], lambda one: _cause(one["cause"]))
        accepted = Counter(
            _cause(one["cause"]) for one in self._by_verdict.get("waived", []) if one["verdict"] == "unknown"
        )
        causes = sorted({*unknown, *lines}, key=lambda cause: (_rank(cause[0]), cause))
        return [
            Blind(
                reason=reason,
                action=action,
                details=_details((*lines.get(cause, []), *unknown.get(cause, []))),
                lines=lines.get(cause, []),
                checks=self._checks(unknown.get(cause, [])),
                accepted=accepted[cause],
            )
            for cause in causes
            for reason, action, _ in [cause]
        ]

    def _checks(self, findings: Iterable[Json]) -> Sequence[Check]:
        by_rule = _grouped(findings, lambda one: one["rule_id"])
        checks = [Check(self.rule(found[0]), found) for _, found in sorted(by_rule.items())]
        return sorted(checks, key=lambda check: SEVERITIES.index(check.findings[0]["severity"]))

    # What somebody has accepted

    @property
    def waivers(self) -> Sequence[tuple[Json, str]]:
        """Every waiver with what it accepts in words: the expired and the unused ones first."""
        states = ("expired", "unused", "unjudged", "used")
        return sorted(
            ((one, "; ".join(_accepts(one))) for one in self._doc.get("waivers", [])),
            key=lambda item: (states.index(item[0]["state"]), not item[0]["ends_soon"], item[0]["until"]),
        )

    @property
    def waived(self) -> Sequence[Json]:
        """What is accepted, the worst first."""
        found = self._by_verdict.get("waived", [])
        return sorted(found, key=lambda one: (SEVERITIES.index(one["severity"]), one["rule_id"]))

    # What it says of requirements

    @property
    def frameworks(self) -> Sequence[tuple[Json, Mapping[str, int]]]:
        """Every framework with how many of its requirements have which verdict; older documents have none."""
        return [
            (one, Counter(row["verdict"] for row in one["requirements"]))
            for one in self._doc.get("frameworks", [])
        ]

    def rule_of(self, rule_id: str) -> Json:
        """The rule that a requirement names."""
        return self.rule({"rule_id": rule_id, "title": "", "severity": "info"})

    # What was seen, and what is fine

    @property
    def coverage(self) -> Sequence[tuple[Json, Mapping[str, int]]]:
        """Every place, those with something unread first, with how many kinds are in which state."""
        places = [(one, Counter(kind["state"] for kind in one["kinds"])) for one in self._doc["coverage"]]
        return sorted(places, key=lambda one: (-one[1]["unread"], -one[1]["partial"]))

    @property
    def passed(self) -> Sequence[tuple[str, Sequence[Passed]]]:
        """What rules found nothing wrong with, by group."""
        passes = Counter(one["rule_id"] for one in self._by_verdict.get("pass", []))
        idle = _grouped(self._by_verdict.get("not_applicable", []), lambda one: one["rule_id"])
        first = {one["rule_id"]: one for verdict in ("pass", "not_applicable") for one in self._by(verdict)}
        rows = [
            Passed(
                rule=self.rule(finding),
                passed=passes[rule_id],
                idle=len(idle.get(rule_id, [])),
                reasons=Counter(one.get("reason", "") for one in idle.get(rule_id, [])).most_common(),
            )
            for rule_id, finding in sorted(first.items())
        ]
        rows.sort(key=lambda row: (row.rule["group"], row.rule["id"]))
        return [(group, list(of)) for group, of in groupby(rows, key=lambda row: str(row.rule["group"]))]

    @property
    def silent(self) -> Sequence[Json]:
        """The rules that said nothing of anything."""
        heard = {one["rule_id"] for one in self._doc["findings"]}
        return [rule for rule_id, rule in sorted(self._rules.items()) if rule_id not in heard]

    @property
    def foreign(self) -> Sequence[Json]:
        """The rules that did not come with the program."""
        return [rule for _, rule in sorted(self._rules.items()) if not rule["built_in"]]

    @property
    def operations(self) -> Sequence[tuple[str, int]]:
        """How often each operation was called, in all accounts and Regions."""
        calls: Counter[str] = Counter()
        for one in self._doc["run"]["operations"]:
            calls[one["operation"]] += one["calls"]
        return sorted(calls.items())

    def _by(self, verdict: str) -> Sequence[Json]:
        return self._by_verdict.get(verdict, [])


def sentences(document: Json) -> Sequence[str]:
    """The answer, in plain sentences: first what is to mend, then what nobody knows."""
    units, instances, summary = document["units"], document["instances"], document["summary"]
    short = sum(1 for unit in units if unit["state"] == "incomplete")
    failures, worst = to_mend(document), summary["failures"]["critical"]
    open_checks, accepted = undecided(summary), sum(waived(summary).values())
    over = sum(1 for one in document.get("waivers", []) if one["state"] == "expired")
    said = []
    if not instances:
        regions = {unit["region"] for unit in units if unit["state"] == "scanned"}
        where = f" in {counted(len(regions), 'Region')}" if regions else ""
        said.append(f"Nothing to scan: no Amazon Connect instance was found{where}.")
    if instances or failures:
        mend = f"{counted(failures, 'thing')} to mend" if failures else "nothing to mend was found"
        critical = f", {number(worst)} critical" if worst else ""
        said.append(
            f"{_scope(document)}: {mend}{critical}."
            if instances
            else f"In the account itself: {mend}{critical}."
        )
    if open_checks:
        said.append(f"{counted(open_checks, 'check')} could not be decided.")
    if accepted:
        said.append(f"{counted(accepted, 'finding is', 'findings are')} waived.")
    if over:
        said.append(f"{counted(over, 'waiver has', 'waivers have')} expired.")
    if short:
        said.append(f"{counted(short, 'Region')} could not be scanned to the end.")
    if document["run"]["interrupted"]:
        said.insert(0, "The scan was interrupted.")
    return said


def _scope(document: Json) -> str:
    instances = document["instances"]
    accounts = {one["account"] for one in instances}
    regions = {one["region"] for one in instances}
    where = counted(len(regions), "Region")
    within = f"{counted(len(accounts), 'account')} and {where}" if len(accounts) > 1 else where
    return f"{counted(len(instances), 'instance')} in {within}"


def undecided(counts: Json) -> int:
    """How many checks nobody can decide: what they need was not read, or the rule crashed.

    `counts` is the summary, or an instance. What somebody has accepted is not among them.
    """
    verdicts = counts["verdicts"]
    return int(verdicts["unknown"] + verdicts["error"]) - waived(counts)["unknown"]


def to_mend(document: Json) -> int:
    """How many failures nobody has accepted."""
    summary = document["summary"]
    return int(summary["verdicts"]["fail"]) - waived(summary)["fail"]


def waived(counts: Json) -> Mapping[str, int]:
    """How many failures and unknowns are accepted; documents of older versions have none."""
    accepted: Mapping[str, int] = counts.get("waived", {"fail": 0, "unknown": 0})
    return accepted


def _verdict(finding: Json) -> str:
    """Where a finding belongs on the page."""
    return "waived" if "waived" in finding else str(finding["verdict"])


def _accepts(waiver: Json) -> Iterator[str]:
    """What a waiver accepts, in words."""
    for name in ("rule_id", "fingerprint"):
        if name in waiver:
            yield waiver[name]
    for name, text in waiver.get("unknown", {}).items():
        yield f"unknown for want of {text}" if name == "action" else f"unknown {kind_words(text)}"
    scope = dict(waiver["scope"])
    for name, globs in scope.pop("tags", {}).items():
        yield f"tag {name}={' or '.join(globs)}"
    for name, globs in scope.items():
        yield f"{name} {' or '.join(globs)}"


def segments(counts: Mapping[str, int], whole: int) -> Sequence[Segment]:
    """The pieces of a bar in which `whole` is full. What is there at all can be seen."""
    here = [(name, count) for name, count in counts.items() if count]
    lengths = [max(100 * count / whole, 1.5) for _, count in here]
    scale = min(1.0, 100 / sum(lengths)) if lengths else 1.0
    pieces, start = [], 0.0
    for (name, count), length in zip(here, lengths, strict=True):
        pieces.append(Segment(name, count, round(start, 2), round(length * scale, 2)))
        start += length * scale
    return pieces


def cap(counts: Sequence[int]) -> int:
    """How many failures each card may show so that all of them stay within what a page can hold."""
    room, most = IN_ALL, PER_RULE
    for place, count in enumerate(sorted(counts)):
        share = room // (len(counts) - place)
        if count > share:
            most = min(PER_RULE, share)
            break
        room -= count
    return max(LEAST, most)


def _grouped(items: Iterable[Json], key: Callable[[Json], Any]) -> dict[Any, list[Json]]:
    groups: dict[Any, list[Json]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _key(resource: Json) -> tuple[str, ...]:
    return tuple(resource[name] for name in ("account", "region", "instance_id", "kind", "id"))


def _spot(one: Json) -> tuple[str, str, str]:
    """The place of an instance, of a resource, of a line."""
    return one["account"], one["region"], one["instance_id"] if "instance_id" in one else one["id"]


def _cause(cause: Json) -> tuple[str, str, str]:
    """What one cause is known by: AWS's own words differ from resource to resource, the action does not."""
    action = cause.get("action", "")
    return cause["reason"], action, "" if action else cause.get("detail", "")


def _rank(reason: str) -> int:
    return list(_REASONS).index(reason) if reason in _REASONS else len(_REASONS)


def _details(items: Iterable[Json]) -> Sequence[str]:
    """A few of AWS's own words."""
    return list(islice(_distinct(one["cause"].get("detail", "") for one in items), 3))


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    yield from (text for text in dict.fromkeys(texts) if text)
