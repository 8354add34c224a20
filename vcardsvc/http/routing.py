"""Where the vendors' calls are: a method and a path -> the vendor, the route, its parameters.

Promises: two calls that nobody could tell apart are a fault at the start. What must never enter
here: a body, a key, or anything of a request but its method and path.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from vcardsvc.apis.base import Route, VendorApi

SUFFIX: Final = ".vcf"
"""What stands behind a path whose caller wants cards."""

_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a path means: a vendor mounted under `prefix`, and where a call is there by this method
    its route with the parameters of the path. `allowed`: the methods that this path has. `suffix`:
    the path says that cards are wanted."""

    vendor: VendorApi
    prefix: str
    allowed: tuple[str, ...] = ()
    maybe_route: Route | None = None
    params: Mapping[str, str]
    suffix: bool = False


class Mount:
    """A vendor under its prefix, made when it is first asked for."""

    def __init__(self, prefix: str, make: Callable[[], VendorApi]) -> None:
        self.prefix = prefix
        self._make = make

    @cached_property
    def vendor(self) -> VendorApi:
        """The vendor."""
        return self._make()

    @cached_property
    def patterns(self) -> "_Patterns":
        """Every route with its pattern, those with the fewest parameters first."""
        routes = sorted(self.vendor.routes, key=lambda route: route.path.count("{"))
        return [(_pattern(route), route) for route in routes]


class VendorRouter:
    """The vendors, each under its prefix ("" is the root)."""

    def __init__(self, mounted: Sequence[tuple[str, Callable[[], VendorApi]]] = ()) -> None:
        """Raises ValueError when two of them claim one call."""
        given = [Mount(prefix, make) for prefix, make in mounted]
        self._mounted = sorted(given, key=lambda one: -len(one.prefix))
        self.loaded = not given
        _judge([one for one in given if any(_meet(one, other) for other in given)])

    def load(self) -> None:
        """Make every vendor now, before somebody waits for it."""
        for one in self._mounted:
            one.patterns  # noqa: B018  # looking makes it
        self.loaded = True

    def match(self, method: str, path: str) -> Match | None:
        """What the path means; None when it is nobody's. Below a prefix every path is its
        vendor's, below the root those alone that have a route."""
        found = None
        for one in self._mounted:
            prefix = one.prefix
            if path == prefix or path.startswith(f"{prefix}/"):
                here = _matched(one, method, path[len(prefix) :] or "/")
                if here.allowed:
                    return here
                found = found or (here if prefix else None)
        return found

    @property
    def at_root(self) -> bool:
        """Whether a vendor is mounted at the root."""
        return any(not one.prefix for one in self._mounted)

    def root(self, media_type: bytes) -> Match | None:
        """The vendor's call that has the very root for itself with a body of this type."""
        maybe_match = self.match("POST", "/")
        route = maybe_match and maybe_match.maybe_route
        return maybe_match if route and media_type in route.content_types else None


_Patterns = Sequence[tuple[re.Pattern[str], Route]]


def _meet(one: Mount, other: Mount) -> bool:
    """Whether a path can lie below the prefixes of both."""
    near, far = sorted((f"{one.prefix}/", f"{other.prefix}/"), key=len)
    return one is not other and far.startswith(near)


def _pattern(route: Route) -> re.Pattern[str]:
    parts = _PARAMETER.split(route.path)
    said = [
        f"(?P<{part}>{route.parameter})" if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(said), re.IGNORECASE if route.any_case else 0)


def _matched(mounted: Mount, method: str, below: str) -> Match:
    """What a path below the mount means. A slash at its end makes it no other path, unless a route
    is spelled so."""
    found = _at(mounted, method, below)
    bare = below.removesuffix("/")
    return found if found.allowed or not bare else _at(mounted, method, bare)


def _at(mounted: Mount, method: str, below: str) -> Match:
    vendor, prefix, patterns = mounted.vendor, mounted.prefix, mounted.patterns
    method = "GET" if method == "HEAD" else method
    found = []
    if below.endswith(SUFFIX):
        bare = below.removesuffix(SUFFIX)
        found = [
            (route, at.groupdict(), True)
            for pattern, route in patterns
            if route.cards and (at := pattern.fullmatch(bare))
        ]
    found += [
        (route, at.groupdict(), False)
        for pattern, route in patterns
        if (at := pattern.fullmatch(below))
    ]
    # A path that a route spells out is no other route's parameter: it has that one's methods.
    found = [one for one in found if not one[1]] or found
    allowed = tuple(dict.fromkeys(route.method for route, *_ in found))
    for route, params, suffix in found:
        if route.method == method:
            return Match(
                vendor=vendor,
                prefix=prefix,
                allowed=allowed,
                maybe_route=route,
                params=params,
                suffix=suffix,
            )
    return Match(vendor=vendor, prefix=prefix, allowed=allowed, params={})


def _judge(mounted: Sequence[Mount]) -> None:
    """Raises ValueError when two routes have one method, path and media type."""
    met: dict[tuple[str, str, bytes], str] = {}
    for one in mounted:
        vendor = one.vendor
        for route in vendor.routes:
            path = one.prefix + _PARAMETER.sub("{}", route.path)
            for media_type in route.content_types or (b"",):
                claim = (route.method, path.lower() if route.any_case else path, media_type)
                if claim in met:
                    raise ValueError(
                        f"{met[claim]} and {vendor.name} both claim {route.method} {path}"
                    )
                met[claim] = vendor.name
