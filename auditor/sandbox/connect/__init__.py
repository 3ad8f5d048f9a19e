"""Amazon Connect, pretended: every operation the auditor reads with, and the writes that stage them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..calls import Call, Request, Response
from ..errors import AwsError
from ..pages import Pages
from ..protocol import Service, json_response
from . import documents, flows, instance, integrations, numbers, people, routing
from .ask import Ask, Handler
from .engine import handlers
from .not_populated import FLOW_CONTENT, NOT_POPULATED, leave_out
from .resources import BY_NOUN, RESOURCES, SUBLISTS
from .state import World


class ConnectBackend:
    """The Connect of one sandbox.

    `search_fills_flow_content` decides what is unconfirmed of the service: whether SearchContactFlows and
    SearchContactFlowModules carry the content.
    """

    def __init__(
        self,
        service: Service,
        directory_exists: instance.DirectoryExists,
        search_fills_flow_content: bool = True,
    ) -> None:
        self.service = service
        self.world = World()
        self.pages = Pages()
        self.handlers: dict[str, Handler] = {
            **handlers(RESOURCES, SUBLISTS),
            **routing.HANDLERS,
            **people.HANDLERS,
            **flows.HANDLERS,
            **documents.HANDLERS,
            **instance.HANDLERS,
            **numbers.HANDLERS,
            **integrations.HANDLERS,
            "CreateInstance": instance.create_instance(directory_exists),
        }
        self.left_out = dict(NOT_POPULATED)
        if not search_fills_flow_content:
            self.left_out |= FLOW_CONTENT

    def answer(self, call: Call, request: Request, labels: Mapping[str, str]) -> Response:
        """The answer to one call. Raises AwsError, and BadAnswer where a handler breaks the model."""
        handler = self.handlers.get(call.operation)
        if handler is None:
            raise AwsError("NotImplemented", f"The sandbox does not serve connect:{call.operation}", 501)
        plan = self.service.plan(call.operation)
        params = plan.read(request, labels)
        with self.world.lock:
            place = self.world.place(call.account, call.region)
            answer: Any = plan.write(
                handler(Ask(call.operation, params, plan, self.world, place, self.pages, BY_NOUN))
            )
        if call.operation in self.left_out:
            leave_out(answer, self.left_out[call.operation])
        return json_response(answer)
