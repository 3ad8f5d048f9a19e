"""Builds one large instance in a sandbox, through its API: what a big contact centre has, times `scale`.

At scale 1: 2,000 users, 300 queues, 200 routing profiles, 500 flows (20 kB in the median, 200 kB in the top 5 %),
50 modules, 100 prompts, 500 quick connects, 50 hours of operation, 40 security profiles, 200 numbers.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

SIZES = {
    "hours": 50,
    "queues": 300,
    "routing_profiles": 200,
    "users": 2000,
    "flows": 500,
    "modules": 50,
    "prompts": 100,
    "quick_connects": 500,
    "security_profiles": 40,
    "numbers": 200,
}
WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")


def large_instance(url: str, scale: float = 1, region: str = "us-east-1", alias: str = "large") -> str:
    """Builds it; returns the instance's id."""
    session = boto3.Session("benchmark", "benchmark", region_name=region)
    connect = session.client("connect", endpoint_url=url, config=Config(max_pool_connections=4))
    size = {name: max(1, int(count * scale)) for name, count in SIZES.items()}
    instance = connect.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias=alias,
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )["Id"]
    mine = {"InstanceId": instance}
    with ThreadPoolExecutor(4) as pool:

        def many(count: int, make: Any) -> list[Any]:
            return list(pool.map(make, range(count)))

        hours = many(size["hours"], lambda n: connect.create_hours_of_operation(**mine, **_hours(n)))
        queues = many(
            size["queues"],
            lambda n: connect.create_queue(
                **mine, Name=f"Fila {n}", HoursOfOperationId=hours[n % len(hours)]["HoursOfOperationId"]
            ),
        )
        profiles = many(
            size["routing_profiles"],
            lambda n: connect.create_routing_profile(
                **mine,
                Name=f"Perfil {n}",
                Description="de roteamento",
                DefaultOutboundQueueId=queues[n % len(queues)]["QueueId"],
                MediaConcurrencies=[{"Channel": "VOICE", "Concurrency": 1}],
            ),
        )
        security = many(
            size["security_profiles"],
            lambda n: connect.create_security_profile(
                **mine, SecurityProfileName=f"Seguranca {n}", Permissions=["BasicAgentAccess", "Users.View"]
            ),
        )
        many(
            size["users"],
            lambda n: connect.create_user(
                **mine,
                Username=f"pessoa{n}@corp.example",
                PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 0},
                RoutingProfileId=profiles[n % len(profiles)]["RoutingProfileId"],
                SecurityProfileIds=[security[n % len(security)]["SecurityProfileId"]],
            ),
        )
        many(
            size["flows"],
            lambda n: connect.create_contact_flow(
                **mine,
                Name=f"Fluxo {n}",
                Type="CONTACT_FLOW",
                Content=_flow(n, 200_000 if n % 20 == 0 else 20_000),
            ),
        )
        many(
            size["modules"],
            lambda n: connect.create_contact_flow_module(
                **mine, Name=f"Modulo {n}", Content=_flow(n, 20_000)
            ),
        )
        many(
            size["prompts"],
            lambda n: connect.create_prompt(**mine, Name=f"Aviso {n}", S3Uri=f"s3://bucket/{n}.wav"),
        )
        many(
            size["quick_connects"],
            lambda n: connect.create_quick_connect(
                **mine,
                Name=f"Atalho {n}",
                QuickConnectConfig={
                    "QuickConnectType": "PHONE_NUMBER",
                    "PhoneConfig": {"PhoneNumber": f"+5511{n:08d}"},
                },
            ),
        )
        arn = connect.describe_instance(**mine)["Instance"]["Arn"]

        many(
            size["numbers"], lambda n: connect.claim_phone_number(TargetArn=arn, PhoneNumber=f"+5511{n:08d}")
        )
    return str(instance)


def _hours(n: int) -> dict[str, Any]:
    config = [
        {"Day": day, "StartTime": {"Hours": 8, "Minutes": 0}, "EndTime": {"Hours": 18, "Minutes": 0}}
        for day in WEEK
    ]
    return {"Name": f"Horario {n}", "TimeZone": "America/Sao_Paulo", "Config": config}


def _flow(number: int, size: int) -> str:
    """A flow of about this many characters, like no other one: messages one after the other."""
    text = f"{number}. " + "Sua ligacao e muito importante para nos. " * 20
    count = max(1, size // 1000)
    actions: list[dict[str, Any]] = [
        {
            "Identifier": f"m{n}",
            "Type": "MessageParticipant",
            "Parameters": {"Text": text},
            "Transitions": {
                "NextAction": f"m{n + 1}" if n + 1 < count else "end",
                "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}],
                "Conditions": [],
            },
        }
        for n in range(count)
    ]
    actions.append(
        {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    )
    return json.dumps({"Version": "2019-10-30", "StartAction": "m0", "Actions": actions})
