"""The recipes for bots, run as they stand: POST, take the reply, send it to the vendor.

The service is a process of its own, the platforms are stand-ins that ask the judges of messages,
and the shell lines are read out of the documentation.
"""

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.support.documentation import block
from tests.support.messengers import faults, standin
from tests.support.messengers.judges import are_installed, baileys, judging
from tests.support.messengers.standin import ACCOUNT, TOKEN, Judge, Vendors, standing_in
from tests.support.service import JOHN, LONGEST, TOP, Served, serving
from vcardsvc.messengers.telegram import TELEGRAM_VCARD

TO: Final = "+16505551234"
FROM: Final = "+15005550006"

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="the recipes need curl and jq"
)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with its store: links are kept there."""
    with serving(tmp_path_factory.mktemp("bots"), store=True) as started:
        yield started


@pytest.fixture(scope="module")
def behind_https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same behind a proxy that has https."""
    settings = {"PUBLIC_URL": standin.SECURE.rstrip("/")}
    with serving(tmp_path_factory.mktemp("behind"), settings, store=True) as started:
        yield started


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """The judges of messages; without the platforms' clients their schemas alone."""
    with judging() as judges:
        yield judges.faults if are_installed() else faults


@pytest.fixture
def vendors(judge: Judge) -> Iterator[Vendors]:
    """The stand-ins, nothing taken yet."""
    with standing_in(judge) as started:
        yield started


def recipe(name: str) -> str:
    """The shell lines of this recipe."""
    return block("bots", f"recipe: {name}")


def variables(cards: Served, vendors: Vendors) -> dict[str, str]:
    """The environment of the recipes."""
    login = f"{ACCOUNT}:{TOKEN}"
    bases = (
        "TWILIO", "GRAPH", "TELEGRAM", "VONAGE", "TELNYX", "PLIVO", "SINCH_MMS", "BANDWIDTH",
        "SIGNALWIRE", "EIGHT", "RCS", "INFOBIP", "SINCH", "SLACK", "CHAT", "VIBER", "WAHA",
        "SIGNAL",
    )  # fmt: skip
    tokens = (
        "VONAGE_JWT", "TELNYX_KEY", "PLIVO_TOKEN", "SINCH_KEY", "SIGNALWIRE_TOKEN", "EIGHT_KEY",
        "RCS_TOKEN", "INFOBIP_KEY", "SLACK_TOKEN", "CHAT_TOKEN", "VIBER_TOKEN", "WAHA_KEY",
    )  # fmt: skip
    accounts = (
        "PLIVO_ID", "BANDWIDTH_ACCOUNT", "SIGNALWIRE_PROJECT", "EIGHT_ACCOUNT", "RCS_AGENT",
        "SINCH_PROJECT", "CHAT_SPACE",
    )  # fmt: skip
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "VCARDSVC": cards.url.rstrip("/"),
        "KEY": cards.key,
        **dict.fromkeys(bases, vendors.url),
        **dict.fromkeys(tokens, TOKEN),
        **dict.fromkeys(accounts, ACCOUNT),
        **dict.fromkeys(("BANDWIDTH_LOGIN", "SINCH_LOGIN"), login),
        "BANDWIDTH_APPLICATION": "application",
        "SINCH_SERVICE": "service",
        "SINCH_APP": "app",
        "SLACK_CHANNEL": "C0123456789",
        "VIBER_USER": "01234567890A=",
        "UUID": "00000000-0000-4000-8000-000000000001",
        "TWILIO_SID": standin.TWILIO_SID,
        "TWILIO_TOKEN": standin.TWILIO_TOKEN,
        "FROM": FROM,
        "TO": TO,
        "PHONE_NUMBER_ID": standin.WHATSAPP_NUMBER,
        "WHATSAPP_TOKEN": standin.WHATSAPP_TOKEN,
        "TELEGRAM_TOKEN": standin.TELEGRAM_TOKEN,
        "CHAT_ID": "42",
    }


def run(name: str, cards: Served, vendors: Vendors) -> Any:
    """What the vendor answered to this recipe."""
    return json.loads(printed(["sh", "-eu", "-c", recipe(name)], cards, vendors))


def printed(command: list[str], cards: Served, vendors: Vendors) -> bytes:
    """What a command with the variables of the page printed; it went well."""
    ran = subprocess.run(
        command,
        env=variables(cards, vendors),
        cwd=TOP,
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


ADDED: Final[dict[str, dict[str, Any]]] = {
    "vonage": {"from": "15005550006", "to": "16505551234"},
    "telnyx": {"from": FROM, "to": TO},
    "plivo": {"src": FROM, "dst": TO},
    "sinch-mms": {"service-id": "service", "from": "15005550006", "to": "16505551234"},
    "bandwidth": {"applicationId": "application", "from": FROM, "to": [TO]},
    "signalwire": {"From": FROM, "To": TO},
    "8x8": {"source": FROM, "destination": TO},
    "rcs": {},
    "infobip": {"from": "15005550006", "to": "16505551234"},
    "sinch": {
        "app_id": "app",
        "recipient": {
            "identified_by": {
                "channel_identities": [{"channel": "WHATSAPP", "identity": "16505551234"}]
            }
        },
    },
    "slack": {"channel": "C0123456789"},
    "google-chat": {},
    "viber": {"receiver": "01234567890A=", "min_api_version": 1, "sender": {"name": "Contacts"}},
    "waha": {"session": "default", "chatId": "16505551234@c.us"},
    "signal": {"number": FROM, "recipients": [TO]},
}
"""What each recipe adds to the message."""

ANSWERS: Final = {one.form: one.answer for one in standin.PLATFORMS}
LINKED: Final = frozenset(ADDED) & set(standin.LINKED)


def message_of(form: str, cards: Served) -> Any:
    """The message that the service writes of the recipes' contact, links without their ids."""
    body = (TOP / "samples/requests/john-appleseed.json").read_bytes()
    answer = cards.ask(
        "POST", f"/?as={form}", body, x_api_key=cards.key, content_type="application/json"
    )
    assert answer.status in (200, 201)
    return unlinked(answer.json)


def unlinked(message: Any) -> Any:
    """A message with the ids of links replaced."""
    return json.loads(re.sub(r"/c/[\w-]{22}\.vcf", "/c/ID.vcf", json.dumps(message)))


@pytest.mark.parametrize("form", ADDED)
def test_a_recipe_sends_the_contact(
    form: str, cards: Served, behind_https: Served, vendors: Vendors, judge: Judge
) -> None:
    """The platform takes the service's message with what the recipe adds, and the very card where
    the message has a link to it."""
    served = behind_https if form == "8x8" else cards
    vendors.service = behind_https.url
    sent = {**message_of(form, served), **ADDED[form]}
    assert judge(form, sent) == []  # which starts the platform's client before the recipe waits
    answer = run(form, served, vendors)
    assert answer == ANSWERS.get(form, {"sid": "1", "status": "queued"})
    (taken,) = vendors.taken
    assert unlinked(taken) == sent
    media = [card for card in vendors.media if b"\r\nFN:John Appleseed Jr.\r\n" in card]
    assert len(media) == len(vendors.media) == (1 if form in LINKED else 0)


def test_the_baileys_recipe_sends_the_contact(cards: Served, vendors: Vendors) -> None:
    """The message goes to the socket as it is; the socket hands it to WhatsApp's protocol."""
    relay = f"{vendors.url}/relay"
    printed([baileys()[0], str(standin.BAILEYS), relay, recipe("baileys")], cards, vendors)
    assert vendors.taken == [message_of("baileys", cards)]


def test_the_whatsapp_recipe_sends_the_contact(cards: Served, vendors: Vendors) -> None:
    """WhatsApp takes the message with the recipient added, and answers with its id."""
    answer = run("whatsapp", cards, vendors)
    assert answer["messages"] == [{"id": f"wamid.{1:032X}"}]
    (message,) = vendors.taken
    assert message["to"] == TO
    assert message["contacts"] == [
        {
            "addresses": [{"street": "Fake Address", "type": "WORK"}],
            "emails": [{"email": "john@example.com", "type": "WORK"}],
            "name": {
                "formatted_name": "John Appleseed Jr.",
                "first_name": "John",
                "last_name": "Appleseed",
                "suffix": "Jr.",
            },
            "org": {"company": "Dunder Mifflin", "title": "Account Manager"},
            "phones": [{"phone": "10000000000", "type": "WORK"}],
            "urls": [{"url": "https://example.com", "type": "Dunder Mifflin"}],
        }
    ]


def test_the_telegram_recipe_sends_the_contact(cards: Served, vendors: Vendors) -> None:
    """Telegram takes number, names and a card that it reads, and answers with the message."""
    answer = run("telegram", cards, vendors)
    assert (answer["ok"], answer["result"]["message_id"]) == (True, 1)
    (parameters,) = vendors.taken
    card = parameters.pop("vcard")
    assert parameters == {
        "chat_id": "42",
        "phone_number": "10000000000",
        "first_name": "John",
        "last_name": "Appleseed Jr.",
    }
    assert card.startswith("BEGIN:VCARD\r\n")
    assert card.endswith("END:VCARD\r\n")
    assert "10000000000\r\n" in card
    assert len(card.encode()) <= TELEGRAM_VCARD


def test_the_twilio_recipe_sends_the_card(cards: Served, vendors: Vendors) -> None:
    """Twilio takes the message, and fetches the very card by its link."""
    answer = run("twilio", cards, vendors)
    assert (answer["status"], answer["num_media"]) == ("queued", "1")
    (message,) = vendors.taken
    (link,) = message.pop("MediaUrl")
    assert message == {"To": TO, "From": FROM, "Body": "John Appleseed Jr., Dunder Mifflin"}
    assert link.startswith(cards.url)
    (card,) = vendors.media
    assert card.startswith(b"BEGIN:VCARD\r\n")
    assert b"\r\nFN:John Appleseed Jr.\r\n" in card


def test_a_contact_without_a_number_is_no_telegram_contact(cards: Served) -> None:
    """Telegram's form of it is refused with E406 at /phone."""
    answer = cards.ask(
        "POST",
        "/?as=telegram",
        json.dumps(JOHN).encode(),
        x_api_key=cards.key,
        content_type="application/json",
    )
    assert answer.outcome == (406, "E406")
    assert answer.json["errors"][0]["field"] == "/phone"


def test_the_longest_contact_fits_into_telegrams_bytes(cards: Served) -> None:
    """A contact of the largest texts still has a card of at most 2,048 bytes."""
    large = "大" * 4000
    contact = {
        **JOHN,
        "organization": large,
        "title": large,
        "note": large,
        "phone": [{"number": "+16502530000"}] * 4,
        "email": [{"id": f"{'a' * 2000}@e.example"}] * 4,
        "physical-address": [{"address": large}] * 4,
        "website": [{"url": f"https://e.example/{'a' * 2000}", "label": "大" * 100}] * 4,
    }
    answer = cards.ask(
        "POST",
        "/?as=telegram",
        json.dumps(contact).encode(),
        x_api_key=cards.key,
        content_type="application/json",
    )
    assert answer.status == 200
    card = answer.json["vcard"]
    assert len(card.encode()) <= TELEGRAM_VCARD
    assert "TEL" in card
    assert card.endswith("END:VCARD\r\n")


def post(url: str, body: bytes, **headers: str) -> tuple[int, Any]:
    """Status and JSON of a POST to a stand-in."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


def test_the_stand_ins_refuse_strangers(vendors: Vendors) -> None:
    """A wrong key is answered as each vendor answers it, and nothing is taken."""
    number, sid = standin.WHATSAPP_NUMBER, standin.TWILIO_SID
    status, text = post(f"{vendors.url}/v23.0/{number}/messages", b"{}")
    assert (status, text["error"]["code"]) == (401, 190)
    status, text = post(f"{vendors.url}/bot1:x/sendContact", b"{}")
    assert (status, text) == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    status, text = post(f"{vendors.url}/2010-04-01/Accounts/{sid}/Messages.json", b"a=b")
    assert (status, text["code"]) == (401, 20003)
    assert vendors.taken == []


@pytest.mark.parametrize("judge", [faults])
def test_the_stand_ins_refuse_what_breaks_the_schema(vendors: Vendors) -> None:
    """A request that the schema does not know is answered as an error, and nothing is taken."""
    status, text = post(
        f"{vendors.url}/v23.0/{standin.WHATSAPP_NUMBER}/messages",
        b'{"messaging_product": "whatsapp"}',
        authorization=f"Bearer {standin.WHATSAPP_TOKEN}",
        content_type="application/json",
    )
    assert (status, text["error"]["code"]) == (400, 100)
    bot = f"{vendors.url}/bot{standin.TELEGRAM_TOKEN}/sendContact"
    long = {"chat_id": 1, "phone_number": "1", "first_name": "A", "vcard": "ä" * 1025}
    status, text = post(bot, json.dumps(long).encode(), content_type="application/json")
    assert (status, text["description"]) == (400, "Bad Request: $.vcard: over 2048 bytes")
    assert vendors.taken == []


@pytest.mark.parametrize("path", ["/healthz", "/nothing-is-here"])
def test_the_stand_in_of_twilio_looks_at_the_media(
    path: str, cards: Served, vendors: Vendors
) -> None:
    """Media that is no card, or not there, is refused although the form is right."""
    form = f"To=%2B16505551234&From=%2B15005550006&Body=A&MediaUrl={cards.url}{path[1:]}"
    login = f"{standin.TWILIO_SID}:{standin.TWILIO_TOKEN}"
    endpoint = f"{vendors.url}/2010-04-01/Accounts/{standin.TWILIO_SID}/Messages.json"
    ran = subprocess.run(
        ["curl", "-s", "-u", login, "-d", form, endpoint],
        capture_output=True,
        check=True,
    )
    code = json.loads(ran.stdout)["code"]
    assert code == {"/healthz": 12300, "/nothing-is-here": 11200}[path]
    assert (vendors.taken, vendors.media) == ([], [])
