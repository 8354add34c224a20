"""What may be fetched and at what price, and the words for every refusal.

What must never enter here: anything that fetches.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from vcardsvc import __version__, errors
from vcardsvc.errors import Code, Problem, Refused

IPAddress = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[IPAddress]]]
"""(host, port) to all of its addresses, in the order to dial them; OSError when there are none."""

FIELD = "/photo-url"
MIB = 1024 * 1024
RETRY_AFTER = 2
"""Seconds after which a caller who found no slot may ask again, as long as he has waited."""


class Cause(StrEnum):
    """Every word that a refusal of this room brings to the log."""

    URL_MALFORMED = "url-malformed"
    URL_SCHEME = "url-scheme"
    URL_CREDENTIALS = "url-credentials"
    URL_PORT = "url-port"
    HOST_NOT_PUBLIC = "host-not-public"
    DNS = "dns"
    DNS_TIMEOUT = "dns-timeout"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    STATUS = "status"
    REDIRECTS = "redirects"
    HOP_REFUSED = "hop-refused"
    ENCODING = "encoding"
    PROTOCOL = "protocol"
    TOO_LARGE = "too-large"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be fetched, and at what price. `networks` are opened although not public."""

    ports: tuple[int, ...] = (80, 443)
    networks: tuple[Network, ...] = ()
    max_bytes: int = 5 * MIB
    connect_timeout: float = 3.0
    """Seconds to resolve a host, again to connect to it, and again for the TLS handshake."""
    timeout: float = 8.0
    """Seconds of a whole fetch once it has its slot."""
    slots: int = 8
    slots_per_host: int = 4
    slot_timeout: float = 2.0
    """Seconds to wait for both slots."""
    user_agent_url: str = ""
    """An address for those who run an origin, printable ASCII without blanks and parentheses."""

    @property
    def user_agent(self) -> str:
        """What an origin reads of us (RFC 9110, 10.1.5)."""
        comment = f" (+{self.user_agent_url})" if self.user_agent_url else ""
        return f"vcardsvc/{__version__}{comment}"


def refused(code: Code, cause: Cause) -> Refused:
    """The refusal of a photo-url, its one text and the cause for the log."""
    return Refused(Problem(code=code, field=FIELD, cause=cause.value))


def busy() -> Refused:
    """The refusal that is our own shortage: nothing is wrong with the photo-url."""
    return errors.busy(Cause.BUSY.value, RETRY_AFTER)
