"""Domain Chief's list: its options, its pages, and the links between them."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.domainchief import CHIEF, ENTRY, ROUTES, TOLD, ask, read, said, wrong
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
    """Without regard to case, `-` descending; unknown names and those behind five are ignored."""
    assert read("list", ask(query=f"sort={sort}")) == Listing(sort=fields, whole=True)


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


@pytest.mark.parametrize(("query", "task"), LISTS)
def test_a_list_is_what_its_options_say(query: str, task: Listing) -> None:
    """Every documented option; others and blank ones are ignored, and the last of several counts.
    A blank value of metadata is sought, and nobody has it."""
    assert read("list", ask(query=query)) == task


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
def test_a_list_that_cannot_be_is_refused(query: str, member: str, message: str) -> None:
    """422 with the option at fault. A filter that cannot be read would list everybody."""
    assert wrong("list", ask(query=query)) == {member: [message]}


def test_twenty_expansions_are_judged() -> None:
    """Those behind them have no sentence, whether they come in the query or in a body."""
    told = {f"expand.{n}": [f"The selected expand.{n} is invalid."] for n in range(20)}
    words = ["x"] * 21
    assert wrong("list", ask(query=f"expand={','.join(words)}")) == told
    assert wrong("batch", ask({"contacts": ["a"], "expand": words})) == told


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
def test_a_page_says_where_it_stands(
    query: str, count: int, total: int, links: Any, first: int | None, last: int | None, pages: int
) -> None:
    """Laravel's links and meta, in its own order; null where there is no such page."""
    task = read("list", ask(query=query))
    assert isinstance(task, Listing)
    found = CommandResult(entries=(ENTRY,) * count, total=total)
    reply = CHIEF.response(ROUTES["list"], ask(query=query), task, found)
    names = ("first", "last", "prev", "next")
    told = said(reply)
    assert (reply.status, told) == (
        200,
        {
            "data": [TOLD] * count,
            "links": {
                name: link and f"{URL}?{link}" for name, link in zip(names, links, strict=True)
            },
            "meta": {
                "current_page": task.page,
                "from": first,
                "last_page": pages,
                "path": URL,
                "per_page": 15,
                "to": last,
                "total": total,
            },
        },
    )
    assert (list(told), list(told["links"])) == (["data", "links", "meta"], list(names))


def test_every_link_keeps_the_other_options() -> None:
    """A client that follows the links stays in its search."""
    query = "sort=-id&page=2&metadata[a]=x+y&expand[]=parent&per_page=1&query=%C3%A9"
    task = read("list", ask(query=query))
    reply = CHIEF.response(
        ROUTES["list"], ask(query=query), task, CommandResult(entries=(ENTRY,), total=3)
    )
    kept = "sort=-id&metadata%5Ba%5D=x+y&expand%5B%5D=parent&per_page=1&query=%C3%A9"
    assert said(reply)["links"] == {
        "first": f"{URL}?{kept}&page=1",
        "last": f"{URL}?{kept}&page=3",
        "prev": f"{URL}?{kept}&page=1",
        "next": f"{URL}?{kept}&page=3",
    }


def test_the_links_lead_where_they_say() -> None:
    """Following `next` asks for the next page of the same list."""
    query = "metadata[a]=x+y&sort=-id&per_page=1"
    task = read("list", ask(query=query))
    assert isinstance(task, Listing)
    reply = CHIEF.response(
        ROUTES["list"], ask(query=query), task, CommandResult(entries=(ENTRY,), total=3)
    )
    following = said(reply)["links"]["next"].partition("?")[2]
    assert read("list", ask(query=following)) == replace(task, page=2, whole=False)


def test_a_list_shows_parents_whole() -> None:
    """With `expand[]=parent`, and a handle where a parent was not found."""
    entries = (replace(ENTRY, parent="p"), replace(ENTRY, parent="q"))
    found = CommandResult(entries=entries, total=2, parents={"p": replace(ENTRY, handle="p")})
    reply = CHIEF.response(ROUTES["list"], ask(), Listing(expand=True), found)
    assert [one["parent"] for one in said(reply)["data"]] == [{**TOLD, "handle": "p"}, "q"]
