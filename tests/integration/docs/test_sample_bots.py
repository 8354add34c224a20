"""The bots of samples/bots, run as they stand: a webhook's call comes in, a reply goes out."""

import hmac
import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import Any, Final

import pytest

from tests.support.messengers import standin
from tests.support.messengers.standin import Vendors, standing_in
from tests.support.service import LONGEST, TOP, Served, serving, until

SECRET: Final = "standin-secret"
WEBHOOK: Final = (TOP / "samples/convert/whatsapp-webhook.json").read_bytes()
UPDATE: Final = (TOP / "samples/convert/telegram-update.json").read_bytes()


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with its store: links are kept there."""
    with serving(tmp_path_factory.mktemp("bots"), store=True) as started:
        yield started


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    """The stand-ins, nothing taken yet."""
    with standing_in() as started:
        yield started


@contextmanager
def bot(name: str, cards: Served, vendors: Vendors) -> Iterator[str]:
    """The address of a running bot."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environ = {
        "PATH": os.environ["PATH"],
        "VCARDSVC": cards.url,
        "KEY": cards.key,
        "GRAPH": vendors.url,
        "WHATSAPP_TOKEN": standin.WHATSAPP_TOKEN,
        "APP_SECRET": SECRET,
        "VERIFY_TOKEN": SECRET,
        "TELEGRAM": vendors.url,
        "TELEGRAM_TOKEN": standin.TELEGRAM_TOKEN,
        "WEBHOOK_SECRET": SECRET,
    }
    program = str(TOP / "samples/bots" / f"{name}.py")
    process = subprocess.Popen(
        [sys.executable, program, str(port)], env=environ, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: listens(port))
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait(LONGEST)


def listens(port: int) -> bool:
    """Whether a program takes connections there."""
    with closing(socket.socket()) as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def call(url: str, body: bytes | None, **headers: str) -> tuple[int, bytes]:
    """Status and body of a call."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def signature(body: bytes) -> str:
    """What Meta says of a body."""
    return f"sha256={hmac.new(SECRET.encode(), body, sha256).hexdigest()}"


def shared(contacts: Any, **sender: str) -> bytes:
    """The webhook's call of a message with these contacts."""
    webhook = json.loads(WEBHOOK)
    (message,) = webhook["entry"][0]["changes"][0]["value"]["messages"]
    message["contacts"] = contacts
    if sender:
        del message["from"]
    message |= sender
    return json.dumps(webhook).encode()


def test_the_whatsapp_bot_replies_with_a_link(cards: Served, vendors: Vendors) -> None:
    """The sender gets a link to the card of the contact that was shared."""
    with bot("whatsapp", cards, vendors) as url:
        assert call(url, WEBHOOK, x_hub_signature_256=signature(WEBHOOK)) == (200, b"")
        until(lambda: vendors.taken)
    (sent,) = vendors.taken
    link = sent.pop("text")["body"]
    assert sent == {"messaging_product": "whatsapp", "to": "15550101", "type": "text"}
    assert call(link, None)[1] == (TOP / "samples/convert/whatsapp-webhook.vcf").read_bytes()


def test_the_whatsapp_bot_replies_to_an_account_without_a_number(
    cards: Served, vendors: Vendors
) -> None:
    """A sender who is known by an id alone is addressed by it; a contact may be a number alone."""
    account = "US.13491208655302741918"
    body = shared([{"phones": [{"phone": "+1 650-253-0000"}]}], from_user_id=account)
    with bot("whatsapp", cards, vendors) as url:
        assert call(url, body, x_hub_signature_256=signature(body)) == (200, b"")
        until(lambda: vendors.taken)
    (sent,) = vendors.taken
    link = sent.pop("text")["body"]
    assert sent == {"messaging_product": "whatsapp", "recipient": account, "type": "text"}
    assert b"\r\nTEL:+1 650-253-0000\r\n" in call(link, None)[1]


def test_the_whatsapp_bot_says_what_is_wrong(cards: Served, vendors: Vendors) -> None:
    """Contacts of which no card can be made are answered with the service's sentence."""
    body = shared([{}])
    with bot("whatsapp", cards, vendors) as url:
        assert call(url, body, x_hub_signature_256=signature(body)) == (200, b"")
        until(lambda: vendors.taken)
    (sent,) = vendors.taken
    assert sent["text"]["body"].endswith(".")


def test_the_whatsapp_bot_hears_meta_alone(cards: Served, vendors: Vendors) -> None:
    """An address becomes a webhook with the right token, and a body without the right signature is
    refused; other messages are left alone."""
    status = WEBHOOK.replace(b'"type": "contacts"', b'"type": "text"')
    with bot("whatsapp", cards, vendors) as url:
        question = "?hub.mode=subscribe&hub.challenge=4711&hub.verify_token="
        assert call(f"{url}{question}{SECRET}", None) == (200, b"4711")
        assert call(f"{url}{question}x", None) == (403, b"")
        assert call(url, WEBHOOK, x_hub_signature_256="sha256=0") == (401, b"")
        assert call(url, WEBHOOK) == (401, b"")
        assert call(url, status, x_hub_signature_256=signature(status)) == (200, b"")
    assert vendors.taken == []


def test_the_telegram_bot_replies_with_the_card(cards: Served, vendors: Vendors) -> None:
    """The chat gets the card as a file."""
    with bot("telegram", cards, vendors) as url:
        headers = {"x_telegram_bot_api_secret_token": SECRET}
        assert call(url, UPDATE, **headers) == (200, b"")
        until(lambda: vendors.taken)
    assert vendors.taken == [{"chat_id": "42", "document": "contact.vcf"}]
    assert vendors.media == [(TOP / "samples/convert/telegram-update.vcf").read_bytes()]


def test_the_telegram_bot_hears_telegram_alone(cards: Served, vendors: Vendors) -> None:
    """An update without the secret is refused; one without a contact is left alone."""
    text = json.dumps({"update_id": 1, "message": {"chat": {"id": 42}, "text": "Hello"}}).encode()
    with bot("telegram", cards, vendors) as url:
        assert call(url, UPDATE, x_telegram_bot_api_secret_token="x") == (401, b"")
        assert call(url, UPDATE) == (401, b"")
        assert call(url, text, x_telegram_bot_api_secret_token=SECRET) == (200, b"")
    assert vendors.taken == []
