"""The cards of an entry: each keeps its identity, and the photo is the one that was kept."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from tests.support.images import plain, saved
from vcardsvc.model.address_book import Entry
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.services.cards import calculations
from vcardsvc.services.contact_cards import card_contacts, stored_photo

UID = "urn:uuid:0d7c1f2a-0b1c-4c6e-9a39-5d6f3b2a1c00"
JPEG = saved(plain(size=(64, 48)), "JPEG")
COMPANY = Contact(organization="Mills", uid="of-the-caller")
JANE = Contact(first="Jane")


def _entry(*contacts: Contact, photo: bytes = b"", uid: str = UID) -> Entry:
    now = datetime(2025, 1, 1, tzinfo=UTC)
    return Entry(
        id=7,
        uid=uid,
        created_at=now,
        updated_at=now,
        contacts=contacts,
        vendor_fields={},
        photo=photo,
    )


def test_the_first_card_is_the_entrys_own_and_the_others_have_their_own_identities() -> None:
    """The entry's UID and photo go with the first contact; the others have UUIDs of that UID and
    of their place, worked out here with `sha1sum`."""
    assert card_contacts(_entry(COMPANY, JANE, JANE, photo=JPEG)) == (
        Contact(organization="Mills", uid=UID, photo=Photo(jpeg=JPEG, width=64, height=48)),
        Contact(first="Jane", uid="urn:uuid:58650866-1740-5c84-b997-2cd2be36d5b8"),
        Contact(first="Jane", uid="urn:uuid:b5ff8701-9674-5bd2-a85a-fb8cd10b6a56"),
    )


def test_identities_follow_the_entry_and_not_what_it_says() -> None:
    """What a contact says may change, its card's UID does not; another entry has other ones."""
    first = card_contacts(_entry(COMPANY, JANE))
    changed = card_contacts(_entry(JANE, Contact(first="Janet")))
    other = card_contacts(_entry(COMPANY, JANE, uid=UID.replace("1c00", "1c01")))
    assert [one.uid for one in changed] == [one.uid for one in first]
    assert len({one.uid for one in (*first, *other)}) == 4


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (720, 3), (64, 48)])
def test_the_sides_of_a_stored_photo_are_read_off_its_header(
    size: tuple[int, int], progressive: bool
) -> None:
    """Width and height are those of the picture, whatever segments stand before its frame."""
    jpeg = saved(plain(size=size), "JPEG", progressive=progressive, comment=b"\xff\xc0" * 40)
    assert stored_photo(jpeg) == Photo(jpeg=jpeg, width=size[0], height=size[1])


def test_a_photo_is_one_as_soon_as_its_frame_header_is_whole() -> None:
    """Of a file that was cut, no octets before the sides make a photo, nor does anything else."""
    whole = JPEG.index(b"\xff\xc0") + 9
    photos = [stored_photo(JPEG[:end]) for end in range(whole + 1)]
    assert photos == [None] * whole + [Photo(jpeg=JPEG[:whole], width=64, height=48)]
    assert [stored_photo(data) for data in (b"\x89PNG\r\n", b"\xff\xd8\xff\xe0\0\0" * 9)] == [
        None
    ] * 2


def test_long_work_is_done_one_at_a_time_even_when_its_callers_have_gone() -> None:
    """A thread cannot be ended, so the next one's turn comes when the last one's work is done."""
    running, most = 0, 0
    held = threading.Event()

    def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        held.wait(10)
        running -= 1

    async def story() -> None:
        executor = calculations()
        for _ in range(3):
            gone = asyncio.ensure_future(executor.run(work))
            await asyncio.sleep(0.02)
            gone.cancel()
        last = asyncio.ensure_future(executor.run(work))
        await asyncio.sleep(0.02)
        held.set()
        await last

    asyncio.run(story())
    assert (most, running) == (1, 0)
