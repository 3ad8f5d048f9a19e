"""Where the company has numbers, and of what sort."""

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

COUNTRY, TYPE = "PhoneNumberCountryCode", "PhoneNumberType"
PARAMS = ((COUNTRY, "approved_countries"), (TYPE, "approved_types"))


def _number(country: str, kind: str) -> Thing:
    return thing("connect.phone_number", id="pn-1", PhoneNumberCountryCode=country, PhoneNumberType=kind)


@rule(
    id="CONNECT-NUM-004",
    severity=Severity.MEDIUM,
    severity_reason="The number works; it costs money, and may need papers that nobody has filed.",
    kind="connect.phone_number",
    reads={"connect.phone_number": (COUNTRY, TYPE)},
    params=(
        Param(
            "approved_countries",
            [],
            "Two-letter codes of the countries that the company has numbers in, such as US and DE. Empty: any.",
            type="list",
            form="country",
        ),
        Param(
            "approved_types",
            [],
            "The types of numbers that the company uses. Empty: any.",
            type="list",
            choices=("DID", "SHARED", "SHORT_CODE", "THIRD_PARTY_DID", "THIRD_PARTY_TF", "TOLL_FREE", "UIFN"),
        ),
    ),
    fix=Fix(
        console="On the admin website open Channels > Phone numbers, and release the number when nobody calls it.",
        cli="aws connect release-phone-number --phone-number-id PHONE_NUMBER_ID",
        cloudformation="AWS::Connect::PhoneNumber: CountryCode and Type (a change replaces the number)",
        terraform="aws_connect_phone_number: country_code and type (a change replaces the number)",
        note=(
            "Releasing cannot be undone: within a time somebody else may get the number. Approve it with "
            "approved_countries or approved_types where it is wanted."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListPhoneNumbersV2.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/phone-number-requirements.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/release-phone-number.html",
    ),
    examples=(
        passes("an approved country", _number("US", "DID"), approved_countries=["US", "DE"]),
        passes("an approved type", _number("BR", "TOLL_FREE"), approved_types=["DID", "TOLL_FREE"]),
        passes("both are approved", _number("DE", "DID"), approved_countries=["DE"], approved_types=["DID"]),
        fails(
            "a country that nobody approved",
            _number("BR", "DID"),
            Evidence(COUNTRY, "one of DE, US (parameter approved_countries)", "BR"),
            approved_countries=["DE", "US"],
        ),
        fails(
            "neither country nor type is approved",
            _number("BR", "UIFN"),
            Evidence(COUNTRY, "one of US (parameter approved_countries)", "BR"),
            Evidence(TYPE, "one of DID (parameter approved_types)", "UIFN"),
            approved_countries=["US"],
            approved_types=["DID"],
        ),
        unknown(
            "the number could not be read",
            thing("connect.phone_number", id="pn-1", unread={COUNTRY: "connect:ListPhoneNumbersV2"}),
            approved_countries=["US"],
        ),
        not_applicable("nobody said which ones are approved", _number("BR", "UIFN")),
    ),
)
def countries_and_types_are_approved(number: Seen, around: Around) -> Outcome:
    """Phone numbers are of approved countries and types.

    A number in another country is a bill in another tariff and, in many countries, a duty to show papers: AWS takes
    numbers back from those who cannot. A type that nobody planned for is often a mistake in the claim: a toll-free
    number charges the company for every call.
    """
    if not any(around.params[name] for _, name in PARAMS):
        return NotApplicable(
            "nobody said which numbers are approved (parameters approved_countries and approved_types)"
        )
    return [
        Fail.at(
            path,
            expected=f"one of {', '.join(around.params[name])} (parameter {name})",
            actual=number.get(path),
            discriminator=path,
        )
        for path, name in PARAMS
        if around.params[name] and number.get(path) not in around.params[name]
    ]
