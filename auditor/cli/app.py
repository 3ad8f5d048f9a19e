"""The commands and their options. What they do is imported when they run, so that `--help` costs nothing."""

from __future__ import annotations

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from auditor import __version__
from auditor.cli.stop import USAGE, USAGE_BESIDE_DIFFERENCES, Stop

if TYPE_CHECKING:
    from auditor.cli.selection import Selection

# The names of `auditor.rule.Severity`, spelled out: importing that module here would slow `--help` down.
SEVERITIES = StrEnum("SEVERITIES", ["critical", "high", "medium", "low", "info"])
DETAILED = "--detailed-exitcode"
FORMATS = StrEnum("FORMATS", ["text", "json"])
# As above: the keys of `auditor.frameworks.FRAMEWORKS`.
FRAMEWORKS = StrEnum(
    "FRAMEWORKS", ["fsbp", "cis", "pci", "nist", "iso27001", "soc2", "hipaa", "gdpr", "lgpd"]
)
PLAN_FORMATS = StrEnum("PLAN_FORMATS", ["text", "json", "markdown", "sarif"])
POLICY_FORMATS = StrEnum("POLICY_FORMATS", ["json", "cloudformation", "terraform"])

EXIT_CODES = """
Exit codes: 0 clean; 1 findings at or above --fail-on; 2 usage or configuration; 3 something could not be read
(outranks 1); 4 nothing to scan; 130 interrupted.
"""

app = typer.Typer(
    name="connect-audit",
    help="Describes Amazon Connect instances, judges them with rules, and says what it could not read.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(help="The rules: what is judged, why, and how to mend it.", no_args_is_help=True)
app.add_typer(rules_app, name="rules", rich_help_panel=None)
config_app = typer.Typer(help="The configuration: what is bent, and by which file.", no_args_is_help=True)
app.add_typer(config_app, name="config", rich_help_panel=None)

# Options that several commands have.
Accounts = Annotated[
    Optional[list[str]],
    typer.Option("--account", metavar="ID", help="An account; repeatable. Default: the credentials' own."),
]
Regions = Annotated[
    Optional[list[str]],
    typer.Option("--region", metavar="REGION", help="A Region; repeatable. Default: all that have Connect."),
]
Select = Annotated[
    Optional[list[str]],
    typer.Option(
        "--select", metavar="PREFIX", help="Only rules whose id begins so (STO, CONNECT-STO-003); repeatable."
    ),
]
Ignore = Annotated[
    Optional[list[str]],
    typer.Option("--ignore", metavar="PREFIX", help="Not rules whose id begins so; repeatable."),
]
Params = Annotated[
    Optional[list[str]],
    typer.Option(
        "--param",
        metavar="NAME=VALUE",
        help="A parameter of all rules that have it, or with RULE-ID.NAME of one rule; repeatable. VALUE is YAML, "
        "as in the configuration: 3, true, both, '[BR, PT]'. Wins over specs and the configuration.",
    ),
]
Frameworks = Annotated[
    Optional[list[FRAMEWORKS]],
    typer.Option("--framework", help="Only rules that are mapped to this framework; repeatable."),
]
AllKinds = Annotated[
    bool, typer.Option("--all", help="Everything that can be described, not only what the rules look at.")
]
Profile = Annotated[str, typer.Option("--profile", metavar="NAME", help="The AWS profile to use.")]
RoleName = Annotated[
    str,
    typer.Option(
        "--role-name",
        metavar="NAME",
        help="The role to assume in accounts that are not the credentials' own.",
    ),
]
RoleArn = Annotated[
    str, typer.Option("--role-arn", metavar="ARN", help="The role to assume, for one account.")
]
ExternalId = Annotated[
    str, typer.Option("--external-id", metavar="ID", help="The external id that the role asks for.")
]
RoleSessionName = Annotated[
    str, typer.Option("--role-session-name", metavar="NAME", help="How CloudTrail names the session.")
]
Format = Annotated[FORMATS, typer.Option("--format", "-f", help="What goes to standard output.")]
Config = Annotated[
    Optional[Path],
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration. Default: connect-audit.yaml of this folder or the nearest one around it.",
    ),
]
NoConfig = Annotated[bool, typer.Option("--no-config", help="Leave configuration files alone.")]
WaiversFile = Annotated[
    Optional[Path],
    typer.Option(
        "--waivers",
        metavar="FILE",
        help="What is accepted. Default: what the configuration names, or waivers.yaml beside it.",
    ),
]
Now = Annotated[
    str, typer.Option("--now", metavar="TIME", help="The time by which waivers end. Default: the clock's.")
]
FailOn = Annotated[
    Optional[SEVERITIES],
    typer.Option("--fail-on", help="Exit 1 for findings of this severity or worse. Default: info, so any."),
]
RuleFolders = Annotated[
    Optional[list[Path]],
    typer.Option("--rules", metavar="DIR", help="A folder of your own rules; repeatable."),
]
RulesPacks = Annotated[
    Optional[list[str]],
    typer.Option(
        "--rules-pack", metavar="NAME", help="The rules that an installed package brings; repeatable."
    ),
]
AllowPython = Annotated[
    bool, typer.Option("--allow-python-rules", help="Run rules written in Python in those folders.")
]
Rates = Annotated[
    Optional[list[str]],
    typer.Option(
        "--rate", metavar="OP=N", help="At most N calls a second of an operation (`*`: of each); repeatable."
    ),
]
ShowPii = Annotated[
    bool, typer.Option("--show-pii", help="Do not mask user names, e-mail addresses and phone numbers.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")]


def _folders(rules: Optional[list[Path]], rules_pack: Optional[list[str]]) -> tuple[Path, ...]:
    """The folders of rules that the options name."""
    if not rules_pack:
        return tuple(rules or ())
    from auditor.cli import packs

    return (*(rules or ()), *packs.folders(tuple(rules_pack)))


def _known(
    config: Optional[Path],
    no_config: bool,
    folders: tuple[Path, ...],
    allow_python: bool,
    frameworks: tuple[str, ...] = (),
) -> Selection:
    """All rules of a scan with these options."""
    from auditor.cli.selection import Selection

    return Selection((), (), folders, allow_python, False, config, no_config, frameworks)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"connect-audit {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Describes Amazon Connect instances, judges them with rules, and says what it could not read."""


@app.command(epilog=EXIT_CODES)
def scan(
    account: Accounts = None,
    region: Regions = None,
    instance: Annotated[
        Optional[list[str]],
        typer.Option(metavar="ALIAS|ID", help="An instance to scan; repeatable. Default: all."),
    ] = None,
    output: Annotated[
        Optional[list[Path]],
        typer.Option("--output", "-o", metavar="FILE", help="Write a report (.html, .json); repeatable."),
    ] = None,
    fail_on: FailOn = None,
    select: Select = None,
    ignore: Ignore = None,
    framework: Frameworks = None,
    param: Params = None,
    all_kinds: AllKinds = False,
    snapshot_out: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE",
            help="Describe everything, whatever the rules need, and save it (.jsonl, .jsonl.gz).",
        ),
    ] = None,
    from_snapshot: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="Judge a saved snapshot; AWS is not asked.")
    ] = None,
    spec: Annotated[
        Optional[list[Path]],
        typer.Option(metavar="FILE", help="Also judge how instances differ from this spec; repeatable."),
    ] = None,
    since: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="Take what provably did not change from this snapshot."),
    ] = None,
    max_age: Annotated[
        str, typer.Option(metavar="AGE", help="Take nothing read longer ago (12h, 30d). Default: 7d.")
    ] = "",
    rules: RuleFolders = None,
    rules_pack: RulesPacks = None,
    allow_python_rules: AllowPython = False,
    config: Config = None,
    no_config: NoConfig = False,
    waivers: WaiversFile = None,
    now: Now = "",
    profile: Profile = "",
    role_name: RoleName = "",
    role_arn: RoleArn = "",
    external_id: ExternalId = "",
    role_session_name: RoleSessionName = "connect-audit",
    rate: Rates = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List only, and say what the scan would cost: calls and time.")
    ] = False,
    format: Format = FORMATS.text,
    show_pii: ShowPii = False,
    quiet: Quiet = False,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Log to standard error; twice: every call.")
    ] = 0,
) -> None:
    """Describe, judge and report Amazon Connect instances. Reads only."""
    from auditor.cli import scan as command
    from auditor.cli.asked import Asked

    raise typer.Exit(
        command.run(
            Asked(
                accounts=tuple(account or ()),
                regions=tuple(region or ()),
                instances=tuple(instance or ()),
                outputs=tuple(output or ()),
                fail_on=fail_on.value if fail_on else "",
                rules=_folders(rules, rules_pack),
                allow_python_rules=allow_python_rules,
                profile=profile,
                role_name=role_name,
                role_arn=role_arn,
                external_id=external_id,
                role_session_name=role_session_name,
                rates=tuple(rate or ()),
                select=tuple(select or ()),
                ignore=tuple(ignore or ()),
                frameworks=tuple(framework or ()),
                params=tuple(param or ()),
                all=all_kinds,
                snapshot_out=snapshot_out,
                from_snapshot=from_snapshot,
                config=config,
                no_config=no_config,
                waivers=waivers,
                now=now,
                specs=tuple(spec or ()),
                since=since,
                max_age=max_age,
                format=format.value,
                dry_run=dry_run,
                show_pii=show_pii,
                quiet=quiet,
                verbose=verbose,
            )
        )
    )


@app.command()
def diff(
    what: Annotated[
        Optional[Path], typer.Argument(metavar="SPEC|SNAPSHOT", help="A spec (.yaml), or a saved snapshot.")
    ] = None,
    other: Annotated[
        Optional[Path],
        typer.Argument(metavar="SNAPSHOT", help="A newer snapshot, to see what happened since."),
    ] = None,
    account: Accounts = None,
    region: Regions = None,
    instance: Annotated[
        str, typer.Option(metavar="ALIAS|ID", help="Only this instance; with --with: the one to change.")
    ] = "",
    beside: Annotated[
        str, typer.Option("--with", metavar="ALIAS|ID", help="The instance that --instance should be like.")
    ] = "",
    environment: Annotated[
        str, typer.Option("--environment", metavar="NAME", help="Only this environment of the spec.")
    ] = "",
    from_snapshot: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="Compare with a saved snapshot; AWS is not asked.")
    ] = None,
    output: Annotated[
        Optional[list[Path]],
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write a plan (.html, .json, .md, .sarif); repeatable."
        ),
    ] = None,
    fail_on: Annotated[
        Optional[SEVERITIES],
        typer.Option(
            help="Exit 1 if the change would bring findings of this severity or worse. Default: what the configuration "
            "says, or any."
        ),
    ] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option(DETAILED, help="Exit 2 if there are differences, and 64 for a mistake in usage.")
    ] = False,
    attribute: Annotated[
        bool, typer.Option("--attribute", help="Ask CloudTrail who made each difference (90 days).")
    ] = False,
    judge: Annotated[
        bool, typer.Option(" /--no-judge", help="Do not ask the rules what the change would do.")
    ] = True,
    select: Select = None,
    ignore: Ignore = None,
    param: Params = None,
    rules: RuleFolders = None,
    allow_python_rules: AllowPython = False,
    profile: Profile = "",
    role_name: RoleName = "",
    role_arn: RoleArn = "",
    external_id: ExternalId = "",
    role_session_name: RoleSessionName = "connect-audit",
    rate: Rates = None,
    format: Annotated[
        PLAN_FORMATS, typer.Option("--format", "-f", help="What goes to standard output.")
    ] = PLAN_FORMATS.text,
    show_pii: ShowPii = False,
    quiet: Quiet = False,
) -> None:
    """Show what differs from a spec, between two moments, or between two instances. Changes nothing."""
    from auditor.cli import diff as command
    from auditor.cli.asked import Asked

    asked = Asked(
        accounts=tuple(account or ()),
        regions=tuple(region or ()),
        instances=(instance,) if instance and not beside else (),
        outputs=tuple(output or ()),
        fail_on=fail_on.value if fail_on else "",
        rules=tuple(rules or ()),
        allow_python_rules=allow_python_rules,
        profile=profile,
        role_name=role_name,
        role_arn=role_arn,
        external_id=external_id,
        role_session_name=role_session_name,
        rates=tuple(rate or ()),
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        params=tuple(param or ()),
        from_snapshot=from_snapshot,
        format=format.value,
        show_pii=show_pii,
        quiet=quiet,
    )
    sides = command.Sides(what, other, instance, beside, environment, attribute, detailed_exitcode, judge)
    raise typer.Exit(command.run(asked, sides))


@app.command()
def export(
    account: Accounts = None,
    region: Regions = None,
    instance: Annotated[str, typer.Option(metavar="ALIAS|ID", help="The instance to write down.")] = "",
    from_snapshot: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="From a saved snapshot; AWS is not asked.")
    ] = None,
    output: Annotated[
        Optional[Path],
        typer.Option(
            "--output", "-o", metavar="FILE", help="The spec (.connect-spec.yaml). Default: standard output."
        ),
    ] = None,
    section: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="NAME", help="Also write users, quotas or notifications, left out otherwise; repeatable."
        ),
    ] = None,
    profile: Profile = "",
    role_name: RoleName = "",
    role_arn: RoleArn = "",
    external_id: ExternalId = "",
    role_session_name: RoleSessionName = "connect-audit",
    rate: Rates = None,
    quiet: Quiet = False,
) -> None:
    """Write an instance down as a spec: by name, sorted, with its flows in files beside it."""
    from auditor.cli import export as command
    from auditor.cli.asked import Asked

    asked = Asked(
        accounts=tuple(account or ()),
        regions=tuple(region or ()),
        instances=(instance,) if instance else (),
        profile=profile,
        role_name=role_name,
        role_arn=role_arn,
        external_id=external_id,
        role_session_name=role_session_name,
        rates=tuple(rate or ()),
        all=from_snapshot is None,
        from_snapshot=from_snapshot,
        quiet=quiet,
    )
    raise typer.Exit(command.run(asked, command.Export(output, tuple(section or ()))))


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where the reports go.")] = Path(
        "connect-audit-demo"
    ),
) -> None:
    """Scan a pretended AWS account with three instances. Needs no credentials and no network."""
    from auditor.cli import demo as command

    raise typer.Exit(command.run(folder))


@app.command()
def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0: any free one.")
    ] = 4599,
    rate: Annotated[
        Optional[float],
        typer.Option(min=0.001, help="Throttle each operation at this many calls a second. AWS's own: 2."),
    ] = None,
    burst: Annotated[float, typer.Option(min=1, help="How many calls may come at once before that.")] = 5,
    latency: Annotated[float, typer.Option(min=0, max=60, help="Seconds that each answer takes.")] = 0.0,
    deny: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="ACTION", help="Deny an IAM action of any service, e.g. connect:ListUsers; repeatable."
        ),
    ] = None,
    log: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="Write every call to this file, one JSON object a line."),
    ] = None,
    empty: Annotated[
        bool, typer.Option("--empty", help="Start with an account that has nothing in it.")
    ] = False,
) -> None:
    """Serve a pretended AWS account on 127.0.0.1, for any AWS tool."""
    from auditor.cli import sandbox as command

    raise typer.Exit(command.run(port, rate, burst, latency, tuple(deny or ()), log, empty=empty))


@app.command("iam-policy")
def iam_policy(
    select: Select = None,
    ignore: Ignore = None,
    framework: Frameworks = None,
    rules: RuleFolders = None,
    rules_pack: RulesPacks = None,
    allow_python_rules: AllowPython = False,
    config: Config = None,
    no_config: NoConfig = False,
    all_kinds: AllKinds = False,
    format: Annotated[
        POLICY_FORMATS, typer.Option("--format", "-f", help="What goes to standard output.")
    ] = POLICY_FORMATS.json,
    instance_arn: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="ARN", help="Limit to this instance what can be limited to instances; repeatable."
        ),
    ] = None,
) -> None:
    """Print the least permissions for a scan of the selected rules: a policy, a template, a configuration."""
    from auditor.cli import iam_policy as command
    from auditor.cli.selection import Selection

    selection = Selection(
        tuple(select or ()),
        tuple(ignore or ()),
        _folders(rules, rules_pack),
        allow_python_rules,
        all_kinds,
        config,
        no_config,
        tuple(framework or ()),
    )
    raise typer.Exit(command.run(selection, tuple(instance_arn or ()), format.value))


@app.command()
def doctor(
    account: Accounts = None,
    region: Regions = None,
    select: Select = None,
    ignore: Ignore = None,
    framework: Frameworks = None,
    rules: RuleFolders = None,
    rules_pack: RulesPacks = None,
    allow_python_rules: AllowPython = False,
    config: Config = None,
    no_config: NoConfig = False,
    all_kinds: AllKinds = False,
    profile: Profile = "",
    role_name: RoleName = "",
    role_arn: RoleArn = "",
    external_id: ExternalId = "",
    role_session_name: RoleSessionName = "connect-audit",
    format: Format = FORMATS.text,
) -> None:
    """Say in seconds what a scan would lack: credentials, roles, Regions, permissions, quotas. Reads only.

    Exit codes: 0 nothing is missing; 2 the credentials cannot be used; 3 something is missing or unknown.
    """
    from auditor.cli import doctor as command
    from auditor.cli.selection import Selection
    from auditor.collect.access import Identity

    selection = Selection(
        tuple(select or ()),
        tuple(ignore or ()),
        _folders(rules, rules_pack),
        allow_python_rules,
        all_kinds,
        config,
        no_config,
        tuple(framework or ()),
    )
    identity = Identity(
        profile,
        tuple(account or ()),
        role_name,
        role_arn,
        external_id,
        role_session_name,
        (region or [""])[0],
    )
    raise typer.Exit(
        command.run(command.Asked(identity, selection, tuple(dict.fromkeys(region or ())), format.value))
    )


@rules_app.command("list")
def rules_list(
    framework: Frameworks = None,
    config: Config = None,
    no_config: NoConfig = False,
    rules: RuleFolders = None,
    rules_pack: RulesPacks = None,
    allow_python_rules: AllowPython = False,
    format: Format = FORMATS.text,
) -> None:
    """List the rules that a scan here knows, and say which of them it does not run."""
    from auditor.cli import rules as command

    folders = _folders(rules, rules_pack)
    selection = _known(config, no_config, folders, allow_python_rules, tuple(framework or ()))
    command.show_list(selection, format.value)


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="A rule's id, such as CONNECT-STO-003.")],
    config: Config = None,
    no_config: NoConfig = False,
    rules: RuleFolders = None,
    rules_pack: RulesPacks = None,
    allow_python_rules: AllowPython = False,
) -> None:
    """Show one rule: why it matters, what it reads, how to mend it, its examples."""
    from auditor.cli import rules as command

    command.show_one(rule, _known(config, no_config, _folders(rules, rules_pack), allow_python_rules))


@rules_app.command("new")
def rules_new(
    rule: Annotated[str, typer.Argument(metavar="ID", help="The id of the new rule, such as ACME-QUE-001.")],
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where your rules are.")] = Path(
        "our-rules"
    ),
    python: Annotated[
        bool, typer.Option("--python", help="For a rule that looks at several resources.")
    ] = False,
) -> None:
    """Begin a rule: a file that loads, with examples to write."""
    from auditor.cli import scaffold

    scaffold.run(rule, folder, python=python)


@rules_app.command("test")
def rules_test(
    folder: Annotated[
        Optional[list[Path]],
        typer.Argument(
            metavar="DIR",
            help="Folders of rules; all in them are tested. Default: those that the configuration names.",
        ),
    ] = None,
    config: Config = None,
    no_config: NoConfig = False,
    rules_pack: RulesPacks = None,
    allow_python_rules: AllowPython = False,
) -> None:
    """Run the examples of anybody's rules: each must come out as it says. Exit 1 if one does not."""
    from auditor.cli import rules as command

    selection = _known(config, no_config, _folders(folder, rules_pack), allow_python_rules)
    raise typer.Exit(command.test(selection))


@config_app.command("show")
def config_show(
    config: Config = None,
    no_config: NoConfig = False,
    waivers: WaiversFile = None,
    select: Select = None,
    ignore: Ignore = None,
    param: Params = None,
    fail_on: FailOn = None,
    rules: RuleFolders = None,
    rules_pack: RulesPacks = None,
    allow_python_rules: AllowPython = False,
    format: Format = FORMATS.text,
) -> None:
    """Show every value that a scan with the same options would work with, and where it comes from."""
    from auditor.cli import config as command
    from auditor.cli.selection import Selection

    selection = Selection(
        tuple(select or ()),
        tuple(ignore or ()),
        _folders(rules, rules_pack),
        allow_python_rules,
        False,
        config,
        no_config,
        params=tuple(param or ()),
    )
    command.show(selection, waivers, fail_on.value if fail_on else "", format.value)


@app.command()
def waive(
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="A finding's, as reports show it.")
    ],
    reason: Annotated[str, typer.Option(help="Why this is accepted.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day, such as 2026-12-31.")],
    ticket: Annotated[str, typer.Option(help="Where it was decided.")] = "",
    report: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE", help="The JSON report that has the finding: the entry then says what it is of."
        ),
    ] = None,
    config: Config = None,
    no_config: NoConfig = False,
    waivers: WaiversFile = None,
    now: Now = "",
) -> None:
    """Accept a finding: append a waiver to the waivers file, which keeps its comments."""
    from auditor.cli import waive as command

    entry = command.Accepted(fingerprint, reason, owner, until, ticket)
    command.run(entry, report, command.Choice(waivers, config, no_config), now)


def main() -> None:
    """The `connect-audit` command."""
    # A short process that keeps what it reads: looking for garbage as often as a server does costs a tenth of a scan.
    gc.set_threshold(50_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A console or a pipe that is not UTF-8 (Windows, LANG=C) must not end a scan at the first accent.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except Stop as stop:
        sys.stderr.write(f"connect-audit: {stop}\n")
        sys.exit(_told_apart(stop.code))
    except BrokenPipeError:
        # Whoever read the output has gone (`| head`); nothing can be told to anybody.
        sys.stderr.close()
        sys.exit(0)
    except SystemExit as end:
        if isinstance(end.__context__, typer.Abort):
            sys.exit(130)
        if end.code == USAGE and not isinstance(end.__context__, typer.Exit):
            sys.exit(_told_apart(USAGE))
        raise


def _told_apart(code: int) -> int:
    """The exit code of a command that ended early: where 2 means differences, a mistake is something else."""
    return USAGE_BESIDE_DIFFERENCES if code == USAGE and DETAILED in sys.argv else code
