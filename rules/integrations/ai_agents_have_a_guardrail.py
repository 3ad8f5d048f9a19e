"""What keeps AI agents from saying what they should not."""

from typing import Any

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Pass,
    Seen,
    Severity,
    Thing,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

GUARDED = {
    "CASE_SUMMARIZATION": ("caseSummarizationAIAgentConfiguration", "caseSummarizationAIGuardrailId"),
    "ANSWER_RECOMMENDATION": ("answerRecommendationAIAgentConfiguration", "answerGenerationAIGuardrailId"),
    "MANUAL_SEARCH": ("manualSearchAIAgentConfiguration", "answerGenerationAIGuardrailId"),
    "NOTE_TAKING": ("noteTakingAIAgentConfiguration", "noteTakingAIGuardrailId"),
    "ORCHESTRATION": ("orchestrationAIAgentConfiguration", "orchestrationAIGuardrailId"),
    "SELF_SERVICE": ("selfServiceAIAgentConfiguration", "selfServiceAIGuardrailId"),
}
"""Where each type of agent names its guardrail; agents for e-mail have no place for one."""
NAMED = "a guardrail"
IN_FORCE = "a published guardrail that is active"


def _agent(type: str = "SELF_SERVICE", guardrail: str = "", **more: Any) -> Thing:
    section, field = GUARDED.get(type, (f"{type}Configuration", ""))
    said = {section: {field: guardrail} if guardrail else {}}
    known = {"type": type, "origin": "CUSTOMER", "visibilityStatus": "PUBLISHED", "configuration": said}
    return thing("qconnect.ai_agent", aiAgentId="ag-1", assistantId="a-1", name="helper", **(known | more))


def _guardrail(id: str = "g-1", status: str = "ACTIVE", visibility: str = "PUBLISHED", **more: Any) -> Thing:
    return thing(
        "qconnect.ai_guardrail",
        aiGuardrailId=id,
        assistantId="a-1",
        status=status,
        visibilityStatus=visibility,
        **more,
    )


SELF_SERVICE = "configuration.selfServiceAIAgentConfiguration.selfServiceAIGuardrailId"


@rule(
    id="CONNECT-INT-015",
    severity=Severity.MEDIUM,
    severity_reason="A guardrail is the last of several checks: what an agent may say is decided by its prompt first.",
    kind="qconnect.ai_agent",
    reads={
        "qconnect.ai_agent": ("type", "origin", "visibilityStatus", "configuration", "assistantId"),
        "qconnect.ai_guardrail": ("status", "visibilityStatus"),
    },
    opt_in="It reads the AI agents of every assistant, which few instances have.",
    fix=Fix(
        console=(
            'On the admin website under "AI agent designer" publish a guardrail, choose it in the agent, and publish '
            "the agent again."
        ),
        cli=(
            "aws qconnect create-ai-guardrail, then update-ai-agent with --configuration that names it, for "
            "--assistant-id ASSISTANT_ID"
        ),
        cloudformation="AWS::Wisdom::AIGuardrail and AWS::Wisdom::AIAgent: Configuration",
        note="AWS's own agents are left alone: they are used until an agent of yours takes their place.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/create-ai-guardrails.html",
        "https://docs.aws.amazon.com/amazon-q-connect/latest/APIReference/API_AIAgentConfiguration.html",
    ),
    examples=(
        passes("a published guardrail", _agent(guardrail="g-1"), _guardrail()),
        passes("a version of it", _agent(guardrail="g-1:2"), _guardrail()),
        passes("an agent that orchestrates", _agent("ORCHESTRATION", "g-1:1"), _guardrail()),
        passes("an agent that sums up cases", _agent("CASE_SUMMARIZATION", "g-1:1"), _guardrail()),
        fails("no guardrail", _agent(), _guardrail(), Evidence(SELF_SERVICE, NAMED, None)),
        fails(
            "a guardrail that was deleted",
            _agent(guardrail="g-9:1"),
            _guardrail(),
            Evidence(SELF_SERVICE, IN_FORCE, "g-9:1"),
        ),
        fails(
            "a guardrail that was never published",
            _agent(guardrail="g-1"),
            _guardrail(visibility="SAVED"),
            Evidence(SELF_SERVICE, IN_FORCE, "g-1"),
        ),
        fails(
            "a guardrail whose creation failed",
            _agent(guardrail="g-1"),
            _guardrail(status="CREATE_FAILED"),
            Evidence(SELF_SERVICE, IN_FORCE, "g-1"),
        ),
        unknown(
            "guardrails are not readable",
            _agent(guardrail="g-1"),
            unread("qconnect.ai_guardrail", "wisdom:ListAIGuardrails"),
        ),
        unknown("the list says nothing of how the agent is made", _agent(configuration=None), _guardrail()),
        not_applicable("an agent that writes e-mail", _agent("EMAIL_RESPONSE")),
        not_applicable("an agent of AWS", _agent(origin="SYSTEM")),
        not_applicable("an agent that nobody uses yet", _agent(visibilityStatus="SAVED")),
    ),
)
def ai_agents_have_a_guardrail(agent: Seen, around: Around) -> Outcome:
    """The published AI agent works behind a published guardrail.

    Callers can talk an agent that speaks for itself into promises, insults or other customers' data. A guardrail holds
    back what must not be said, whatever the agent was talked into. One that was only saved, or deleted, holds back
    nothing.
    """
    where = GUARDED.get(agent.get("type"))
    if where is None or agent.get("origin") == "SYSTEM" or agent.get("visibilityStatus") != "PUBLISHED":
        return NotApplicable(
            "it is an agent without a place for a guardrail, one of AWS's own, or not published"
        )
    said = agent.get("configuration")
    if not said or where[0] not in said:
        cause = Cause(
            Reason.NOT_POPULATED, "wisdom:ListAIAgents", "the list leaves out how the agent is made"
        )
        raise Unread(cause, f"{agent.cited}: configuration")
    path = ".".join(("configuration", *where))
    named = said[where[0]].get(where[1])
    if not named:
        return Fail.at(path, expected=NAMED, actual=None)
    guardrail = around.one("qconnect.ai_guardrail", f"{named.partition(':')[0]}/{agent.get('assistantId')}")
    if guardrail and (guardrail.get("status"), guardrail.get("visibilityStatus")) == ("ACTIVE", "PUBLISHED"):
        return Pass()
    return Fail.at(path, expected=IN_FORCE, actual=named)
