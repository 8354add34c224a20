"""The samples: requests, their responses, and how to record them again.

    samples/requests/createcontact/NAME.http        the request, as sent
    samples/requests/createcontact/NAME.reply.http  what came back; a card's own octets are
    samples/cards/NAME.vcf                          here, ready to be opened
    samples/cards/KIND/NAME.vcf                     the same contact for another target, in another
                                                    version or in another form: see KINDS

An id of a link and a time differ each time: they stand as LINK_ID and LINK_END. The samples of the
vendors' calls are in `vendor_samples`, those of conversions in `conversion_samples`, those of lists
in `batch_samples`.

`python -m tests.support.samples` records every reply and card from the code as it is, theirs too.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from starlette.testclient import TestClient

from vcardsvc.app import create_app
from vcardsvc.settings import ApiKey, Settings
from vcardsvc.store import Store

SAMPLES: Final = Path(__file__).parents[2] / "samples"
REQUESTS: Final = SAMPLES / "requests" / "createcontact"
CARDS: Final = SAMPLES / "cards"
PHOTOS: Final = SAMPLES / "photos"
KEY: Final = "YOUR_KEY_OF_SAMPLES"
LINK_ID: Final = "LINK_ID_OF_22_SYMBOLS_"
LINK_END: Final = "2026-12-31T23:59:59Z"

TARGETS: Final = ("apple", "android", "outlook", "whatsapp", "telegram", "signal", "mms", "qr")
KINDS: Final[dict[str, tuple[str, str]]] = {
    **{target: (f"target={target}", "vcf") for target in TARGETS},
    "2.1": ("version=2.1", "vcf"),
    "4.0": ("version=4.0", "vcf"),
    "jcard": ("as=jcard", "json"),
    "xcard": ("as=xcard", "xml"),
    "jscontact": ("as=jscontact", "json"),
}
"""Every folder of cards: the query that asks for it, and what its files end in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request or a reply: its first line, its headers in order, its body."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def names() -> list[str]:
    """Every sample's name."""
    found = [path.name.removesuffix(".http") for path in REQUESTS.glob("*.http")]
    return sorted(name for name in found if not name.endswith(".reply"))


def parse(data: bytes) -> Message:
    """A message in the form of RFC 9112, its head with bare LF. Mirrors `written`."""
    head, _, body = data.partition(b"\n\n")
    start, *lines = head.decode().split("\n")
    pairs = (line.partition(": ") for line in lines)
    return Message(start=start, headers=tuple((name, value) for name, _, value in pairs), body=body)


def written(message: Message) -> bytes:
    """The message as the samples hold it. Mirrors `parse`."""
    lines = [message.start, *(f"{name}: {value}" for name, value in message.headers)]
    return "\n".join([*lines, "", ""]).encode() + message.body


async def _loopback(host: str, port: int) -> list[object]:
    """Resolve every name of the samples to loopback, where no server has photos."""
    return [ip_address("127.0.0.1")]


@contextmanager
def service() -> Iterator[TestClient]:
    """The service that the samples were recorded from: every default, one key, a store."""
    with TemporaryDirectory() as folder, serving(f"{folder}/samples.db") as client:
        yield client


@contextmanager
def serving(database: str) -> Iterator[TestClient]:
    """The same, with its store in a file of this path."""
    url = f"sqlite:///{database}"
    with closing(Store(url)) as store:
        store.migrate()
    settings = Settings(
        api_keys=(ApiKey(name="samples", key=KEY),),
        database_url=url,
        photo_allow_networks=(ip_network("127.0.0.0/8"),),
        log_requests=False,
    )
    with TestClient(create_app(settings, resolve=_loopback)) as client:  # type: ignore[arg-type]
        yield client


def ask(client: TestClient, name: str, kind: str = "") -> Message:
    """Return the response of today to a sample with the option of a kind."""
    request_message = parse((REQUESTS / f"{name}.http").read_bytes())
    method, target, version = request_message.start.split(" ")
    if kind:
        option, end = KINDS[kind]
        target = f"{target.replace('.vcf', f'.{end}')}{'&' if '?' in target else '?'}{option}"
    reply = sent(client, replace(request_message, start=f"{method} {target} {version}"))
    reply = Message(
        start=reply.start,
        headers=tuple((key, _steady(value)) for key, value in reply.headers),
        body=_steady(reply.body.decode("latin-1")).encode("latin-1"),
    )
    if LINK_ID.encode() not in reply.body:
        return reply
    # What it is the validator of has an id of its own each time.
    kept = tuple(pair for pair in reply.headers if pair[0] != "etag")
    return replace(reply, headers=kept)


def sent(client: TestClient, request_message: Message) -> Message:
    """What comes back to this request, as it is."""
    method, target, _ = request_message.start.split(" ")
    response = client.request(
        method, target, content=request_message.body or None, headers=dict(request_message.headers)
    )
    return Message(
        start=f"HTTP/1.1 {response.status_code} {response.reason_phrase}",
        headers=tuple(response.headers.items()),
        body=response.content,
    )


def _steady(text: str) -> str:
    """The text without what differs each time."""
    text = re.sub(r"/c/[A-Za-z0-9_-]{22}\.vcf", f"/c/{LINK_ID}.vcf", text)
    return re.sub(r"(\"expires\": \")[^\"]+", rf"\g<1>{LINK_END}", text)


def cards() -> list[str]:
    """The samples whose card the folders of KINDS have too: those without an option."""
    return [
        name
        for name in names()
        if (CARDS / f"{name}.vcf").exists()
        and not re.search(r"[?&](target|version|as|photo)=", _target(name))
        and "accept" not in dict(parse((REQUESTS / f"{name}.http").read_bytes()).headers)
    ]


def _target(name: str) -> str:
    return parse((REQUESTS / f"{name}.http").read_bytes()).start.split(" ")[1]


def record() -> None:
    """Write every reply and card anew."""
    CARDS.mkdir(exist_ok=True)
    with service() as client:
        for name in names():
            reply = ask(client, name)
            if dict(reply.headers)["content-type"].startswith("text/vcard"):
                (CARDS / f"{name}.vcf").write_bytes(reply.body)
                reply = Message(start=reply.start, headers=reply.headers, body=b"")
            (REQUESTS / f"{name}.reply.http").write_bytes(written(reply))
        for kind, (_, end) in KINDS.items():
            (CARDS / kind).mkdir(exist_ok=True)
            for name in cards():
                (CARDS / kind / f"{name}.{end}").write_bytes(ask(client, name, kind).body)


if __name__ == "__main__":
    from tests.support import batch_samples, conversion_samples
    from tests.support import vendor_samples as samples_vendors

    record()
    samples_vendors.record()
    conversion_samples.record()
    batch_samples.record()
