"""Whatever any reader's card does not say as the contact does is reported, for any contact."""

import re
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.drawn_contacts import contacts
from tests.support.hypothesis_profiles import examples
from tests.support.strict_vcard import parts, unescaped
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.model.request import Part, Target
from vcardsvc.vcard import PROFILES, adapted, profile, write

COUNTED: Final[dict[Part, tuple[str, ...]]] = {
    "phones": ("TEL",),
    "emails": ("EMAIL",),
    "addresses": ("ADR",),
    "websites": ("URL", "X-ANDROID-CUSTOM"),
    "note": ("NOTE",),
    "title": ("TITLE",),
}
"""The properties that each part of a contact stands in."""

Written = dict[str, list[tuple[str, ...]]]


def written(octets: bytes) -> Written:
    """What a card says, by property: the components of each value, without escapes."""
    found: Written = {}
    two = b"VERSION:2.1" in octets
    for line in octets.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        head, _, value = line.partition(":")
        name = head.split(";")[0].rpartition(".")[2]
        if name in ("N", "ADR", "ORG"):
            value_parts = parts(value)
        elif name == "X-ANDROID-CUSTOM":
            value_parts = parts(unescaped(value))
        else:
            value_parts = (value if two else unescaped(value),)
        found.setdefault(name, []).append(value_parts)
        if name in ("URL", "X-ABLabel"):
            found.setdefault("labels", []).append((value_parts[0], head.upper()))
    return found


def missed(contact: Contact, found: Written) -> set[tuple[Part, int | None]]:
    """What is in the contact and not to be seen in the card."""
    everything = {
        value
        for name, all_values in found.items()
        for value_parts in all_values
        for value in value_parts
    }
    texts: tuple[Part, ...] = (
        "first", "last", "suffix", "prefix", "middle", "organization", "unit", "title", "note",
    )  # fmt: skip
    gone: set[tuple[Part, int | None]] = set()
    for part in texts:
        if getattr(contact, part) and getattr(contact, part) not in everything:
            gone.add((part, None))
    values: dict[Part, list[str]] = {
        "phones": [one.e164 or one.number for one in contact.phones],
        "emails": [one.address for one in contact.emails],
        "websites": [one.url for one in contact.websites],
    }
    # Said whole, or not at all: a part of an address alone would be another one.
    value_parts = {tuple(one[2:]) for one in found.get("ADR", ())}
    gone |= {
        ("addresses", at)
        for at, one in enumerate(contact.addresses)
        if (one.text, one.locality, one.region, one.code, one.nation) not in value_parts
    }
    for part, entries in values.items():
        gone |= {(part, at) for at, value in enumerate(entries) if value not in everything}
    for at, website in enumerate(contact.websites):
        head = f"TYPE={website.label.upper()}"
        typed = any(
            url == website.url and head in value_parts
            for url, value_parts in found.get("labels", [])
        )
        if website.label and not typed and website.label not in everything:
            gone.add(("websites", at))
    return gone


def dials(number: str) -> str:
    """What Android dials of a number that has no extension."""
    return re.sub("[^0-9*#]", "", number)


@examples(400)
@given(contacts(), st.sampled_from(list(PROFILES)), st.sampled_from([1, 30, 300]))
def test_nothing_is_lost_in_silence(drawn: Contact, target: Target, times: int) -> None:
    """A card lacks as many entries as are reported as left out, and every difference from the
    contact is reported."""
    contact = structs.replace(drawn, note=drawn.note * times, title=drawn.title * (times // 30))
    chosen = profile(target)
    taken, losses_found = adapted(contact, chosen)
    found = written(write(taken, chosen).octets)
    for part, names in COUNTED.items():
        value = getattr(contact, part)
        count = len(value) if isinstance(value, tuple) else bool(value)
        left = sum(len(found.get(name, ())) for name in names)
        dropped = [one for one in losses_found if one.part == part and one.code == "dropped"]
        assert count - left == len(dropped), part
        assert len({one.index for one in dropped}) == len(dropped)
    # What Android drops anyway may stand elsewhere: a + behind a bracket, an outer dot.
    dialled = {dials(value) for (value,) in found.get("TEL", ())}
    numbers = [one.e164 or one.number for one in contact.phones]
    silent = {("phones", at) for at, number in enumerate(numbers) if dials(number) in dialled}
    assert missed(contact, found) - silent <= {(one.part, one.index) for one in losses_found}


@examples(100)
@given(contacts(), st.sampled_from(list(PROFILES)), st.binary(max_size=4))
def test_a_photo_changes_nothing_else(contact: Contact, target: Target, jpeg: bytes) -> None:
    """Carrying a contact leaves its photo as it was, and its losses but for Signal's own."""
    portrait = Photo(jpeg=jpeg, width=1, height=1)
    taken, losses_found = adapted(contact, profile(target))
    with_photo, more = adapted(structs.replace(contact, photo=portrait), profile(target))
    assert with_photo == structs.replace(taken, photo=portrait)
    assert [one for one in more if one.part != "photo"] == list(losses_found)
