"""Where callers reach the service, what the links that it hands out begin with, and where they
come from.

The operator's word wins; else what the caller asked for, and of proxies only those that the
operator trusts. What must never enter here: a header of anybody else's that is believed.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from vcardsvc.errors import E100, Problem, Refused
from vcardsvc.settings import Network, Settings

_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST: Final = re.compile(
    rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::[0-9]{{1,5}})?"
)
_OWN_HOST: Final = re.compile(
    r"https?://(?:(?:[a-z0-9-]+\.)*localhost|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:.]+\])"
    r"(?::[0-9]+)?\Z",
    re.IGNORECASE,
)
_SCHEMES: Final = ("http", "https")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def base_url(settings: Settings, scope: Mapping[str, Any]) -> str:
    """`https://cards.example.com`, without a slash at its end.

    `public_url` where it is set. Else the scheme and Host of the request, in place of which those
    of X-Forwarded-Proto and X-Forwarded-Host stand when the peer is a trusted proxy. Raises Refused
    (E100) for a Host that is none.
    """
    if settings.public_url:
        return settings.public_url
    fields = scope["headers"]
    scheme, host = str(scope.get("scheme", "http")), _said(fields, b"host")
    if _trusted(scope.get("client"), settings.trusted_proxies):
        scheme = _said(fields, b"x-forwarded-proto").lower() or scheme
        host = _said(fields, b"x-forwarded-host") or host
    if scheme not in _SCHEMES or not _HOST.fullmatch(host):
        detail = "A link needs a Host header, or the setting VCARDSVC_PUBLIC_URL."
        raise Refused(Problem(code=E100, cause="host", detail=detail))
    return f"{scheme}://{host}"


def certain_base_url(settings: Settings, scope: Mapping[str, Any]) -> str:
    """The same where nobody else can have said it, else "".

    A Host that is a name proves nothing: another site can point a name of its own at this service,
    and its pages would then pass for ours. An address, `localhost`, the operator's word and a
    trusted proxy's do. Raises Refused as `base_url` does.
    """
    base = base_url(settings, scope)
    if settings.public_url or _trusted(scope.get("client"), settings.trusted_proxies):
        return base
    return base if _OWN_HOST.match(base) else ""


def caller_address(settings: Settings, scope: Mapping[str, Any]) -> str:
    """The address of whoever sends the request, of IPv6 its /64, which one customer has whole.

    Where the peer is a trusted proxy it is the last of X-Forwarded-For that no trusted proxy has;
    "" where there is no address (a Unix socket).
    """
    peer = scope.get("client")
    address = _address(peer[0] if peer else "")
    listed = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    for hop in reversed(listed.decode("latin-1").split(",") if settings.trusted_proxies else ()):
        before = _address(hop.strip(" \t"))
        if address is None or before is None or not _among(address, settings.trusted_proxies):
            break
        address = before
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(address), 64), strict=False))
    return "" if address is None else str(address)


def _said(fields: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The first of a header's values: what the proxy nearest to the caller was asked for."""
    first = next((value for one, value in fields if one == name), b"")
    return first.decode("latin-1").partition(",")[0].strip(" \t")


def _trusted(client: Any, networks: tuple[Network, ...]) -> bool:
    peer = _address(client[0]) if client and networks else None
    return peer is not None and _among(peer, networks)


def _address(text: str) -> Address | None:
    """The address, IPv4 also where a socket for both families spells it as IPv6."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _among(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)
