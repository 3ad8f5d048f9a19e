"""Writes a rule's page: one Markdown text, for the terminal and for the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from auditor import examples
from auditor.catalogue import Catalogue, Entry
from auditor.frameworks import FRAMEWORKS
from auditor.kinds import led_to
from auditor.rule import Example, Param, Rule, Verdict
from auditor.spec.sections import BY_NAME
from auditor.wording import in_words

_FIXES = (
    ("console", "Console"),
    ("cli", "AWS CLI"),
    ("cloudformation", "CloudFormation"),
    ("terraform", "Terraform"),
    ("note", "Note"),
)
_COMMANDS = ("cli", "cloudformation", "terraform")
INACTIVE = "The instance is not active."


def page(entry: Entry, catalogue: Catalogue) -> str:
    """The page of a rule: why, what it reads, when it says nothing, how to mend a failure, examples, sources.

    The catalogue has the rules that a composite is made of.
    """
    return "\n".join(_lines(entry, catalogue)) + "\n"


def escaped(text: str) -> str:
    """A text in Markdown: only `code` in it keeps its meaning, and nothing in it moves a cursor."""
    pieces = re.split(r"(`[^`\n]+`)", text)
    return "".join(
        _inert(piece) if place % 2 else re.sub(r"([\\`*<\[\]|]|\b_|_\b)", r"\\\1", _inert(piece))
        for place, piece in enumerate(pieces)
    )


def code(text: object) -> str:
    """A value as `code`, whatever stands in it."""
    inner = " ".join(_inert(str(text)).split())
    fence = "`" * (_longest_run(inner) + 1)
    space = " " if "`" in inner else ""
    return f"{fence}{space}{inner}{space}{fence}"


def _inert(text: str) -> str:
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\u{ord(character):04x}"
        for character in text
    )


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _lines(entry: Entry, catalogue: Catalogue) -> Iterator[str]:
    rule = entry.rule
    yield f"# {rule.id}: {escaped(rule.title)}"
    yield ""
    reason = f": {escaped(rule.severity_reason)}" if rule.severity_reason else ""
    yield f"Severity **{rule.severity}**{reason}"
    if rule.severities:
        yield f"(may be {', '.join(rule.severities)})"
    if rule.retired:
        yield from ("", f"**Retired**: {escaped(rule.retired)}")
    if rule.opt_in:
        yield from ("", f"**Opt-in**: it runs only where somebody names it. {escaped(sentence(rule.opt_in))}")
    if not entry.built_in:
        yield from ("", f"Not built in: {code(entry.file)}, SHA-256 {code(entry.sha256)}.")
    yield from ("", "## Why", "", escaped(rule.why), "")
    yield from _reads(rule, [one for one in catalogue.rules if one.id in rule.members])
    yield from _listed("## When it does not apply", _idle(rule))
    yield from _listed("## When nobody can tell", _reasons(rule, Verdict.UNKNOWN))
    yield from _listed("## Parameters", map(_param, rule.params))
    yield from ("", "## How to mend it")
    for name, title in _FIXES:
        words = getattr(rule.fix, name)
        if words:
            yield from ("", f"### {title}", "", _block(words) if name in _COMMANDS else escaped(words))
    yield from _listed("## Examples", map(_example, rule.examples))
    yield from _mappings(rule)
    yield from _listed("## Sources", map(_inert, rule.sources))


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A section with a list, where there is anything in it."""
    items = [f"- {line}" for line in lines]
    if items:
        yield from ("", title, "", *items)


def _reads(rule: Rule, members: Iterable[Rule]) -> Iterator[str]:
    """What a scan reads for the rule: what its check looks at, what leads there, and what a spec speaks of."""
    if rule.members:
        yield from ("## The rules that it is made of", "", *(f"- {member}" for member in rule.members), "")
    yield from ("## What it reads", "")
    reads: dict[str, set[str]] = {}
    for one in (rule, *members):
        for kind, fields in one.reads.items():
            reads.setdefault(kind, set()).update(fields)
    own = {kind: fields for kind, fields in rule.reads.items() if not rule.members}
    for kind, some in sorted({**reads, **own}.items()):
        shown = own.get(kind, sorted(some))
        yield f"- `{kind}`: {', '.join(map(code, shown)) or 'whether there is one'}"
    for kind, leading in sorted(led_to(reads).items()):
        new = sorted(leading - reads.get(kind, set()))
        if new or kind not in reads:
            yield f"- `{kind}`: {', '.join(map(code, new)) or 'which there are'}, to find the others"
    parts: dict[str, list[str]] = {}
    for part in rule.drift:
        parts.setdefault(BY_NAME[part.partition(".")[0]].kind, []).append(code(part))
    for kind, said in sorted(parts.items()):
        yield f"- `{kind}`: what a spec says of {', '.join(said)}, where there is one"


def _idle(rule: Rule) -> Iterator[str]:
    if not rule.inactive_too and not rule.members:
        yield INACTIVE
    yield from _reasons(rule, Verdict.NOT_APPLICABLE)


def _reasons(rule: Rule, verdict: Verdict) -> list[str]:
    """Why the examples of a verdict come out so, in the rule's own words; of a composite, what they are called."""
    said = {}
    for example in rule.examples:
        if example.verdict is verdict:
            reasons = [one.reason for one in examples.run(rule, example) if one.reason and not rule.members]
            told = sentence(reasons[0] if reasons else example.name)
            said[told.lower()] = escaped(told)
    said.pop(INACTIVE.lower(), None)
    return list(said.values())


def sentence(text: str) -> str:
    """A reason as a sentence of its own."""
    first, *words = text.split(" ")
    # What has a capital or a mark inside is a name, such as s3:GetObject or kms.key.
    named = not first.isalpha() or not first.islower()
    begun = first if named else first.capitalize()
    return " ".join([begun, *words]).rstrip(".") + "."


def _param(param: Param) -> str:
    default = "not set" if param.default is None else f"default {code(_shown(param.default))}"
    return f"`{param.name}` ({escaped(param.means)}; {default}): {escaped(param.about)}"


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) or "none" if isinstance(value, list | tuple) else value


def _block(words: str) -> str:
    fence = "`" * max(3, _longest_run(words) + 1)
    return f"{fence}\n{_inert(words)}\n{fence}"


def _example(example: Example) -> str:
    said = "; ".join(
        f"{code(piece.path)}: expected {_value(piece.expected)}, is {_value(piece.actual)}"
        for piece in example.evidence
    )
    verdict = str(example.verdict).replace("_", " ")
    shown = f" ({said})" if example.verdict is Verdict.FAIL and said else ""
    return f"{verdict}: {escaped(example.name)}{shown}"


def _value(value: object) -> str:
    return code(in_words(value)) if isinstance(value, bool | int | float) or value else in_words(value)


def _mappings(rule: Rule) -> Iterator[str]:
    """The requirements that it serves, by framework: never without whose reading that is."""
    rows = [*_mapped(rule.published, "published by AWS"), *_mapped(rule.interpretive, "our interpretation")]
    if rows:
        yield from ("", "## Frameworks", "", "| framework | requirements | basis |", "|---|---|---|", *rows)


def _mapped(requirements: Mapping[str, tuple[str, ...]], basis: str) -> Iterator[str]:
    for name, framework in FRAMEWORKS.items():
        if name in requirements:
            shown = escaped(", ".join(requirements[name]))
            yield f"| [{framework.title} {framework.edition}]({framework.url}) | {shown} | {basis} |"
