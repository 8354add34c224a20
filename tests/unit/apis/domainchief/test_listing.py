"""Domain Chief's lists: options, pages, and the links between pages."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.domainchief import (
    API,
    CONTACT_JSON,
    ENTRY,
    ROUTES,
    command_of,
    errors_of,
    json_of,
    request_of,
)
from vcardsvc.model.address_book import CommandResult, Listing

SORTS = [
    ("handle", (("handle", False),)),
    ("-is_default,ID", (("default", True), ("id", False))),
    (" -Handle , id ", (("handle", True), ("id", False))),
    ("name,-id,created_at", (("id", True),)),
    ("id,-id", (("id", False),)),
    ("a,b,c,d,id", (("id", False),)),
    ("a,b,c,d,e,id", ()),
    ("--id", ()),
    ("", ()),
]


@pytest.mark.parametrize(("sort", "fields"), SORTS)
def test_a_list_is_sorted_by_known_names(sort: str, fields: Any) -> None:
    """Names are read in any case, `-` sorts descending; unknown names and those after five are
    ignored."""
    assert command_of("list", request_of(query=f"sort={sort}")) == Listing(sort=fields, whole=True)


LISTS = [
    ("", Listing(whole=True)),
    ("query=doe+amina", Listing(query="doe amina", whole=True)),
    ("parent_handle=abc", Listing(parent="abc", whole=True)),
    ("parent_handle=", Listing(whole=True)),
    ("page=2", Listing(page=2)),
    ("per_page=100&page=3", Listing(page=3, per_page=100)),
    ("per_page=1", Listing(per_page=1)),
    ("metadata[a]=1&metadata%5Bb%5D=2", Listing(metadata={"a": "1", "b": "2"}, whole=True)),
    ("metadata[a]= 1 ", Listing(metadata={"a": " 1 "}, whole=True)),
    ("metadata[a]=", Listing(metadata={"a": ""}, whole=True)),
    ("metadata[a]=1&metadata[a]=", Listing(metadata={"a": ""}, whole=True)),
    ("metadata_a=1", Listing(whole=True)),
    ("expand[]=parent", Listing(expand=True, whole=True)),
    ("query=a&query=b", Listing(query="b", whole=True)),
    ("unknown=1", Listing(whole=True)),
    ("query=&parent_handle=&sort=&page=&per_page=&expand[]=", Listing(whole=True)),
    ("page=2&page=", Listing(whole=True)),
]


@pytest.mark.parametrize(("query", "listing"), LISTS)
def test_a_list_follows_its_options(query: str, listing: Listing) -> None:
    """The last of several values counts; unknown options and blank values are ignored, except in
    metadata."""
    assert command_of("list", request_of(query=query)) == listing


BAD_LISTS = [
    ("per_page=0", "per_page", "The per page field must be between 1 and 100."),
    ("per_page=101", "per_page", "The per page field must be between 1 and 100."),
    ("per_page=many", "per_page", "The per page field must be an integer."),
    ("page=-1", "page", "The page field must be an integer."),
    ("page=0", "page", "The page field must be between 1 and 1000000000."),
    ("page=9999999999999", "page", "The page field must be an integer."),
    ("query=%00", "query", "The query field format is invalid."),
    (
        f"query={'x' * 256}",
        "query",
        "The query field must not be greater than 255 characters.",
    ),
    ("parent_handle=a%00b", "parent_handle", "The parent handle field format is invalid."),
    ("metadata[a]=%00", "metadata.a", "The metadata.a field format is invalid."),
    ("metadata[]=1", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[]=", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[a[b]]=1", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[a]b]=1", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[a][x]=0", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[a][]=", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[a]b=1", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[a=1", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[=", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata[a%0A]=1", "metadata.key", "The metadata.key field format is invalid."),
    ("metadata=0", "metadata", "The metadata field must be an array."),
    ("metadata=", "metadata", "The metadata field must be an array."),
    ("metadata[a]=1&metadata=1", "metadata", "The metadata field must be an array."),
    ("expand[]=x", "expand.0", "The selected expand.0 is invalid."),
]


@pytest.mark.parametrize(("query", "member", "message"), BAD_LISTS)
def test_a_wrong_option_of_a_list_is_refused(query: str, member: str, message: str) -> None:
    """The response is 422 with the option: without an unreadable filter, the list would hold all
    contacts."""
    assert errors_of("list", request_of(query=query)) == {member: [message]}


def test_twenty_expansions_are_checked() -> None:
    """Further ones have no sentence, in the query and in a body."""
    errors = {f"expand.{n}": [f"The selected expand.{n} is invalid."] for n in range(20)}
    names = ["x"] * 21
    assert errors_of("list", request_of(query=f"expand={','.join(names)}")) == errors
    assert errors_of("batch", request_of({"contacts": ["a"], "expand": names})) == errors


URL = "https://cards.example.com/domainchief/api/v1/contacts"

PAGES = [
    # query, entries on the page, total, links (first, last, prev, next), from, to, last page
    ("", 2, 2, ("page=1", "page=1", None, None), 1, 2, 1),
    ("", 0, 0, ("page=1", "page=1", None, None), None, None, 1),
    ("page=1", 15, 31, ("page=1", "page=3", None, "page=2"), 1, 15, 3),
    ("page=2", 15, 31, ("page=1", "page=3", "page=1", "page=3"), 16, 30, 3),
    ("page=3", 1, 31, ("page=1", "page=3", "page=2", None), 31, 31, 3),
    ("page=9", 0, 31, ("page=1", "page=3", "page=8", None), None, None, 3),
]


@pytest.mark.parametrize(("query", "count", "total", "links", "first", "last", "pages"), PAGES)
def test_a_page_has_its_links_and_its_place(
    query: str, count: int, total: int, links: Any, first: int | None, last: int | None, pages: int
) -> None:
    """Laravel's links and meta stand in its order, null where there is no such page."""
    command = command_of("list", request_of(query=query))
    assert isinstance(command, Listing)
    result = CommandResult(entries=(ENTRY,) * count, total=total)
    response = API.response(ROUTES["list"], request_of(query=query), command, result)
    names = ("first", "last", "prev", "next")
    body = json_of(response)
    assert (response.status, body) == (
        200,
        {
            "data": [CONTACT_JSON] * count,
            "links": {
                name: link and f"{URL}?{link}" for name, link in zip(names, links, strict=True)
            },
            "meta": {
                "current_page": command.page,
                "from": first,
                "last_page": pages,
                "path": URL,
                "per_page": 15,
                "to": last,
                "total": total,
            },
        },
    )
    assert (list(body), list(body["links"])) == (["data", "links", "meta"], list(names))


def test_every_link_keeps_the_other_options() -> None:
    """A client that follows the links stays in its search."""
    query = "sort=-id&page=2&metadata[a]=x+y&expand[]=parent&per_page=1&query=%C3%A9"
    command = command_of("list", request_of(query=query))
    response = API.response(
        ROUTES["list"], request_of(query=query), command, CommandResult(entries=(ENTRY,), total=3)
    )
    options = "sort=-id&metadata%5Ba%5D=x+y&expand%5B%5D=parent&per_page=1&query=%C3%A9"
    assert json_of(response)["links"] == {
        "first": f"{URL}?{options}&page=1",
        "last": f"{URL}?{options}&page=3",
        "prev": f"{URL}?{options}&page=1",
        "next": f"{URL}?{options}&page=3",
    }


def test_a_link_leads_to_its_page() -> None:
    """The link `next` is the request for the next page of the same list."""
    query = "metadata[a]=x+y&sort=-id&per_page=1"
    command = command_of("list", request_of(query=query))
    assert isinstance(command, Listing)
    response = API.response(
        ROUTES["list"], request_of(query=query), command, CommandResult(entries=(ENTRY,), total=3)
    )
    following = json_of(response)["links"]["next"].partition("?")[2]
    assert command_of("list", request_of(query=following)) == replace(command, page=2, whole=False)


def test_a_list_shows_parents_whole() -> None:
    """With `expand[]=parent` a parent is whole, and a handle if it was not found."""
    entries = (replace(ENTRY, parent="p"), replace(ENTRY, parent="q"))
    result = CommandResult(entries=entries, total=2, parents={"p": replace(ENTRY, handle="p")})
    response = API.response(ROUTES["list"], request_of(), Listing(expand=True), result)
    assert [one["parent"] for one in json_of(response)["data"]] == [
        {**CONTACT_JSON, "handle": "p"},
        "q",
    ]
