"""Secrets and card numbers that somebody typed into a flow, found precisely rather than broadly, and hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.flows.references import leaves

CARD = "card number"
BY_NAME = "secret by its name"
MASKED = re.compile(r"‹secret: ([a-zA-Z ]+)›")
"""What stands for a secret in what leaves the process; in a saved snapshot it is all that is left of one.

It holds no hash: whoever knows a card's issuer and last digits could find the rest from one.
"""

_BEGIN = r"(?:(?<!\w)|(?<=\\[nrtbf])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2}))"
"""Where a secret may begin: not within a word, but right behind an escape of JSON or of an address."""

_PATTERNS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    # What it is, a text without which it is not there (most texts hold none), and what it looks like: the group is
    # what makes it a secret. The two examples of AWS's documentation are none, and neither are placeholders: see
    # `_told`.
    (
        "AWS access key",
        ("AKIA", "ASIA"),
        re.compile(rf"(?:{_BEGIN}|(?<=_))((?:(?:AKIA|ASIA)[A-Z2-7]{{16}})+)(?![A-Za-z0-9])"),
    ),
    (
        "private key",
        ("PRIVATE KEY",),
        re.compile(
            r"(-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]+-----|\Z))", re.DOTALL
        ),
    ),
    (
        "GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(_BEGIN + r"(?:gh[pousr]_([A-Za-z0-9]{36,255})|github_pat_([A-Za-z0-9_]{60,255}))\b"),
    ),
    ("Slack token", ("xox",), re.compile(_BEGIN + r"xox[abeoprs]-([A-Za-z0-9-]{20,250})")),
    (
        "Slack webhook",
        ("hooks.slack.com",),
        re.compile(_BEGIN + r"https://hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/([A-Za-z0-9]{20,})"),
    ),
    ("Stripe key", ("_live_",), re.compile(_BEGIN + r"(?:sk|rk)_live_([A-Za-z0-9]{20,250})\b")),
    ("Google key", ("AIza",), re.compile(_BEGIN + r"AIza([A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])")),
    (
        "OpenAI key",
        ("sk-",),
        re.compile(_BEGIN + r"sk-(?:proj-|ant-)?([A-Za-z0-9_-]{32,250})(?![A-Za-z0-9_-])"),
    ),
    ("Twilio key", ("SK",), re.compile(_BEGIN + r"SK([0-9a-f]{32})\b")),
    # Nothing else looks like it, so that it may even begin within a word.
    ("JSON web token", ("eyJ",), re.compile(r"(eyJ[\w-]{10,4096}+\.eyJ[\w-]{10,}+\.[\w-]{20,})")),
    ("bearer token", ("earer ",), re.compile(_BEGIN + r"[Bb]earer +([A-Za-z0-9._~+/-]{20,})=*")),
    (
        "password in an address",
        ("://",),
        re.compile(r"(?<=://)([^\s/:@$]{1,64}:[^\s/:@$]{3,128})(?=@[\w.-]+)"),
    ),
)
_EXAMPLE = re.compile(r"[A-Za-z0-9]*EXAMPLE[A-Za-z0-9]*")
_VARIED = 4
"""No part of a placeholder has more different characters than this; a part is of sixteen characters."""

_NAME = re.compile(
    r"(?:^|[_.\-\s])(?:password|passwd|pwd|secret|client[_-]?secret|api[_-]?key|apikey|secret[_-]?key"
    r"|secret[_-]?access[_-]?key|access[_-]?token|auth[_-]?token|private[_-]?key)$",
    re.IGNORECASE,
)
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_SECRET = re.compile(
    r"|true|false|yes|no|none|null|enabled|disabled|\*+|x+|\.+|<.*>|\[.*\]|(?:your|my|the|enter|change|replace|to"
    r"|insert|todo|example|dummy|test|sample|placeholder|fixme)(?![a-z0-9]).*|arn:.*|https?://\S*|/[\w./-]+"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE | re.DOTALL,
)
"""Values beside a secret's name that are none: a flag, a placeholder, an ARN, a path or an id to look it up by."""

# What may not stand before is asked after the first digit: a search for a digit skips long texts far faster.
_DIGITS = re.compile(
    r"\d(?:(?<![\w+.$/#%-]\d)|(?<=\\[nrtbf]\d)|(?<=\\u[0-9A-Fa-f]{4}\d)|(?<=%[0-9A-Fa-f]{2}\d))"
    r"(?:[ -]?\d){12,18}(?![\w-])(?!\.\d)"
)
_ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}|\d{6})?|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
)
"""The prefixes and lengths of Visa, Mastercard, American Express, Diners, Discover, JCB and UnionPay."""
_GROUPS = re.compile(r"\d{4}(?:([ -])\d{4}(?:\1\d{4}){1,2}(?:\1\d{1,4})?|([ -])\d{6}\2\d{4,5})|\d+")
"""How people write a card number: in one piece, in fours, or four, six and five."""
_SHORTEST = 6

_Found = tuple[str, tuple[int, int]]
"""What a secret is, and from where to where it stands in a text."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret: what it is, where it stands, and the mask that may be shown for it."""

    what: str
    path: str
    """Of the parameter that holds it."""
    shown: str


def secrets(value: Any, path: str = "") -> Iterator[Secret]:
    """Every secret in the parameters of an action, or in anything else that JSON holds."""
    for where, text in leaves(value, path):
        for what, (start, end) in _in(text, where):
            yield Secret(what, where, _mask(what, text[start:end]))


def masked(value: Any, path: str = "") -> Any:
    """The same value, of whatever JSON type, with a mask in place of each secret."""
    if isinstance(value, Mapping):
        return {name: masked(inner, f"{path}.{name}" if path else str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, f"{path}[{number}]") for number, inner in enumerate(value)]
    if not isinstance(value, str):
        return value
    parts, done = [], 0
    for what, (start, end) in _in(value, path):
        parts += [value[done:start], _mask(what, value[start:end])]
        done = end
    return "".join((*parts, value[done:]))


def _in(text: str, path: str) -> list[_Found]:
    """Each secret in a text, in the order in which they stand there. None is in another."""
    found = _found(text)
    if _named_secret(path, text):
        whole = (0, len(text))
        return [next((one for one in found if one[1] == whole), (BY_NAME, whole))]
    return found


def _found(text: str) -> list[_Found]:
    """What shows by itself what it is.

    Where a secret is hidden, what stands beside it has a new neighbour, and may be told only then. So it is asked
    again until nothing more is found; what is hidden then is found by whoever asks again later.
    """
    found: list[_Found] = []
    while more := _joined(_matches(text)):
        for _, (start, end) in more:
            # As a mask stands there, but of the same length.
            text = f"{text[:start]}‹ {'-' * (end - start - 3)}›{text[end:]}"
        found += more
    return sorted(found, key=lambda one: one[1])


def _joined(matches: Iterator[_Found]) -> list[_Found]:
    """The matches, those that overlap as one: each alone would leave a part of the other.

    It is called what the surest of them is, which comes first.
    """
    joined: list[tuple[int, int, tuple[int, str]]] = []
    for (start, end), name in sorted((span, (rank, what)) for rank, (what, span) in enumerate(matches)):
        if joined and start < joined[-1][1]:
            begun, ended, other = joined.pop()
            joined.append((begun, max(ended, end), min(other, name)))
        else:
            joined.append((start, end, name))
    return [(what, (start, end)) for start, end, (_, what) in joined]


def _matches(text: str) -> Iterator[_Found]:
    """What looks like a secret or a mask, the surest first; some of it may overlap."""
    for found in MASKED.finditer(text):
        yield found.group(1), found.span()
    for what, signs, pattern in _PATTERNS:
        if any(sign in text for sign in signs):
            yield from ((what, found.span()) for found in pattern.finditer(text) if _told(found))
    for found in _DIGITS.finditer(text):
        if _GROUPS.fullmatch(found.group()) and _card(re.sub(r"[ -]", "", found.group())):
            yield CARD, found.span()


def _told(found: re.Match[str]) -> bool:
    """Whether a match is more than an example or a placeholder: a match may hold one beside a secret."""
    if "EXAMPLE" in found.group():
        rest = found.re.search(_EXAMPLE.sub("", found.group()))
        return rest is not None and _told(rest)
    body = next(filter(None, found.groups()))
    return any(len(set(body[start : start + 16])) > _VARIED for start in range(0, len(body), 16))


def _card(digits: str) -> bool:
    """Whether digits are a card's: an issuer's prefix and length, a right check digit, and not all one digit."""
    if not _ISSUERS.fullmatch(digits) or len(set(digits)) < 2:
        return False
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(sum(divmod(one, 10)) for one in doubled)) % 10 == 0


def _named_secret(path: str, text: str) -> bool:
    """Whether a parameter is called a password or a key, and holds one literally."""
    name = path.removesuffix(".Value").rpartition(".")[2]
    if len(text) < _SHORTEST or " " in text.strip() or "$" in text or "{{" in text:
        return False
    words = _HUMPS.sub("_", name)
    return bool(_NAME.search(words)) and not _NO_SECRET.fullmatch(text.strip())


def _mask(what: str, secret: str) -> str:
    """What is shown for a secret: nothing of it; a mask stays itself."""
    return secret if MASKED.fullmatch(secret) else f"‹secret: {what}›"
