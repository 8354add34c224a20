"""Domain Chief's calls: what each reads, and what its callers are answered."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.domainchief import (
    CARD,
    CHIEF,
    ENTRY,
    EVERYTHING,
    ROUTES,
    STUDIO,
    TOLD,
    WORDS,
    ask,
    kept,
    read,
    said,
    wrong,
)
from vcardsvc.apis.base import Response, Route
from vcardsvc.apis.domainchief import CODES
from vcardsvc.errors import E100, E104, E108, E113, E403, E404, E406, E503, Problem, Refused
from vcardsvc.model.address_book import CommandResult, Delete, Draft, Get, GetMany
from vcardsvc.model.contact import Website

ROUTE_TABLE = [
    ("list", "GET", "/api/v1/contacts"),
    ("create", "POST", "/api/v1/contacts"),
    ("batch", "POST", "/api/v1/contacts/list"),
    ("show", "GET", "/api/v1/contacts/{contactHandle}"),
    ("update", "PATCH", "/api/v1/contacts/{contactHandle}"),
    ("delete", "DELETE", "/api/v1/contacts/{contactHandle}"),
]


def test_the_six_routes_are_the_vendors() -> None:
    """Each call has the vendor's method and path, and all but delete can answer with cards."""
    assert [(one.name, one.method, one.path) for one in CHIEF.routes] == ROUTE_TABLE
    assert [one.name for one in CHIEF.routes if not one.cards] == ["delete"]


AUTHORIZATION = [
    (b"Bearer ctt_abc", b"ctt_abc"),
    (b"bearer  ctp_abc ", b"ctp_abc"),
    (b"BEARER x", b"x"),
    (b"Bearer", None),
    (b"Bearer ", None),
    (b"Bearer a b", None),
    (b"Basic eDp5", None),
    (b"", None),
    (b"Bearer \xff", None),
]


@pytest.mark.parametrize(("header", "key"), AUTHORIZATION)
def test_the_key_is_the_bearer_token(header: bytes, key: bytes | None) -> None:
    """The scheme is read in any case; another scheme, or no token, is no key."""
    assert CHIEF.credential(ROUTES["list"], ask(headers={b"authorization": header})) == key


def test_a_key_in_the_url_is_none() -> None:
    """Tokens are never read from a query."""
    assert CHIEF.credential(ROUTES["list"], ask(query="access_token=abc&token=abc")) is None


@pytest.mark.parametrize("team", [b"1", b"example-team", b"01hxyz.a_b"])
def test_a_team_is_echoed_and_decides_nothing(team: bytes) -> None:
    """The task is the same with every team and with none; the reply says the team again."""
    asked = ask(handle="one", headers={b"x-chief-team": team})
    assert read("show", asked) == Get(ref="one")
    reply = CHIEF.response(ROUTES["show"], asked, Get(ref="one"), CommandResult(entries=(ENTRY,)))
    assert (b"x-chief-team", team) in reply.headers


@pytest.mark.parametrize("team", [b"a b", b"-", b"a/b", b"x" * 65, b"\xff"])
def test_a_team_of_another_form_is_refused(team: bytes) -> None:
    """What can be no team is 403, and does not come back."""
    asked = ask(handle="one", headers={b"x-chief-team": team})
    with pytest.raises(Refused) as refused:
        read("show", asked)
    reply = CHIEF.error_response(ROUTES["show"], asked, refused.value.problems)
    assert (reply.status, said(reply)) == (
        403,
        {"message": "The X-Chief-Team header names no team."},
    )
    assert b"x-chief-team" not in dict(reply.headers)


def test_the_guides_create_call_is_read_whole() -> None:
    """Every member finds its place in the words and in the card."""
    draft = kept(STUDIO)
    expected = Draft(
        contacts=(CARD,), vendor_fields=WORDS, handle=draft.handle, dedupe_key=draft.dedupe_key
    )
    assert draft == expected
    assert (len(draft.handle), len(draft.dedupe_key)) == (16, 32)


def test_every_member_of_a_create_call_is_read() -> None:
    """State as its abbreviation, parent, default, copy, metadata and extension data."""
    draft = kept(EVERYTHING)
    (address,) = CARD.addresses
    card = replace(
        CARD,
        addresses=(replace(address, region="NH"),),
        websites=(Website(url="https://studio.example.com/"),),
        note="Trading name: Example\nRegistration number: 99887766\nVAT: NL001234567B01",
    )
    texts = {name: EVERYTHING[name] for name in WORDS}
    assert draft == Draft(
        contacts=(card,),
        vendor_fields={**texts, "address_state": "NH"},
        handle=draft.handle,
        dedupe_key=draft.dedupe_key,
        forced=True,
        parent="holding",
        default=True,
        metadata={"customer_id": "4821"},
    )


def test_a_new_contact_is_201_and_an_identical_one_200() -> None:
    """Both say the contact under `data`."""
    task = read("create", ask(STUDIO))
    for fresh, status in ((True, 201), (False, 200)):
        found = CommandResult(entries=(ENTRY,), fresh=(fresh,))
        reply = CHIEF.response(ROUTES["create"], ask(STUDIO), task, found)
        assert (reply.status, said(reply)) == (status, {"data": TOLD})
        assert list(said(reply)["data"]) == list(TOLD)


def test_handles_are_never_the_same() -> None:
    """A handle is random, whatever the contact."""
    assert len({kept(STUDIO).handle for _ in range(50)}) == 50


@pytest.mark.parametrize("name", ["create", "show", "update"])
def test_a_parent_is_a_handle_or_whole(name: str) -> None:
    """Its handle, or with `expand[]=parent` the contact, whose own parent is a handle."""
    entry, parent = replace(ENTRY, parent="p"), replace(ENTRY, handle="p", parent="g")
    body = {"create": STUDIO, "update": {}}.get(name)
    for query, parents, told in (
        ("", {}, "p"),
        ("expand[]=parent", {"p": parent}, {**TOLD, "handle": "p", "parent": "g"}),
    ):
        asked = ask(body, query, ENTRY.handle)
        task = read(name, asked)
        assert getattr(task, "expand", None) is bool(query)
        found = CommandResult(entries=(entry,), fresh=(True,), parents=parents)
        assert said(CHIEF.response(ROUTES[name], asked, task, found))["data"]["parent"] == told


EXPANSIONS = [
    ("expand[]=parent", True),
    ("expand%5B%5D=parent", True),
    ("expand[0]=parent", True),
    ("expand=parent", True),
    ("expand=parent,parent", True),
    ("expand[]=", False),
    ("expanded=parent", False),
]


@pytest.mark.parametrize(("query", "expand"), EXPANSIONS)
def test_expand_is_read_in_every_spelling(query: str, expand: bool) -> None:
    """Brackets, an index, none at all, or a list with commas."""
    assert read("show", ask(query=query, handle="one")) == Get(ref="one", expand=expand)


@pytest.mark.parametrize("name", ["list", "create", "show", "update", "delete"])
def test_an_unknown_expansion_is_refused(name: str) -> None:
    """The message names its place."""
    assert wrong(name, ask(STUDIO, "expand[]=parent&expand[]=domains", "one")) == {
        "expand.1": ["The selected expand.1 is invalid."]
    }


def test_delete_answers_with_nothing() -> None:
    """204 and an empty body."""
    task = read("delete", ask(handle="one"))
    assert task == Delete(ref="one")
    reply = CHIEF.response(
        ROUTES["delete"], ask(handle="one"), task, CommandResult(entries=(ENTRY,))
    )
    assert reply == Response(status=204, headers=(), chunks=())


@pytest.mark.parametrize("name", ["show", "update", "delete"])
@pytest.mark.parametrize("handle", ["a b", "a\x00", "é", "x" * 65])
def test_what_can_be_no_handle_is_not_found(name: str, handle: str) -> None:
    """404, before anything is asked."""
    with pytest.raises(Refused) as refused:
        read(name, ask({} if name == "update" else None, handle=handle))
    assert [problem.code for problem in refused.value.problems] == [E404]


def test_a_batch_keeps_the_order_of_its_handles() -> None:
    """Each handle once, those that can be none left out; the parents on demand."""
    body = {"contacts": ["b", "a", "b", "no handle", "\x00"], "expand": ["parent"]}
    assert read("batch", ask(body)) == GetMany(refs=("b", "a"), expand=True)
    assert read("batch", ask({"contacts": ["a"]}, "expand[]=parent")) == GetMany(
        refs=("a",), expand=True
    )
    other = replace(ENTRY, handle="b")
    reply = CHIEF.response(
        ROUTES["batch"], ask(body), GetMany(refs=("b", "a")), CommandResult(entries=(other, ENTRY))
    )
    assert (reply.status, said(reply)) == (200, {"data": [{**TOLD, "handle": "b"}, TOLD]})


BATCHES = [
    ({}, {"contacts": ["The contacts field is required."]}),
    ({"contacts": []}, {"contacts": ["The contacts field is required."]}),
    ({"contacts": "a"}, {"contacts": ["The contacts field must be an array."]}),
    ({"contacts": ["a", 1]}, {"contacts.1": ["The contacts.1 field must be a string."]}),
    (
        {"contacts": [str(number) for number in range(101)]},
        {"contacts": ["The contacts field must not have more than 100 items."]},
    ),
    (
        {"contacts": [1] * 101},
        {
            "contacts": ["The contacts field must not have more than 100 items."],
            **{f"contacts.{n}": [f"The contacts.{n} field must be a string."] for n in range(100)},
        },
    ),
    ({"contacts": ["a"], "expand": "parent"}, {"expand": ["The expand field must be an array."]}),
    ({"contacts": ["a"], "expand": ["x"]}, {"expand.0": ["The selected expand.0 is invalid."]}),
]


@pytest.mark.parametrize(("body", "errors"), BATCHES)
def test_a_batch_that_is_none_is_refused(body: Any, errors: dict[str, list[str]]) -> None:
    """One hundred handles at most, at least one, all of them texts; those behind the hundredth have
    no sentence of their own."""
    assert wrong("batch", ask(body)) == errors


def test_several_problems_are_counted_in_the_message() -> None:
    """The first sentence leads; one more is an error, more are errors."""
    for body, message in (
        ({"email": None}, "The email field is required."),
        ({"email": 1, "phone": 1}, "The email field must be a string. (and 1 more error)"),
        (
            {"email": 1, "phone": 1, "address_city": " "},
            "The address city field is required. (and 2 more errors)",
        ),
    ):
        with pytest.raises(Refused) as refused:
            read("create", ask({**STUDIO, **body}))
        reply = CHIEF.error_response(ROUTES["create"], ask(), refused.value.problems)
        assert said(reply)["message"] == message


@pytest.mark.parametrize("body", [[1], "text", 7, False, None])
def test_a_body_that_is_no_object_is_told_so(body: Any) -> None:
    """In words that hold for every method."""
    asked = replace(ask({}, handle="one"), body=json.dumps(body).encode())
    with pytest.raises(Refused) as refused:
        CHIEF.read(ROUTES["update"], asked)
    reply = CHIEF.error_response(ROUTES["update"], asked, refused.value.problems)
    assert (reply.status, said(reply)) == (
        400,
        {"message": "The request body must be a JSON object."},
    )


def _problem(code: Any, status: int | None = None, **more: Any) -> Problem:
    return Problem(code=code, status=status, **more)


REFUSALS = [
    (_problem(E104), 401, "Unauthenticated."),
    (_problem(E403), 403, "This action is unauthorized."),
    (_problem(E403, detail="The key is publishable."), 403, "The key is publishable."),
    (_problem(E404), 404, "Not Found"),
    (_problem(E100, 405), 405, "The method is not supported for this route."),
    (_problem(E406, detail="Accept one of: a."), 406, "Accept one of: a."),
    (_problem(E406), 406, E406.info),
    (_problem(E100, 408), 408, "Request Timeout"),
    (_problem(E100, 413), 413, "Content Too Large"),
    (_problem(E100, 415), 415, "Unsupported Media Type"),
    (_problem(E113, retry_after=9), 429, "Too Many Attempts."),
    (_problem(E503), 500, "Server Error"),
    (_problem(E503, 503, retry_after=5), 503, "Service Unavailable"),
    (_problem(E108), 400, E108.info),
]


@pytest.mark.parametrize("maybe_route", [None, ROUTES["create"]])
@pytest.mark.parametrize(("problem", "status", "message"), REFUSALS)
def test_the_doors_problems_have_a_message(
    problem: Problem, status: int, message: str, maybe_route: Route | None
) -> None:
    """One member, `message`; 429 and 503 say when to come back, 401 how a key is shown."""
    reply = CHIEF.error_response(maybe_route, ask(), (problem,))
    assert (reply.status, said(reply)) == (status, {"message": message})
    headers = dict(reply.headers)
    wait = problem.retry_after
    assert headers.get(b"retry-after") == (None if wait is None else b"%d" % wait)
    assert headers.get(b"www-authenticate") == (b"Bearer" if status == 401 else None)
    assert headers[b"content-length"] == b"%d" % len(b"".join(reply.chunks))


def test_a_problem_without_a_member_still_has_its_message() -> None:
    """422 that is nobody's member has an empty `errors`."""
    reply = CHIEF.error_response(None, ask(), (_problem(E108, 422),))
    assert (reply.status, said(reply)) == (422, {"message": E108.info, "errors": {}})


def test_an_entry_is_shown_under_its_handle() -> None:
    """The path below the mount."""
    assert CHIEF.path_of(ENTRY) == "/api/v1/contacts/abcdefgh23456789"


def test_the_codes_are_told_apart() -> None:
    """Every code has a name of its own, status 422 and a sentence for the README."""
    assert len({code.name for code in CODES}) == len(CODES)
    assert {code.status for code in CODES} == {422}
    assert all(code.when and code.name.startswith("DC-") for code in CODES)
