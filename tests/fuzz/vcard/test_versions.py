"""Any contact is the same in 2.1, 3.0 and 4.0."""

import re
from base64 import b64decode
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.drawn_contacts import contacts
from tests.support.hypothesis_profiles import examples
from tests.support.quoted_printable import HEADS, judged
from tests.support.strict_vcard import parts, unescaped
from tests.support.target_cards import FULL
from vcardsvc.model.card import STRUCTURED, Property, Value
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.model.request import Target
from vcardsvc.vcard import PROFILES, profile, write
from vcardsvc.vcard.contact_card import card_of
from vcardsvc.vcard.data_uris import binary_of
from vcardsvc.vcard.labels import with_label_properties

PIECES: Final = st.sampled_from(["\\", "\\\\", " ", "=", "\n", "\t", ";", "é", "李", "😀", "abc"])
QUOTABLE: Final = st.lists(PIECES, max_size=120).map("".join) | st.text(
    st.characters(exclude_categories=("Cs", "Cc")), max_size=200
)


@examples(300)
@given(st.sampled_from(HEADS), QUOTABLE)
def test_quoted_printable_is_what_old_readers_take(head: str, text: str) -> None:
    """Lines have 76 octets at most, with no blank at an end and no backslash before a break, and
    the standard library reads the text back."""
    judged(head, text)


@examples(100)
@given(st.binary(min_size=1, max_size=400), st.sampled_from(list(PROFILES)))
def test_a_photo_comes_back_from_every_version(jpeg: bytes, target: Target) -> None:
    """The very bytes of the photo stand in each version as its readers know them."""
    photo = Photo(jpeg=jpeg, width=1, height=1)
    contact = structs.replace(FULL, photo=photo)
    for version, pattern in {
        "2.1": r"\r\nPHOTO;ENCODING=BASE64;JPEG:\r\n ([A-Za-z0-9+/=]+(?:\r\n [A-Za-z0-9+/=]+)*)"
        r"\r\n\r\nEND:VCARD\r\n\Z",
        "3.0": r"\r\nPHOTO;ENCODING=b;TYPE=JPEG:([A-Za-z0-9+/=\r\n ]+)\r\nEND:VCARD\r\n\Z",
        "4.0": r"\r\nPHOTO:data:image/jpeg;base64,([A-Za-z0-9+/=\r\n ]+)\r\nEND:VCARD\r\n\Z",
    }.items():
        chosen = profile(target, version)
        found = re.search(pattern, write(contact, chosen).octets.decode())
        assert found is not None
        assert b64decode(re.sub("\r\n ", "", found[1]), validate=True) == jpeg
        block = found[0].removesuffix("\r\nEND:VCARD\r\n").split("\r\n")
        if version == "2.1" or chosen.photo_folded:
            assert max(map(len, block)) <= 75
        else:
            assert len(block) == 2  # the end of the line before, and the photo in one


def read(line: str) -> Property:
    """A line of 4.0 as a property, read by RFC 6350 alone."""
    found = re.fullmatch(r"(?:(item[0-9]+)\.)?([A-Za-z-]+)((?:;[^:]*)?):(.*)", line)
    assert found is not None
    group, name, given, text = found[1] or "", found[2].upper(), found[3], found[4]
    pairs = dict(one.lower().split("=", 1) for one in given.split(";")[1:])
    uri = pairs.pop("value", "uri" if name in ("UID", "URL", "PHOTO") else "text") == "uri"
    maybe_binary = binary_of(text) if name == "PHOTO" else None
    value: Value = text if uri else unescaped(text)
    if name in STRUCTURED:
        value = tuple((part,) if part else () for part in parts(text))
    types, pref = pairs.pop("type", ""), pairs.pop("pref", "0")
    return Property(
        name=name,
        kind="binary" if maybe_binary else "uri" if uri else "text",
        value=maybe_binary or value,
        types=tuple(types.split(",")) if types else (),
        pref=int(pref),
        group=group,
        params=tuple((key.upper(), (one.upper(),)) for key, one in pairs.items()),
    )


@examples(200)
@given(contacts(), st.binary(max_size=40))
def test_the_text_of_4_0_says_what_the_other_forms_say(contact: Contact, jpeg: bytes) -> None:
    """Names, types, values, preferences and groups are the same in all spellings of 4.0."""
    photo = Photo(jpeg=jpeg, width=1, height=1) if jpeg else None
    contact = structs.replace(contact, photo=photo)
    octets = write(contact, profile("universal", "4.0")).octets.decode()
    lines = octets.replace("\r\n ", "").split("\r\n")[2:-2]
    properties = with_label_properties(card_of(contact).properties)
    assert sorted(map(repr, map(read, lines))) == sorted(map(repr, properties))
