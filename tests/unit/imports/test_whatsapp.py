"""Reads contacts that WhatsApp's webhooks carry."""

from typing import Any

import pytest

from vcardsvc.imports.whatsapp import read_whatsapp
from vcardsvc.model.card import Property
from vcardsvc.vcard.parser.read_file import NotACard

SHARED: dict[str, Any] = {
    "name": {
        "formatted_name": "Dr. Ada B. Nowak Jr.",
        "first_name": "Ada",
        "last_name": "Nowak",
        "middle_name": "B.",
        "prefix": "Dr.",
        "suffix": "Jr.",
    },
    "phones": [
        {"phone": "+48 22 555 01 23", "type": "CELL", "wa_id": "48225550123"},
        {"phone": "+48 22 555 01 24", "type": "Reception"},
    ],
    "emails": [{"email": "ada@example.com", "type": "WORK"}],
    "addresses": [
        {
            "street": "Prosta 1",
            "city": "Warszawa",
            "state": "",
            "zip": "00-001",
            "country": "Poland",
            "country_code": "pl",
            "type": "HOME",
        }
    ],
    "org": {"company": "Example S.A.", "department": "Design", "title": "Engineer"},
    "urls": [{"url": "https://example.com", "type": "WORK"}],
    "birthday": "1990-05-14",
    "origin": "other",
}

PROPERTIES = (
    Property(name="N", value=(("Nowak",), ("Ada",), ("B.",), ("Dr.",), ("Jr.",))),
    Property(name="FN", value="Dr. Ada B. Nowak Jr."),
    Property(name="ORG", value=(("Example S.A.",), ("Design",))),
    Property(name="TITLE", value="Engineer"),
    Property(
        name="TEL",
        value="+48 22 555 01 23",
        types=("cell",),
        params=(("WAID", ("48225550123",)),),
    ),
    Property(name="TEL", value="+48 22 555 01 24", label="Reception"),
    Property(name="EMAIL", value="ada@example.com", types=("work",)),
    Property(
        name="ADR",
        value=((), (), ("Prosta 1",), ("Warszawa",), (), ("00-001",), ("Poland",)),
        types=("home",),
        params=(("CC", ("PL",)),),
    ),
    Property(name="URL", value="https://example.com", kind="uri", types=("work",)),
    Property(name="BDAY", value="19900514", kind="date-and-or-time"),
)


def webhook(*contacts: Any) -> dict[str, Any]:
    """Return the body of a webhook with one message that shares these contacts."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550100", "phone_number_id": "1"},
        "contacts": [{"profile": {"name": "The sender"}, "wa_id": "15550101"}],
        "messages": [
            {"from": "15550101", "id": "wamid.1", "type": "text", "text": {"body": "hello"}},
            {"from": "15550101", "id": "wamid.2", "type": "contacts", "contacts": list(contacts)},
        ],
    }
    change = {"field": "messages", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


WEBHOOK = webhook(SHARED)
VALUE = WEBHOOK["entry"][0]["changes"][0]["value"]


@pytest.mark.parametrize(
    "body",
    [
        WEBHOOK,
        VALUE,
        {"field": "messages", "value": VALUE},
        VALUE["messages"][1],
        SHARED,
        [SHARED],
        {"messaging_product": "whatsapp", "type": "contacts", "contacts": [SHARED]},
    ],
)
def test_a_contact_is_found_in_every_envelope(body: Any) -> None:
    file = read_whatsapp(body)

    assert [card.properties for card in file.cards] == [PROPERTIES]
    assert file.problems == ()


def test_the_sender_is_no_shared_contact() -> None:
    file = read_whatsapp(webhook(SHARED, SHARED))

    assert len(file.cards) == 2
    assert "The sender" not in repr(file)


def test_a_contact_that_is_shared_on_request_has_a_phone_alone() -> None:
    file = read_whatsapp(
        webhook({"origin": "contact_request", "phones": [{"wa_id": "48225550123"}]})
    )

    assert file.cards[0].properties == (
        Property(name="TEL", value="+48225550123", params=(("WAID", ("48225550123",)),)),
    )


def test_what_no_property_stands_for_is_named() -> None:
    file = read_whatsapp({"phones": [{"phone": "1", "color": "red"}], "mood": {"a/b": 1}, "x": ""})

    assert [(one.card, one.place) for one in file.problems] == [
        (0, "/phones/0/color"),
        (0, "/mood"),
    ]


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"phones": {"phone": "1"}}, "/phones"),
        ({"phones": ["1"]}, "/phones/0"),
        ({"name": "Ada", "phones": [{"phone": "2"}]}, "/name"),
        ({"birthday": ["1990"], "phones": [{"phone": "2"}]}, "/birthday"),
    ],
)
def test_a_value_of_another_type_is_named(members: dict[str, Any], place: str) -> None:
    file = read_whatsapp({"emails": [{"email": "a@example.com"}], **members})

    assert place in [one.place for one in file.problems]


@pytest.mark.parametrize(
    "body",
    [None, 1, "text", [], {}, {"entry": []}, {"entry": [{"changes": 3}]}, {"messages": [{}]}],
)
def test_json_without_a_contact_is_refused(body: Any) -> None:
    with pytest.raises(NotACard, match="WhatsApp"):
        read_whatsapp(body)
