"""Stand-ins for the endpoints of messaging platforms, on loopback.

They check what the platforms document, by the judges that they are given, and answer in the
platforms' shapes. What passes is kept in `taken`, as the platform would send it on. Those that
fetch a card tell at once what the real ones tell in a later status callback: that the media could
not be fetched or is not what it says.
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
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from tests.support.messengers import faults
from tests.support.messengers.limits import at

WHATSAPP_NUMBER: Final = "106540352242922"
WHATSAPP_TOKEN: Final = "EAAJBstandin"
TELEGRAM_TOKEN: Final = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
TWILIO_SID: Final = "AC" + "0123456789abcdef" * 2
TWILIO_TOKEN: Final = "standin-auth-token"
ACCOUNT: Final = "standin-account"
"""An account, a project or a space of any other platform."""
TOKEN: Final = "standin-token"
"""The key, token or password of any other platform."""
SECURE: Final = "https://cards.example.com/"
"""An address that is the service's own behind a proxy, for platforms that fetch https alone."""

WHATSAPP_TEXT: Final = 4096
"""Characters of a text message (Cloud API, text messages)."""

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

Judge = Callable[[str, Any], list[str]]
"""Returns the faults of the request of a form."""


@dataclass(slots=True, kw_only=True)
class Vendors:
    """Where the stand-ins listen, the requests that they took, and the media that they fetched.

    `service` is what stands behind SECURE. `judge` returns what is wrong with a request.
    """

    url: str = ""
    service: str = ""
    judge: Judge = faults
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
    is_text = request.get("type") == "text"
    if found := _text_faults(request) if is_text else vendors.judge("whatsapp", request):
        return 400, _graph_error(f"(#100) Invalid parameter: {'; '.join(found)}", 100)
    number = vendors.take(request)
    to = request.get("to", "")
    return 200, {
        "messaging_product": "whatsapp",
        "contacts": [{"input": to, "wa_id": to.removeprefix("+")}],
        "messages": [{"id": f"wamid.{number:032X}"}],
    }


def _text_faults(request: dict[str, Any]) -> list[str]:
    """Return what is wrong with a text message of the Cloud API.

    https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages
    """
    found = [] if isinstance(request.get("to", request.get("recipient")), str) else ["to"]
    found += [] if 0 < len(request["text"]["body"]) <= WHATSAPP_TEXT else ["text.body"]
    known = {"messaging_product", "to", "recipient", "type", "text"}
    return found + sorted(request.keys() - known)


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
    found = vendors.judge("telegram", request)
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


def telegram_document(vendors: Vendors, received: Received) -> Answer:
    """POST /bot{token}/sendDocument, as multipart/form-data.

    https://core.telegram.org/bots/api#senddocument
    """
    head = f"content-type: {received.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + received.body, policy=policy.HTTP).iter_parts()
    named = {one.get_param("name", header="content-disposition"): one for one in parts}
    document, chat = named["document"], named["chat_id"].get_content().strip()
    octets = document.get_payload(decode=True)
    assert isinstance(octets, bytes)
    vendors.media.append(octets)
    vendors.take({"chat_id": chat, "document": document.get_filename()})
    return 200, {"ok": True, "result": {"chat": {"id": int(chat)}}}


def telegram_text(vendors: Vendors, received: Received) -> Answer:
    """POST /bot{token}/sendMessage, in JSON. https://core.telegram.org/bots/api#sendmessage"""
    request = json.loads(received.body)
    assert request.keys() == {"chat_id", "text"}
    vendors.take(request)
    return 200, {"ok": True, "result": {"chat": {"id": request["chat_id"]}}}


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
    if found := vendors.judge("twilio", request):
        return _twilio_error(400, 21620, "; ".join(found))
    for url in request.get("MediaUrl", []):
        if fault := _fetch(vendors, url):
            return _twilio_error(400, *fault)
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


def _fetch(vendors: Vendors, url: str) -> tuple[int, str] | None:
    """Return Twilio's code and text for the problem of the media at `url`, which is requested with
    HEAD and then GET.

    https://www.twilio.com/docs/messaging/guides/accepted-mime-types; the Content-Length is asked
    for by Plivo and Sinch.
    """
    url = vendors.service + url.removeprefix(SECURE) if url.startswith(SECURE) else url
    try:
        head, _ = _ask("HEAD", url)
        headers, body = _ask("GET", url)
    except urllib.error.URLError as refused:
        return 11200, f"HTTP retrieval failure: {refused}"
    if head.get("content-type") != headers.get("content-type"):
        return 12300, "HEAD and GET say different Content-Types"
    if headers.get("content-type", "").partition(";")[0] not in MEDIA_TYPES:
        return 12300, f"Invalid Content-Type: {headers.get('content-type')}"
    if headers.get("content-length") != str(len(body)):
        return 11200, f"Content-Length {headers.get('content-length')} for {len(body)} bytes"
    if len(body) > MEDIA_BYTES:
        return 11751, "Media exceeds the size limit"
    named = _NAME.fullmatch(headers.get("content-disposition", ""))
    if not named or " " in named[1] or not 0 < len(named[1]) <= MEDIA_NAME:
        return 21620, f"Invalid media: Content-Disposition {headers.get('content-disposition')}"
    vendors.media.append(body)
    return None


def _ask(method: str, url: str) -> tuple[dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, headers={"User-Agent": "TwilioProxy/1.1"})
    with urllib.request.urlopen(request, timeout=_LONGEST) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return headers, response.read()


class Platform(NamedTuple):
    """An endpoint that takes JSON: its form, its path, the header with the caller's credentials and
    their scheme, the status and the body of its answer, and where a request has links to cards."""

    form: str
    path: str
    header: str
    scheme: str
    status: int
    answer: dict[str, Any]
    links: str = ""

    @property
    def credentials(self) -> str:
        """The header's value."""
        login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        return f"{self.scheme} {login if self.scheme == 'Basic' else TOKEN}".strip()


_BEARER: Final = ("authorization", "Bearer")
_BASIC: Final = ("authorization", "Basic")
_OPENED: Final = (
    "contentMessage/richCard/standaloneCard/cardContent/suggestions/*/action/openUrlAction/url"
)

PLATFORMS: Final = (
    Platform("vonage", "/v1/messages", *_BEARER, 202, {"message_uuid": "1"}, "vcard/url"),
    Platform("telnyx", "/v2/messages", *_BEARER, 200, {"data": {"id": "1"}}, "media_urls/*"),
    Platform(
        "plivo",
        f"/v1/Account/{ACCOUNT}/Message/",
        *_BASIC,
        202,
        {"message": "message(s) queued", "message_uuid": ["1"]},
        "media_urls/*",
    ),
    Platform(
        "sinch-mms",
        "/ep/v2/",
        *("x-api-key", ""),
        200,
        {"status": "success", "tracking-id": "1"},
        "slide/*/contact/media-url",
    ),
    Platform(
        "bandwidth", f"/api/v2/users/{ACCOUNT}/messages", *_BASIC, 202, {"id": "1"}, "media/*"
    ),
    Platform(
        "8x8",
        f"/api/v1/subaccounts/{ACCOUNT}/messages",
        *_BEARER,
        200,
        {"umid": "1", "status": {"state": "queued"}},
        "mediaUrls/*",
    ),
    Platform(
        "rcs",
        r"/v1/phones/\+16505551234/agentMessages\?messageId=[0-9a-f-]{36}&agentId=standin-account",
        *_BEARER,
        200,
        {"name": "phones/+16505551234/agentMessages/1"},
        _OPENED,
    ),
    Platform(
        "infobip",
        "/whatsapp/1/message/contact",
        *("authorization", "App"),
        200,
        {"messageId": "1", "status": {"groupName": "PENDING"}},
    ),
    Platform("sinch", f"/v1/projects/{ACCOUNT}/messages:send", *_BASIC, 200, {"message_id": "1"}),
    Platform("slack", "/api/chat.postMessage", *_BEARER, 200, {"ok": True, "ts": "1"}),
    Platform(
        "google-chat", f"/v1/spaces/{ACCOUNT}/messages", *_BEARER, 200, {"name": "messages/1"}
    ),
    Platform(
        "viber",
        "/pa/send_message",
        *("x-viber-auth-token", ""),
        200,
        {"status": 0, "status_message": "ok", "message_token": 1},
    ),
    Platform("waha", "/api/sendContactVcard", *("x-api-key", ""), 201, {"id": "1"}),
    Platform("signal", "/v2/send", "", "", 201, {"timestamp": "1"}),
    Platform("baileys", "/relay", "", "", 200, {"key": {"id": "1"}}),
)
"""Every platform that takes JSON in the usual way; Baileys is a library, and stands here for the
socket that it writes to."""


LINKED: Final = ("signalwire", *(one.form for one in PLATFORMS if one.links))
"""The forms whose message has a link to the card."""

BAILEYS: Final = Path(__file__).parent / "socket.mjs"
"""Runs a recipe for Baileys; its socket posts the message to the address that is given."""


def taken_by(platform: Platform, vendors: Vendors, received: Received) -> Answer:
    """Return the answer of a platform: 401 for a stranger, 400 with the faults of a request."""
    if platform.header and received.headers.get(platform.header) != platform.credentials:
        return 401, {"error": "Unauthorized"}
    if received.media_type != "application/json":
        return 400, {"error": "The body is not JSON."}
    request = json.loads(received.body)
    if found := vendors.judge(platform.form, request):
        return 400, {"error": "; ".join(found)}
    for url in at(request, platform.links) if platform.links else ():
        # A rich card opens websites too.
        if url.endswith(".vcf") and (fault := _fetch(vendors, url)):
            return 400, {"error": fault[1]}
    vendors.take(request)
    return platform.status, platform.answer


def signalwire(vendors: Vendors, received: Received) -> Answer:
    """POST /api/laml/2010-04-01/Accounts/{AccountSid}/Messages.json, as a form.

    https://developer.signalwire.com/rest/compatibility-api/endpoints/create-message
    """
    login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    if received.headers.get("authorization") != f"Basic {login}":
        return 401, {"error": "Unauthorized"}
    request = {
        name: values if name == "MediaUrl" else values[-1] for name, values in received.form.items()
    }
    if found := vendors.judge("signalwire", request):
        return 400, {"error": "; ".join(found)}
    for url in request["MediaUrl"]:
        if fault := _fetch(vendors, url):
            return 400, {"error": fault[1]}
    number = vendors.take(request)
    return 201, {"sid": f"{number}", "status": "queued"}


Endpoint = Callable[[Vendors, Received], Answer]

ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    f"/v23.0/{WHATSAPP_NUMBER}/messages": whatsapp,
    f"/bot{TELEGRAM_TOKEN}/sendContact": telegram,
    f"/2010-04-01/Accounts/{TWILIO_SID}/Messages.json": twilio,
    f"/api/laml/2010-04-01/Accounts/{ACCOUNT}/Messages.json": signalwire,
    f"/bot{TELEGRAM_TOKEN}/sendDocument": telegram_document,
    f"/bot{TELEGRAM_TOKEN}/sendMessage": telegram_text,
}


def _answer(vendors: Vendors, received: Received) -> Answer:
    for platform in PLATFORMS:
        if received.path == platform.path or re.fullmatch(platform.path, received.path):
            return taken_by(platform, vendors, received)
    if endpoint := ENDPOINTS.get(received.path):
        return endpoint(vendors, received)
    if received.path.startswith("/bot"):
        return telegram(vendors, received)
    return 404, {"error": "Not Found"}


@contextmanager
def standing_in(judge: Judge = faults) -> Iterator[Vendors]:
    """All platforms at one address of loopback."""
    vendors = Vendors(judge=judge)

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
