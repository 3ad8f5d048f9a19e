"""What the findings say of the requirements of frameworks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from re import split

from auditor.evaluate import Finding
from auditor.frameworks import FRAMEWORKS
from auditor.rule import Rule, Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule says of a requirement that it is mapped to."""

    rule_id: str
    basis: str
    """`published` (by AWS) or `interpretive` (our own reading)."""
    verdict: Verdict
    failed: int
    waived: int
    """How many of those that failed are accepted. A requirement that is not met does not become met by that."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a framework, and what its rules say together."""

    framework: str
    name: str
    rules: tuple[Said, ...]

    @property
    def verdict(self) -> Verdict:
        """Failed if any rule failed, else unknown if any is unknown, else passed if any passed."""
        return worst(one.verdict for one in self.rules)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Fail before unknown before pass; not applicable where there is none of them. A crash is an unknown."""
    said = {Verdict.UNKNOWN if one is Verdict.ERROR else one for one in verdicts}
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
    return next((one for one in order if one in said), Verdict.NOT_APPLICABLE)


def requirements(
    rules: Iterable[Rule],
    findings: Iterable[Finding],
    accepted: Callable[[Finding], object],
    frameworks: Iterable[str] = (),
) -> list[Requirement]:
    """The requirements that these rules are mapped to, in the order of the frameworks (none named: all).

    `accepted` says whether somebody waived a finding.
    """
    wanted = [*frameworks] or list(FRAMEWORKS)
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.rule_id].append(finding)
    rows: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for rule in rules:
        mine = found[rule.id]
        failed = [one for one in mine if one.verdict is Verdict.FAIL]
        verdict, waived = worst(one.verdict for one in mine), sum(1 for one in failed if accepted(one))
        for framework, name, basis in _mapped(rule):
            rows[framework, name].append(Said(rule.id, basis, verdict, len(failed), waived))
    return [
        Requirement(framework, name, tuple(rows[framework, name]))
        for framework in FRAMEWORKS
        if framework in wanted
        for name in sorted((name for of, name in rows if of == framework), key=natural)
    ]


def natural(text: str) -> list[tuple[int, str]]:
    """A key by which 10.2 comes after 9.1."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in split(r"([0-9]+)", text) if part]


def _mapped(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """Framework, requirement and basis; what is published needs no reading of ours beside it."""
    done: set[tuple[str, str]] = set()
    bases: Mapping[str, Mapping[str, tuple[str, ...]]] = {
        "published": rule.published,
        "interpretive": rule.interpretive,
    }
    for basis, mapped in bases.items():
        for framework, names in mapped.items():
            for name in names:
                if (framework, name) not in done:
                    done.add((framework, name))
                    yield framework, name, basis
