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

_PATTERNS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    # What it is, a text without which it is not there (most texts hold none), and what it looks like.
    # The two examples of AWS's documentation are no secrets, and neither are placeholders: see `_told`.
    (
        "AWS access key",
        ("AKIA", "ASIA"),
        re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    ),
    (
        "private key",
        ("PRIVATE KEY",),
        re.compile(
            r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL
        ),
    ),
    (
        "GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b"),
    ),
    ("Slack token", ("xox",), re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{20,250}")),
    (
        "Slack webhook",
        ("hooks.slack.com",),
        re.compile(r"\bhttps://hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}"),
    ),
    ("Stripe key", ("_live_",), re.compile(r"\b(?:sk|rk)_live_[A-Za-z0-9]{20,250}\b")),
    ("Google key", ("AIza",), re.compile(r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])")),
    ("OpenAI key", ("sk-",), re.compile(r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,250}(?![A-Za-z0-9_-])")),
    ("Twilio key", ("SK",), re.compile(r"\bSK[0-9a-f]{32}\b")),
    ("JSON web token", ("eyJ",), re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}")),
    ("bearer token", ("earer ",), re.compile(r"\b[Bb]earer +[A-Za-z0-9._~+/-]{20,}=*")),
    ("password in an address", ("://",), re.compile(r"(?<=://)[^\s/:@$]{1,64}:[^\s/:@$]{3,128}(?=@[\w.-]+)")),
)

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
_DIGITS = re.compile(r"\d(?<![\w+.$/#-]\d)(?:[ -]?\d){12,18}(?![\w-])(?!\.\d)")
_ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}|\d{6})?|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
)
"""The prefixes and lengths of Visa, Mastercard, American Express, Diners, Discover, JCB and UnionPay."""
_GROUPS = re.compile(r"\d{4}(?:([ -])\d{4}(?:\1\d{4}){1,2}(?:\1\d{1,4})?|([ -])\d{6}\2\d{4,5})|\d+")
"""How people write a card number: in one piece, in fours, or four, six and five."""
_SHORTEST = 6


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


def _in(text: str, path: str) -> list[tuple[str, tuple[int, int]]]:
    """Each secret in a text, as it stands there: what it is, and from where to where. None is in another."""
    taken: list[tuple[str, tuple[int, int]]] = []
    for what, span in _matches(text):
        if not any(start < span[1] and span[0] < end for _, (start, end) in taken):
            taken.append((what, span))
    if not taken and _named_secret(path, text):
        return [(BY_NAME, (0, len(text)))]
    return sorted(taken, key=lambda one: one[1])


def _matches(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """What shows by itself what it is, the surest first."""
    for found in MASKED.finditer(text):
        yield found.group(1), found.span()
    for what, signs, pattern in _PATTERNS:
        for sign in signs:
            if sign in text:
                yield from ((what, found.span()) for found in pattern.finditer(text) if _told(found.group()))
                break
    for found in _DIGITS.finditer(text):
        if _GROUPS.fullmatch(found.group()) and _card(re.sub(r"[ -]", "", found.group())):
            yield CARD, found.span()


def _told(found: str) -> bool:
    """Whether a match is more than an example or a placeholder."""
    body = found.rstrip("=")
    return "EXAMPLE" not in found and len(set(body[-16:])) > 4


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
