"""Domain Chief's requests and responses, route by route."""

import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from tests.support.domainchief import (
    API,
    CARD,
    CONTACT_JSON,
    ENTRY,
    EVERYTHING,
    ROUTES,
    STUDIO,
    VENDOR_FIELDS,
    command_of,
    draft_of,
    errors_of,
    json_of,
    request_of,
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
    """Each route has the vendor's method and path, and all but delete can respond with cards."""
    assert [(one.name, one.method, one.path) for one in API.routes] == ROUTE_TABLE
    assert [one.name for one in API.routes if not one.cards] == ["delete"]


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
    assert API.credential(ROUTES["list"], request_of(headers={b"authorization": header})) == key


def test_a_key_in_the_url_is_not_read() -> None:
    """A token in the query is no key."""
    assert API.credential(ROUTES["list"], request_of(query="access_token=abc&token=abc")) is None


@pytest.mark.parametrize("team", [b"1", b"example-team", b"01hxyz.a_b"])
def test_a_team_is_echoed_and_decides_nothing(team: bytes) -> None:
    """The command is the same with every team, and the response repeats the team."""
    request = request_of(handle="one", headers={b"x-chief-team": team})
    assert command_of("show", request) == Get(ref="one")
    response = API.response(
        ROUTES["show"], request, Get(ref="one"), CommandResult(entries=(ENTRY,))
    )
    assert (b"x-chief-team", team) in response.headers


@pytest.mark.parametrize("team", [b"a b", b"-", b"a/b", b"x" * 65, b"\xff"])
def test_a_team_of_another_form_is_refused(team: bytes) -> None:
    """A text that is no team is 403, and is not repeated."""
    request = request_of(handle="one", headers={b"x-chief-team": team})
    with pytest.raises(Refused) as raised:
        command_of("show", request)
    response = API.error_response(ROUTES["show"], request, raised.value.problems)
    assert (response.status, json_of(response)) == (
        403,
        {"message": "The X-Chief-Team header names no team."},
    )
    assert b"x-chief-team" not in dict(response.headers)


def test_the_guides_create_request_is_read_whole() -> None:
    """Every member is in the vendor fields and on the card."""
    draft = draft_of(STUDIO)
    expected = Draft(
        contacts=(CARD,),
        vendor_fields=VENDOR_FIELDS,
        handle=draft.handle,
        dedupe_key=draft.dedupe_key,
    )
    assert draft == expected
    assert (len(draft.handle), len(draft.dedupe_key)) == (16, 32)


def test_every_member_of_a_create_request_is_read() -> None:
    """The state becomes its abbreviation; parent, default, copy, metadata and extension data are
    read."""
    draft = draft_of(EVERYTHING)
    (address,) = CARD.addresses
    card = structs.replace(
        CARD,
        addresses=(structs.replace(address, region="NH"),),
        websites=(Website(url="https://studio.example.com/"),),
        note="Trading name: Example\nRegistration number: 99887766\nVAT: NL001234567B01",
    )
    texts = {name: EVERYTHING[name] for name in VENDOR_FIELDS}
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
    """Both responses have the contact under `data`."""
    command = command_of("create", request_of(STUDIO))
    for fresh, status in ((True, 201), (False, 200)):
        result = CommandResult(entries=(ENTRY,), fresh=(fresh,))
        response = API.response(ROUTES["create"], request_of(STUDIO), command, result)
        assert (response.status, json_of(response)) == (status, {"data": CONTACT_JSON})
        assert list(json_of(response)["data"]) == list(CONTACT_JSON)


def test_handles_are_never_the_same() -> None:
    """A handle is random, whatever the contact."""
    assert len({draft_of(STUDIO).handle for _ in range(50)}) == 50


@pytest.mark.parametrize("name", ["create", "show", "update"])
def test_a_parent_is_a_handle_or_whole(name: str) -> None:
    """A parent is its handle, and with `expand[]=parent` the contact, whose parent is a handle."""
    entry, parent = replace(ENTRY, parent="p"), replace(ENTRY, handle="p", parent="g")
    body = {"create": STUDIO, "update": {}}.get(name)
    for query, parents, member in (
        ("", {}, "p"),
        ("expand[]=parent", {"p": parent}, {**CONTACT_JSON, "handle": "p", "parent": "g"}),
    ):
        request = request_of(body, query, ENTRY.handle)
        command = command_of(name, request)
        assert getattr(command, "expand", None) is bool(query)
        result = CommandResult(entries=(entry,), fresh=(True,), parents=parents)
        assert (
            json_of(API.response(ROUTES[name], request, command, result))["data"]["parent"]
            == member
        )


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
    """The option may have brackets, an index, neither, or a list with commas."""
    assert command_of("show", request_of(query=query, handle="one")) == Get(
        ref="one", expand=expand
    )


@pytest.mark.parametrize("name", ["list", "create", "show", "update", "delete"])
def test_an_unknown_expansion_is_refused(name: str) -> None:
    """The message names the index of the expansion."""
    assert errors_of(name, request_of(STUDIO, "expand[]=parent&expand[]=domains", "one")) == {
        "expand.1": ["The selected expand.1 is invalid."]
    }


def test_the_response_to_a_delete_is_empty() -> None:
    """The status is 204, and the body is empty."""
    command = command_of("delete", request_of(handle="one"))
    assert command == Delete(ref="one")
    response = API.response(
        ROUTES["delete"], request_of(handle="one"), command, CommandResult(entries=(ENTRY,))
    )
    assert response == Response(status=204, headers=(), chunks=())


@pytest.mark.parametrize("name", ["show", "update", "delete"])
@pytest.mark.parametrize("handle", ["a b", "a\x00", "é", "x" * 65])
def test_an_impossible_handle_is_not_found(name: str, handle: str) -> None:
    """The status is 404, without a search in the contact book."""
    with pytest.raises(Refused) as raised:
        command_of(name, request_of({} if name == "update" else None, handle=handle))
    assert [problem.code for problem in raised.value.problems] == [E404]


def test_a_batch_keeps_the_order_of_its_handles() -> None:
    """A batch has each possible handle once, and expands parents on demand."""
    body = {"contacts": ["b", "a", "b", "no handle", "\x00"], "expand": ["parent"]}
    assert command_of("batch", request_of(body)) == GetMany(refs=("b", "a"), expand=True)
    assert command_of("batch", request_of({"contacts": ["a"]}, "expand[]=parent")) == GetMany(
        refs=("a",), expand=True
    )
    other = replace(ENTRY, handle="b")
    response = API.response(
        ROUTES["batch"],
        request_of(body),
        GetMany(refs=("b", "a")),
        CommandResult(entries=(other, ENTRY)),
    )
    assert (response.status, json_of(response)) == (
        200,
        {"data": [{**CONTACT_JSON, "handle": "b"}, CONTACT_JSON]},
    )


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
def test_a_wrong_batch_is_refused(body: Any, errors: dict[str, list[str]]) -> None:
    """A batch has 1 to 100 handles, all of them texts; further ones have no sentence of their
    own."""
    assert errors_of("batch", request_of(body)) == errors


def test_several_problems_are_counted_in_the_message() -> None:
    """The first sentence leads, with the number of further errors."""
    for body, message in (
        ({"email": None}, "The email field is required."),
        ({"email": 1, "phone": 1}, "The email field must be a string. (and 1 more error)"),
        (
            {"email": 1, "phone": 1, "address_city": " "},
            "The address city field is required. (and 2 more errors)",
        ),
    ):
        with pytest.raises(Refused) as raised:
            command_of("create", request_of({**STUDIO, **body}))
        response = API.error_response(ROUTES["create"], request_of(), raised.value.problems)
        assert json_of(response)["message"] == message


@pytest.mark.parametrize("body", [[1], "text", 7, False, None])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    """The message fits every method."""
    request = structs.replace(request_of({}, handle="one"), body=json.dumps(body).encode())
    with pytest.raises(Refused) as raised:
        API.read(ROUTES["update"], request)
    response = API.error_response(ROUTES["update"], request, raised.value.problems)
    assert (response.status, json_of(response)) == (
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
def test_a_refusal_of_the_edge_has_a_message(
    problem: Problem, status: int, message: str, maybe_route: Route | None
) -> None:
    """The body has `message` alone; 429 and 503 have a time to wait, 401 a challenge."""
    response = API.error_response(maybe_route, request_of(), (problem,))
    assert (response.status, json_of(response)) == (status, {"message": message})
    headers = dict(response.headers)
    wait = problem.retry_after
    assert headers.get(b"retry-after") == (None if wait is None else b"%d" % wait)
    assert headers.get(b"www-authenticate") == (b"Bearer" if status == 401 else None)
    assert headers[b"content-length"] == b"%d" % len(b"".join(response.chunks))


def test_a_problem_without_a_member_has_its_message() -> None:
    """A 422 without a member has an empty `errors`."""
    response = API.error_response(None, request_of(), (_problem(E108, 422),))
    assert (response.status, json_of(response)) == (422, {"message": E108.info, "errors": {}})


def test_the_path_of_an_entry_has_its_handle() -> None:
    """The path is below the mount."""
    assert API.path_of(ENTRY) == "/api/v1/contacts/abcdefgh23456789"


def test_the_codes_are_distinct() -> None:
    """Every code has a name of its own, status 422 and a sentence for the documentation."""
    assert len({code.name for code in CODES}) == len(CODES)
    assert {code.status for code in CODES} == {422}
    assert all(code.when and code.name.startswith("DC-") for code in CODES)
