"""The options of a batch."""

from typing import Any
from urllib.parse import urlencode

import pytest

from vcardsvc.apis.base import Request
from vcardsvc.batch.request import read_options
from vcardsvc.errors import Refused
from vcardsvc.model.batch import BatchOptions
from vcardsvc.validation.fields import Policy

POLICY = Policy(region="GB", labels="free")


def _options(query: str, accept: str = "") -> BatchOptions:
    return read_options(Request(query=query.encode(), accept=accept.encode()), POLICY)


def _chosen(**options: Any) -> BatchOptions:
    return BatchOptions(region="GB", labels="free", **options)


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {}),
        ("as=zip&split=3000", {"form": "zip", "split": 3000}),
        ("as=ndjson&cards=jscontact", {"form": "ndjson", "card_form": "jscontact"}),
        ("target=apple&version=4.0", {"target": "apple", "version": "4.0"}),
        ("names=strict&company=card", {"names": "strict", "company": "card"}),
        ("photo=drop&dialect=google", {"photo": "drop", "dialect": "google"}),
        ("encoding=windows-1250", {"encoding": "windows-1250"}),
        ("delimiter=semicolon", {"delimiter": ";"}),
        ("delimiter=%3B", {"delimiter": ";"}),
        ("delimiter=tab", {"delimiter": "\t"}),
        ("as=zip&as=card", {"form": "card"}),
        (
            urlencode({"map": '{"Tel": "phone.mobile", "X": "ignore"}'}),
            {"columns": (("Tel", "phone.mobile"), ("X", "ignore"))},
        ),
        ("map=%7B%7D", {}),
    ],
)
def test_options_of_a_query(query: str, options: dict[str, Any]) -> None:
    """Each option has its value; the policy's region and labels are added."""
    assert _options(query) == _chosen(**options)


@pytest.mark.parametrize(
    ("accept", "options"),
    [
        ("*/*", {}),
        ("text/html", {}),
        ("text/vcard", {}),
        ("text/vcard; version=4.0", {"version": "4.0"}),
        ("application/zip", {"form": "zip"}),
        ("application/x-ndjson", {"form": "ndjson"}),
        ("application/json", {"form": "report"}),
        ("application/vcard+json", {"form": "jcard"}),
        ("application/vcard+xml", {"form": "xcard"}),
        ("application/jscontact+json; version=1.0", {"form": "jscontact", "jscontact": "1.0"}),
        ("text/vcard; q=0.5, application/zip", {"form": "zip"}),
        ("application/zip; q=0, */*", {}),
    ],
)
def test_the_accept_header_names_the_form(accept: str, options: dict[str, Any]) -> None:
    """The best range counts, and `as` stands before it."""
    assert _options("", accept) == _chosen(**options)
    assert _options("as=zip", accept) == _chosen(form="zip")


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("as=pdf", "as"),
        ("cards=zip", "cards"),
        ("target=nokia", "target"),
        ("version=5.0", "version"),
        ("names=any", "names"),
        ("company=yes", "company"),
        ("photo=keep", "photo"),
        ("dialect=lotus", "dialect"),
        ("encoding=klingon", "encoding"),
        ("encoding=rot13", "encoding"),
        ("delimiter=x", "delimiter"),
        ("split=0", "split"),
        ("split=-1", "split"),
        ("split=50001", "split"),
        ("split=%D9%A3", "split"),
        ("map=x", "map"),
        ("map=%5B%5D", "map"),
        (urlencode({"map": '{"A": "shoe-size"}'}), "map"),
        (urlencode({"map": '{"A": 1}'}), "map"),
        (urlencode({"map": '{"A": "first", "A": "last"}'}), "map"),
        ("maps=%7B%7D", "option"),
    ],
)
def test_an_option_that_is_wrong_is_refused(query: str, cause: str) -> None:
    """A value that is none and an option that is none have the code E1527."""
    with pytest.raises(Refused) as caught:
        _options(query)
    [problem] = caught.value.problems
    assert (problem.code.name, problem.cause) == ("E1527", cause)


@pytest.mark.parametrize(
    ("field", "given"), [('"customer"', '"customer"'), ("7", '"7"'), ('"a\\"b"', '"a\\"b"')]
)
def test_a_field_that_is_none_is_named_with_its_column(field: str, given: str) -> None:
    """And where the fields stand."""
    with pytest.raises(Refused) as caught:
        _options(urlencode({"map": f'{{"Kundennummer": {field}}}'}))
    assert caught.value.problems[0].detail == (
        f'map: {given}, given for "Kundennummer", is no field. Use one of /docs/lists#fields, such '
        "as custom.Customer or ignore."
    )


def test_every_wrong_option_is_named_at_once() -> None:
    """A caller reads all that is wrong with his query."""
    with pytest.raises(Refused) as caught:
        _options("as=pdf&split=x&who=me", "image/png")
    assert [one.cause for one in caught.value.problems] == ["as", "split", "option"]


def test_an_accept_header_without_a_form_is_refused() -> None:
    """There is no list of contacts as an image."""
    with pytest.raises(Refused) as caught:
        _options("", "image/png")
    assert [one.code.name for one in caught.value.problems] == ["E406"]
