"""Marketing Cloud over a contact book: contacts found by their names, and pictures."""

from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from tests.support.marketingcloud import (
    ANN,
    BEN,
    EXAMPLE,
    contact,
    create,
    listed,
    one_set,
    with_sets,
)
from vcardsvc.apis.marketingcloud.routes import CREATE
from vcardsvc.app import create_app
from vcardsvc.settings import ApiKey, Settings
from vcardsvc.store import Store

KEY_OF_MINE: Final = "key-of-mine-0123456789"


KEY, ID = (
    f"Object Already Exists: A contact with this {name} has other data."
    for name in ("contactKey", "contactID")
)

CASES: Final[dict[str, list[tuple[dict[str, Any], int | str]]]] = {
    "an id has one contact, by whatever key": [
        (contact(ANN, contactKey="both1", contactID=9001), 1),
        (contact(ANN, contactID="9001"), 1),
        (contact(ANN, contactKey="both1"), 1),
        (contact(ANN, contactKey="both1", contactID="9001"), 1),
        (contact(ANN, contactKey="both2", contactID=9001), ID),
    ],
    "an id that is there, with other data": [
        (contact(ANN, contactID=7), 1),
        (contact(BEN, contactID=7), ID),
        (contact(BEN, contactKey="ben", contactID=7), ID),
        (contact(ANN, contactKey="ann", contactID=7), ID),
    ],
    "a key that is there, with other data": [
        (contact(ANN, contactKey="ann", contactID=7), 1),
        (contact(BEN, contactKey="ann"), KEY),
        (contact(BEN, contactKey="ann", contactID=7), KEY),
        (contact(ANN, contactKey="ann", contactID=8), KEY),
    ],
    "a key gets no id later": [
        (contact(ANN, contactKey="ann"), 1),
        (contact(ANN, contactKey="ann", contactID=7), KEY),
    ],
    "the names of two contacts": [
        (contact(ANN, contactKey="ann", contactID=1), 1),
        (contact(ANN, contactKey="ben", contactID=2), 2),
        (contact(ANN, contactKey="ann", contactID=2), ID),
    ],
    "an id is no key": [
        (contact(ANN, contactID="777"), 1),
        (contact(BEN, contactKey="777"), 2),
        (contact(ANN, contactID="777"), 1),
        (contact(BEN, contactKey="777"), 2),
    ],
    "a key is no id": [
        (contact(ANN, contactKey="777"), 1),
        (contact(BEN, contactID="777"), 2),
        (contact(ANN, contactKey="777"), 1),
    ],
    "ids alone": [
        (contact(ANN, contactID=1), 1),
        (contact(ANN, contactID=2), 2),
    ],
}
"""Calls one after the other: the place of the contact in the response, or its message."""


@pytest.mark.parametrize("case", CASES)
def test_each_name_is_unique(store: Store, case: str) -> None:
    """A contact is found by either of its names, and by nothing else."""
    responses = [create(store, body) for body, _ in CASES[case]]
    places = [entry.id for entry in listed(store)]
    assert [
        places.index(response["contactId"]) + 1 if "contactId" in response else response["message"]
        for response in responses
    ] == [expected for _, expected in CASES[case]]


def test_the_response_has_the_key_of_the_existing_contact(store: Store) -> None:
    """A call with the contactID alone returns the contactKey."""
    create(store, contact(ANN, contactKey="ann", contactID=7))
    assert create(store, contact(ANN, contactID=7))["contactKey"] == "ann"


def test_the_operator_finds_a_contact_by_either_name(store: Store) -> None:
    """A query finds the contactID too, which no handle has."""
    create(store, contact(ANN, contactKey="key-of-ann", contactID=70203040))
    create(store, contact(BEN, contactID=10203040))
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
    """With an address of any kind that is refused the contact is stored without a photo, and the
    response has the reason; the placeholder of the vendor's example is no address."""
    settings = Settings(
        api_keys=(ApiKey(name="mine", key=KEY_OF_MINE),),
        database_url=database_url,
        log_requests=False,
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        responses = [
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
    assert [(one["rowsAffetcted"], one["resultMessages"]) for one in responses] == [
        (1, messages) for messages in PICTURES.values()
    ]
