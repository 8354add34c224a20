"""AutoDNS in JSON: the members of a create, the envelope, and the code of every fault."""

import re
from typing import Any

import pytest

from tests.support.autodns import (
    AT,
    SEED,
    STID,
    codes_of,
    command_of,
    created_response,
    draft_of,
    entry_of,
    error_response,
    json_of,
    problems_of,
    request_of,
    response_of,
)
from vcardsvc.apis.autodns.errors import CODES
from vcardsvc.apis.autodns.response import new_stid
from vcardsvc.model.address_book import CommandResult, Create
from vcardsvc.model.contact import Address, Contact, Email, Phone

CUSTOMER = {"context": 4, "user": "customer"}
PERSON: dict[str, Any] = {"type": "PERSON", "fname": "Ada", "lname": "Sample"}


def test_the_vendors_sample_gets_its_envelope() -> None:
    """The sample request's response has S0301, an object and the contact (seed: 2.1, 2.3, 2.4)."""
    response = created_response("create", request_of(SEED))
    assert response.status == 200
    assert json_of(response) == {
        "stid": STID,
        "status": {
            "code": "S0301",
            "text": "Domain contact was created successfully.",
            "type": "SUCCESS",
        },
        "object": {"type": "Contact", "value": "23151437"},
        "data": [
            {
                "created": "2019-06-28T12:52:48.000+0000",
                "updated": "2019-06-28T12:52:48.000+0000",
                "id": 23151437,
                "owner": CUSTOMER,
                "updater": CUSTOMER,
                "alias": "johndoe",
                "type": "PERSON",
                "organization": "Company",
                "title": "Dr.",
                "city": "example city",
                "country": "DE",
                "state": "BY",
                "email": "johndoe@example.com",
                "protection": "SHOW_NONE",
                "fname": "john",
                "lname": "doe",
                "address": ["123 example street"],
                "pcode": "12345",
                "phone": "+1-123-12345",
                "fax": "+1-123-12345",
            }
        ],
    }
    assert list(json_of(response)) == ["stid", "status", "object", "data"]
    assert list(json_of(response)["data"][0])[:6] == [
        "created", "updated", "id", "owner", "updater", "alias",
    ]  # fmt: skip


def test_the_vendors_sample_becomes_a_doctors_card() -> None:
    """The card has the title before the name, and the address in its parts."""
    assert draft_of(SEED).contacts == (
        Contact(
            first="john",
            last="doe",
            prefix="Dr.",
            organization="Company",
            phones=(
                Phone(number="+1-123-12345"),
                Phone(number="+1-123-12345", label="fax"),
            ),
            emails=(Email(address="johndoe@example.com"),),
            addresses=(
                Address(
                    text="123 example street",
                    country="de",
                    locality="example city",
                    region="BY",
                    code="12345",
                    nation="Germany",
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("country", "nation"),
    [("DE", "Germany"), ("Deutschland", "Deutschland"), ("AQ", "Antarctica"), ("XK", "XK")],
)
def test_a_card_names_every_country(country: str, nation: str) -> None:
    """A country has its name as typed, else its English name, else its code."""
    (address,) = draft_of({**PERSON, "country": country}).contacts[0].addresses
    assert address.nation == nation


READ: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"country": "Germany"}, {"country": "DE"}),
    ({"country": "de"}, {"country": "DE"}),
    ({"country": "AQ"}, {"country": "AQ"}),
    ({"country": "xk"}, {"country": "XK"}),
    ({"country": "UK"}, {"country": "GB"}),
    ({"type": "person"}, {"type": "PERSON"}),
    ({"protection": "b"}, {"protection": "SHOW_NONE"}),
    ({"protection": "A"}, {"protection": "SHOW_ALL"}),
    ({"fname": "O'Brien"}, {"fname": "O'Brien"}),
    ({"fname": None}, {}),
    ({"state": ""}, {"state": ""}),
    ({"confirmOwnerConsent": "true"}, {"confirmOwnerConsent": True}),
    ({"domainsafe": False}, {"domainsafe": False}),
    ({"verification": "not_set"}, {"verification": "NOT_SET"}),
    ({"sip": "sip:ada@example.com"}, {"sip": "sip:ada@example.com"}),
    ({"nicRef": [{"name": "de", "nic": {"name": "de"}}]},) * 2,
    ({"extensions": {"general": {"gender": "FEMALE", "strict": True}}},) * 2,
    ({"phone": "+49 (89) 1234/567"}, {"phone": "+49 (89) 1234/567"}),
    ({"address": ["Mill 1", " ", "Yard 2"]}, {"address": ["Mill 1", "Yard 2"]}),
    ({"id": 7, "created": "x", "owner": 1, "unknown": [1]}, {}),
    ({"country": "CA", "pcode": "K1A 0B1"},) * 2,
    ({"country": "PL", "pcode": "00-950"},) * 2,
    ({"country": "DE", "pcode": "anything"},) * 2,
]


@pytest.mark.parametrize(("sent", "stored"), READ)
def test_members_are_stored_in_the_vendors_spelling(
    sent: dict[str, Any], stored: dict[str, Any]
) -> None:
    """A member is checked and normalized; what only the server sets is not read."""
    base = {"type": "PERSON", "protection": "SHOW_NONE", "fname": "Ada", "lname": "Sample"}
    if sent.get("fname", "") is None:
        base.pop("fname")
    draft = draft_of({**PERSON, **sent})
    server_set = ("owner", "updater", "alias")
    fields = {key: one for key, one in draft.vendor_fields.items() if key not in server_set}
    assert fields == {**base, **stored}


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"phone": "12345"}, "EF03010", "/phone"),
    ({"phone": "+49-call-me"}, "EF03010", "/phone"),
    ({"phone": 49}, "EF03010", "/phone"),
    ({"phone": "+49-1234567890123456"}, "EF03010", "/phone"),
    ({"fax": "+4"}, "EF03011", "/fax"),
    ({"comment": "x" * 2001}, "EF03012", "/comment"),
    ({"remarks": ["x" * 1001, "y" * 1000]}, "EF03012", "/remarks"),
    ({"organization": "x" * 256}, "EF03015", "/organization"),
    ({"address": ["x" * 2001]}, "EF03015", "/address"),
    ({"address": ["x"] * 21}, "EF03015", "/address"),
    ({"lname": "x" * 256}, "EF03015", "/lname"),
    ({"fname": "12"}, "EF03017", "/fname"),
    ({"fname": "A\x00da"}, "EF03017", "/fname"),
    ({"fname": ["Ada"]}, "EF03017", "/fname"),
    ({"lname": ""}, "EF03018", "/lname"),
    ({"lname": None, "type": "ROLE"}, "EF03018", "/lname"),
    ({"lname": "\u202e"}, "EF03018", "/lname"),
    ({"type": "ORG"}, "EF03019", "/organization"),
    ({"type": "ORG", "organization": "A\tB"}, "EF03019", "/organization"),
    ({"type": "COMPANY"}, "E0301", "/type"),
    ({"email": "nobody"}, "E0301", "/email"),
    ({"country": "Atlantis"}, "E0301", "/country"),
    ({"country": "\u00df"}, "E0301", "/country"),
    ({"country": "CA", "pcode": "12345"}, "E0301", "/pcode"),
    ({"country": "NO", "pcode": "123"}, "E0301", "/pcode"),
    ({"country": "PL", "pcode": "00950"}, "E0301", "/pcode"),
    ({"country": "Spain", "pcode": "1234"}, "E0301", "/pcode"),
    ({"comment": "Grüße"}, "E0301", "/comment"),
    ({"protection": "C"}, "E0301", "/protection"),
    ({"domainsafe": "maybe"}, "E0301", "/domainsafe"),
    ({"address": "Mill 1"}, "E0301", "/address"),
    ({"address": ["\x07"]}, "E0301", "/address/0"),
    ({"extensions": {"a b": 1}}, "E0301", "/extensions"),
    ({"extensions": {"a": ["\x00"]}}, "E0301", "/extensions"),
    ({"extensions": {"a": 2**53}}, "E0301", "/extensions"),
    ({"extensions": []}, "E0301", "/extensions"),
    ({"extensions": {"general": {"mobilePhone": "x"}}}, "E0301",
     "/extensions/general/mobilePhone"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "code", "field"), FAULTS)
def test_each_fault_has_its_code(sent: dict[str, Any], code: str, field: str) -> None:
    """A fault is HTTP 400 with its code, an error status and the member (seed: 2.4)."""
    response = error_response("create", request_of({**PERSON, **sent}))
    assert (response.status, codes_of(response)) == (400, [(code, field)])
    body = json_of(response)
    assert (body["status"]["code"], body["status"]["type"]) == (code, "ERROR")
    assert "data" not in body


SEED_TEXTS = {
    "EF03010": "Invalid phone number.",
    "EF03011": "Invalid fax number.",
    "EF03012": "Comments are too long.",
    "EF03013": "Internal error - NIC member ID of the root user could not be inquired.",
    "EF03014": "Internal error - Invalid domain contact.",
    "EF03015": "Maximum number of characters has been exceeded.",
    "EF03016": "User is not authorized for this domain contact.",
    "EF03017": "Invalid first name.",
    "EF03018": "Invalid last name.",
    "EF03019": "Invalid organization.",
    "EF030110": "ID or alias of the domain contact have to be entered.",
}


def test_the_codes_have_the_vendors_texts() -> None:
    """Every code of the vendor's page has its text (seed: 2.4)."""
    assert {code.name: code.info for code in CODES if code.name in SEED_TEXTS} == SEED_TEXTS


def test_all_problems_are_reported_in_the_order_of_the_members() -> None:
    """A response reports every fault of a contact at once."""
    response = error_response(
        "create", request_of({"type": "PERSON", "fax": "1", "phone": "1", "email": "x"})
    )
    assert codes_of(response) == [
        ("E0301", "/email"),
        ("EF03010", "/phone"),
        ("EF03011", "/fax"),
        ("EF03018", "/lname"),
    ]


FORCED: list[tuple[bytes, bool]] = [
    (b"keys[]=force_handle_create", True),
    (b"keys%5B%5D=force_handle_create", True),
    (b"keys=email&keys=force_handle_create", True),
    (b"keys[0]=email&keys[1]=force_handle_create", True),
    (b"keys[x]=force_handle_create", False),
    (b"keys[]=email,force_handle_create", True),
    (b"keys[]=email", False),
    (b"", False),
]


@pytest.mark.parametrize(("query", "forced"), FORCED)
def test_the_query_forces_a_second_contact_of_a_name(query: bytes, forced: bool) -> None:
    """The key force_handle_create in the query creates another contact (seed: 2.1, 2.6)."""
    assert draft_of(SEED, query=query).forced is forced


def test_contacts_of_the_same_name_share_a_dedupe_key() -> None:
    """Type, names and organization make the key, without regard to case and blanks."""
    same = draft_of({**SEED, "fname": " JOHN", "city": "elsewhere", "alias": "x"})
    assert same.dedupe_key == draft_of(SEED).dedupe_key
    assert draft_of({**SEED, "fname": "Joan"}).dedupe_key != draft_of(SEED).dedupe_key
    assert len(same.dedupe_key) == 32


def test_an_identical_contact_is_the_existing_one() -> None:
    """The same name with the same data returns the existing contact (seed: 2.6)."""
    existing = entry_of(draft_of(SEED), 7)
    response = response_of(
        "create", request_of(SEED), CommandResult(entries=(existing,), fresh=(False,))
    )
    assert json_of(response)["object"] == {"type": "Contact", "value": "7"}
    nameless = {key: value for key, value in SEED.items() if key != "alias"}
    response = response_of(
        "create", request_of(nameless), CommandResult(entries=(existing,), fresh=(False,))
    )
    assert json_of(response)["data"][0]["alias"] == "johndoe"


def test_the_same_name_with_other_data_is_refused() -> None:
    """The same name with other data is an error that names the key which forces it (seed: 2.6)."""
    result = CommandResult(
        entries=(entry_of(draft_of({**SEED, "city": "elsewhere"})),), fresh=(False,)
    )
    response = response_of("create", request_of(SEED), result)
    assert response.status == 400
    assert json_of(response)["status"] == {
        "code": "E0301",
        "text": "Domain contact could not be created. There is a domain contact of this name with "
        "other data; force_handle_create makes another one.",
        "type": "ERROR",
    }


def test_an_alias_is_generated_from_the_name() -> None:
    """A contact without an alias gets one of its name and a token."""
    assert draft_of(PERSON).vendor_fields["alias"] == "Ada-Sample-1f2e3d4c"
    company = {"type": "ORG", "organization": "Sample Mills"}
    assert draft_of(company).vendor_fields["alias"] == "Sample-Mills-1f2e3d4c"


@pytest.mark.parametrize(
    ("accept", "text"),
    [
        (b"de-DE,en;q=0.5", "Domain-Kontakt wurde erfolgreich angelegt."),
        (b"en,de;q=0.9", "Domain contact was created successfully."),
        (b"fr", "Domain contact was created successfully."),
    ],
)
def test_a_text_is_in_the_preferred_language(accept: bytes, text: str) -> None:
    """The text follows Accept-Language."""
    response = created_response("create", request_of(PERSON, headers={b"accept-language": accept}))
    assert json_of(response)["status"]["text"] == text


def test_an_address_for_replies_is_noted() -> None:
    """The notification stands beside the success, and nothing is mailed (seed: 2.4, N0301)."""
    body = json_of(created_response("create", request_of(PERSON, query=b"replyTo=a@example.com")))
    assert [(one["code"], one["text"]) for one in body["messages"]] == [
        ("N0301", "Domain contact request has been started successfully.")
    ]


UNREADABLE = [b"", b"[]", b"{bad", b"\xff", b'{"a":1,"a":2}', b'"x"', b"<request/>"]


@pytest.mark.parametrize("body", UNREADABLE)
@pytest.mark.parametrize("route", ["create", "update", "list"])
@pytest.mark.parametrize(
    ("language", "text"), [(b"en", "Parser error."), (b"de", "Fehler beim Lesen des Auftrages.")]
)
def test_an_unreadable_body_has_the_vendors_code(
    route: str, body: bytes, language: bytes, text: str
) -> None:
    """The message is EF00000 of the object OTHER with a notice, the status its type alone."""
    if route == "list" and not body:
        return  # a list needs none
    response = error_response(
        route, request_of(body, id="7", headers={b"accept-language": language})
    )
    [message] = json_of(response)["messages"]
    assert message.pop("notice")
    assert message == {
        "text": text,
        "code": "EF00000",
        "status": "ERROR",
        "objects": [{"type": "OTHER"}],
    }
    assert (response.status, json_of(response)["status"]) == (400, {"type": "ERROR"})


def test_a_contact_has_its_times() -> None:
    """A time has milliseconds and an offset without colon, as the vendor writes it."""
    assert AT.microsecond == 0
    response = response_of(
        "info", request_of(id="7"), CommandResult(entries=(entry_of(draft_of(PERSON), 7),))
    )
    assert json_of(response)["data"][0]["created"] == "2019-06-28T12:52:48.000+0000"


def test_a_mobile_phone_of_the_extensions_is_on_the_card() -> None:
    """The card has the mobile phone of the general extensions beside the other numbers."""
    draft = draft_of({**PERSON, "extensions": {"general": {"mobilePhone": "+49-171-1234567"}}})
    assert draft.contacts[0].phones == (
        Phone(number="+49-171-1234567", label="mobile", e164="+491711234567"),
    )


def test_ids_of_transactions_are_unique() -> None:
    """An id has the vendor's form, YYYYMMDD-app1-N, and never repeats."""
    stids = {new_stid() for _ in range(100)}
    assert len(stids) == 100
    assert all(re.fullmatch(r"20[0-9]{6}-app1-[0-9]{1,12}", stid) for stid in stids)


def test_a_created_contact_has_pairs_for_searches() -> None:
    """The members that lists filter by are stored as pairs, folded."""
    command = command_of("create", request_of(SEED))
    assert isinstance(command, Create)
    assert command.drafts[0].metadata == {
        "alias": "johndoe",
        "type": "person",
        "fname": "john",
        "lname": "doe",
        "organization": "company",
        "city": "example city",
        "state": "by",
        "country": "de",
        "pcode": "12345",
        "email": "johndoe@example.com",
        "phone": "+1-123-12345",
        "fax": "+1-123-12345",
    }
    assert problems_of("create", request_of(SEED)) == ()
