"""The samples: what was asked, what came back, and how to record them again.

    samples/requests/createcontact/NAME.http        the request, as sent
    samples/requests/createcontact/NAME.reply.http  what came back; a card's own octets are
    samples/cards/NAME.vcf                          here, ready to be opened

`python -m tests.samples` records every reply and card from the code as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

from starlette.testclient import TestClient

from vcardsvc.app import create_app
from vcardsvc.settings import ApiKey, Settings

SAMPLES: Final = Path(__file__).parent.parent / "samples"
REQUESTS: Final = SAMPLES / "requests" / "createcontact"
CARDS: Final = SAMPLES / "cards"
PHOTOS: Final = SAMPLES / "photos"
KEY: Final = "YOUR_KEY_OF_SAMPLES"


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
    """Every name of the samples resolves to loopback, where nobody serves photos."""
    return [ip_address("127.0.0.1")]


@contextmanager
def service() -> Iterator[TestClient]:
    """The service that the samples were recorded from: every default, and one key."""
    settings = Settings(
        api_keys=(ApiKey(name="samples", key=KEY),),
        photo_allow_networks=(ip_network("127.0.0.0/8"),),
        log_requests=False,
    )
    with TestClient(create_app(settings, resolve=_loopback)) as client:  # type: ignore[arg-type]
        yield client


def ask(client: TestClient, name: str) -> Message:
    """What comes back now."""
    asked = parse((REQUESTS / f"{name}.http").read_bytes())
    method, target, _ = asked.start.split(" ")
    headers = dict(asked.headers)
    response = client.request(method, target, content=asked.body or None, headers=headers)
    return Message(
        start=f"HTTP/1.1 {response.status_code} {response.reason_phrase}",
        headers=tuple(response.headers.items()),
        body=response.content,
    )


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


if __name__ == "__main__":
    record()
