"""Marketing Cloud over a contact book: who is met by which name, and what comes of the picture."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from tests.dialects.test_marketingcloud import EMAIL, EXAMPLE, one_set, said, spoken, with_sets
from vcardsvc.apis.base import Request
from vcardsvc.apis.marketingcloud.routes import CREATE
from vcardsvc.app import create_app
from vcardsvc.model.address_book import AddressBook, CommandResult, Create, Entry, Listing
from vcardsvc.settings import ApiKey, Settings
from vcardsvc.store import Store

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY_OF_MINE: Final = "key-of-mine-0123456789"
BOOK: Final = AddressBook(account="laptop", vendor="marketingcloud")
ANN, BEN = "ann@example.com", "ben@example.com"


def asked(mail: str, **names: Any) -> dict[str, Any]:
    """A contact of this address under these names."""
    mails = one_set("Email Addresses", {**EMAIL[0], "value": mail}, EMAIL[1])
    return {**names, "attributeSets": [mails]}


def told(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a contact's call, once it was kept or met."""
    ask = Request(body=json.dumps(request).encode())
    task = spoken().read(CREATE, ask)
    assert isinstance(task, Create)
    ((entry, fresh),) = store.create_entries(BOOK, task.drafts, NOON)
    answer: dict[str, Any] = said(
        spoken().response(CREATE, ask, task, CommandResult(entries=(entry,), fresh=(fresh,)))
    )
    return answer


def listed(store: Store, query: str = "") -> tuple[Entry, ...]:
    """The contacts that are there, or those that have a word."""
    return store.list_entries(BOOK, Listing(query=query))[0]


KEY, ID = (
    f"Object Already Exists: A contact with this {name} has other data."
    for name in ("contactKey", "contactID")
)

MEETINGS: Final[dict[str, list[tuple[dict[str, Any], int | str]]]] = {
    "an id has one contact, by whatever key": [
        (asked(ANN, contactKey="both1", contactID=9001), 1),
        (asked(ANN, contactID="9001"), 1),
        (asked(ANN, contactKey="both1"), 1),
        (asked(ANN, contactKey="both1", contactID="9001"), 1),
        (asked(ANN, contactKey="both2", contactID=9001), ID),
    ],
    "an id that is there, with other data": [
        (asked(ANN, contactID=7), 1),
        (asked(BEN, contactID=7), ID),
        (asked(BEN, contactKey="ben", contactID=7), ID),
        (asked(ANN, contactKey="ann", contactID=7), ID),
    ],
    "a key that is there, with other data": [
        (asked(ANN, contactKey="ann", contactID=7), 1),
        (asked(BEN, contactKey="ann"), KEY),
        (asked(BEN, contactKey="ann", contactID=7), KEY),
        (asked(ANN, contactKey="ann", contactID=8), KEY),
    ],
    "a key gets no id later": [
        (asked(ANN, contactKey="ann"), 1),
        (asked(ANN, contactKey="ann", contactID=7), KEY),
    ],
    "the names of two contacts": [
        (asked(ANN, contactKey="ann", contactID=1), 1),
        (asked(ANN, contactKey="ben", contactID=2), 2),
        (asked(ANN, contactKey="ann", contactID=2), ID),
    ],
    "an id is no key": [
        (asked(ANN, contactID="777"), 1),
        (asked(BEN, contactKey="777"), 2),
        (asked(ANN, contactID="777"), 1),
        (asked(BEN, contactKey="777"), 2),
    ],
    "a key is no id": [
        (asked(ANN, contactKey="777"), 1),
        (asked(BEN, contactID="777"), 2),
        (asked(ANN, contactKey="777"), 1),
    ],
    "ids alone": [
        (asked(ANN, contactID=1), 1),
        (asked(ANN, contactID=2), 2),
    ],
}
"""What is asked one after the other: the place of the contact that is answered, or why none is."""


@pytest.mark.parametrize("what", MEETINGS)
def test_each_name_is_unique_for_itself(store: Store, what: str) -> None:
    """A contact is met by either of its names, and by what is neither it is not."""
    answers = [told(store, request) for request, _ in MEETINGS[what]]
    places = [entry.id for entry in listed(store)]
    assert [
        places.index(answer["contactId"]) + 1 if "contactId" in answer else answer["message"]
        for answer in answers
    ] == [expected for _, expected in MEETINGS[what]]


def test_a_contact_that_is_met_is_answered_with_its_own_key(store: Store) -> None:
    """Whoever asks by the contactID alone learns the contactKey."""
    told(store, asked(ANN, contactKey="ann", contactID=7))
    assert told(store, asked(ANN, contactID=7))["contactKey"] == "ann"


def test_the_operator_finds_a_contact_by_either_name(store: Store) -> None:
    """A query finds the contactID too, which no handle has."""
    told(store, asked(ANN, contactKey="key-of-ann", contactID=70203040))
    told(store, asked(BEN, contactID=10203040))
    found = [listed(store, query) for query in ("key-of-ann", "70203040", "10203040")]
    assert [[entry.vendor_fields["contactID"] for entry in some] for some in found] == [
        ["70203040"], ["70203040"], ["10203040"],
    ]  # fmt: skip


REFUSED: Final = {
    "message": "The Picture Url is not an address that pictures may be fetched from.",
    "resultClass": "Picture Url",
    "resultCode": "E1520",
    "resultType": "Warning",
}
PICTURES: Final = {
    "ftp://images.example.com/a.jpg": [REFUSED],
    "javascript:alert(1)": [REFUSED],
    "file:///etc/passwd": [REFUSED],
    "//images.example.com/a.jpg": [REFUSED],
    "http://127.0.0.1/a.jpg": [REFUSED],
    "picture_url": [],
}


def test_a_picture_that_may_not_be_fetched_is_a_warning(database_url: str) -> None:
    """Whatever kind of address it is: the contact is kept and answered, and why it has no photo;
    the placeholder of the vendor's example is none."""
    settings = Settings(
        api_keys=(ApiKey(name="mine", key=KEY_OF_MINE),),
        database_url=database_url,
        log_requests=False,
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        answers = [
            client.post(
                f"/marketingcloud{CREATE.path}",
                json=with_sets(
                    *EXAMPLE["attributeSets"][4:6],
                    one_set(
                        "GroupConnect LINE Demographics", {"name": "Picture Url", "value": picture}
                    ),
                    contactKey=picture,
                ),
                headers={"authorization": f"Bearer {KEY_OF_MINE}"},
            ).json()
            for picture in PICTURES
        ]
    assert [(one["rowsAffetcted"], one["resultMessages"]) for one in answers] == [
        (1, messages) for messages in PICTURES.values()
    ]
