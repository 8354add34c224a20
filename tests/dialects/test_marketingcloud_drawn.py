"""Marketing Cloud: whatever is sent has an answer, and what is accepted can be written."""

import json
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialects.test_marketingcloud import (
    EMAIL,
    EXAMPLE,
    LINE_ID,
    answered,
    draft,
    entry,
    one_set,
    said,
    spoken,
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

drawn: Final = settings(deadline=None, suppress_health_check=list(HealthCheck))
"""However busy the machine is."""

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


def _made(route: Route, ask: Request, task: Any) -> Draft | None:
    """What is kept, for a change of nobody and of the contact that it made; None where a change
    lacks what a new contact needs."""
    if isinstance(task, Create):
        return task.drafts[0]
    assert isinstance(task, Upsert)
    problems: tuple[Problem, ...] = ()
    try:
        kept = task.make(None)
    except Refused as refused:
        problems = refused.problems
    if problems:
        assert spoken().error_response(route, ask, problems).status == 400
        return None
    task.make(entry(kept))
    return kept


def judged(route: Route, ask: Request) -> None:
    """A task, an answer or a refusal comes of it, and every refusal can be said."""
    try:
        spoken().credential(route, ask)
        task = spoken().read(route, ask)
    except Refused as refused:
        reply = spoken().error_response(route, ask, refused.problems)
        assert isinstance(said(reply), dict)
        assert 400 <= reply.status < 500
        return
    if isinstance(task, Response):
        assert task.status == 200
        return
    maybe_kept = _made(route, ask, task)
    if maybe_kept is None:
        return
    kept = maybe_kept
    assert said(
        answered(json.loads(ask.body), CommandResult(entries=(entry(kept),), fresh=(False,)))
    )
    for profile in PROFILES.values():
        write(kept.contacts[0], profile)


@drawn
@given(route=ROUTES, body=st.binary(max_size=80), media_type=MEDIA_TYPES, query=st.binary())
def test_any_octets_have_an_answer(
    route: Route, body: bytes, media_type: bytes, query: bytes
) -> None:
    """Whatever octets come, nothing but a refusal, a task or an answer comes of them."""
    judged(route, Request(body=body, content_type=media_type, query=query))


@drawn
@given(route=ROUTES, request=REQUESTS, header=st.binary(max_size=20))
def test_any_json_has_an_answer(route: Route, request: Any, header: bytes) -> None:
    """Any JSON that looks like a call, or like none, has an answer."""
    headers = {b"authorization": b"Basic " + header}
    ask = Request(
        body=json.dumps(request).encode(), headers=headers, content_type=b"application/json"
    )
    judged(route, ask)


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
@given(request=ACCEPTED)
def test_what_is_accepted_can_be_kept_and_written(request: Any) -> None:
    """A draft goes through JSON unharmed, is read the same again, and is a card for any reader."""
    try:
        kept = draft(request)
    except Refused as refused:
        codes = {problem.code.name for problem in refused.problems}
        assert codes <= {"E1525", "10005"}
        return
    assert entry(kept).vendor_fields == kept.vendor_fields
    assert draft(kept.vendor_fields) == kept
    for profile in PROFILES.values():
        write(kept.contacts[0], profile)


@drawn
@given(request=ACCEPTED)
def test_sets_are_spelled_as_they_are_read(request: Any) -> None:
    """Reading what was spelled gives the same sets."""
    validator = Validator(Policy())
    found = read_sets(validator, request["attributeSets"])
    if not validator.problems:
        assert read_sets(Validator(Policy()), write_sets(found)) == found
