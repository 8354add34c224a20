"""Every sample is sent again, and its response is the recorded one."""

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image, ImageStat
from starlette.testclient import TestClient

from tests.support import batch_samples, conversion_samples
from tests.support import vendor_samples as samples_vendors
from tests.support.samples import (
    CARDS,
    KINDS,
    PHOTOS,
    REQUESTS,
    SAMPLES,
    Message,
    ask,
    cards,
    names,
    parse,
    service,
)
from vcardsvc.errors import CATALOGUE

OF_THE_PHOTO = ("content-length", "etag")
"""Headers that follow from a photo's octets, which a newer Pillow may write otherwise."""

PHOTO = re.compile(rb"(?:[A-Za-z0-9+/=]{70,}(?:\r\n )?)+[A-Za-z0-9+/=]*")
"""A photo's base64, folded or not."""

COLOUR = 3.0
"""Levels of 255 by which the mean colour of a photo may differ between releases of Pillow."""

RUN = ("bots", "clients", "deploy", "mcp")
"""Folders of programs and configurations, each of which has tests of its own."""

RESERVED = {"E113", "E403", "E416", "E503"}
"""Codes that no single request to a healthy service provokes."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service that the samples were recorded from."""
    with service() as found:
        yield found


def _recorded(name: str) -> Message:
    reply = parse((REQUESTS / f"{name}.reply.http").read_bytes())
    card = CARDS / f"{name}.vcf"
    return replace(reply, body=card.read_bytes()) if card.exists() else reply


def _without_photo(reply: Message) -> Message:
    kept = tuple(pair for pair in reply.headers if pair[0] not in OF_THE_PHOTO)
    body = re.sub(rb"PHOTO;[^\r]*(\r\n [^\r]*)*\r\n", b"PHOTO\r\n", reply.body)
    return replace(reply, headers=kept, body=body)


def _photo(reply: Message) -> Image.Image:
    unfolded = reply.body.replace(b"\r\n ", b"")
    found = re.search(rb"PHOTO;ENCODING=b;TYPE=JPEG:(.*)\r\n", unfolded)
    assert found
    return Image.open(io.BytesIO(base64.b64decode(found[1])))


@pytest.mark.parametrize("name", names())
def test_a_sample_comes_back_as_recorded(client: TestClient, name: str) -> None:
    """Status, headers and octets are those of the files; a photo's but in size and mean colour."""
    now, then = ask(client, name), _recorded(name)
    if b"\r\nPHOTO;" not in then.body:
        assert now == then
        return
    assert _without_photo(now) == _without_photo(then)
    ours, theirs = _photo(now), _photo(then)
    assert (ours.format, ours.mode, ours.size) == (theirs.format, theirs.mode, theirs.size)
    means = zip(ImageStat.Stat(ours).mean, ImageStat.Stat(theirs).mean, strict=True)
    assert max(abs(one - other) for one, other in means) <= COLOUR


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", cards())
def test_a_card_of_every_kind_comes_back_as_recorded(
    client: TestClient, name: str, kind: str
) -> None:
    """The card for every target, in every version and form, is that of its file; a photo's octets
    may be those of another release of Pillow."""
    then = (CARDS / kind / f"{name}.{KINDS[kind][1]}").read_bytes()
    now = ask(client, name, kind).body
    if name.startswith("photo-"):
        assert PHOTO.sub(b"PHOTO", now) == PHOTO.sub(b"PHOTO", then)
    else:
        assert now == then


def test_no_file_of_the_samples_is_forgotten() -> None:
    """Every request has its reply, every card its request, and no other file lies there."""
    known = {REQUESTS / f"{name}{end}" for name in names() for end in (".http", ".reply.http")}
    known |= {CARDS / f"{name}.vcf" for name in names() if _answered_with_a_card(name)}
    known |= {CARDS / kind / f"{name}.{KINDS[kind][1]}" for kind in KINDS for name in cards()}
    known |= set(samples_vendors.files()) | conversion_samples.files()
    known |= batch_samples.files()
    known |= {*PHOTOS.iterdir(), SAMPLES / ".gitattributes"}
    known |= {REQUESTS.parent / "john-appleseed.json"}  # the README's command line reads it
    known |= {SAMPLES / "page.png"}  # the README shows it; see tests/support/browser/picture.py
    # Files that tests beside this one run: bots, clients, deployments, agents.
    run = [path for name in RUN for path in (SAMPLES / name).rglob("*") if path.is_file()]
    assert {path for path in SAMPLES.rglob("*") if path.is_file()} == {*known, *run}


def _answered_with_a_card(name: str) -> bool:
    reply = parse((REQUESTS / f"{name}.reply.http").read_bytes())
    return dict(reply.headers)["content-type"].startswith("text/vcard")


def test_every_code_has_its_sample() -> None:
    """Each code that one request can provoke stands in a sample as the leading one."""
    shown = set()
    bodies = [_recorded(name).body for name in names()]
    files = conversion_samples.files() | batch_samples.files()
    bodies += [path.read_bytes() for path in files]
    for body in bodies:
        found = re.search(rb'"error-code": "(E\d+)"', body)
        if found:
            shown.add(found[1].decode())
    assert shown == {code.name for code in CATALOGUE} - RESERVED


@pytest.mark.parametrize("photo", sorted(PHOTOS.iterdir()), ids=lambda path: path.name)
def test_the_sample_photos_are_of_the_three_types(photo: object) -> None:
    """The photos are what their names say."""
    kinds = {"john.jpg": "JPEG", "logo.png": "PNG", "wave.gif": "GIF"}
    with Image.open(str(photo)) as image:
        assert image.format == kinds[str(photo).rpartition("/")[2]]
