"""What texts look like that mean something to AWS: the forms that a parameter of a rule may ask for.

A typing error in such a text is not seen by a rule. It would take everything for wrong, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from typing import NamedTuple


class Form(NamedTuple):
    """How a text has to look: in words, and as a test."""

    like: str
    fits: Callable[[str], bool]


def _matching(like: str, pattern: str) -> Form:
    compiled = re.compile(pattern)
    return Form(like, lambda text: compiled.fullmatch(text) is not None)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


FORMS: Mapping[str, Form] = {
    "account": _matching("accounts such as 222233334444, or organizations", "[0-9]{12}|o-[a-z0-9]{1,32}"),
    "country": _matching("countries such as BR", "[A-Z]{2}"),
    "domain": _matching("domains such as example.com", r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"),
    "name": _matching("none with blanks around it", r"\S(.*\S)?"),
    "network": Form("ranges of addresses such as 192.0.2.0/24", _is_network),
    "number": _matching("numbers, or how they begin, such as +55", r"\+[0-9]{1,15}"),
    "region": _matching("Regions such as us-east-1", "[a-z]{2}(-[a-z]+)+-[0-9]"),
    "tag": _matching("tags such as Owner or Environment=prod", r"[^\s=][^=]{0,127}(=.{0,256})?"),
    "time_zone": _matching(
        "time zones such as America/New_York", "[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}"
    ),
}
