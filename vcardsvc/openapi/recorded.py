"""The recorded examples: what was asked and what came back, and the `curl` line that asks it again.

`examples.json` and, of the vendors, `calls.json` are made from the folder samples/ by
`python -m tests.test_openapi`, and a test compares them. What must never enter here: an
example that nobody recorded.
"""

import functools
import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

RECORDED_HOST: Final = "http://127.0.0.1:8000"
"""Where the samples were asked: the description has the service's own address instead."""

RECORDED_KEY: Final = "YOUR_KEY_OF_SAMPLES"
SHOWN_KEY: Final = "YOUR_KEY"

SHOWN_ID: Final = "LINK_ID_OF_22_SYMBOLS_"
"""Stands for the id of a link in every example: a real one is nobody else's to know."""

_OF_THE_TRANSPORT: Final = ("host", "x-request-id", "content-length")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A request as it was sent, by the name of its sample."""

    name: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: str

    @property
    def path(self) -> str:
        """The path that was asked, without the query."""
        return self.target.partition("?")[0]

    @property
    def title(self) -> str:
        """A few words for people."""
        return self.name.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(_Sent):
    """One request, as sent, and its reply; header names are in lower case."""

    status: int
    reply_headers: Mapping[str, str]
    reply_body: str

    @property
    def media_type(self) -> str:
        """What came back, without parameters."""
        return self.reply_headers["content-type"].partition(";")[0]

    @property
    def value(self) -> Any:
        """What came back: JSON parsed, all else as text."""
        return _value(self.media_type, self.reply_body)

    @property
    def asked(self) -> Any:
        """The body that was sent: JSON parsed, all else as text."""
        return _value(self.headers["content-type"], self.body)


def _value(media_type: str, body: str) -> Any:
    return json.loads(body) if media_type.endswith("json") else body


@functools.cache
def examples() -> tuple[Example, ...]:
    """All examples, by name."""
    data = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))
    return tuple(_example(name, *pair) for name, pair in sorted(data.items()))


def _example(name: str, asked: dict[str, Any], replied: dict[str, Any]) -> Example:
    method, target, _ = asked["start"].split(" ")
    return Example(
        name=name,
        method=method,
        target=target,
        headers={one: said.replace(RECORDED_KEY, SHOWN_KEY) for one, said in asked["headers"]},
        body=asked["body"],
        status=int(replied["start"].split(" ")[1]),
        reply_headers=dict(replied["headers"]),
        reply_body=replied["body"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(_Sent):
    """A vendor's request, as sent, the status it had and its reply (None where that is no
    short JSON); `target` lies below the vendor's prefix,
    header names are in lower case."""

    vendor: str
    status: int
    reply: Any

    @property
    def media_type(self) -> str:
        """What was sent, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def asked(self) -> Any:
        """The body that was sent: JSON parsed, all else as text."""
        return _value(self.media_type, self.body)

    @property
    def is_example(self) -> bool:
        """Whether others may do the same: JSON that was accepted."""
        return self.status < 300 and self.media_type.endswith("json")


@functools.cache
def requests() -> tuple[Request, ...]:
    """The vendors' samples, by vendor and name."""
    data = json.loads(Path(__file__).with_name("calls.json").read_text(encoding="utf-8"))
    return tuple(_request(*name.split("/"), *said) for name, said in sorted(data.items()))


def _request(vendor: str, name: str, asked: dict[str, Any], status: int, reply: Any) -> Request:
    method, target, _ = asked["start"].split(" ")
    return Request(
        vendor=vendor,
        name=name,
        method=method,
        target=target.removeprefix(f"/{vendor}"),
        headers={one: said.replace(RECORDED_KEY, SHOWN_KEY) for one, said in asked["headers"]},
        body=asked["body"].replace(RECORDED_KEY, SHOWN_KEY),
        status=status,
        reply=reply,
    )


def _user(said: str) -> str:
    """What HTTP Basic carries (RFC 7617), as the program is given it."""
    pair = b64decode(said.partition(" ")[2]).decode()
    return f"-u {_quoted(pair.replace(RECORDED_KEY, SHOWN_KEY))}"


def curl(method: str, target: str, headers: Mapping[str, str], body: str) -> str:
    """The shell command that asks this of the service."""
    lines = [f"curl {_quoted(RECORDED_HOST + target)}"]
    if method == "HEAD":
        lines.append("--head")
    elif method != ("POST" if body else "GET"):
        lines.append(f"-X {method}")
    lines += [
        _user(said) if said.startswith("Basic ") else f"-H {_quoted(f'{name}: {said}')}"
        for name, said in headers.items()
        if name not in _OF_THE_TRANSPORT
    ]
    if body:
        # Not -d, which takes a body that begins with @ for the name of a file.
        lines.append(f"--data-raw {_quoted(body.rstrip())}")
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    """`text` as one word of a POSIX shell, in quotes even where it needs none."""
    return "'" + text.replace("'", "'\\''") + "'"
