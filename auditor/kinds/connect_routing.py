"""How contacts are routed: hours, queues, routing profiles, quick connects, attributes, e-mail addresses."""

from __future__ import annotations

from auditor.kinds.row import Call, Facet, Kind, Listing, Scope

INSTANCE = {"InstanceId": "{instance}"}

SUMMARY = ("LastModifiedTime", "LastModifiedRegion")

ROUTING: tuple[Kind, ...] = (
    Kind(
        name="connect.queue",
        title="queues",
        scope=Scope.INSTANCE,
        id=("QueueId",),
        label="Name",
        arn="QueueArn",
        # Standard queues only: every user has an agent queue, which has no configuration of its own.
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListQueues",
                    "QueueSummaryList",
                    params={**INSTANCE, "QueueTypes": ["STANDARD"]},
                    page=1000,
                ),
                renames={"Id": "QueueId", "Arn": "QueueArn"},
            ),
        ),
        search=Call("connect", "SearchQueues", "Queues", params=INSTANCE, page=500),
        describe=Call("connect", "DescribeQueue", "Queue", params={**INSTANCE, "QueueId": "{id}"}),
        facets=(
            Facet(
                "QuickConnects",
                Call(
                    "connect",
                    "ListQueueQuickConnects",
                    "QuickConnectSummaryList",
                    params={**INSTANCE, "QueueId": "{id}"},
                    page=100,
                ),
                dated=True,
            ),
            Facet(
                "EmailAddresses",
                Call(
                    "connect",
                    "ListQueueEmailAddresses",
                    "EmailAddressMetadataList",
                    params={**INSTANCE, "QueueId": "{id}"},
                    page=100,
                ),
                dated=True,
            ),
        ),
        cloudformation="AWS::Connect::Queue",
        terraform="aws_connect_queue",
        evidence=SUMMARY,
    ),
    Kind(
        name="connect.hours_of_operation",
        title="hours of operation",
        scope=Scope.INSTANCE,
        id=("HoursOfOperationId",),
        label="Name",
        arn="HoursOfOperationArn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListHoursOfOperations",
                    "HoursOfOperationSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
                renames={"Id": "HoursOfOperationId", "Arn": "HoursOfOperationArn"},
            ),
        ),
        search=Call("connect", "SearchHoursOfOperations", "HoursOfOperations", params=INSTANCE, page=100),
        describe=Call(
            "connect",
            "DescribeHoursOfOperation",
            "HoursOfOperation",
            params={**INSTANCE, "HoursOfOperationId": "{id}"},
        ),
        facets=(
            # Not dated, although it has a time: it is the child that is associated, and its own that changes.
            Facet(
                "Children",
                Call(
                    "connect",
                    "ListChildHoursOfOperations",
                    "ChildHoursOfOperationsSummaryList",
                    params={**INSTANCE, "HoursOfOperationId": "{id}"},
                    page=100,
                ),
            ),
        ),
        cloudformation="AWS::Connect::HoursOfOperation",
        terraform="aws_connect_hours_of_operation",
    ),
    Kind(
        name="connect.hours_of_operation_override",
        title="overrides of hours of operation",
        scope=Scope.INSTANCE,
        id=("HoursOfOperationOverrideId",),
        label="Name",
        apart=True,
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListHoursOfOperationOverrides",
                    "HoursOfOperationOverrideList",
                    params={**INSTANCE, "HoursOfOperationId": "{HoursOfOperationId}"},
                    page=100,
                ),
                per="connect.hours_of_operation",
                adds={"HoursOfOperationId": "{HoursOfOperationId}"},
            ),
        ),
        search=Call(
            "connect",
            "SearchHoursOfOperationOverrides",
            "HoursOfOperationOverrides",
            params=INSTANCE,
            page=100,
        ),
        describe=Call(
            "connect",
            "DescribeHoursOfOperationOverride",
            "HoursOfOperationOverride",
            params={
                **INSTANCE,
                "HoursOfOperationId": "{HoursOfOperationId}",
                "HoursOfOperationOverrideId": "{id}",
            },
        ),
        cloudformation="AWS::Connect::HoursOfOperation",
    ),
    Kind(
        name="connect.routing_profile",
        title="routing profiles",
        scope=Scope.INSTANCE,
        id=("RoutingProfileId",),
        label="Name",
        arn="RoutingProfileArn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListRoutingProfiles",
                    "RoutingProfileSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
                renames={"Id": "RoutingProfileId", "Arn": "RoutingProfileArn"},
            ),
        ),
        search=Call(
            "connect",
            "SearchRoutingProfiles",
            "RoutingProfiles",
            params=INSTANCE,
            page=500,
            omits=("MediaConcurrencies.CrossChannelBehavior", "AgentAvailabilityTimer", *SUMMARY),
        ),
        describe=Call(
            "connect",
            "DescribeRoutingProfile",
            "RoutingProfile",
            params={**INSTANCE, "RoutingProfileId": "{id}"},
            # AWS says so of the first; the second is its like, and where it is filled nothing lacks.
            omits=("AssociatedQueueIds", "AssociatedManualAssignmentQueueIds"),
        ),
        facets=(
            Facet(
                "Queues",
                Call(
                    "connect",
                    "ListRoutingProfileQueues",
                    "RoutingProfileQueueConfigSummaryList",
                    params={**INSTANCE, "RoutingProfileId": "{id}"},
                    page=100,
                ),
                dated=True,
            ),
            Facet(
                "ManualAssignmentQueues",
                Call(
                    "connect",
                    "ListRoutingProfileManualAssignmentQueues",
                    "RoutingProfileManualAssignmentQueueConfigSummaryList",
                    params={**INSTANCE, "RoutingProfileId": "{id}"},
                    page=100,
                ),
                dated=True,
            ),
        ),
        cloudformation="AWS::Connect::RoutingProfile",
        terraform="aws_connect_routing_profile",
        evidence=SUMMARY,
    ),
    Kind(
        name="connect.quick_connect",
        title="quick connects",
        scope=Scope.INSTANCE,
        id=("QuickConnectId",),
        label="Name",
        arn="QuickConnectARN",
        lists=(
            Listing(
                Call("connect", "ListQuickConnects", "QuickConnectSummaryList", params=INSTANCE, page=1000),
                renames={"Id": "QuickConnectId", "Arn": "QuickConnectARN"},
            ),
        ),
        search=Call("connect", "SearchQuickConnects", "QuickConnects", params=INSTANCE, page=100),
        describe=Call(
            "connect", "DescribeQuickConnect", "QuickConnect", params={**INSTANCE, "QuickConnectId": "{id}"}
        ),
        personal=("QuickConnectConfig.PhoneConfig.PhoneNumber",),
        cloudformation="AWS::Connect::QuickConnect",
        terraform="aws_connect_quick_connect",
    ),
    Kind(
        name="connect.predefined_attribute",
        title="predefined attributes",
        scope=Scope.INSTANCE,
        id=("Name",),
        label="Name",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListPredefinedAttributes",
                    "PredefinedAttributeSummaryList",
                    params=INSTANCE,
                    page=100,
                ),
            ),
        ),
        search=Call(
            "connect", "SearchPredefinedAttributes", "PredefinedAttributes", params=INSTANCE, page=100
        ),
        describe=Call(
            "connect",
            "DescribePredefinedAttribute",
            "PredefinedAttribute",
            params={**INSTANCE, "Name": "{id}"},
        ),
        cloudformation="AWS::Connect::PredefinedAttribute",
        immutable=("Name",),
    ),
    Kind(
        name="connect.email_address",
        title="e-mail addresses",
        scope=Scope.INSTANCE,
        id=("EmailAddressId",),
        label="EmailAddress",
        arn="EmailAddressArn",
        # There is no List: that all were seen rests on the search alone (see `Kind.by_search`).
        lists=(
            Listing(
                Call(
                    "connect",
                    "SearchEmailAddresses",
                    "EmailAddresses",
                    params=INSTANCE,
                    page=100,
                    omits=("CreateTimestamp", "ModifiedTimestamp", "Tags"),
                ),
            ),
        ),
        describe=Call("connect", "DescribeEmailAddress", params={**INSTANCE, "EmailAddressId": "{id}"}),
        personal=("EmailAddress", "DisplayName"),
        cloudformation="AWS::Connect::EmailAddress",
        immutable=("EmailAddress",),
    ),
)
