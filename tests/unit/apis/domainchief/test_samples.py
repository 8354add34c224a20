"""Domain Chief's samples, and a case for every statement of the vendor's page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.domainchief import (
    API,
    CONTACT_JSON,
    ENTRY,
    ROUTES,
    STUDIO,
    command_of,
    draft_of,
    errors_of,
    json_of,
    request_of,
    updated_draft,
)
from tests.support.samples import SAMPLES, Message, parse
from vcardsvc.apis.base import Request, Response
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import CommandResult, Create, Listing

FOLDER: Final = SAMPLES / "requests" / "domainchief"
MOUNT: Final = "/domainchief"

READ: Final[Mapping[str, tuple[str, int]]] = {
    "create-company": ("create", 0),
    "create-person": ("create", 0),
    "create-person-as-card": ("create", 0),
    "create-everything": ("create", 0),
    "create-company-again": ("create", 0),
    "create-child": ("create", 0),
    "create-nothing": ("create", 422),
    "create-metadata": ("create", 422),
    "create-broken-json": ("create", 400),
    "list": ("list", 0),
    "list-of-two": ("list", 0),
    "list-by-metadata": ("list", 0),
    "list-as-cards": ("list", 0),
    "list-per-page": ("list", 422),
    "batch": ("batch", 0),
    "batch-of-two": ("batch", 0),
    "show": ("show", 0),
    "show-as-card": ("show", 0),
    "show-unknown": ("show", 0),
    "update-name": ("update", 0),
    "update": ("update", 0),
    "update-unknown": ("update", 0),
    "delete": ("delete", 0),
    "delete-unknown": ("delete", 0),
    "no-key": ("list", 0),
    "wrong-team": ("list", 403),
}
"""The route of each sample, and the status with which it is refused (0: it is not)."""


def _sample(name: str) -> Message:
    return parse((FOLDER / f"{name}.http").read_bytes())


def _request_of(message: Message) -> tuple[str, Request]:
    """Return the route's name and the request of a recorded message."""
    method, target, _ = message.start.split(" ")
    path, _, query = target.removeprefix(MOUNT).partition("?")
    given = path.removesuffix(".vcf").split("/")  # the edge has removed it
    for route in API.routes:
        parts = route.path.split("/")
        pairs = list(zip(parts, given, strict=False))
        if route.method == method and len(parts) == len(given):
            params = {part[1:-1]: one for part, one in pairs if part.startswith("{")}
            if all(part == one or part.startswith("{") for part, one in pairs):
                return route.name, Request(
                    query=query.encode(),
                    body=message.body,
                    headers={name.encode(): value.encode() for name, value in message.headers},
                    params=params,
                )
    raise AssertionError(message.start)


@pytest.mark.parametrize("name", READ)
def test_a_sample_is_read_by_its_route(name: str) -> None:
    """A sample has its route, its key, and its status if it is refused."""
    call, request = _request_of(_sample(name))
    expected, status = READ[name]
    assert call == expected
    key = None if name == "no-key" else b"YOUR_KEY_OF_SAMPLES"
    assert API.credential(ROUTES[call], request) == key
    if not status:
        assert not isinstance(command_of(call, request), Response)
        return
    with pytest.raises(Refused) as raised:
        command_of(call, request)
    assert API.error_response(ROUTES[call], request, raised.value.problems).status == status


def test_no_sample_is_forgotten() -> None:
    """Every request in the folder is in the table."""
    names = {path.name for path in Path(FOLDER).glob("*.http")}
    assert {name for name in names if not name.endswith(".reply.http")} == {
        f"{name}.http" for name in READ
    }


def test_the_sample_of_the_guide_has_its_whole_response() -> None:
    """The company of the vendor's guide gets 201, every member, and the team."""
    call, request = _request_of(_sample("create-company"))
    command = command_of(call, request)
    assert isinstance(command, Create)
    (draft,) = command.drafts
    entry = replace(ENTRY, vendor_fields=draft.vendor_fields, contacts=draft.contacts)
    response = API.response(
        ROUTES[call], request, command, CommandResult(entries=(entry,), fresh=(True,))
    )
    assert (response.status, json_of(response)) == (201, {"data": CONTACT_JSON})
    assert response.headers == (
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(response.chunks[0])),
        (b"x-content-type-options", b"nosniff"),
        (b"x-chief-team", b"example-team"),
    )


def _status(fresh: bool) -> int:
    command = command_of("create", request_of(STUDIO))
    result = CommandResult(entries=(ENTRY,), fresh=(fresh,))
    return API.response(ROUTES["create"], request_of(STUDIO), command, result).status


def _listed(query: str, member: str) -> Any:
    command = command_of("list", request_of(query=query))
    assert isinstance(command, Listing)
    return getattr(command, member)


def _field(name: str, value: Any) -> Any:
    return draft_of({**STUDIO, name: value}).vendor_fields[name]


def _refused(name: str, body: Any) -> list[str]:
    return list(errors_of(name, request_of(body, handle="one")))


BEFORE: Final = replace(ENTRY, parent="before", metadata={"a": "1", "b": "2"})
SORT: Final = "sort=HANDLE,-is_default,nonsense,id"

STATED: Final[tuple[tuple[str, Callable[[], Any], Any], ...]] = (
    ("3.1 create, new", lambda: _status(True), 201),
    ("3.1 create, identical", lambda: _status(False), 200),
    ("3.3 company_name", lambda: _field("company_name", "A"), "A"),
    ("3.3 registration", lambda: _field("company_registration_number", "1"), "1"),
    ("3.3 trading name", lambda: _field("company_trading_name", "A"), "A"),
    ("3.3 company_url", lambda: _field("company_url", "http://example.com"), "http://example.com"),
    ("3.3 vat", lambda: _field("vat_registration", "NL1"), "NL1"),
    ("3.3 state", lambda: draft_of({**STUDIO, "address_country_code": "US",
                                "address_state": "New York"}).vendor_fields["address_state"], "NY"),
    ("3.3 parent", lambda: draft_of({**STUDIO, "parent_handle": "p"}).parent, "p"),
    ("3.3 invalid parent", lambda: draft_of({**STUDIO, "parent_handle": "p p"}).parent, ""),
    ("3.3 is_default", lambda: draft_of({**STUDIO, "is_default": True}).default, True),
    ("3.3 allow_duplicate", lambda: draft_of({**STUDIO, "allow_duplicate": True}).forced, True),
    ("3.3 extension data", lambda: _field("extension_data", {"a": 1}), {"a": 1}),
    ("3.3 metadata", lambda: draft_of({**STUDIO, "metadata": {"a": "b"}}).metadata, {"a": "b"}),
    ("3.3 key of 41", lambda: _refused("create", {**STUDIO, "metadata": {"k" * 41: "b"}}),
     ["metadata.key"]),
    ("3.3 brackets", lambda: _refused("create", {**STUDIO, "metadata": {"a]": "b"}}),
     ["metadata.key"]),
    ("3.3 value of 501", lambda: _refused("create", {**STUDIO, "metadata": {"a": "x" * 501}}),
     ["metadata.a"]),
    ("3.3 51 keys", lambda: _refused("create", {**STUDIO, "metadata": dict.fromkeys(
        map(str, range(51)), "x")}), ["metadata"]),
    ("3.3 expand", lambda: getattr(
        command_of("create", request_of(STUDIO, "expand[]=parent")), "expand", 0), True),
    ("3.4 partial", lambda: updated_draft({"address_city": "Utrecht"}).vendor_fields,
     {**ENTRY.vendor_fields, "address_city": "Utrecht"}),
    ("3.4 names", lambda: _refused("update", {"first_name": "A", "last_name": "B",
                                              "company_name": "C"}),
     ["first_name", "last_name", "company_name"]),
    ("3.4 invalid parent", lambda: updated_draft({"parent_handle": "p p"}, BEFORE).parent, ""),
    ("3.4 default true", lambda: updated_draft({"is_default": True}).default, True),
    ("3.4 default false", lambda: _refused("update", {"is_default": False}), ["is_default"]),
    ("3.4 merge", lambda: updated_draft({"metadata": {"c": "3"}}, BEFORE).metadata,
     {"a": "1", "b": "2", "c": "3"}),
    ("3.4 remove a key", lambda: updated_draft({"metadata": {"a": ""}}, BEFORE).metadata,
     {"b": "2"}),
    ("3.4 remove all", lambda: updated_draft({"metadata": {}}, BEFORE).metadata, {}),
    ("3.4 e-mail", lambda: updated_draft({"email": "a@b.example"}).vendor_fields["email"],
     "a@b.example"),
    ("3.4 no allow_duplicate", lambda: updated_draft({"allow_duplicate": True}).forced, False),
    ("3.5 query", lambda: _listed("query=doe", "query"), "doe"),
    ("3.5 parent_handle", lambda: _listed("parent_handle=p", "parent"), "p"),
    ("3.5 sort", lambda: _listed(SORT, "sort"),
     (("handle", False), ("default", True), ("id", False))),
    ("3.5 five fields", lambda: _listed("sort=a,b,c,d,e,id", "sort"), ()),
    ("3.5 page", lambda: _listed("page=3", "page"), 3),
    ("3.5 per_page", lambda: _listed("per_page=7", "per_page"), 7),
    ("3.5 metadata", lambda: _listed("metadata[a]=b", "metadata"), {"a": "b"}),
    ("3.5 expand", lambda: _listed("expand[]=parent", "expand"), True),
)  # fmt: skip
"""The statements of the vendor's public page, by the section that restates them: how to observe
each, and the value it states."""


@pytest.mark.parametrize(("row", "observe", "stated"), STATED, ids=[row for row, _, _ in STATED])
def test_the_vendors_statements_hold(row: str, observe: Callable[[], Any], stated: Any) -> None:
    """Every row of the page has a case."""
    assert observe() == stated, row
