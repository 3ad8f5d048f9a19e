"""`connect-audit waive`: appends what somebody accepts to the waivers file, and changes nothing else in it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from auditor.catalogue import Catalogue
from auditor.cli.selection import read_config, unusable
from auditor.cli.stop import Stop
from auditor.config import Config
from auditor.declarative import ID_PATTERN
from auditor.files import Pending, Unwritable, locked
from auditor.positions import LARGEST_FILE, BadFile, holds_nothing, parse, text_of
from auditor.waivers import EXPIRED, NAME, Waiver, Waivers, parsed, read

_NEW = """\
# What has been accepted, by whom and until when. See docs/waivers.md of connect-audit.
waivers:
"""
_INDENT = "  "
_WHAT = "a waivers file"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What somebody accepts, as the command line says it."""

    fingerprint: str
    reason: str
    owner: str
    until: str
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The options that say which waivers file is meant."""

    waivers: Path | None = None
    config: Path | None = None
    no_config: bool = False


def run(accepted: Accepted, report: Path | None, choice: Choice, now: str) -> None:
    """Appends the entry, and says where."""
    if not re.fullmatch("[0-9a-f]{32}", accepted.fingerprint):
        raise Stop(
            f"{accepted.fingerprint}: a fingerprint has 32 digits and letters from a to f, as reports show it."
        )
    today = moment(now).date()
    until = _day(accepted.until)
    if until < today:
        raise Stop(f"--until {until}: that day is over; name one from {today} on.")
    texts = (("--reason", accepted.reason), ("--owner", accepted.owner))
    for option, text in texts:
        if not text.strip():
            raise Stop(f"{option} is empty: a waiver says why it is accepted and who answers for it.")
    for option, text in (*texts, ("--ticket", accepted.ticket)):
        if not _is_utf8(text):
            raise Stop(f"{option} {text}: this is no text in UTF-8, and a waivers file is.")
    what = _from_report(report, accepted.fingerprint) if report else {"fingerprint": accepted.fingerprint}
    config = read_config(choice.config, none=choice.no_config)
    file = waivers_file(choice.waivers, config, new=True) or _folder(config) / NAME
    why = {"reason": accepted.reason, "owner": accepted.owner, "until": until, "ticket": accepted.ticket}
    line, held = _append(file, {**what, **{name: value for name, value in why.items() if value}})
    sys.stdout.write(f"{file}:{line}: accepted until {until}.\n")
    for one in held:
        if one.fingerprint == accepted.fingerprint:
            sys.stderr.write(
                f"{one.source} accepts the same until {one.until}: remove it, or it is a finding of its own from then "
                "on.\n"
            )


def moment(text: str) -> datetime:
    """The time that `--now` gives, in UTC; empty: the clock's."""
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise Stop(
            f"--now {text}: write a day or a time, such as 2026-12-31 or 2026-12-31T12:00:00Z."
        ) from error
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def waivers_file(named: Path | None, config: Config, *, none: bool = False, new: bool = False) -> Path | None:
    """The waivers file: named, or named by the configuration, or beside it (or in the working folder).

    Raises `Stop` where the configuration names one that is not there, unless it may be `new`.
    """
    if named:
        return named
    try:
        config.look_up(waivers=not new)
    except BadFile as problem:
        raise unusable(problem) from problem
    if config.waivers:
        return config.waivers
    beside = _folder(config) / NAME
    return beside if not none and os.path.lexists(beside) else None


def read_waivers(file: Path | None, catalogue: Catalogue) -> Waivers:
    """What a waivers file holds. Raises `Stop` where it cannot be used."""
    try:
        return read(file, {rule.id for rule in catalogue.rules}) if file else Waivers()
    except BadFile as problem:
        raise unusable(problem) from problem


def _folder(config: Config) -> Path:
    return config.file.parent if config.file else Path()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except ValueError as error:
        raise Stop(f"--until {text}: write a day such as 2026-12-31.") from error


def _from_report(report: Path, fingerprint: str) -> Mapping[str, Any]:
    """What an entry for a finding of a report accepts. Raises `Stop` where there is nothing to accept."""
    try:
        return _what(_finding(report, fingerprint), fingerprint, report)
    except (KeyError, TypeError, AttributeError) as error:
        raise Stop(f"{report}: this is no JSON report of connect-audit.") from error


def _what(finding: Mapping[str, Any], fingerprint: str, report: Path) -> Mapping[str, Any]:
    verdict, rule_id = finding["verdict"], finding["rule_id"]
    if rule_id == EXPIRED.id:
        raise Stop(f"{fingerprint} is of a waiver that has expired: renew that waiver, or remove it.")
    if "waived" in finding:
        raise Stop(
            f"{fingerprint} is accepted already: see {finding['waived'].get('source', 'the waivers file')}."
        )
    at = finding["resource"]
    place = {"account": at["account"], "region": at["region"], "instance": at["instance_id"]}
    scope = {name: text for name, text in place.items() if text}
    if not all(isinstance(one, str) and _is_utf8(one) for one in (rule_id, *scope.values())):
        raise TypeError("the names in a report are texts")
    if verdict == "fail":
        return {"rule": rule_id, "fingerprint": fingerprint, "scope": scope}
    if verdict == "unknown":
        action = finding["cause"].get("action", "")
        return {"unknown": {"action": action} if action else {"kind": at["kind"]}, "scope": scope}
    why = "the rule broke: that is to be mended" if verdict == "error" else f"its verdict is {verdict}"
    raise Stop(f"{fingerprint} of {report} is nothing to accept: {why}.")


def _finding(report: Path, fingerprint: str) -> Mapping[str, Any]:
    try:
        document = json.loads(report.read_text("utf-8"))
        found = {one["fingerprint"]: one for one in document["findings"]}
    except OSError as error:
        raise Stop(f"{report}: the report cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Stop(f"{report}: this is no JSON report of connect-audit.") from error
    if fingerprint not in found:
        raise Stop(f"{report} has no finding {fingerprint}: copy one from it, or leave --report out.")
    finding: Mapping[str, Any] = found[fingerprint]
    return finding


def _append(file: Path, entry: Mapping[str, Any]) -> tuple[int, tuple[Waiver, ...]]:
    """Writes the entry behind the last one, byte for byte beside what was there.

    Returns the line it begins on, and the waivers that were there.

    Of several that add to one file at once, each waits for the one before. A link stays one: what is written is
    what it leads to.
    """
    real = Path(os.path.realpath(file))
    try:
        with locked(real.parent):
            before = text_of(file, _WHAT) if os.path.lexists(real) else ""
            held = parsed(before, file)
            line, after = _inserted(_begun(before), file, entry, empty=not held)
            if len(parsed(after, file)) != len(held) + 1:
                raise Stop(f"{file}: an entry cannot be added to this by itself: add it by hand.")
            if len(after.encode()) > LARGEST_FILE:
                raise BadFile(file, None, f"{_WHAT} has at most {LARGEST_FILE // 1024} KiB, and has them")
            _write(real, after)
    except BadFile as problem:
        raise Stop(f"{problem}. Nothing was written.") from problem
    except OSError as error:
        raise Stop(f"{file}: the waivers file cannot be written there: {error.strerror}.") from error
    except Unwritable as reason:
        raise Stop(str(reason)) from reason
    return line, held


def _begun(text: str) -> str:
    """A text, with the name of the list at its end where it holds comments at most."""
    if not text.strip():
        return _NEW
    end = _end_of(text)
    return f"{text}{'' if text.endswith(end) else end}waivers:{end}" if holds_nothing(text) else text


def _end_of(text: str) -> str:
    """How lines end in a text."""
    return "\r\n" if "\r\n" in text else "\n"


def _write(file: Path, text: str) -> None:
    """Puts the text in the file's place; who may read an old file may read the new one."""
    mode = file.stat().st_mode if file.exists() else None
    pending = Pending(file, "waivers file")
    try:
        with pending.writing() as out:
            out.write(text.encode())
        pending.place()
    finally:
        pending.discard()
    if mode is not None:
        file.chmod(mode)


def _is_utf8(text: str) -> bool:
    """Whether a text can be written: what a shell passes on need not be one."""
    return text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text)


def _inserted(text: str, file: Path, entry: Mapping[str, Any], *, empty: bool) -> tuple[int, str]:
    """The line where the entry begins, and the text with it."""
    end = _end_of(text)
    lines = text.splitlines(keepends=True)
    listed = parse(text, file, _WHAT)["waivers"]
    indent, after = _INDENT, listed.line
    if empty:
        nothing = re.escape(listed.text) if listed.value is None else r"\[\s*\]"
        lines[after - 1] = re.sub(rf"(?<=:)(\s*){nothing}", r"\1", lines[after - 1], count=1).rstrip() + end
    else:
        dash = re.match(r"( *)-", lines[listed.items()[-1].line - 1])
        if dash is None:
            raise listed.bad("write the list with one `- ` for each waiver, so that one can be added")
        indent, after = dash.group(1), listed.last
    if not lines[after - 1].endswith("\n"):
        lines[after - 1] += end
    lines.insert(after, _yaml(entry, indent, end))
    return after + 1, "".join(lines)


def _yaml(entry: Mapping[str, Any], indent: str, end: str) -> str:
    """An entry of a list as YAML."""
    lines = []
    for name, value in entry.items():
        if isinstance(value, Mapping):
            inner = ", ".join(f"{key}: {_quoted(text)}" for key, text in value.items())
            lines.append(f"{name}: {{{inner}}}")
        else:
            lines.append(f"{name}: {value if _BARE.fullmatch(str(value)) else _quoted(value)}")
    return "".join(f"{indent}{'  ' if place else '- '}{line}{end}" for place, line in enumerate(lines))


_BARE = re.compile(rf"{ID_PATTERN}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}")
"""What needs no quotes: ids of rules, and days."""


def _quoted(text: str) -> str:
    """A text as YAML, whatever is in it."""
    return "".join(
        one if one.isprintable() else f"\\U{ord(one):08x}" for one in json.dumps(text, ensure_ascii=False)
    )
