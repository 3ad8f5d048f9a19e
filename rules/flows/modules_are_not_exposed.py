"""Modules that can be called from outside a flow."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Pass,
    Seen,
    Severity,
    Thing,
    fails,
    passes,
    rule,
    thing,
    unknown,
)

MODULE = "connect.contact_flow_module"
EXPOSED = "ExternalInvocationConfiguration.Enabled"


def _module(**more: Any) -> Thing:
    return thing(MODULE, id="m-1", Name="Refund", **more)


@rule(
    id="CONNECT-FLW-011",
    severity=Severity.MEDIUM,
    severity_reason="What the module does can be set off without the flow that checks whether it may be.",
    kind=MODULE,
    reads={MODULE: ("Name", EXPOSED)},
    opt_in="Only the company knows which modules are meant to be tools; name those in the parameter approved_modules.",
    params=(
        Param(
            "approved_modules",
            [],
            "Names of modules that may be called from outside a flow.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="Open the module's settings in the flow designer and turn off that it can be used as a tool.",
        cloudformation="AWS::Connect::ContactFlowModule: ExternalInvocationConfiguration.Enabled: false",
        note=(
            "The API sets it only when a module is made, and no command changes it later; CloudFormation says "
            "that it can. Which security profiles may call a module is set on the profile (AllowedFlowModules)."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ExternalInvocationConfiguration.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-modules.html",
    ),
    interpretive={"nist": ("AC-3",), "soc2": ("CC6.1",)},
    examples=(
        passes("a module that only flows call", _module(ExternalInvocationConfiguration={"Enabled": False})),
        passes("AWS does not mention it where it is off", _module()),
        passes(
            "a tool that was approved",
            _module(ExternalInvocationConfiguration={"Enabled": True}),
            approved_modules=["Refund"],
        ),
        fails(
            "a module that agents and assistants can call",
            _module(ExternalInvocationConfiguration={"Enabled": True}),
            Evidence(EXPOSED, False, True),
        ),
        fails(
            "another one was approved",
            _module(ExternalInvocationConfiguration={"Enabled": True}),
            Evidence(EXPOSED, False, True),
            approved_modules=["Look up"],
        ),
        unknown(
            "the module is not readable",
            _module(unread={"ExternalInvocationConfiguration": "connect:DescribeContactFlowModule"}),
        ),
    ),
)
def modules_are_not_exposed(module: Seen, around: Around) -> Outcome:
    """No module can be called from outside a flow unless that was approved.

    A module with external invocation is a tool: assistants and whoever the security profiles allow can run it
    without a contact and without the flow around it. A refund or a change of address that trusts the flow to have
    asked for a PIN first then happens without anybody having asked.
    """
    if module.get(EXPOSED) is not True or module.get("Name") in around.params["approved_modules"]:
        return Pass()
    return Fail.at(EXPOSED, expected=False, actual=True)
