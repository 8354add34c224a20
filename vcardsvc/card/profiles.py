"""What each reader of cards understands, as data.

A profile says; it never does. Every spelling has its reason on the line, found in the readers'
sources or by running them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Types = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The TYPE values (RFC 2426 section 3) by which one group of readers knows our labels.

    The heads are derived: what a line begins with, by label, its colon included.
    """

    name: str
    phone_types: Mapping[str, Types] = field(hash=False)
    email_types: Mapping[str, Types] = field(hash=False)
    address_types: Mapping[str, Types] = field(hash=False)
    phone_heads: Mapping[str, str] = field(init=False, hash=False, repr=False)
    email_heads: Mapping[str, str] = field(init=False, hash=False, repr=False)
    address_heads: Mapping[str, str] = field(init=False, hash=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "phone_heads", _heads("TEL", self.phone_types))
        object.__setattr__(self, "email_heads", _heads("EMAIL", self.email_types))
        object.__setattr__(self, "address_heads", _heads("ADR", self.address_types))


def _heads(name: str, types: Mapping[str, Types]) -> Mapping[str, str]:
    return MappingProxyType(
        {label: f"{name};TYPE={','.join(values)}:" for label, values in types.items()}
    )


UNIVERSAL = Profile(
    name="universal",
    phone_types=MappingProxyType(
        {
            "work": ("WORK", "VOICE"),
            "home": ("HOME", "VOICE"),
            "mobile": ("CELL", "VOICE"),  # MOBILE is not registered: several readers show no type
            "fax": ("FAX", "WORK"),  # FAX alone reads as home fax up to Android 14
            "pager": ("PAGER",),
            "main": ("MAIN",),  # with VOICE beside it Android forgets the label
            "other": ("OTHER", "VOICE"),  # untyped reads as home up to Android 14
        }
    ),
    email_types=MappingProxyType(
        {
            "work": ("WORK", "INTERNET"),  # INTERNET alone becomes a label "INTERNET" on Android
            "home": ("HOME", "INTERNET"),  # and one messenger reads the first value only
        }
    ),
    address_types=MappingProxyType({"work": ("WORK",), "home": ("HOME",)}),
)
"""The card that loses least everywhere."""
