"""Runs of Schemathesis, as a program of its own, over a service."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import schemathesis

from tests.support.service import TOP

SEED = "1"
LONGEST = 600
"""Seconds on a slow machine that does other things beside it; it takes 60 to 180 of a processor."""

CONFIG = """\
[checks]
# Beside what Schemathesis expects: a form that this contact does not fit, a link that has expired,
# and conditions and ranges that do not hold.
positive_data_acceptance.expected-statuses = [
  "2xx", "3xx", "401", "403", "404", "406", "409", "410", "412", "416", "429", "5xx",
]
[phases.fuzzing]
generation.max-examples = 60
[phases.stateful]
generation.max-examples = 10
[[operations]]
# No schema says whether a text holds a card, or JSON a contact of what `from` names.
include-path-regex = "^/(convert|check)$"
checks.positive_data_acceptance.expected-statuses = [
  "2xx", "400", "401", "403", "406", "415", "422", "429", "5xx",
]
[[operations]]
# No schema says whether a text is a list; and each call starts a process.
include-path = "/batch"
checks.positive_data_acceptance.expected-statuses = [
  "2xx", "400", "401", "403", "406", "413", "415", "422", "429", "5xx",
]
phases.coverage.enabled = false
phases.fuzzing.generation.max-examples = 15
phases.stateful.generation.max-examples = 2
[[operations]]
# Pages have a name, and nothing else to draw.
include-path-regex = "^/(docs|llms|static)"
phases.fuzzing.generation.max-examples = 10
"""

HASTY = {
    "LOG_REQUESTS": "false",
    "PHOTO_CONNECT_TIMEOUT": "0.2",
    "PHOTO_TIMEOUT": "0.3",
}


OFF = {
    f"{vendor}_AT": "off" for vendor in ("AUTODNS", "DOMAINCHIEF", "SUPEROFFICE", "MARKETINGCLOUD")
}


@schemathesis.serializer("text/vcard", "text/x-vcard", "text/directory", "application/vcard+xml")
def cards(context: Any, value: Any) -> bytes:
    """Cards are sent as they are, and any other value as its text."""
    return (value if isinstance(value, str) else str(value)).encode("utf-8", "replace")


@schemathesis.deserializer("text/vcard")
def card(context: Any, response: schemathesis.Response) -> str:
    """A card is judged as text."""
    return response.content.decode()


def run(
    folder: Path,
    url: str,
    *arguments: str,
    hooks: str,
    config: str = CONFIG,
    description: str = "",
) -> "subprocess.CompletedProcess[str]":
    """Schemathesis over the service at `url`, with these arguments beside the usual ones
    and this module of hooks; `description` is a file in place of the service's own."""
    file = folder / "schemathesis.toml"
    file.write_text(config)
    program = str(Path(sys.executable).with_name("schemathesis"))
    return subprocess.run(
        [
            *(program, "--config-file", str(file), "run", description or f"{url}openapi.json"),
            *(("--url", url) if description else ()),
            *("--checks", "all", "--seed", SEED, "--continue-on-failure", "--no-color"),
            *("--suppress-health-check", "too_slow"),  # by the clock: the machine may be busy
            *arguments,
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": hooks, "PYTHONPATH": str(TOP)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )


def passed(ran: "subprocess.CompletedProcess[str]") -> int:
    """How many calls there were, none of which failed. Raises AssertionError when one did."""
    assert ran.returncode == 0, ran.stdout + ran.stderr
    counted = re.search(r"(\d+) generated, (\d+) passed", ran.stdout)
    assert counted is not None, ran.stdout
    assert counted[1] == counted[2]
    return int(counted[1])
