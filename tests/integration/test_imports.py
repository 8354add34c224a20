"""What is costly is imported by those alone that need it."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.service import environ


def test_the_main_process_does_not_pay() -> None:
    """Importing the package loads neither Pillow nor multiprocessing."""
    program = (
        "import sys, vcardsvc.photo.decoder; print({'PIL', 'multiprocessing'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"set()\n"


def test_a_platform_is_imported_when_its_message_is_asked_for() -> None:
    """A start loads the table of messages, and no writer of one; what reads cards neither."""
    code = (
        "import sys, vcardsvc.app; from vcardsvc.messengers.platforms import PLATFORMS\n"
        "writers = {one.module for one in PLATFORMS.values()}\n"
        "costly = {'vcardsvc.vcard.contact_view', 'vcardsvc.messengers.entries', 'regex'}\n"
        "print((writers | costly) & set(sys.modules))\n"
        "PLATFORMS['8x8'].load(); print(writers & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n{'vcardsvc.messengers.eight_by_eight'}\n"


def test_keys_without_a_store_never_load_the_database_library() -> None:
    """A stateless deployment does not pay for SQLAlchemy."""
    code = (
        "import asyncio, sys; from vcardsvc.services.keys import Keys\n"
        "k = Keys((('a', 'k' * 16, 'a'),)); asyncio.run(k.load()); print(k.check(b'k' * 16).name)\n"
        "print({'sqlalchemy', 'alembic', 'sqlite3'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.stdout, done.stderr) == ("a\nset()\n", "")


def test_a_start_reads_the_keys_of_a_file_without_the_database_library(tmp_path: Path) -> None:
    """Until its first keys are there the store is made; a later start only reads them."""
    code = (
        "import asyncio, sys; from vcardsvc.app import _keys, _store\n"
        "from vcardsvc.cli.serving import _prepare_store; from vcardsvc.settings import Settings\n"
        "s = Settings(database_url=sys.argv[1]); first = _prepare_store(s)\n"
        "print(first[:4], sorted({'sqlalchemy', 'alembic'} & set(sys.modules)))\n"
        "k = _keys(s, _store(s)); asyncio.run(k.load()); print(len(k.kinds), k.form_key[:4])"
    )
    url = f"sqlite:///{tmp_path / 'keys.db'}"
    printed = [
        subprocess.run(
            [sys.executable, "-c", code, url], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert printed == ["vcs_ ['alembic', 'sqlalchemy']\n2 vcp_\n", " []\n2 vcp_\n"]


LOOKUPS_AFTER_PRELOAD = """
import sys
from vcardsvc.validation import countries as places
places.preload()
sys.modules["pycountry"] = None  # a second import fails
sys.addaudithook(lambda event, _: print(event) if event == "open" else None)
print(places.nation("NL"), places.state("US", "Utah"), places.state("SE", "Skåne län"))
"""


def test_no_lookup_after_preload_reads_a_file() -> None:
    """No file is opened and no library used, whatever the country."""
    reported = subprocess.run(
        [sys.executable, "-c", LOOKUPS_AFTER_PRELOAD], capture_output=True, text=True, timeout=30
    )
    assert (reported.stdout, reported.stderr) == ("Netherlands UT M\n", "")


def test_the_documentation_costs_nothing_at_start() -> None:
    """Neither the renderer nor the pages are loaded before a page is requested."""
    code = (
        "import sys, vcardsvc.app; "
        "print([one for one in sys.modules if one.startswith(('markdown_it', 'vcardsvc.docs.'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_the_library_of_limits_is_imported_by_those_that_have_one() -> None:
    """Keys without a limit need neither `limits` nor Redis, and a limit in memory no Redis."""
    code = (
        "import asyncio, sys; from vcardsvc.services.keys import Key\n"
        "from vcardsvc.services.rate_limits import RateLimits\n"
        "rates = RateLimits(publishable='9/hour'); asyncio.run(rates.hit(Key(name='a')))\n"
        "print({'limits', 'redis'} & set(sys.modules))\n"
        "asyncio.run(rates.preload())\n"
        "print({'limits', 'redis'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n{'limits'}\n"


TRACED: Final = """
import asyncio, sys
from vcardsvc.app import from_environ
from vcardsvc.photo.decoder import Decoder

async def start_nothing(decoder):
    pass

async def story():
    Decoder.start = start_nothing
    app, sent = from_environ(), []
    async with app.lifespan_context(app) as state:
        async def receive():
            return {"type": "http.request", "body": b'{"action": "createcontact", "name": '
                    b'{"first-name": "John"}}', "more_body": False}
        async def send(message):
            sent.append(message)
        headers = [(b"x-api-key", b"0123456789abcdef"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"",
                 "headers": headers, "state": state}
        await app(scope, receive, send)
        is_immediate = state["is_immediate"] is not None
    names = {name.partition(".")[0] for name in sys.modules}
    names |= {name for name in sys.modules if name.startswith("vcardsvc") and "trac" in name}
    loaded = names & {"opentelemetry", "google", "requests", "vcardsvc.tracing"}
    print(sent[0]["status"], is_immediate, sorted(loaded))

asyncio.run(story())
"""
"""Makes a card, and prints its status, whether requests without a wait have no task, and what of
the traces is loaded."""


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_SERVICE_NAME": "cards", "OTEL_TRACES_SAMPLER": "always_on"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"},
    ],
)
def test_traces_that_are_off_load_nothing(variables: dict[str, str], tmp_path: Path) -> None:
    """Nothing of OpenTelemetry is imported, and the quick way of a request stays."""
    environment = {**environ(tmp_path, {"API_KEYS": "a:0123456789abcdef"}), **variables}
    ran = subprocess.run(
        [sys.executable, "-c", TRACED], capture_output=True, text=True, env=environment, check=True
    )
    assert ran.stdout == "200 True []\n"
    assert " traces" not in ran.stderr
    assert "trace_id" not in ran.stderr
