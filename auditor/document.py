"""Writes a rule's page: one Markdown text, for the terminal and for the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.catalogue import Entry
from auditor.rule import Example, Rule, Verdict

_FIXES = (
    ("console", "Console"),
    ("cli", "AWS CLI"),
    ("cloudformation", "CloudFormation"),
    ("terraform", "Terraform"),
    ("note", "Note"),
)


def page(entry: Entry) -> str:
    """The page of a rule: title, severity, why, what it reads, how to mend it, examples, sources."""
    return "\n".join(_lines(entry.rule)) + "\n"


def _lines(rule: Rule) -> Iterator[str]:
    yield f"# {rule.id}: {rule.title}"
    yield ""
    reason = f": {rule.severity_reason}" if rule.severity_reason else ""
    yield f"Severity **{rule.severity}**{reason}"
    if rule.severities:
        yield f"(may be {', '.join(rule.severities)})"
    yield from ("", "## Why", "", rule.why, "")
    yield from ("## The rules that it is made of" if rule.members else "## What it reads", "")
    for member in rule.members:
        yield f"- {member}"
    for kind, fields in sorted(rule.reads.items()):
        yield f"- `{kind}`: {', '.join(f'`{field}`' for field in fields)}"
    if rule.params:
        yield from ("", "## Parameters", "")
        for param in rule.params:
            yield f"- `{param.name}` ({param.type}, default `{param.default}`): {param.about}"
    yield from ("", "## How to mend it")
    for name, title in _FIXES:
        words = getattr(rule.fix, name)
        if words:
            yield from ("", f"### {title}", "")
            yield f"```\n{words}\n```" if name in ("cli", "cloudformation", "terraform") else words
    yield from ("", "## Examples", "")
    for example in rule.examples:
        yield _example(example)
    yield from ("", "## Sources", "")
    for source in rule.sources:
        yield f"- {source}"


def _example(example: Example) -> str:
    said = "; ".join(
        f"{piece.path}: expected {piece.expected}, is {'absent' if piece.actual is None else piece.actual}"
        for piece in example.evidence
    )
    verdict = str(example.verdict).replace("_", " ")
    return f"- {verdict}: {example.name}" + (f" ({said})" if example.verdict is Verdict.FAIL and said else "")
