"""Maps the services of social profiles and instant messaging to URIs.

Strategy: a known service gets the spelling and the scheme or the web address that readers know; any
other stays as typed. Apple's own cards have `x-apple:` for services without a scheme.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

MESSENGERS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "aim": ("AIM", "aim"),
        "icq": ("ICQ", "icq"),
        "jabber": ("Jabber", "xmpp"),
        "xmpp": ("Jabber", "xmpp"),
        "googletalk": ("GoogleTalk", "xmpp"),
        "google talk": ("GoogleTalk", "xmpp"),
        "msn": ("MSN", "msnim"),
        "skype": ("Skype", "skype"),
        "yahoo": ("Yahoo", "ymsgr"),
        "gadugadu": ("GaduGadu", "gg"),
        "gadu-gadu": ("GaduGadu", "gg"),
        "sip": ("SIP", "sip"),
        "matrix": ("Matrix", "matrix"),
        "irc": ("IRC", "irc"),
    }
)
"""The spelling and the URI scheme of each service, by its name in lower case."""

OTHER_SCHEME: Final = "x-apple"
"""The scheme of every other service."""

PROFILES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "facebook": "https://www.facebook.com/",
        "github": "https://github.com/",
        "instagram": "https://www.instagram.com/",
        "linkedin": "https://www.linkedin.com/in/",
        "pinterest": "https://www.pinterest.com/",
        "telegram": "https://t.me/",
        "threads": "https://www.threads.net/@",
        "tiktok": "https://www.tiktok.com/@",
        "twitter": "https://twitter.com/",
        "x": "https://x.com/",
        "youtube": "https://www.youtube.com/@",
    }
)
"""What stands before a user's name in the address of a profile, by the service in lower case."""

_IN_ADDRESS: Final = "@!$&'*+=~/:"


def messenger(service: str, address: str) -> tuple[str, str]:
    """Return the spelling of a service and the URI of an address there, `aim:NAME`; the scheme may
    stand before the address already."""
    spelling, scheme = MESSENGERS.get(service.lower(), (service, OTHER_SCHEME))
    if address[: len(scheme) + 1].lower() == f"{scheme}:":
        address = address[len(scheme) + 1 :]
    return spelling, f"{scheme}:{quote(address, safe=_IN_ADDRESS)}"


def profile(service: str, user: str) -> str:
    """Return the web address of a user's profile; "" for a service whose addresses are not known,
    and without a user."""
    start = PROFILES.get(service.lower(), "")
    return f"{start}{quote(user_name(service, user), safe='')}" if start and user else ""


def user_name(service: str, user: str) -> str:
    """Return a user's name; at a service that is known, an `@` before it is no part of it."""
    return user.removeprefix("@") or user if service.lower() in PROFILES else user
