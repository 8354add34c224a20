"""Any request to Domain Chief gives a response, and every accepted contact a card."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.domainchief import API, ENTRY, ROUTES, STUDIO, errors_of, request_of
from tests.support.hypothesis_profiles import examples
from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.domainchief import CODES
from vcardsvc.errors import CATALOGUE, Problem, Refused
from vcardsvc.model.address_book import CommandResult, Create, Delete, Draft, Listing, Update
from vcardsvc.validation import countries
from vcardsvc.vcard import PROFILES, write


@pytest.fixture(scope="module", autouse=True)
def _load_countries() -> None:
    """Load the tables of countries and states, which takes longer than a drawn example may."""
    countries.preload()


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60) | st.text(
    alphabet='\\;,:"\t ^%<>=aé李😀\u200d\u0301\u2028', min_size=1, max_size=90
)
NAMES = [*STUDIO, "company_url", "address_state", "parent_handle", "is_default", "metadata",
         "extension_data", "allow_duplicate", "contacts", "expand"]  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(NAMES), ANY)
QUERIES = st.text(max_size=80).map(str.encode) | st.lists(
    st.sampled_from(
        ["page=", "per_page=", "sort=", "query=", "metadata", "metadata[", "[", "]",
         "]=", "expand[]=", "parent", "&",
         "%00", "%ff", "9", "-id,", "parent_handle="]
    ), max_size=12,
).map(lambda parts: "".join(parts).encode())  # fmt: skip


def _well_formed(response: Response, status: int) -> None:
    body = b"".join(response.chunks)
    assert response.status == status
    assert dict(response.headers)[b"content-length"] == b"%d" % len(body)
    assert type(json.loads(body)["message"]) is str
    assert ("errors" in json.loads(body)) is (status == 422)


def _respond(name: str, request: Request) -> None:
    route = ROUTES[name]
    try:
        command = API.read(route, request)
        assert not isinstance(command, Response)
        if isinstance(command, Update):
            command.edit(ENTRY)
    except Refused as refusal:
        for problem in refusal.problems:
            assert problem.code in (*CODES, *CATALOGUE)
        response = API.error_response(route, request, refusal.problems)
        _well_formed(response, refusal.problems[0].http_status)
        return
    result = CommandResult(entries=(ENTRY,), fresh=(True,), total=1)
    response = API.response(route, request, command, result)
    if not isinstance(command, Delete):
        assert "data" in json.loads(b"".join(response.chunks))
    if isinstance(command, Listing):
        assert 1 <= command.per_page <= 100


@given(
    name=st.sampled_from(list(ROUTES)),
    body=st.binary(max_size=200) | BODIES.map(json.dumps).map(str.encode),
    query=QUERIES,
    handle=st.text(max_size=20),
    team=st.binary(max_size=10),
)
@examples(400)
def test_any_request_gets_a_response(
    name: str, body: bytes, query: bytes, handle: str, team: bytes
) -> None:
    """Any bytes, any JSON and any query give a command or a well-formed refusal."""
    request = structs.replace(
        request_of(handle="one"), body=body, query=query, params={"contactHandle": handle},
        headers={b"x-chief-team": team},
    )  # fmt: skip
    _respond(name, request)


@given(header=st.binary(max_size=40))
def test_any_header_is_a_key_or_none(header: bytes) -> None:
    """A key has no blanks, and is ASCII."""
    key = API.credential(ROUTES["list"], request_of(headers={b"authorization": header}))
    assert key is None or (key.isascii() and not key.split()[1:])


@given(
    code=st.sampled_from([*CODES, *CATALOGUE]),
    field=st.none() | st.text(max_size=20).map(lambda text: f"/{text}"),
    detail=st.text(max_size=20),
    others=st.lists(st.sampled_from([*CODES, *CATALOGUE]), max_size=3),
)
def test_any_problem_gets_a_response(code: Any, field: Any, detail: str, others: Any) -> None:
    """Problems of this API and of the edge have one, with and without a field, alone or with
    others."""
    problems = (
        Problem(code=code, field=field, detail=detail),
        *(Problem(code=one) for one in others),
    )
    _well_formed(API.error_response(None, request_of(), problems), code.status)


def _write_cards(draft: Draft) -> None:
    """Write the card for every target; the vendor fields survive JSON."""
    assert json.loads(json.dumps(draft.vendor_fields)) == draft.vendor_fields
    for contact in draft.contacts:
        for profile in PROFILES.values():
            assert write(contact, profile).size


CONTACTS = st.fixed_dictionaries(
    {
        **dict.fromkeys(STUDIO, TEXT),
        "address_country_code": st.sampled_from(["NL", "US", "AQ", "TW"]),
        "email": TEXT.map(lambda text: f"{text}@example.com") | st.just("a@example.org"),
        "phone": st.sampled_from(["+31 20 555 0142", "+1 650 253 0000 x12", "+٣١٢٠٥٥٥٠١٤٢"]),
    },
    optional={
        "company_url": TEXT.map(lambda text: f"https://{text}"),
        "address_state": TEXT | st.sampled_from(["New York", "ny"]),
        "extension_data": ANY,
    },
)


def _accepted_draft(body: dict[str, Any]) -> Draft | None:
    """Return the draft without the refused members; None without a required one."""
    while True:
        try:
            command = API.read(ROUTES["create"], request_of(body))
        except Refused as refusal:
            field = (refusal.problems[0].field or "")[1:]
            if field not in body:
                return None
            del body[field]
        else:
            assert isinstance(command, Create)
            return command.drafts[0]


@given(body=CONTACTS)
@examples(300)
def test_an_accepted_contact_can_be_written_as_a_card(body: dict[str, Any]) -> None:
    """Every accepted contact has a card for every target, after a create and after an update."""
    draft = _accepted_draft(body)
    if draft is None:
        return
    _write_cards(draft)
    entry = replace(ENTRY, vendor_fields=draft.vendor_fields, contacts=draft.contacts)
    update = API.read(ROUTES["update"], request_of({"address_city": "Utrecht"}, handle="one"))
    assert isinstance(update, Update)
    _write_cards(update.edit(entry))


def test_a_number_that_json_cannot_write_is_refused() -> None:
    """1e400 is infinity to a parser, and infinity is no JSON."""
    body = json.dumps({**STUDIO, "extension_data": {"n": 0.25}}).replace("0.25", "1e400").encode()
    _respond("create", structs.replace(request_of(), body=body))


@pytest.mark.parametrize(
    ("name", "others", "value"), [("create", STUDIO, 1), ("update", {}, 1), ("update", {}, "")]
)
def test_metadata_of_sixty_thousand_keys_is_one_problem(
    name: str, others: dict[str, Any], value: Any
) -> None:
    """There is no problem for each key, whatever is wrong with them."""
    body = {**others, "metadata": dict.fromkeys(map(str, range(60_000)), value)}
    errors = {"metadata": ["The metadata field must not have more than 50 items."]}
    assert errors_of(name, request_of(body, handle="one")) == errors
