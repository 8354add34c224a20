"""What judges a message of a platform: the schema written down from its documentation, and the
models of its own client or of its own description, where it publishes one.

The clients run in processes of their own: those for Python in a venv at MESSENGER_SDKS, which
`.ci/run` makes from sdks.txt, the protocol of Baileys in node. Without them a test is skipped.
"""

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator

from tests.support.clients import modules
from tests.support.messengers import faults as schema_faults

Message = dict[str, Any]

HERE: Final = Path(__file__).parent

RECIPIENTS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "twilio": {"From": "+15005550006", "To": "+16505551234"},
        "vonage": {"from": "15005550006", "to": "16505551234"},
        "telnyx": {"from": "+15005550006", "to": "+16505551234"},
        "plivo": {"src": "+15005550006", "dst": "+16505551234"},
        "sinch-mms": {"service-id": "standin", "from": "15005550006", "to": "16505551234"},
        "bandwidth": {"applicationId": "standin", "from": "+15005550006", "to": ["+16505551234"]},
        "signalwire": {"From": "+15005550006", "To": "+16505551234"},
        "8x8": {"source": "standin", "destination": "+16505551234"},
        "rcs": {},
        "whatsapp": {"to": "+16505551234"},
        "infobip": {"from": "15005550006", "to": "16505551234"},
        "sinch": {
            "app_id": "standin",
            "recipient": {
                "identified_by": {
                    "channel_identities": [{"channel": "WHATSAPP", "identity": "16505551234"}]
                }
            },
        },
        "slack": {"channel": "C0123456789"},
        "google-chat": {},
        "viber": {
            "receiver": "01234567890A=",
            "min_api_version": 1,
            "sender": {"name": "vcardsvc"},
        },
        "telegram": {"chat_id": 42},
        "waha": {"session": "default", "chatId": "16505551234@c.us"},
        "baileys": {},
        "signal": {"number": "+15005550006", "recipients": ["+16505551234"]},
    }
)
"""Every form, and what a bot adds to it: the sender and the recipient."""

SDKS: Final = frozenset(
    {
        "vonage", "telnyx", "plivo", "sinch", "bandwidth", "rcs", "slack", "viber", "telegram",
        "whatsapp", "waha", "signal", "infobip",
    }
)  # fmt: skip
"""The forms that have a client for Python; see sdks.py."""

DOCUMENTED: Final = frozenset({"twilio", "signalwire", "sinch-mms", "8x8"})
"""The forms whose schema is all there is: no client models them, or it checks nothing."""

BAILEYS: Final = "@whiskeysockets/baileys"


class Judges:
    """The judges, of which each client is started when it is first asked. Use `judging`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._python = functools.cache(lambda: stack.enter_context(_client_of(_sdks())))
        self._baileys = functools.cache(lambda: stack.enter_context(_client_of(baileys())))

    def faults(self, form: str, message: Message) -> list[str]:
        """Return what is wrong with a whole message, sender and recipient included."""
        return schema_faults(form, message) + self.client_faults(form, message)

    def client_faults(self, form: str, message: Message) -> list[str]:
        """Return what the platform's own client or description has against a message."""
        if form in SDKS:
            return self._python()({"form": form, "message": message})
        if form == "baileys":
            return self._baileys()({"message": message})
        if form == "google-chat":
            return [f"{fault.json_path}: {fault.message}" for fault in _chat(message)]
        assert form in DOCUMENTED, form
        return []


@contextmanager
def judging() -> Iterator[Judges]:
    """Give the judges, and end their processes afterwards."""
    with ExitStack() as stack:
        yield Judges(stack)


class _Client:
    """A process that answers each line of JSON with the faults of a message."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self, asked: Message) -> list[str]:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"the client has ended, with {process.wait()}"
        found: list[str] = json.loads(answer)["faults"]
        return found


@contextmanager
def _client_of(command: list[str]) -> Iterator[_Client]:
    process = subprocess.Popen(
        command,
        # An environment of its own: no proxy, no credentials, no folder of ours to import from.
        env={"PATH": os.environ["PATH"]},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            yield _Client(process)
        finally:
            # Closing its input is the end of its work; a client at fault is not waited for.
            process.kill()


def are_installed() -> bool:
    """Return whether the clients for Python are there."""
    return "MESSENGER_SDKS" in os.environ


def _folder() -> Path:
    given = os.environ.get("MESSENGER_SDKS")
    if not given:
        pytest.skip("no MESSENGER_SDKS: a venv with tests/support/messengers/sdks.txt")
    return Path(given)


def _sdks() -> list[str]:
    return [str(_folder() / "bin" / "python"), "-I", str(HERE / "sdks.py")]


def baileys() -> list[str]:
    """Return the command of the protocol of Baileys; the test is skipped without it."""
    maybe_node = shutil.which("node")
    folder = modules()
    if maybe_node is None or not (folder / BAILEYS / "package.json").exists():
        pytest.skip(f"no {BAILEYS} in {folder}, or no node on PATH")
    return [maybe_node, str(HERE / "baileys.cjs"), str(folder)]


@functools.cache
def _chat_validator() -> Draft202012Validator:
    """Return Google's own description of a message, which its client for Python is made from."""
    (wheel,) = (_folder() / "wheels").glob("google_api_python_client-*.whl")
    with ZipFile(wheel) as files:
        description = files.read("googleapiclient/discovery_cache/documents/chat.v1.json")
    schemas = json.loads(description)["schemas"]
    return Draft202012Validator(
        {"$ref": "#/$defs/Message", "$defs": {name: _strict(schemas[name]) for name in schemas}}
    )


def _strict(value: Any) -> Any:
    """Return a schema of a discovery document as JSON Schema that allows no other members."""
    if isinstance(value, list):
        return [_strict(one) for one in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return {"$ref": f"#/$defs/{value['$ref']}"}
    strict = {name: _strict(one) for name, one in value.items() if name in _KEPT}
    if isinstance(value.get("properties"), dict):
        members = {name: _strict(one) for name, one in value["properties"].items()}
        strict |= {"properties": members, "additionalProperties": False}
    return strict


_KEPT: Final = frozenset({"type", "items", "enum", "additionalProperties"})
"""The words of a discovery document that mean in JSON Schema what they mean there."""


def _chat(message: Message) -> Iterator[Any]:
    return _chat_validator().iter_errors(message)
