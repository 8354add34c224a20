"""Schemathesis asks every vendor's routes whatever their tables allow, and what they forbid.

This module is its hooks as well: what no schema can say is put right in calls that shall be
accepted.
"""

import unicodedata
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from tests.support.schemathesis_runs import HASTY, LONGEST, OFF, passed, run
from tests.support.service import KEY, serving
from tests.support.vendor_openapi import description
from vcardsvc.settings import Settings

BASIC = f"Authorization: Basic {b64encode(f'anybody:{KEY}'.encode()).decode()}"
BEARER = f"Authorization: Bearer {KEY}"

PHONE = "+16502530000"
FORCED = "force_handle_create"
FILTER = "contains(name,'a') or noMailing eq true"
NAMED: Any = [{"op": "replace", "path": "/Name", "value": "Dare Group"}]

NEEDED = {
    "Email Demographics": ("Email Addresses",),
    "GroupConnect LINE Demographics": (
        "GroupConnect LINE Addresses",
        "GroupConnect LINE Subscriptions",
    ),
}

CONFIG = """\
[checks]
# Beside what Schemathesis expects: a form that this contact does not fit, a link that has expired,
# conditions that do not hold, a key that another contact has.
positive_data_acceptance.expected-statuses = [
  "2xx", "3xx", "401", "403", "404", "406", "409", "410", "412", "429", "5xx",
]
[phases.fuzzing]
generation.max-examples = {examples}
[phases.stateful]
enabled = false
"""

OPERATIONS = """
[[operations]]
# A contact that is not there is 400, EF03016.
include-path = "/autodns/contact/{id}"
checks.positive_data_acceptance.expected-statuses = ["200", "201", "400", "401", "406"]
[[operations]]
# What is wrong with an entity is the answer.
include-path = "/superoffice/api/v1/Contact/Validate"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "415"]
[[operations]]
# A change may leave out what a new contact must have.
include-name = "PATCH /marketingcloud/contacts/v1/contacts"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "406", "409", "415"]
[[operations]]
# An entity with no name may be a change of one that has.
include-name = "PATCH /superoffice/api/v1/Contact/{id}"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "404", "415"]
[[operations]]
# What is wrong with a task is told under 200.
include-path = "/autodns/"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "415"]
"""

UNCHECKED = {"autodns": ("unsupported_method", "allow_header_conformance")}
"""Checks that a vendor's calls do not pass on purpose: GET, PUT and DELETE of /contact, without an
id, are no calls of their own, and 400 all the same (EF030110)."""

TWINS = r"\.vcf$|Contact/$"
"""Paths that mean the same as another one: a test of their own asks them."""

HEADERS = {
    "X-Domainrobot-Context": "4",
    "X-Domainrobot-Ctid": "a-ctid",
    "X-Domainrobot-Owner-User": "an owner",
    "X-Domainrobot-Owner-Context": "5",
    "X-Chief-Team": "a-team",
    "SO-TimeZone": "NO, includeTZOffset",
}
"""Headers whose form no schema says."""


def _assigned(text: str) -> str:
    """The text without what Unicode does not have."""
    return "".join("a" if unicodedata.category(one) in ("Cn", "Co", "Cs") else one for one in text)


def _autodns(case: "schemathesis.Case[Any]") -> None:
    body: Any = case.body
    case.query = {**(case.query or {}), "keys[]": [FORCED]}
    if not isinstance(body, dict):
        return
    for name in ("pcode", "extensions", "nicRef"):
        body.pop(name, None)
    for name in ("fname", "lname"):
        if isinstance(body.get(name), str):
            body[name] = _assigned(body[name])
    view = body.get("view")
    if isinstance(view, dict):
        for name in ("offset", "from", "to"):
            view.pop(name, None)
    if isinstance(body.get("filters"), list):
        body["filters"] = body["filters"][:1]


def _domainchief(case: "schemathesis.Case[Any]") -> None:
    if isinstance(case.body, dict):
        case.body.pop("extension_data", None)
        if "phone" in case.body:
            case.body["phone"] = PHONE


def _superoffice(case: "schemathesis.Case[Any]") -> None:
    _listed(case)
    if case.media_type == "application/json-patch+json" or isinstance(case.body, list):
        case.body = NAMED
    else:
        case.body = _whole(case.body)
    if case.method == "PATCH" and isinstance(case.body, dict) and not case.body.get("Name", "-"):
        del case.body["Name"]  # a change may not take the only name away


def _listed(case: "schemathesis.Case[Any]") -> None:
    """Columns that there are, where a list is requested."""
    query = case.query if case.method == "GET" and case.path.endswith("Contact") else {}
    columns = {"$select": "name,category/id", "$filter": FILTER, "$orderBy": "name desc"}
    for name in set(query or ()) & set(columns):
        query[name] = columns[name]


def _whole(value: Any) -> Any:
    """5.0 is an integer for JSON Schema and none for .NET."""
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _marketingcloud(case: "schemathesis.Case[Any]") -> None:
    if not isinstance(case.body, dict):
        return
    if isinstance(sets := case.body.get("attributeSets"), list):
        case.body["attributeSets"] = _usual(sets)


def _usual(sets: list[Any]) -> list[Any]:
    """The sets, each once, with those that they need."""
    named = {one["name"]: one for one in sets}
    for one in named.values():
        for item in (*one.get("items", ()), *([one] if "values" in one else [])):
            pairs = {pair["name"].strip().casefold(): pair for pair in item["values"]}
            item["values"] = list(pairs.values())
    return [one for name, one in named.items() if all(n in named for n in NEEDED.get(name, ()))]


ALL = "examples,coverage,fuzzing"

VENDORS: dict[str, tuple[Callable[["schemathesis.Case[Any]"], None], str, str, int, int]] = {
    "autodns": (_autodns, BASIC, ALL, 10, 500),
    "domainchief": (_domainchief, BEARER, ALL, 25, 500),
    # Its borders are those of 400 members in seven media types: some 20,000 calls.
    "superoffice": (_superoffice, BASIC, "examples,fuzzing", 60, 200),
    "marketingcloud": (_marketingcloud, BEARER, ALL, 15, 150),
}
"""What is put right in each vendor's calls, its credentials, the phases of the run, how many
examples are drawn, and how many calls there are at least."""


@schemathesis.hook("map_case")
def corrected(context: Any, case: "schemathesis.Case[Any]") -> "schemathesis.Case[Any]":
    """A call that shall be accepted, without what no schema can say."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return case
    for name in set(case.headers or ()) & set(HEADERS):
        case.headers[name] = HEADERS[name]
    for name, (correct, *_) in VENDORS.items():
        if case.operation.path.startswith(f"/{name}/"):
            correct(case)
    return case


@pytest.mark.timeout(LONGEST + 30)
@pytest.mark.parametrize("vendor", VENDORS)
def test_schemathesis_finds_nothing(tmp_path: Path, vendor: str) -> None:
    """All checks pass in hundreds of calls of each vendor."""
    _, credentials, phases, examples, calls = VENDORS[vendor]
    others = {name: off for name, off in OFF.items() if name != f"{vendor.upper()}_AT"}
    settings = {**HASTY, **others, "DATABASE_URL": f"sqlite:///{tmp_path}/book.db"}
    with serving(tmp_path, settings) as at:
        file = tmp_path / "vendors.json"
        only: dict[str, Any] = {name.lower(): "off" for name in others}
        file.write_bytes(description(Settings(**only), at.url.rstrip("/")))
        ran = run(
            tmp_path,
            at.url,
            *("--header", credentials, "--include-path-regex", f"^/{vendor}/"),
            *("--exclude-path-regex", TWINS, "--phases", phases),
            *(word for name in UNCHECKED.get(vendor, ()) for word in ("--exclude-checks", name)),
            config=CONFIG.format(examples=examples) + OPERATIONS,
            hooks=__name__,
            description=str(file),
        )
    assert passed(ran) >= calls
