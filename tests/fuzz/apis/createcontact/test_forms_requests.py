"""Any form is the same request as its JSON."""

from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.contact_requests import card_request
from tests.support.html_forms import (
    FORM_API,
    MULTIPART,
    Writer,
    as_flat,
    as_php,
    as_rails,
    multipart,
    parse_form,
)
from tests.support.hypothesis_profiles import examples
from vcardsvc.apis.base import Request

TEXT: Final = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
LINES: Final = st.lists(TEXT, max_size=3).map("\r\n".join)
WORDS: Final = st.text("abc李 .é", min_size=1, max_size=8).map(lambda text: f"J{text}")


def _entries(key: str, labels: st.SearchStrategy[str]) -> st.SearchStrategy[list[Any]]:
    # The value first: a label alone would start a row of its own in the form without numbers.
    first = st.fixed_dictionaries({key: TEXT.filter(lambda text: ":" not in text)})
    entry = st.tuples(first, st.fixed_dictionaries({}, optional={"label": labels}))
    return st.lists(entry.map(lambda parts: {**parts[0], **parts[1]}), max_size=6)


PLACES: Final = st.sampled_from(["work", "Home", " WORK ", ""])
REQUESTS: Final = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["createcontact", "CreateContact"]),
        "name": st.fixed_dictionaries(
            {"first-name": WORDS}, optional={"last-name": WORDS, "suffix": TEXT}
        ),
    },
    optional={
        "organization": LINES,
        "title": LINES,
        "note": LINES,
        "uid": TEXT,
        "photo-url": TEXT,
        "phone": _entries("number", st.sampled_from(["Fax", "mobile", "main", " "])),
        "email": _entries("id", PLACES),
        "physical-address": _entries("address", PLACES),
        "website": _entries("url", TEXT),
    },
)
many = examples(200, *HealthCheck)


@pytest.mark.parametrize("write_form", [as_php, as_rails, as_flat])
@many
@given(members=REQUESTS)
def test_a_form_is_the_same_request_as_its_json(
    write_form: Writer, members: dict[str, Any]
) -> None:
    """A form of any convention, in both encodings, becomes the card request of its JSON."""
    expected = card_request(members)
    fields = write_form(members)
    assert parse_form(urlencode(fields, quote_via=quote_plus).encode()).card_request() == expected
    assert parse_form(multipart(fields), MULTIPART).card_request() == expected
    assert FORM_API.read(Request(body=multipart(fields), content_type=MULTIPART)) == expected
