"""Octets become a document with their size and a validator of their own."""

import re

from vcardsvc.vcard.document import CHUNK, document


def test_the_etag_is_of_the_octets_and_of_nothing_else() -> None:
    """Equal octets have one validator, however they are parted; others have another."""
    one = document((b"ab", b"c"), "text/vcard", "contact.vcf")
    same = document((b"abc",), "application/json", "contact.json")
    other = document((b"abd",), "text/vcard", "contact.vcf")
    assert one.etag == same.etag
    assert one.etag != other.etag
    assert re.fullmatch(r'"[0-9a-f]{32}"', one.etag)


def test_a_document_knows_its_size() -> None:
    """The announced size is that of the chunks, none of which is too large."""
    one = document((b"ab", b"c" * 200_000), "text/vcard", "contact.vcf")
    assert one.size == len(one.octets) == sum(map(len, one.chunks)) == 200_002
    assert max(map(len, one.chunks)) <= CHUNK
