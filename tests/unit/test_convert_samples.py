"""Every sample of a conversion is posted again, and its response is the recorded one."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.support.conversion_samples import CONVERSIONS, FOLDER, NOTES, Conversion, converted
from tests.support.samples import service
from vcardsvc.apis.convert.files import JSON, MEDIA_TYPES, SOURCES, TEXT
from vcardsvc.apis.createcontact.forms.parsing import MULTIPART


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service that the samples were recorded from."""
    with service() as found:
        yield found


@pytest.mark.parametrize("sample", CONVERSIONS, ids=lambda one: one.result)
def test_a_conversion_gives_what_was_recorded(client: TestClient, sample: Conversion) -> None:
    """The octets and the notes are those of the files."""
    octets, notes = converted(client, sample)

    assert octets == (FOLDER / sample.result).read_bytes()
    assert notes in NOTES.read_text().splitlines()


def test_every_source_and_format_has_its_sample() -> None:
    """Each source of JSON, and each media type but the older ones of a card, is posted."""
    posted = {one.media_type.encode() for one in CONVERSIONS}
    sources = {one.target.partition("from=")[2] for one in CONVERSIONS}

    assert posted == MEDIA_TYPES - TEXT - {MULTIPART} | {b"text/vcard"}
    assert sources - {""} == set(SOURCES)
    assert {one.target for one in CONVERSIONS if one.media_type.encode() == JSON} == {
        f"/convert?from={source}" for source in SOURCES
    }
