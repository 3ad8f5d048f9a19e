import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.flows import masked, secrets
from auditor.flows.secrets import MASKED
from tests.flows.examples import unhurried

# Put together here, so that no scanner takes this file for a leak.
AWS = "AKIA" + "QWERTYUIOPASDF23"
CARD = "4111 1111" + " 1111 1111"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (f"key {AWS}.", "AWS access key"),
        (
            "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "private key",
        ),
        ("ghp_" + "abcdefghij" * 3 + "ABCDEF", "GitHub token"),
        ("xoxb-" + "123456789012-abcdefghij", "Slack token"),
        ("https://hooks.slack.com" + "/services/T0ABC/B0ABC/abcdefghij0123456789", "Slack webhook"),
        ("AIza" + "abcdefghijklmnopqrstuvwxyz012345678", "Google key"),
        ("sk-" + "proj-abcdefghijklmnopqrstuvwxyz012345678", "OpenAI key"),
        ("SK" + "0123456789abcdef" * 2, "Twilio key"),
        ("sk_live_" + "abcdefghij0123456789", "Stripe key"),
        ("Bearer " + "abcdefghij0123456789xyz", "bearer token"),
        ("https://user:" + "pa55word@example.com/x", "password in an address"),
        ("eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0." + "dozjgNryP4J3jVmNHl0w5N", "JSON web token"),
        (CARD, "card number"),
        (CARD.replace(" ", ""), "card number"),
        (CARD.replace(" ", "-"), "card number"),
        ("3782 822463" + " 10005", "card number"),
        ("‹secret: card number›", "card number"),
    ],
)
def test_a_secret_is_found_and_hidden(value: str, what: str) -> None:
    (found,) = secrets({"Text": f"see {value}"})
    assert (found.what, found.path, found.shown) == (what, "Text", f"‹secret: {what}›")
    hidden = masked({"Text": f"see {value}"})["Text"]
    assert f"‹secret: {what}›" in hidden
    assert hidden != f"see {value}" or value == found.shown


@pytest.mark.parametrize(
    "value",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "AKIA" + "A" * 16,
        "4111 1111 1111 1112",
        "+4111111111111111",
        "$.External.4111111111111111",
        "1234567890123",
        "0000000000000000",
        "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555/queue/41111111-1111-1111-1111-111111111111",
        "https://example.com/path@1.2",
        "Call 0800 123 456 or 0800 123 457",
        "Say your password now.",
    ],
)
def test_what_only_looks_like_a_secret_is_left(value: str) -> None:
    assert not list(secrets({"Text": value}))
    assert masked({"Text": value}) == {"Text": value}


@pytest.mark.parametrize(
    "name", ["password", "apiKey", "x-api-key", "CLIENT_SECRET", "dbPassword", "auth_token"]
)
def test_what_is_called_a_secret_is_one(name: str) -> None:
    assert [one.path for one in secrets({"Attributes": {name: "hunter-2-go"}})] == [f"Attributes.{name}"]
    assert masked({"Attributes": {name: "hunter-2-go"}}) == {
        "Attributes": {name: "‹secret: secret by its name›"}
    }
    assert [one.path for one in secrets({"FlowAttributes": {name: {"Value": "hunter-2-go"}}})]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "$.External.password"),
        ("password", "${password}"),
        ("password", "true"),
        ("password", "Please enter your password"),
        ("apiKey", "REPLACE_WITH_KEY"),
        ("apiKey", "<your key>"),
        ("secret", "arn:aws:secretsmanager:us-east-1:111122223333:secret:example"),
        ("secret", "/prod/connect/key"),
        ("passwordPrompt", "hunter-2-go"),
        ("monkey", "hunter-2-go"),
        ("InputTerminationSequence", "####"),
    ],
)
def test_a_name_alone_makes_no_secret(name: str, value: str) -> None:
    assert not list(secrets({"Attributes": {name: value}}))


def test_a_masked_value_is_masked_as_before() -> None:
    value = {"Text": CARD, "password": "hunter-2-go", "list": [f"{AWS} and {AWS}", 3, None]}
    assert masked(masked(value)) == masked(value)
    assert [one.what for one in secrets(masked(value))] == [one.what for one in secrets(value)]


JWT = "eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0." + "dozjgNryP4J3jVmNHl0w5N"
SLACK = "xoxb-" + "123456789012-abcdefghij"
PEM = "-----BEGIN " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        # What one pattern takes of another's text hides both: neither half of either may stay.
        (f"{JWT}-{AWS}", ""),
        (f"Bearer {JWT}-{AWS}", ""),
        (f"{SLACK}-{AWS}", ""),
        (f"{PEM}\nMIIEpAIB {AWS} CAQEA\n-----END PRIVATE KEY-----", ""),
        (f"https://user:{AWS}-pa55word@example.com", "https://@example.com"),
        # One after the other, with nothing between them.
        (f"{AWS}{AWS}", ""),
        (f"{AWS}{JWT}", ""),
        (f"{JWT}.{AWS}", "."),
        (f"{CARD}, {JWT}/{AWS}", ", /"),
        # In an address, and as JSON in JSON writes them.
        (f"https://example.com/?key={AWS}&token={JWT}#x", "https://example.com/?key=&token=#x"),
        (f"https://example.com/?q=%22{AWS}%22", "https://example.com/?q=%22%22"),
        (f"https://example.com/?card=%20{CARD.replace(' ', '')}", "https://example.com/?card=%20"),
        (rf"{{\"key\":\"{AWS}\",\"jwt\":\"{JWT}\"}}", r"{\"key\":\"\",\"jwt\":\"\"}"),
        (rf"first\n{AWS}\n{CARD}\nghp_{'abcdefghij' * 3}ABCDEF\tend", r"first\n\n\n\tend"),
        (rf"\u0022{AWS}\u0022", r"\u0022\u0022"),
        # Among the characters of base64url.
        (f"token_{JWT}", "token_"),
        (f"-{AWS}_", "-_"),
        # An example or a line of dashes behind a token excuses no token.
        (f"{JWT}-AKIA" + "IOSFODNN7EXAMPLE", ""),
        (f"{JWT}{'-' * 24}", ""),
        (f"Bearer abcdefghij0123456789xyz{'.' * 24}", ""),
        (f"{SLACK}{'-' * 24}", ""),
    ],
)
def test_nothing_is_left_of_a_secret_beside_another(text: str, left: str) -> None:
    hidden = masked({"Text": text})["Text"]
    assert MASKED.sub("", hidden) == left
    assert masked(hidden) == hidden


@pytest.mark.parametrize("text", [f"hunter2{CARD.replace(' ', '')}", f"hunter-{AWS}", f"{AWS}-hunter"])
def test_what_is_called_a_secret_is_hidden_as_a_whole(text: str) -> None:
    assert masked({"password": text}) == {"password": "‹secret: secret by its name›"}
    assert masked({"password": AWS}) == {"password": "‹secret: AWS access key›"}


PIECES = [
    AWS,
    JWT,
    SLACK,
    PEM,
    "AKIA" + "IOSFODNN7EXAMPLE",
    "‹secret: card number›",
    "\\n",
    "%22",
    "_",
    "-" * 16,
    "ghp_" + "abcdefghij" * 3 + "ABCDEF",
    "sk-" + "abcdefghijklmnopqrstuvwxyz0123456789",
    CARD,
    CARD.replace(" ", ""),
    "Bearer " + JWT,
]


@unhurried
@given(
    st.lists(st.sampled_from([*PIECES, " ", "-", "4", "x", "://a:", "@b.c", "+"]), max_size=7).map("".join)
)
def test_what_is_masked_is_found_as_before(text: str) -> None:
    for value in ({"Text": text}, {"password": text}):
        assert list(secrets(masked(value))) == list(secrets(value))
