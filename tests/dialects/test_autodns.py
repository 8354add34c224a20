"""AutoDNS in JSON: who asks, what is read, the envelope, and every code by the fault it names."""

from typing import Any

import pytest

from tests.dialects.autodns import (
    AT,
    SEED,
    STID,
    ask,
    codes,
    created,
    done,
    draft,
    entry,
    problems,
    refused,
    task,
    told,
)
from vcardsvc.apis.autodns import CODES
from vcardsvc.model.address_book import CommandResult, Create
from vcardsvc.model.contact import Address, Contact, Email, Phone

CUSTOMER = {"context": 4, "user": "customer"}
PERSON: dict[str, Any] = {"type": "PERSON", "fname": "Ada", "lname": "Sample"}


def test_the_vendors_sample_is_answered_in_its_envelope() -> None:
    """The seed's request is created with S0301, an object and the contact (seed: 2.1, 2.3, 2.4)."""
    reply = created("create", ask(SEED))
    assert reply.status == 200
    assert told(reply) == {
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
    assert list(told(reply)) == ["stid", "status", "object", "data"]
    assert list(told(reply)["data"][0])[:6] == [
        "created", "updated", "id", "owner", "updater", "alias",
    ]  # fmt: skip


def test_the_vendors_sample_becomes_a_card_of_a_doctor() -> None:
    """The title stands before the name, the address in its parts."""
    assert draft(SEED).contacts == (
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
    """By its name as typed, else its English one; a code that has none stands for itself."""
    (address,) = draft({**PERSON, "country": country}).contacts[0].addresses
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


@pytest.mark.parametrize(("sent", "kept"), READ)
def test_members_are_kept_in_the_vendors_spelling(
    sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    """Members are checked and spelled as the vendor does; what only the server sets is not read."""
    base = {"type": "PERSON", "protection": "SHOW_NONE", "fname": "Ada", "lname": "Sample"}
    if sent.get("fname", "") is None:
        base.pop("fname")
    made = draft({**PERSON, **sent})
    words = {
        key: word for key, word in made.vendor_fields.items() if key not in ("owner", "updater")
    }
    words.pop("alias")
    assert words == {**base, **kept}


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
    """A fault is told with HTTP 400, an error status and the member at fault (seed: 2.4)."""
    reply = refused("create", ask({**PERSON, **sent}))
    assert (reply.status, codes(reply)) == (400, [(code, field)])
    body = told(reply)
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


def test_all_problems_are_told_in_the_order_of_the_members() -> None:
    """Nobody has to send a contact twice to learn of its second fault."""
    reply = refused("create", ask({"type": "PERSON", "fax": "1", "phone": "1", "email": "x"}))
    assert codes(reply) == [
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
def test_a_second_contact_of_a_name_is_forced_by_the_query(query: bytes, forced: bool) -> None:
    """The key force_handle_create in the query makes another contact (seed: 2.1, 2.6)."""
    assert draft(SEED, query=query).forced is forced


def test_same_names_share_an_identity_and_others_do_not() -> None:
    """Type, names and organization, without regard to case and spaces, are who somebody is."""
    same = draft({**SEED, "fname": " JOHN", "city": "elsewhere", "alias": "x"})
    assert same.dedupe_key == draft(SEED).dedupe_key
    assert draft({**SEED, "fname": "Joan"}).dedupe_key != draft(SEED).dedupe_key
    assert len(same.dedupe_key) == 32


def test_the_same_contact_again_is_the_one_that_is_there() -> None:
    """The same name with the same data is answered with the contact that is kept (seed: 2.6)."""
    old = entry(draft(SEED), 7)
    reply = done("create", ask(SEED), CommandResult(entries=(old,), fresh=(False,)))
    assert told(reply)["object"] == {"type": "Contact", "value": "7"}
    nameless = {key: value for key, value in SEED.items() if key != "alias"}
    reply = done("create", ask(nameless), CommandResult(entries=(old,), fresh=(False,)))
    assert told(reply)["data"][0]["alias"] == "johndoe"


def test_the_same_name_with_other_data_is_refused() -> None:
    """The same name with other data is an error that names the way out (seed: 2.6)."""
    found = CommandResult(entries=(entry(draft({**SEED, "city": "elsewhere"})),), fresh=(False,))
    reply = done("create", ask(SEED), found)
    assert reply.status == 400
    assert told(reply)["status"] == {
        "code": "E0301",
        "text": "Domain contact could not be created. There is a domain contact of this name with "
        "other data; force_handle_create makes another one.",
        "type": "ERROR",
    }


def test_an_alias_is_made_of_the_name() -> None:
    """Who gives no alias gets one that finds the contact again."""
    assert draft(PERSON).vendor_fields["alias"] == "Ada-Sample-1f2e3d4c"
    company = {"type": "ORG", "organization": "Sample Mills"}
    assert draft(company).vendor_fields["alias"] == "Sample-Mills-1f2e3d4c"


@pytest.mark.parametrize(
    ("accept", "text"),
    [
        (b"de-DE,en;q=0.5", "Domain-Kontakt wurde erfolgreich angelegt."),
        (b"en,de;q=0.9", "Domain contact was created successfully."),
        (b"fr", "Domain contact was created successfully."),
    ],
)
def test_german_is_spoken_to_who_prefers_it(accept: bytes, text: str) -> None:
    """The text follows Accept-Language."""
    reply = created("create", ask(PERSON, headers={b"accept-language": accept}))
    assert told(reply)["status"]["text"] == text


def test_an_address_for_replies_is_noted() -> None:
    """Nothing is mailed; the notification stands beside the success (seed: 2.4, N0301)."""
    body = told(created("create", ask(PERSON, query=b"replyTo=a@example.com")))
    assert [(one["code"], one["text"]) for one in body["messages"]] == [
        ("N0301", "Domain contact request has been started successfully.")
    ]


UNREADABLE = [b"", b"[]", b"{bad", b"\xff", b'{"a":1,"a":2}', b'"x"', b"<request/>"]


@pytest.mark.parametrize("body", UNREADABLE)
@pytest.mark.parametrize("route", ["create", "update", "list"])
@pytest.mark.parametrize(
    ("language", "text"), [(b"en", "Parser error."), (b"de", "Fehler beim Lesen des Auftrages.")]
)
def test_a_body_that_cannot_be_read_is_told_by_the_vendors_code(
    route: str, body: bytes, language: bytes, text: str
) -> None:
    """EF00000 of the object OTHER, with a notice; the status is its type alone."""
    if route == "list" and not body:
        return  # a list needs none
    reply = refused(route, ask(body, id="7", headers={b"accept-language": language}))
    [message] = told(reply)["messages"]
    assert message.pop("notice")
    assert message == {
        "text": text,
        "code": "EF00000",
        "status": "ERROR",
        "objects": [{"type": "OTHER"}],
    }
    assert (reply.status, told(reply)["status"]) == (400, {"type": "ERROR"})


def test_an_entry_is_told_with_its_times() -> None:
    """Milliseconds and an offset without colon, as the vendor writes times."""
    assert AT.microsecond == 0
    reply = done("info", ask(id="7"), CommandResult(entries=(entry(draft(PERSON), 7),)))
    assert told(reply)["data"][0]["created"] == "2019-06-28T12:52:48.000+0000"


def test_a_mobile_phone_of_the_extensions_is_on_the_card() -> None:
    """The general extensions have a mobile phone; the card has it beside the other numbers."""
    made = draft({**PERSON, "extensions": {"general": {"mobilePhone": "+49-171-1234567"}}})
    assert made.contacts[0].phones == (
        Phone(number="+49-171-1234567", label="mobile", e164="+491711234567"),
    )


def test_ids_of_transactions_are_new_each_time() -> None:
    """The vendor's form, YYYYMMDD-app1-N, never the same twice."""
    import re

    from vcardsvc.apis.autodns.response import new_stid

    made = {new_stid() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"20[0-9]{6}-app1-[0-9]{1,12}", one) for one in made)


def test_a_created_contact_can_be_found_by_exact_words() -> None:
    """What lists filter by is kept as pairs."""
    found = task("create", ask(SEED))
    assert isinstance(found, Create)
    assert found.drafts[0].metadata == {
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
    assert problems("create", ask(SEED)) == ()
