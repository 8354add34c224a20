"""A method and a path are one vendor's call, or none."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from tests.support.plain_vendor import JSON, Plain
from vcardsvc.apis.base import Route
from vcardsvc.http.routing import VendorRouter

ROUTES = (
    Route(name="show", method="GET", path="/Person/{id}", cards=True, any_case=True),
    Route(name="usual", method="GET", path="/Person/default", any_case=True),
    Route(name="write", method="PUT", path="/Person/{id}/{part}", content_types=JSON),
    Route(name="gate", method="POST", path="/", content_types=frozenset((b"text/x-gate",))),
)
VENDOR = Plain(routes=ROUTES)

MATCHES: dict[tuple[str, str], Any] = {
    ("GET", "/crm/Person/7"): ("show", {"id": "7"}, False, ("GET",)),
    ("HEAD", "/crm/person/7"): ("show", {"id": "7"}, False, ("GET",)),
    ("GET", "/crm/PERSON/7.vcf"): ("show", {"id": "7"}, True, ("GET",)),
    ("GET", "/crm/Person/default"): ("usual", {}, False, ("GET",)),
    ("GET", "/crm/person/DEFAULT"): ("usual", {}, False, ("GET",)),
    ("PUT", "/crm/Person/7/name"): ("write", {"id": "7", "part": "name"}, False, ("PUT",)),
    ("PUT", "/crm/Person/7/x.vcf"): ("write", {"id": "7", "part": "x.vcf"}, False, ("PUT",)),
    ("PUT", "/crm/person/7/name"): (None, {}, False, ()),
    ("POST", "/crm"): ("gate", {}, False, ("POST",)),
    ("POST", "/crm/"): ("gate", {}, False, ("POST",)),
    ("DELETE", "/crm/Person/7"): (None, {}, False, ("GET",)),
    ("GET", "/crm/Person/7/"): ("show", {"id": "7"}, False, ("GET",)),
    ("GET", "/crm/Person/7//"): (None, {}, False, ()),
    ("GET", "/crm/Person/"): (None, {}, False, ()),
    ("GET", "/crm/Person/7.vcf/"): ("show", {"id": "7"}, True, ("GET",)),
    ("POST", "/crm//"): ("gate", {}, False, ("POST",)),
    ("GET", "/crm/Person/7\n"): ("show", {"id": "7\n"}, False, ("GET",)),
    ("GET", "/crm/nothing"): (None, {}, False, ()),
    ("GET", "/crmx/Person/7"): None,
    ("GET", "/Person/7"): None,
    ("GET", ""): None,
}


def _mounts(*mounted: tuple[str, Plain]) -> VendorRouter:
    return VendorRouter([(prefix, partial(replace, vendor)) for prefix, vendor in mounted])


@pytest.mark.parametrize(("method_and_path", "expected"), MATCHES.items(), ids=lambda one: str(one))
def test_what_a_path_means(method_and_path: tuple[str, str], expected: Any) -> None:
    """Below a prefix every path is its vendor's: a call, another method's, or none."""
    match = _mounts(("/crm", VENDOR)).match(*method_and_path)
    assert expected == (
        match
        and (
            match.maybe_route and match.maybe_route.name,
            dict(match.params),
            match.suffix,
            match.allowed,
        )
    )


def test_at_the_root_a_vendor_has_its_own_paths_alone() -> None:
    """What is none of its calls is left to the others."""
    mounts = _mounts(("", VENDOR))
    assert mounts.match("GET", "/nothing") is None
    assert mounts.match("DELETE", "/Person/7") is not None
    assert mounts.root(b"text/x-gate") is not None
    assert mounts.root(b"application/json") is None


def test_a_deeper_prefix_wins() -> None:
    """A vendor below another one's prefix is reached, wherever it stands in the list."""
    inner = replace(VENDOR, name="inner")
    for order in ([("/a", VENDOR), ("/a/b", inner)], [("/a/b", inner), ("/a", VENDOR)]):
        match = _mounts(*order).match("GET", "/a/b/Person/1")
        assert match is not None
        assert match.vendor.name == "inner"


def test_two_vendors_may_share_a_prefix() -> None:
    """Each path goes to whichever has it."""
    other = Plain(name="other", routes=(Route(name="list", method="GET", path="/firms"),))
    mounts = _mounts(("", VENDOR), ("", other))
    found = [mounts.match("GET", path) for path in ("/firms", "/Person/1")]
    assert [match and match.vendor.name for match in found] == ["other", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two routes at two prefixes, and whether they clash."""

    one: tuple[str, Route]
    two: tuple[str, Route]
    clash: bool


GET = Route(name="a", method="GET", path="/x/{id}")
CLASHES = {
    "the same": Clash(one=("", GET), two=("", GET), clash=True),
    "another name of a parameter": Clash(
        one=("", GET), two=("", replace(GET, path="/x/{handle}")), clash=True
    ),
    "a prefix that is a path": Clash(
        one=("/x", replace(GET, path="/{id}")), two=("", GET), clash=True
    ),
    "another method": Clash(one=("", GET), two=("", replace(GET, method="PUT")), clash=False),
    "another prefix": Clash(one=("/a", GET), two=("/b", GET), clash=False),
    "another media type": Clash(
        one=("", replace(GET, content_types=JSON)), two=("", ROUTES[3]), clash=False
    ),
}


@pytest.mark.parametrize("name", CLASHES)
def test_a_call_that_two_claim_is_a_fault_at_the_start(name: str) -> None:
    """One method, path and media type has one vendor."""
    case = CLASHES[name]
    vendors = [
        (prefix, Plain(name=vendor, routes=(route,)))
        for vendor, (prefix, route) in (("one", case.one), ("two", case.two))
    ]
    if case.clash:
        with pytest.raises(ValueError, match="one and two both claim GET"):
            _mounts(*vendors)
    else:
        assert _mounts(*vendors).match("GET", "/nobody") is None


def test_a_vendor_is_created_when_it_is_requested() -> None:
    """One whose prefix meets no other's costs nothing until its first call, or until all are."""
    imported: list[str] = []

    def make(name: str) -> Plain:
        imported.append(name)
        return Plain(name=name)

    mounts = VendorRouter([(f"/{name}", partial(make, name)) for name in ("one", "two", "three")])
    for _ in range(2):
        assert mounts.match("GET", "/two/people") is not None
    assert mounts.match("GET", "/elsewhere") is None
    assert imported == ["two"]
    mounts.load()
    assert sorted(imported) == ["one", "three", "two"]
