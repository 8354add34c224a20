"""Domain Chief's samples, and a case for every row that the vendor's public page states."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.domainchief import (
    CHIEF,
    ENTRY,
    ROUTES,
    STUDIO,
    TOLD,
    ask,
    kept,
    read,
    said,
    updated,
    wrong,
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
"""Each sample: its call, and the status that reading it is refused with (0: it is not)."""


def _sample(name: str) -> Message:
    return parse((FOLDER / f"{name}.http").read_bytes())


def _ask(message: Message) -> tuple[str, Request]:
    """The call of a message, and what the door makes of it."""
    method, target, _ = message.start.split(" ")
    path, _, query = target.removeprefix(MOUNT).partition("?")
    given = path.removesuffix(".vcf").split("/")  # the door has taken it
    for route in CHIEF.routes:
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
def test_a_sample_is_read_as_its_name_says(name: str) -> None:
    """Its call, its key, and whether it is refused."""
    call, asked = _ask(_sample(name))
    expected, status = READ[name]
    assert call == expected
    key = None if name == "no-key" else b"YOUR_KEY_OF_SAMPLES"
    assert CHIEF.credential(ROUTES[call], asked) == key
    if not status:
        assert not isinstance(read(call, asked), Response)
        return
    with pytest.raises(Refused) as refused:
        read(call, asked)
    assert CHIEF.error_response(ROUTES[call], asked, refused.value.problems).status == status


def test_no_sample_is_forgotten() -> None:
    """Every request in the folder stands in the table."""
    found = {path.name for path in Path(FOLDER).glob("*.http")}
    assert {name for name in found if not name.endswith(".reply.http")} == {
        f"{name}.http" for name in READ
    }


def test_the_sample_of_the_guide_has_its_whole_reply() -> None:
    """The company of the vendor's guide: 201, every member, the team again."""
    call, asked = _ask(_sample("create-company"))
    task = read(call, asked)
    assert isinstance(task, Create)
    (draft,) = task.drafts
    entry = replace(ENTRY, vendor_fields=draft.vendor_fields, contacts=draft.contacts)
    reply = CHIEF.response(
        ROUTES[call], asked, task, CommandResult(entries=(entry,), fresh=(True,))
    )
    assert (reply.status, said(reply)) == (201, {"data": TOLD})
    assert reply.headers == (
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(reply.chunks[0])),
        (b"x-content-type-options", b"nosniff"),
        (b"x-chief-team", b"example-team"),
    )


def _status(fresh: bool) -> int:
    task = read("create", ask(STUDIO))
    found = CommandResult(entries=(ENTRY,), fresh=(fresh,))
    return CHIEF.response(ROUTES["create"], ask(STUDIO), task, found).status


def _listed(query: str, member: str) -> Any:
    task = read("list", ask(query=query))
    assert isinstance(task, Listing)
    return getattr(task, member)


def _word(name: str, value: Any) -> Any:
    return kept({**STUDIO, name: value}).vendor_fields[name]


def _refused(name: str, body: Any) -> list[str]:
    return list(wrong(name, ask(body, handle="one")))


BEFORE: Final = replace(ENTRY, parent="before", metadata={"a": "1", "b": "2"})
SORT: Final = "sort=HANDLE,-is_default,nonsense,id"

STATED: Final[tuple[tuple[str, Callable[[], Any], Any], ...]] = (
    ("3.1 create, new", lambda: _status(True), 201),
    ("3.1 create, identical", lambda: _status(False), 200),
    ("3.3 company_name", lambda: _word("company_name", "A"), "A"),
    ("3.3 registration", lambda: _word("company_registration_number", "1"), "1"),
    ("3.3 trading name", lambda: _word("company_trading_name", "A"), "A"),
    ("3.3 company_url", lambda: _word("company_url", "http://example.com"), "http://example.com"),
    ("3.3 vat", lambda: _word("vat_registration", "NL1"), "NL1"),
    ("3.3 state", lambda: kept({**STUDIO, "address_country_code": "US",
                                "address_state": "New York"}).vendor_fields["address_state"], "NY"),
    ("3.3 parent", lambda: kept({**STUDIO, "parent_handle": "p"}).parent, "p"),
    ("3.3 invalid parent", lambda: kept({**STUDIO, "parent_handle": "p p"}).parent, ""),
    ("3.3 is_default", lambda: kept({**STUDIO, "is_default": True}).default, True),
    ("3.3 allow_duplicate", lambda: kept({**STUDIO, "allow_duplicate": True}).forced, True),
    ("3.3 extension data", lambda: _word("extension_data", {"a": 1}), {"a": 1}),
    ("3.3 metadata", lambda: kept({**STUDIO, "metadata": {"a": "b"}}).metadata, {"a": "b"}),
    ("3.3 key of 41", lambda: _refused("create", {**STUDIO, "metadata": {"k" * 41: "b"}}),
     ["metadata.key"]),
    ("3.3 brackets", lambda: _refused("create", {**STUDIO, "metadata": {"a]": "b"}}),
     ["metadata.key"]),
    ("3.3 value of 501", lambda: _refused("create", {**STUDIO, "metadata": {"a": "x" * 501}}),
     ["metadata.a"]),
    ("3.3 51 keys", lambda: _refused("create", {**STUDIO, "metadata": dict.fromkeys(
        map(str, range(51)), "x")}), ["metadata"]),
    ("3.3 expand", lambda: getattr(read("create", ask(STUDIO, "expand[]=parent")), "expand", 0),
     True),
    ("3.4 partial", lambda: updated({"address_city": "Utrecht"}).vendor_fields,
     {**ENTRY.vendor_fields, "address_city": "Utrecht"}),
    ("3.4 names", lambda: _refused("update", {"first_name": "A", "last_name": "B",
                                              "company_name": "C"}),
     ["first_name", "last_name", "company_name"]),
    ("3.4 invalid parent", lambda: updated({"parent_handle": "p p"}, BEFORE).parent, ""),
    ("3.4 default true", lambda: updated({"is_default": True}).default, True),
    ("3.4 default false", lambda: _refused("update", {"is_default": False}), ["is_default"]),
    ("3.4 merge", lambda: updated({"metadata": {"c": "3"}}, BEFORE).metadata,
     {"a": "1", "b": "2", "c": "3"}),
    ("3.4 remove a key", lambda: updated({"metadata": {"a": ""}}, BEFORE).metadata, {"b": "2"}),
    ("3.4 remove all", lambda: updated({"metadata": {}}, BEFORE).metadata, {}),
    ("3.4 e-mail", lambda: updated({"email": "a@b.example"}).vendor_fields["email"], "a@b.example"),
    ("3.4 no allow_duplicate", lambda: updated({"allow_duplicate": True}).forced, False),
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
"""What the vendor's public page states, by the section that restates it: how to see it, and what
is to be seen."""


@pytest.mark.parametrize(("row", "seen", "stated"), STATED, ids=[row for row, _, _ in STATED])
def test_what_the_vendor_states_is_so(row: str, seen: Callable[[], Any], stated: Any) -> None:
    """Every row of the page has a case."""
    assert seen() == stated, row
