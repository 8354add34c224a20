"""Stand-ins for the endpoints of WhatsApp, Telegram and Twilio, on loopback.

They check what the vendors document, the schema first, and answer in the vendors' shapes. What
passes is kept in `taken`, as the vendor would send it on. Twilio's tells at once what the real one
tells in a later status callback: that the media could not be fetched or is not what it says.
"""

import base64
import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs

from tests.support.messengers import faults

WHATSAPP_NUMBER: Final = "106540352242922"
WHATSAPP_TOKEN: Final = "EAAJBstandin"
TELEGRAM_TOKEN: Final = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
TWILIO_SID: Final = "AC" + "0123456789abcdef" * 2
TWILIO_TOKEN: Final = "standin-auth-token"

VCARD_BYTES: Final = 2048
"""Bytes of `vcard` (https://core.telegram.org/bots/api#sendcontact)."""

MEDIA_BYTES: Final = 5 * 1024 * 1024
"""Bytes of an MMS and its media (Twilio, accepted content types for media)."""

MEDIA_NAME: Final = 20
"""Characters of a file name (the same page, which also refuses spaces)."""

MEDIA_TYPES: Final = ("text/vcard", "text/x-vcard", "text/directory")
"""A card, as that page lists it."""

_LONGEST: Final = 10.0
_NAME: Final = re.compile(r'inline; filename="?([^";]*)"?')


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Its Content-Type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def form(self) -> dict[str, list[str]]:
        """Its body as a form."""
        return parse_qs(self.body.decode(), keep_blank_values=True, strict_parsing=True)


Answer = tuple[int, dict[str, Any]]
"""Status and JSON body."""


@dataclass(slots=True, kw_only=True)
class Vendors:
    """Where the stand-ins listen, the requests that they took, and the media that they fetched."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    media: list[bytes] = field(default_factory=list)

    def take(self, request: dict[str, Any]) -> int:
        """Keep a request; its number, from 1."""
        self.taken.append(request)
        return len(self.taken)


def whatsapp(vendors: Vendors, received: Received) -> Answer:
    """POST /v23.0/{phone-number-id}/messages.

    https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
    """
    if received.headers.get("authorization") != f"Bearer {WHATSAPP_TOKEN}":
        return 401, _graph_error("Invalid OAuth access token.", 190)
    if received.media_type != "application/json":
        return 400, _graph_error("(#100) The body is not JSON.", 100)
    request = json.loads(received.body)
    if found := faults("whatsapp", request):
        return 400, _graph_error(f"(#100) Invalid parameter: {'; '.join(found)}", 100)
    number = vendors.take(request)
    to = request["to"]
    return 200, {
        "messaging_product": "whatsapp",
        "contacts": [{"input": to, "wa_id": to.removeprefix("+")}],
        "messages": [{"id": f"wamid.{number:032X}"}],
    }


def _graph_error(message: str, code: int) -> dict[str, Any]:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A0"}
    return {"error": error}


def telegram(vendors: Vendors, received: Received) -> Answer:
    """POST /bot{token}/sendContact, in JSON or as a form.

    https://core.telegram.org/bots/api#making-requests
    """
    if received.path != f"/bot{TELEGRAM_TOKEN}/sendContact":
        return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
    if received.media_type == "application/json":
        request = json.loads(received.body)
    else:
        request = {name: values[-1] for name, values in received.form.items()}
    found = faults("telegram", request)
    if len(str(request.get("vcard", "")).encode()) > VCARD_BYTES:
        found.append("$.vcard: over 2048 bytes")
    if found:
        description = f"Bad Request: {'; '.join(found)}"
        return 400, {"ok": False, "error_code": 400, "description": description}
    number = vendors.take(request)
    contact = {name: value for name, value in request.items() if name != "chat_id"}
    chat = {"id": request["chat_id"], "type": "private"}
    result = {"message_id": number, "date": 1_790_000_000, "chat": chat, "contact": contact}
    return 200, {"ok": True, "result": result}


def twilio(vendors: Vendors, received: Received) -> Answer:
    """POST /2010-04-01/Accounts/{AccountSid}/Messages.json, as a form.

    https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
    """
    login = base64.b64encode(f"{TWILIO_SID}:{TWILIO_TOKEN}".encode()).decode()
    if received.headers.get("authorization") != f"Basic {login}":
        return _twilio_error(401, 20003, "Authenticate")
    if received.media_type != "application/x-www-form-urlencoded":
        return _twilio_error(400, 21602, "Message body is required")
    request: dict[str, Any] = {
        name: values if name == "MediaUrl" else values[-1] for name, values in received.form.items()
    }
    if found := faults("twilio", request):
        return _twilio_error(400, 21620, "; ".join(found))
    for url in request.get("MediaUrl", []):
        if (fault := _fetch(vendors, url)) is not None:
            return fault
    number = vendors.take(request)
    sid = f"MM{number:032x}"
    return 201, {
        "account_sid": TWILIO_SID,
        "api_version": "2010-04-01",
        "body": request.get("Body", ""),
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": request["From"],
        "num_media": str(len(request.get("MediaUrl", []))),
        "sid": sid,
        "status": "queued",
        "to": request["To"],
        "uri": f"/2010-04-01/Accounts/{TWILIO_SID}/Messages/{sid}.json",
    }


def _twilio_error(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": message, "more_info": more, "status": status}


def _fetch(vendors: Vendors, url: str) -> Answer | None:
    """Return the problems of the media at `url`, which is requested with HEAD and then GET.

    https://www.twilio.com/docs/messaging/guides/accepted-mime-types
    """
    try:
        head, _ = _ask("HEAD", url)
        headers, body = _ask("GET", url)
    except urllib.error.URLError as refused:
        return _twilio_error(400, 11200, f"HTTP retrieval failure: {refused}")
    if head.get("content-type") != headers.get("content-type"):
        return _twilio_error(400, 12300, "HEAD and GET say different Content-Types")
    if headers.get("content-type", "").partition(";")[0] not in MEDIA_TYPES:
        return _twilio_error(400, 12300, f"Invalid Content-Type: {headers.get('content-type')}")
    if len(body) > MEDIA_BYTES:
        return _twilio_error(400, 11751, "Media exceeds the size limit")
    named = _NAME.fullmatch(headers.get("content-disposition", ""))
    if not named or " " in named[1] or not 0 < len(named[1]) <= MEDIA_NAME:
        text = headers.get("content-disposition")
        return _twilio_error(400, 21620, f"Invalid media: Content-Disposition {text}")
    vendors.media.append(body)
    return None


def _ask(method: str, url: str) -> tuple[dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, headers={"User-Agent": "TwilioProxy/1.1"})
    with urllib.request.urlopen(request, timeout=_LONGEST) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return headers, response.read()


Endpoint = Callable[[Vendors, Received], Answer]

ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    f"/v23.0/{WHATSAPP_NUMBER}/messages": whatsapp,
    f"/bot{TELEGRAM_TOKEN}/sendContact": telegram,
    f"/2010-04-01/Accounts/{TWILIO_SID}/Messages.json": twilio,
}


def _answer(vendors: Vendors, received: Received) -> Answer:
    if received.path.startswith("/bot"):
        return telegram(vendors, received)
    endpoint = ENDPOINTS.get(received.path)
    return endpoint(vendors, received) if endpoint else (404, {"error": "Not Found"})


@contextmanager
def standing_in() -> Iterator[Vendors]:
    """All three vendors at one address of loopback."""
    vendors = Vendors()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            status, text = _answer(vendors, Received(path=self.path, headers=headers, body=body))
            octets = json.dumps(text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        vendors.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield vendors
        finally:
            server.shutdown()
