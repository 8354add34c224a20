"""Defines the limits of a fetch, and the cause of every refusal."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from vcardsvc import __version__
from vcardsvc.errors import Code, Problem, Refused

IPAddress = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[IPAddress]]]
"""Maps (host, port) to all addresses in the order to dial them; raises OSError without any."""

FIELD = "/photo-url"
MIB = 1024 * 1024
RETRY_AFTER = 2
"""Seconds after which a caller without a slot may try again: as long as the wait was."""


class Cause(StrEnum):
    """Lists the causes of refused fetches, as logged."""

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
class FetchPolicy:
    """Holds the limits of a fetch. `networks` are allowed although not public."""

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
    """A URL for operators of origins, printable ASCII without blanks and parentheses."""

    @property
    def user_agent(self) -> str:
        """Return the User-Agent header (RFC 9110, 10.1.5)."""
        comment = f" (+{self.user_agent_url})" if self.user_agent_url else ""
        return f"vcardsvc/{__version__}{comment}"


def refused(code: Code, cause: Cause) -> Refused:
    """Return the refusal of a photo-url, with the cause for the log."""
    return Refused(Problem(code=code, field=FIELD, cause=cause.value))
