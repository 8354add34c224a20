"""Finds the service's own URL, with which its links begin, and the address of a caller.

A setting of the operator takes precedence, then the request; forwarded headers count only from
proxies that the operator trusts.
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import Final

from vcardsvc.errors import E100, Problem, Refused
from vcardsvc.http.request import HttpRequest
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


def base_url(settings: Settings, request: HttpRequest) -> str:
    """Return `https://cards.example.com`, without a slash at its end.

    It is the setting `public_url`, else the scheme and Host of the request; from a trusted proxy
    X-Forwarded-Proto and X-Forwarded-Host take precedence. Raises Refused (E100) for an invalid
    Host.
    """
    if settings.public_url:
        return settings.public_url
    fields = request.fields
    scheme, host = request.scheme, _first(fields, b"host")
    if _is_trusted(request.peer, settings.trusted_proxies):
        scheme = _first(fields, b"x-forwarded-proto").lower() or scheme
        host = _first(fields, b"x-forwarded-host") or host
    if scheme not in _SCHEMES or not _HOST.fullmatch(host):
        detail = "A link needs a Host header, or the setting VCARDSVC_PUBLIC_URL."
        raise Refused(Problem(code=E100, cause="host", detail=detail))
    return f"{scheme}://{host}"


def certain_base_url(settings: Settings, request: HttpRequest) -> str:
    """Return the base URL where no other site can have chosen it, else "".

    A name in the Host header proves nothing: another site can point a name of its own at this
    service, and its pages would then pass for ours. An address, `localhost`, the setting and a
    trusted proxy's header are certain. Raises Refused as `base_url` does.
    """
    base = base_url(settings, request)
    if settings.public_url or _is_trusted(request.peer, settings.trusted_proxies):
        return base
    return base if _OWN_HOST.match(base) else ""


def caller_address(settings: Settings, request: HttpRequest) -> str:
    """Return the address of the caller, of IPv6 its /64, which belongs to one customer.

    Behind trusted proxies it is the last of X-Forwarded-For that is not a trusted proxy's;
    "" where there is no address (a Unix socket).
    """
    address = _address(request.peer)
    listed = b",".join(value for name, value in request.fields if name == b"x-forwarded-for")
    for hop in reversed(listed.decode("latin-1").split(",") if settings.trusted_proxies else ()):
        before = _address(hop.strip(" \t"))
        if address is None or before is None or not _among(address, settings.trusted_proxies):
            break
        address = before
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(address), 64), strict=False))
    return "" if address is None else str(address)


def _first(fields: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """Return the first of a header's values: that of the proxy nearest to the caller."""
    first = next((value for one, value in fields if one == name), b"")
    return first.decode("latin-1").partition(",")[0].strip(" \t")


def _is_trusted(peer: str, networks: tuple[Network, ...]) -> bool:
    address = _address(peer) if networks else None
    return address is not None and _among(address, networks)


def _address(text: str) -> Address | None:
    """Return the address; an IPv4 one also where a socket of both families writes it as IPv6."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _among(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)
