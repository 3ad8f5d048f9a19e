"""`connect-audit rules new`: a file to begin a rule with. It loads; its last example says what is still to do."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from auditor import bundled
from auditor.catalogue import load
from auditor.cli.stop import Stop
from auditor.declarative import ID_PATTERN
from auditor.render.terminal import visible

_YAML = """\
# Then: connect-audit rules test {folder}
id: {id}
title: Every queue says what it is for          # a sentence that is true when the rule passes
severity: medium
severity_reason: Say why it is not one more or one less.
kind: connect.queue                             # docs/kinds.md lists what there is
when:
  Status: ENABLED
otherwise: it is not enabled
expect:
  Description: {{match: {{minLength: 1}}}}
why: |
  Say what happens to callers, agents or data when this is not so.
fix:
  console: Say where to click.
  cli: aws connect update-queue-name --instance-id INSTANCE_ID --queue-id QUEUE_ID --description TEXT
sources: [https://docs.aws.amazon.com/connect/latest/APIReference/API_Queue.html]
examples:
  - name: it has a description
    verdict: pass
    subject: {{QueueId: q, Name: Sales, Status: ENABLED, Description: Calls about new contracts}}
  - name: it is not enabled
    verdict: not_applicable
    subject: {{QueueId: q, Name: Sales, Status: DISABLED}}
  - name: it has no description
    verdict: fail
    subject: {{QueueId: q, Name: Sales, Status: ENABLED, Description: ""}}
    # `rules test` shows what to paste in place of this line.
    evidence: []
"""
_PYTHON = '''\
# Then: connect-audit rules test {folder} --allow-python-rules
from auditor.rule import Around, Evidence, Fail, Fix, NotApplicable, Outcome, Pass, Seen, Severity
from auditor.rule import fails, not_applicable, passes, rule, thing


@rule(
    id="{id}",
    severity=Severity.MEDIUM,
    severity_reason="Say why it is not one more or one less.",
    kind="connect.queue",
    reads={{"connect.queue": ("Status", "HoursOfOperationId"), "connect.hours_of_operation": ("HoursOfOperationId",)}},
    fix=Fix(console="Say where to click."),
    sources=("https://docs.aws.amazon.com/connect/latest/APIReference/API_Queue.html",),
    examples=(
        passes(
            "its hours exist",
            thing("connect.queue", id="q", Status="ENABLED", HoursOfOperationId="h"),
            thing("connect.hours_of_operation", id="h"),
        ),
        not_applicable("it is not enabled", thing("connect.queue", id="q", Status="DISABLED")),
        fails(
            "its hours are gone",
            thing("connect.queue", id="q", Status="ENABLED", HoursOfOperationId="gone"),
            # `rules test` shows what to paste here.
        ),
    ),
)
def queue_has_hours(queue: Seen, around: Around) -> Outcome:
    """Every queue that is enabled has hours that exist

    Say what happens to callers, agents or data when this is not so.
    """
    if queue.get("Status") != "ENABLED":
        return NotApplicable("it is not enabled")
    hours = queue.get("HoursOfOperationId")
    if around.one("connect.hours_of_operation", hours) is None:
        return Fail.at("HoursOfOperationId", expected="hours of the instance", actual=hours)
    return Pass()
'''


def run(rule_id: str, folder: Path, *, python: bool) -> None:
    """Writes the file. Raises `Stop` for an id that cannot be used, and for a file that is there already."""
    if not re.fullmatch(ID_PATTERN, rule_id):
        raise Stop(f"{rule_id}: an id looks like ACME-QUE-001: capitals, then three digits.")
    taken = next((one for one in load(bundled.RULES).rules if one.id == rule_id), None)
    if taken:
        raise Stop(
            f"{rule_id}: the id is taken by a built-in rule ({taken.title}): use a prefix of your own."
        )
    file = folder / f"{rule_id.lower().replace('-', '_')}.{'py' if python else 'yaml'}"
    text = (_PYTHON if python else _YAML).format(id=rule_id, folder=visible(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(f"{folder}: the folder cannot be made: {error.strerror}.") from error
    other = file.with_suffix(".yaml" if python else ".py")
    if other.exists():
        raise Stop(f"{other}: there is a rule of this id already: use another id.")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise Stop(f"{file}: there is such a file already, and it stays as it is.") from error
    except OSError as error:
        raise Stop(f"{file}: the file cannot be written: {error.strerror}.") from error
    more = " --allow-python-rules" if python else ""
    sys.stdout.write(f"{file}\n")
    sys.stderr.write(f"Write the rule, then: connect-audit rules test {folder}{more}\n")
