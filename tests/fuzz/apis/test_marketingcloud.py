"""Marketing Cloud, drawn requests: each has a response, and accepted contacts can be written."""

import json
from typing import Any, Final

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from tests.support.marketingcloud import (
    EMAIL,
    EXAMPLE,
    LINE_ID,
    api,
    draft,
    entry,
    json_of,
    one_set,
    respond,
    with_sets,
)
from vcardsvc.apis.base import Request, Response, Route
from vcardsvc.apis.marketingcloud.routes import CREATE, LEGACY_TOKEN, TOKEN, UPDATE
from vcardsvc.apis.marketingcloud.schema import SETS
from vcardsvc.apis.marketingcloud.sets import read_sets, write_sets
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import CommandResult, Create, Draft, Upsert
from vcardsvc.validation.fields import Policy, Validator
from vcardsvc.vcard import PROFILES, write

drawn: Final = examples(100, *HealthCheck)
"""No deadline: the machine may be busy."""

TEXT: Final = st.text(max_size=12) | st.sampled_from(
    ("US", "a@example.com", "\r\nBEGIN:VCARD", "7")
)
SCALARS: Final = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
VALUES: Final = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAMES: Final = st.sampled_from(
    [name for one in SETS for name in (one.name, *(each.name for each in one.attributes))]
)
PAIRS: Final = st.fixed_dictionaries({}, optional={"name": NAMES | VALUES, "value": VALUES})
ITEMS: Final = st.fixed_dictionaries({}, optional={"values": st.lists(PAIRS, max_size=4) | VALUES})
ANY_SETS: Final = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES | VALUES,
        "items": st.lists(ITEMS, max_size=3) | VALUES,
        "values": st.lists(PAIRS, max_size=4) | VALUES,
    },
)
REQUESTS: Final = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "contactKey": VALUES,
        "contactID": VALUES,
        "attributeSets": st.lists(ANY_SETS, max_size=4) | VALUES,
        "grant_type": st.just("client_credentials") | VALUES,
        "client_id": VALUES,
        "client_secret": VALUES,
        "clientId": VALUES,
        "clientSecret": VALUES,
        "account_id": VALUES,
    },
)
MEDIA_TYPES: Final = st.sampled_from((b"application/json", b"application/x-www-form-urlencoded"))
ROUTES: Final = st.sampled_from((CREATE, UPDATE, TOKEN, LEGACY_TOKEN))


def _draft_of(route: Route, request: Request, command: Any) -> Draft | None:
    """Return the draft of a command, for a change of no contact; None if the change lacks what a
    new contact needs."""
    if isinstance(command, Create):
        return command.drafts[0]
    assert isinstance(command, Upsert)
    problems: tuple[Problem, ...] = ()
    try:
        draft = command.make(None)
    except Refused as refused:
        problems = refused.problems
    if problems:
        assert api().error_response(route, request, problems).status == 400
        return None
    command.make(entry(draft))
    return draft


def check(route: Route, request: Request) -> None:
    """Check that a request has a command, a response or a refusal with an error response."""
    try:
        api().credential(route, request)
        command = api().read(route, request)
    except Refused as refused:
        response = api().error_response(route, request, refused.problems)
        assert isinstance(json_of(response), dict)
        assert 400 <= response.status < 500
        return
    if isinstance(command, Response):
        assert command.status == 200
        return
    maybe_draft = _draft_of(route, request, command)
    if maybe_draft is None:
        return
    assert json_of(
        respond(
            json.loads(request.body), CommandResult(entries=(entry(maybe_draft),), fresh=(False,))
        )
    )
    for profile in PROFILES.values():
        write(maybe_draft.contacts[0], profile)


@drawn
@given(route=ROUTES, body=st.binary(max_size=80), media_type=MEDIA_TYPES, query=st.binary())
def test_any_octets_have_a_response(
    route: Route, body: bytes, media_type: bytes, query: bytes
) -> None:
    """Any octets have a refusal, a command or a response."""
    check(route, Request(body=body, content_type=media_type, query=query))


@drawn
@given(route=ROUTES, body=REQUESTS, header=st.binary(max_size=20))
def test_any_json_has_a_response(route: Route, body: Any, header: bytes) -> None:
    """Any JSON, with the members of a call or others, has a refusal, a command or a response."""
    headers = {b"authorization": b"Basic " + header}
    request = Request(
        body=json.dumps(body).encode(), headers=headers, content_type=b"application/json"
    )
    check(route, request)


LINE: Final = st.text(max_size=30)
ACCEPTED: Final = st.builds(
    lambda key, first, last, own, number, code, display, picture, status: with_sets(
        one_set("Email Addresses", *EMAIL),
        one_set(
            "Email Demographics",
            {"name": "First Name", "value": first},
            {"name": "Last Name", "value": last},
            {"name": "Own", "value": own},
        ),
        one_set(
            "MobileConnect Demographics",
            {"name": "Mobile Number", "value": number},
            {"name": "Locale", "value": code},
        ),
        *EXAMPLE["attributeSets"][4:6],
        one_set(
            "GroupConnect LINE Demographics",
            LINE_ID,
            {"name": "Display Name", "value": display},
            {"name": "Picture Url", "value": picture},
            {"name": "Status Message", "value": status},
        ),
        contactKey=f"k{key}",
    ),
    LINE, LINE, LINE, LINE | st.integers() | st.booleans(),
    st.from_regex(r"\+?[0-9٠-٩]{1,15}", fullmatch=True),
    st.sampled_from(("US", "DE", "in", "AQ")), LINE, LINE, LINE,
)  # fmt: skip


@drawn
@given(body=ACCEPTED)
def test_an_accepted_contact_can_be_stored_and_written(body: Any) -> None:
    """A draft goes through JSON unchanged, is read the same again, and can be written for any
    reader."""
    try:
        stored = draft(body)
    except Refused as refused:
        codes = {problem.code.name for problem in refused.problems}
        assert codes <= {"E1525", "10005"}
        return
    assert entry(stored).vendor_fields == stored.vendor_fields
    assert draft(stored.vendor_fields) == stored
    for profile in PROFILES.values():
        write(stored.contacts[0], profile)


@drawn
@given(body=ACCEPTED)
def test_written_sets_are_read_the_same(body: Any) -> None:
    """Reading the written sets returns the same sets."""
    validator = Validator(Policy())
    sets = read_sets(validator, body["attributeSets"])
    if not validator.problems:
        assert read_sets(Validator(Policy()), write_sets(sets)) == sets
