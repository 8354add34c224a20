"""The message of every platform: whole payloads by equality, limits, and what is named as lost."""

import json
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from msgspec import structs

from tests.support.contact_requests import APPLESEED, card_request
from tests.support.messengers import card_document
from tests.support.messengers.limits import CHECKS, broken
from vcardsvc import messengers
from vcardsvc.errors import NOTES
from vcardsvc.messengers import (
    baileys,
    bandwidth,
    eight_by_eight,
    google_chat,
    infobip,
    losses,
    plivo,
    rcs,
    signal,
    signalwire,
    sinch,
    sinch_mms,
    slack,
    telegram,
    telnyx,
    twilio,
    viber,
    vonage,
    waha,
    whatsapp,
)
from vcardsvc.messengers.details import details_lost
from vcardsvc.messengers.message import CardWriter, LinkWriter, MemberWriter, WrittenMessage
from vcardsvc.messengers.platforms import (
    KINDS,
    PLATFORMS,
    card_writer,
    link_writer,
    member_writer,
)
from vcardsvc.model.card import Card, Property
from vcardsvc.model.contact import Address, Contact, Email, Phone, Photo, Website
from vcardsvc.model.request import LINKS, Form, Loss, Message
from vcardsvc.vcard.card_losses import NO_MEMBER
from vcardsvc.vcard.contact_view import whole_view
from vcardsvc.vcard.losses import NO_WAID, CannotRender, LossKind, loss

LINK: Final = "https://cards.example/c/aVwuNsYZ.vcf"
CARD: Final = card_document("BEGIN:VCARD\r\nEND:VCARD\r\n", "zoe.vcf")
JOHN: Final = card_request(APPLESEED).contact
MOBILE: Final = Phone(number="+1 650 253 0000", label="mobile", e164="+16502530000")
EXTENDED: Final = Phone(number="+1 650 253 0000 x12", e164="+16502530000p12")
BORN: Final = Property(name="BDAY", value="19900514", kind="date-and-or-time")
ROLE: Final = Property(name="ROLE", value="Buyer")


def written(platform: str, *contacts: Contact) -> WrittenMessage:
    """The message of these contacts, of a link with the first."""
    kind = PLATFORMS[platform].kind
    if kind == "link":
        return link_writer(platform)(contacts[0], LINK)
    if kind == "members":
        return member_writer(platform)(*contacts)
    return card_writer(platform)(*((contact, CARD) for contact in contacts))


def message(platform: str, *contacts: Contact) -> Any:
    """The JSON of the message."""
    document = written(platform, *contacts).document
    assert (document.content_type, document.filename) == ("application/json", "contact.json")
    found = json.loads(document.octets)
    assert broken(platform, found) == []
    return found


def test_every_form_of_a_message_is_a_platform_with_a_module() -> None:
    """The names of forms, the rows of the table and the modules are the same, and each module says
    its limits, its losses and its source."""
    assert set(get_args(Message)) == PLATFORMS.keys() == CHECKS.keys()
    assert set(get_args(Message)) < set(get_args(Form))
    assert {name for kind in KINDS.values() for name in kind} == PLATFORMS.keys()
    assert {"link", *KINDS["link"]} == LINKS
    folder = Path(messengers.__file__).parent
    modules = {f"vcardsvc.messengers.{path.stem}" for path in folder.glob("*.py")}
    for one in PLATFORMS.values():
        module = one.load()
        assert one.module in modules
        assert module.LIMITS
        assert module.LOST
        assert "Source" in f"{module.__doc__}{module.write.__doc__}"
        assert (one.kind == "members") == (one.target == "")


def widget(icon: str, label: str, text: str) -> dict[str, Any]:
    """A line of a card in Google Chat."""
    return {
        "decoratedText": {
            "startIcon": {"knownIcon": icon}, "topLabel": label, "text": text, "wrapText": True,
        }
    }  # fmt: skip


CAPTION: Final = "John Appleseed Jr., Dunder Mifflin"
MESSAGES: Final[dict[str, Any]] = {
    "twilio": {"Body": CAPTION, "MediaUrl": [LINK]},
    "vonage": {
        "message_type": "vcard",
        "channel": "mms",
        "vcard": {"url": LINK, "caption": CAPTION},
    },
    "telnyx": {"text": CAPTION, "media_urls": [LINK]},
    "plivo": {"type": "mms", "text": CAPTION, "media_urls": [LINK]},
    "sinch-mms": {
        "action": "sendmms",
        "fallback-sms-text": CAPTION,
        "slide": [{"message-text": CAPTION, "contact": {"media-url": LINK}}],
    },
    "bandwidth": {"text": CAPTION, "media": [LINK]},
    "signalwire": {"Body": CAPTION, "MediaUrl": [LINK]},
    "8x8": {"text": CAPTION, "mediaUrls": [LINK]},
    "rcs": {
        "contentMessage": {
            "richCard": {
                "standaloneCard": {
                    "cardOrientation": "VERTICAL",
                    "cardContent": {
                        "title": "John Appleseed Jr.",
                        "description": "Account Manager\nDunder Mifflin\n10000000000 (work)\n"
                        "john@example.com (work)\nFake Address (work)\n"
                        "https://example.com (Dunder Mifflin)\nManage account campaigns.",
                        "suggestions": [
                            {
                                "action": {
                                    "text": "Save contact",
                                    "postbackData": f"open {LINK}",
                                    "openUrlAction": {"url": LINK},
                                }
                            },
                            {
                                "action": {
                                    "text": "Dunder Mifflin",
                                    "postbackData": "open https://example.com",
                                    "openUrlAction": {"url": "https://example.com"},
                                }
                            },
                        ],
                    },
                }
            }
        }
    },
    "infobip": {
        "content": {
            "contacts": [
                {
                    "addresses": [{"street": "Fake Address", "type": "WORK"}],
                    "emails": [{"email": "john@example.com", "type": "WORK"}],
                    "name": {
                        "firstName": "John",
                        "lastName": "Appleseed",
                        "nameSuffix": "Jr.",
                        "formattedName": "John Appleseed Jr.",
                    },
                    "org": {"company": "Dunder Mifflin", "title": "Account Manager"},
                    "phones": [{"phone": "10000000000", "type": "WORK"}],
                    "urls": [{"url": "https://example.com"}],
                }
            ]
        }
    },
    "sinch": {
        "message": {
            "contact_info_message": {
                "name": {
                    "full_name": "John Appleseed Jr.",
                    "first_name": "John",
                    "last_name": "Appleseed",
                    "suffix": "Jr.",
                },
                "phone_numbers": [{"phone_number": "10000000000", "type": "WORK"}],
                "email_addresses": [{"email_address": "john@example.com", "type": "WORK"}],
                "organization": {"company": "Dunder Mifflin", "title": "Account Manager"},
                "urls": [{"url": "https://example.com", "type": "Dunder Mifflin"}],
            }
        }
    },
    "slack": {
        "text": CAPTION,
        "blocks": [
            {
                "type": "card",
                "title": {"type": "mrkdwn", "text": "John Appleseed Jr.", "verbatim": True},
                "subtitle": {
                    "type": "mrkdwn",
                    "text": "Account Manager, Dunder Mifflin",
                    "verbatim": True,
                },
                "body": {
                    "type": "mrkdwn",
                    "text": "10000000000 (work)\njohn@example.com (work)\nFake Address (work)\n"
                    "Manage account campaigns.",
                    "verbatim": True,
                },
                "actions": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "Dunder Mifflin"},
                        "url": "https://example.com",
                    }
                ],
            }
        ],
    },
    "google-chat": {
        "cardsV2": [
            {
                "cardId": "contact",
                "card": {
                    "header": {
                        "title": "John Appleseed Jr.",
                        "subtitle": "Account Manager, Dunder Mifflin",
                    },
                    "sections": [
                        {
                            "widgets": [
                                widget("PHONE", "work", "10000000000"),
                                widget("EMAIL", "work", "john@example.com"),
                                widget("MAP_PIN", "work", "Fake Address"),
                                {
                                    "buttonList": {
                                        "buttons": [
                                            {
                                                "text": "Dunder Mifflin",
                                                "onClick": {
                                                    "openLink": {"url": "https://example.com"}
                                                },
                                            }
                                        ]
                                    }
                                },
                                {
                                    "decoratedText": {
                                        "startIcon": {"knownIcon": "DESCRIPTION"},
                                        "text": "Manage account campaigns.",
                                        "wrapText": True,
                                    }
                                },
                            ]
                        }
                    ],
                },
            }
        ]
    },
    "viber": {
        "type": "contact",
        "contact": {"name": "John Appleseed Jr.", "phone_number": "10000000000"},
    },
    "waha": {"contacts": [{"vcard": "BEGIN:VCARD\r\nEND:VCARD\r\n"}]},
    "baileys": {
        "contactMessage": {
            "displayName": "John Appleseed Jr.",
            "vcard": "BEGIN:VCARD\r\nEND:VCARD\r\n",
        }
    },
    "signal": {
        "message": CAPTION,
        "base64_attachments": [
            "data:text/x-vcard;filename=zoe.vcf;base64,QkVHSU46VkNBUkQNCkVORDpWQ0FSRA0K"
        ],
    },
}
"""The documented example as each platform takes it; WhatsApp's and Telegram's are beside."""


@pytest.mark.parametrize("platform", sorted(PLATFORMS.keys() - {"whatsapp", "telegram"}))
def test_the_vendors_example_as_a_platform_takes_it(platform: str) -> None:
    """The documented example as a whole message, but for who sends and receives it."""
    assert message(platform, JOHN) == MESSAGES[platform]


def test_several_contacts_in_one_message() -> None:
    """Where a message holds several, each stands there as it does alone."""
    ann = Contact(first="Ann", phones=(MOBILE,))
    for platform in ("whatsapp", "infobip", "slack", "waha", "baileys", "signal"):
        both = written(platform, JOHN, ann)
        assert [*both.losses] == [written(platform, one).losses[0] for one in (JOHN, ann)]
    assert message("slack", JOHN, ann) == {
        "text": "2 contacts",
        "blocks": [message("slack", one)["blocks"][0] for one in (JOHN, ann)],
    }
    names = [one["displayName"] for one in
             message("baileys", JOHN, ann)["contactsArrayMessage"]["contacts"]]  # fmt: skip
    assert names == ["John Appleseed Jr.", "Ann"]
    assert message("signal", JOHN, ann)["message"] == "2 contacts"


At = tuple[LossKind, Any, int | None, str]

LONG: Final = Contact(
    first="Ann",
    last="L" * 300,
    organization="Firma\nGmbH",
    title="Head",
    note="n" * 40_000,
    uid="crm-1",
    phones=(EXTENDED, Phone(number="0171 555", own_label="Desk", preferred=True)),
    emails=(Email(address="ann@example.com"),),
    addresses=(Address(text="Street 1"), Address(text="Street 2", locality="City")),
    websites=(Website(url="a.example", label="W" * 80),),
    photo=Photo(jpeg=b"x", width=1, height=1),
    extra=(BORN, ROLE),
)
"""A contact of which every platform loses something."""

LOST: Final[dict[str, list[At]]] = {
    "rcs": [
        (losses.CUT_TEXT, "last", None, ""),
        (losses.CUT_TEXT, "note", None, ""),
        (losses.BEHIND_LINK, "uid", None, ""),
        (losses.BEHIND_LINK, "photo", None, ""),
        (losses.MARK_LOST, "phones", 1, "preferred"),
        (losses.BEHIND_LINK, "extra", 1, ""),
    ],
    "infobip": [
        (NO_WAID, "phones", 0, "number"),
        (NO_WAID, "phones", 1, "number"),
        (losses.NO_PLACE, "note", None, ""),
        (losses.NO_PLACE, "uid", None, ""),
        (losses.NO_PLACE, "photo", None, ""),
        (losses.LABEL_LOST, "phones", 1, "label"),
        (losses.MARK_LOST, "phones", 1, "preferred"),
        (losses.LABEL_LOST, "websites", 0, "label"),
        (losses.NO_PLACE, "extra", 1, ""),
    ],
    "sinch": [
        (losses.EXTENSION_LOST, "phones", 0, "number"),
        (losses.NO_COUNTRY_CODE, "phones", 1, "number"),
        (losses.NO_PLACE, "addresses", 1, "text"),
        (losses.NO_PLACE, "note", None, ""),
        (losses.NO_PLACE, "uid", None, ""),
        (losses.NO_PLACE, "photo", None, ""),
        (losses.MARK_LOST, "phones", 1, "preferred"),
        (losses.NO_PLACE, "addresses", 0, ""),
        (losses.NO_PLACE, "extra", 1, ""),
    ],
    "slack": [
        (losses.CUT_TEXT, "last", None, ""),
        (losses.LINES_JOINED, "organization", None, ""),
        (losses.CUT_TEXT, "websites", 0, "label"),
        (losses.CUT_TEXT, "note", None, ""),
        (losses.NO_ROOM, "uid", None, ""),
        (losses.NO_ROOM, "photo", None, ""),
        (losses.MARK_LOST, "phones", 1, "preferred"),
        (losses.NO_ROOM, "extra", 1, ""),
    ],
    "google-chat": [
        (losses.CUT_TEXT, "last", None, ""),
        (losses.LINES_JOINED, "organization", None, ""),
        (losses.CUT_TEXT, "note", None, ""),
        (losses.NO_ROOM, "uid", None, ""),
        (losses.NO_ROOM, "photo", None, ""),
        (losses.MARK_LOST, "phones", 1, "preferred"),
        (losses.NO_ROOM, "extra", 1, ""),
    ],
    "viber": [
        (losses.CUT_TEXT, "last", None, ""),
        (losses.EXTENSION_LOST, "phones", 0, "number"),
        (losses.NO_PLACE, "organization", None, ""),
        (losses.NO_PLACE, "title", None, ""),
        (losses.NO_PLACE, "note", None, ""),
        (losses.NO_PLACE, "uid", None, ""),
        (losses.NO_PLACE, "photo", None, ""),
        (losses.LABEL_LOST, "phones", 0, "label"),
        (losses.NO_PLACE, "phones", 1, ""),
        (losses.NO_PLACE, "emails", 0, ""),
        (losses.NO_PLACE, "addresses", 0, ""),
        (losses.NO_PLACE, "addresses", 1, ""),
        (losses.NO_PLACE, "websites", 0, ""),
        (losses.NO_PLACE, "extra", 0, ""),
        (losses.NO_PLACE, "extra", 1, ""),
    ],
    "whatsapp": [
        (NO_WAID, "phones", 0, "number"),
        (NO_WAID, "phones", 1, "number"),
        (losses.NO_PLACE, "note", None, ""),
        (losses.NO_PLACE, "uid", None, ""),
        (losses.NO_PLACE, "photo", None, ""),
        (losses.MARK_LOST, "phones", 1, "preferred"),
        (losses.NO_PLACE, "extra", 1, ""),
    ],
    "telegram": [
        (losses.NAME_TELEGRAM, "last", None, ""),
        (losses.EXTENSION_LOST, "phones", 0, "number"),
    ],
    "waha": [],
    "baileys": [],
    **{
        name: [(losses.CUT_CAPTION, "last", None, ""),
               (losses.CUT_CAPTION, "organization", None, "")]
        for name in ("twilio", "vonage", "telnyx", "plivo", "sinch-mms", "bandwidth",
                     "signalwire", "8x8", "signal")
    },
}  # fmt: skip


@pytest.mark.parametrize("platform", sorted(LOST))
def test_what_a_platform_loses_is_named(platform: str) -> None:
    """Each part and entry that a message cuts or has no place for is named, with the reason."""
    found = written(platform, LONG)
    assert found.losses == (tuple(loss(*one) for one in LOST[platform]),)
    message(platform, LONG)


def test_every_kind_of_loss_is_in_that_table() -> None:
    """There is no way to lose something that no test takes, and each code is known; that of a link
    without https is the service's."""
    taken = {row[0] for rows in LOST.values() for row in rows} - {NO_WAID}
    assert taken | {losses.INSECURE_LINK} == set(losses.LOSSES)
    declared = {value for value in vars(losses).values() if isinstance(value, LossKind)}
    assert declared == set(losses.LOSSES)
    assert {one.code for one in losses.LOSSES} <= {code for code, _ in NOTES}


@pytest.mark.parametrize("platform", ["telegram", "viber", "sinch"])
def test_a_platform_of_numbers_takes_no_contact_without_one(platform: str) -> None:
    """The phones are at fault, and the platform is named."""
    with pytest.raises(CannotRender, match="without a telephone number") as refused:
        written(platform, Contact(first="Ann"))
    assert refused.value.part == "phones"
    assert refused.value.reason.startswith(PLATFORMS[platform].title)


@pytest.mark.parametrize(
    ("number", "name", "sent"),
    [
        (MOBILE, "Ann", {"name": "Ann", "phone_number": "+16502530000"}),
        (EXTENDED, "A" * 28, {"name": "A" * 28, "phone_number": "+16502530000"}),
        (Phone(number="5" * 18), "A" * 29, {"name": "A" * 27 + "…", "phone_number": "5" * 18}),
        (MOBILE, "😀" * 15, {"name": "😀" * 13 + "…", "phone_number": "+16502530000"}),
        (MOBILE, "A" * 24 + "👨\u200d👩\u200d👧",
         {"name": "A" * 24 + "…", "phone_number": "+16502530000"}),
    ],
)  # fmt: skip
def test_vibers_characters(number: Phone, name: str, sent: dict[str, str]) -> None:
    """A name has 28, of which an emoji takes two, and is cut between graphemes; a number has 18."""
    assert message("viber", Contact(first=name, phones=(number,)))["contact"] == sent
    for other in ("5" * 19, "call 1 at home", "\U0001d7d3" * 10):
        with pytest.raises(CannotRender):
            written("viber", Contact(first="Ann", phones=(Phone(number=other),)))


def test_slack_escapes_and_counts_what_it_escapes() -> None:
    """`&` takes five characters of a title; three websites are buttons, and a fourth a line."""
    sites = tuple(Website(url=f"{name}.example/?a<b") for name in "abcd")
    contact = Contact(first="&" * 30, websites=sites)
    (block,) = message("slack", contact)["blocks"]
    assert block["title"]["text"] == "&amp;" * 30
    assert [one["url"] for one in block["actions"]] == [
        f"https://{name}.example/?a<b" for name in "abc"
    ]
    assert block["body"]["text"] == "d.example/?a&lt;b"
    (block,) = message("slack", structs.replace(contact, first="&" * 31))["blocks"]
    assert block["title"]["text"] == "&amp;" * 29 + "…"


def test_slacks_body_holds_whole_entries() -> None:
    """An entry without room is left out and named, and a shorter one after it stands there."""
    contact = Contact(
        first="Ann",
        emails=(Email(address=f"{'a' * 190}@b.example"), Email(address="a@b.example")),
    )
    found = written("slack", contact)
    assert message("slack", contact)["blocks"][0]["body"]["text"] == "a@b.example (work)"
    assert found.losses == ((loss(losses.NO_ROOM, "emails", 0),),)


def test_google_chat_has_a_hundred_widgets() -> None:
    """Further entries are named: the platform would ignore them."""
    contact = Contact(first="Ann", phones=(MOBILE,) * 101)
    (card,) = message("google-chat", contact)["cardsV2"]
    assert len(card["card"]["sections"][0]["widgets"]) == 100
    assert written("google-chat", contact).losses == ((loss(losses.NO_ROOM, "phones", 100),),)


def test_google_chats_octets_are_counted_as_octets() -> None:
    """A message has 32,000 at most, whatever its characters take; a header alone is a card."""
    found = written("google-chat", Contact(first="Ann", note="ä&\n" * 9_000))
    assert 31_900 < found.document.size <= 32_000
    assert found.losses == ((loss(losses.CUT_TEXT, "note"),),)
    assert message("google-chat", Contact(first="Ann")) == {
        "cardsV2": [{"cardId": "contact", "card": {"header": {"title": "Ann"}}}]
    }


def suggested(contact: Contact) -> list[dict[str, Any]]:
    """The actions of a rich card."""
    card = message("rcs", contact)["contentMessage"]["richCard"]["standaloneCard"]
    return [one["action"] for one in card["cardContent"]["suggestions"]]


def test_a_rich_card_dials_and_opens() -> None:
    """The first suggestion saves the card; others dial numbers in E.164, digits alone, and open
    websites, four in all; a fax and a number as typed are not dialled."""
    phones = (Phone(number="0171"), structs.replace(MOBILE, label="fax"), EXTENDED, MOBILE)
    sites = (Website(url=f"example.com/{'x' * 2_000}"), Website(url="b.example", label="L" * 26))
    actions = suggested(Contact(first="Ann", phones=phones, websites=sites))
    dial = {"text": "+16502530000", "postbackData": "dial +16502530000",
            "dialAction": {"phoneNumber": "+16502530000"}}  # fmt: skip
    assert actions[1:] == [
        dial,
        dial,
        {
            "text": "L" * 24 + "…",
            "postbackData": "open https://b.example",
            "openUrlAction": {"url": "https://b.example"},
        },
    ]


NO_DAYS: Final = ("19901345", "19900230", "--0514", "1990", "19900514T1", "00000101")


@pytest.mark.parametrize("platform", KINDS["members"])
def test_a_birthday_is_a_day_of_the_calendar(platform: str) -> None:
    """Another text is not sent, and is named; the first day that is one is sent."""
    born = tuple(structs.replace(BORN, value=value) for value in NO_DAYS)
    found = written(platform, Contact(first="Ann", phones=(MOBILE,), extra=(*born, BORN)))
    dropped = [one.index for one in found.losses[0] if one.part == "extra"]
    assert dropped == [*range(len(NO_DAYS)), *([len(NO_DAYS)] if platform == "viber" else [])]
    text = found.document.octets.decode()
    assert ("1990-05-14" in text) == (platform != "viber") == ("1990" in text)
    assert text.count("1990") <= 1


@pytest.mark.parametrize("platform", ["slack", "google-chat", "rcs"])
def test_a_website_without_a_host_is_a_text(platform: str) -> None:
    """It is no button, and no part of it is lost."""
    contact = Contact(first="Ann", websites=(Website(url="https://"), Website(url="a.example")))
    found = message(platform, contact)
    assert written(platform, contact).losses == ((),)
    assert [url for url in urls(found) if url != LINK] == ["https://a.example"]


def urls(value: Any) -> list[str]:
    """The addresses that a message opens."""
    if isinstance(value, list):
        return [url for one in value for url in urls(one)]
    if not isinstance(value, dict):
        return []
    found = [value["url"]] if "url" in value else []
    return found + [url for one in value.values() for url in urls(one)]


def test_no_text_is_markup_in_slack() -> None:
    """An invisible character stands behind each character of markup that is no letter of a word,
    and is counted; a name of a person or a channel is no link."""
    note = "@here *a* _b_ ~c~ `d` :joy: #general a_b@c.example\n> e & <f>"
    shown = (
        "@here *\u2060a*\u2060 _\u2060b_\u2060 ~\u2060c~\u2060 `\u2060d`\u2060 :\u2060joy: "
        "#general a_b@c.example\n\u2060&gt; e &amp; &lt;f&gt;"
    )
    found = message("slack", Contact(first="*Ann*", note=note))
    (block,) = found["blocks"]
    assert found["text"] == block["title"]["text"] == "*\u2060Ann*\u2060"
    assert block["body"] == {"type": "mrkdwn", "text": shown, "verbatim": True}
    stars = message("slack", Contact(first="Ann", note="*" * 300))["blocks"][0]["body"]["text"]
    assert stars == "*\u2060" * 99 + "…"


def test_a_company_with_a_person() -> None:
    """The title is the company's name, and the person stands below it."""
    contact = Contact(first="Jo", last="Doe", title="Boss", organization="ACME", company=True)
    (block,) = message("slack", contact)["blocks"]
    assert (block["title"]["text"], block["subtitle"]["text"]) == ("ACME", "Jo Doe, Boss")
    assert written("slack", contact).losses == ((),)


@pytest.mark.parametrize(
    ("name", "last", "first", "below"),
    [
        ("Smith, John", "Smith", "John", None),
        ("Johnny", "Smith", "John", "John Smith"),
        ("John", "Smith", "John", "Smith"),
        ("JOHN SMITH", "Smith", "John", None),
        ("SmithJohn", "Smith", "John", None),
        ("Smithson John", "Smith", "John", "Smith"),
        ("李小龙", "李", "小龙", None),
        ("李小龍", "李", "小龙", "小龙"),
        ("김 철수", "김", "철수", None),
        ("नेहा शर्मा", "शर्म", "नेहा", "शर्म"),
        ("नेहा शर्मा", "शर्मा", "नेहा", None),
    ],
)
def test_the_name_that_a_card_is_shown_by_is_the_title(
    name: str, last: str, first: str, below: str | None
) -> None:
    """What of the name it does not say, in whatever case and order, stands below it."""
    card = Card(
        properties=(
            Property(name="N", value=((last,), (first,), (), (), ())),
            Property(name="FN", value=name),
            Property(name="TEL", value="+16502530000"),
        )
    )
    contact = whole_view(card).contact
    (block,) = message("slack", contact)["blocks"]
    assert block["title"]["text"] == name
    assert block.get("subtitle", {"text": None})["text"] == below
    (lost,) = written("viber", contact).losses
    assert ([one for one in lost if one.part in ("first", "last")] == []) == (below is None)


def test_a_name_is_one_line() -> None:
    """A company's name of two lines stands whole in its own member."""
    contact = Contact(organization="Firma\nGmbH", phones=(EXTENDED,))
    (one,) = message("whatsapp", contact)["contacts"]
    assert one["name"] == {"formatted_name": "Firma GmbH", "first_name": "Firma GmbH"}
    assert one["org"] == {"company": "Firma\nGmbH"}
    assert one["phones"] == [{"phone": "+1 650 253 0000 x12", "type": "WORK"}]
    (other,) = message("infobip", contact)["content"]["contacts"]
    assert other["name"] == {"formattedName": "Firma GmbH", "firstName": "Firma GmbH"}
    assert other["phones"] == [{"phone": "+1 650 253 0000 x12", "type": "WORK"}]
    info = message("sinch", contact)["message"]["contact_info_message"]
    assert info["name"] == {"full_name": "Firma GmbH"}
    assert info["organization"] == {"company": "Firma\nGmbH"}


@pytest.mark.parametrize("platform", KINDS["link"])
def test_a_message_with_a_link_tells_of_the_other_cards(platform: str) -> None:
    """The first contact is named, and how many more there are; a rich card, which shows texts of
    the first alone, names each of the others."""
    found = link_writer(platform)(Contact(first="A" * 300), LINK, 2)
    assert broken(platform, json.loads(found.document.octets)) == []
    assert "… and 2 more" in found.document.octets.decode()
    shown = (loss(losses.BEHIND_LINK, "card"),) if platform == "rcs" else ()
    assert found.losses[1:] == (shown, shown)


LINK_WRITERS: Final[dict[str, LinkWriter]] = {
    "8x8": eight_by_eight.write, "bandwidth": bandwidth.write, "plivo": plivo.write,
    "rcs": rcs.write, "signalwire": signalwire.write, "sinch-mms": sinch_mms.write,
    "telnyx": telnyx.write, "twilio": twilio.write, "vonage": vonage.write,
}  # fmt: skip
MEMBER_WRITERS: Final[dict[str, MemberWriter]] = {
    "google-chat": google_chat.write, "infobip": infobip.write, "sinch": sinch.write,
    "slack": slack.write, "viber": viber.write, "whatsapp": whatsapp.write,
}  # fmt: skip
CARD_WRITERS: Final[dict[str, CardWriter]] = {
    "baileys": baileys.write, "signal": signal.write, "telegram": telegram.write,
    "waha": waha.write,
}  # fmt: skip
"""The writers of each kind, whose signatures mypy checks here: the table imports them by name."""


def test_each_module_has_the_writer_of_its_kind() -> None:
    """The table returns the functions whose types are checked above."""
    assert {name: link_writer(name) for name in KINDS["link"]} == LINK_WRITERS
    assert {name: member_writer(name) for name in KINDS["members"]} == MEMBER_WRITERS
    assert {name: card_writer(name) for name in KINDS["card"]} == CARD_WRITERS


NAMELESS: Final[list[tuple[Contact, str]]] = [
    (Contact(note="Hello\nthere"), "Hello there"),
    (Contact(addresses=(Address(text="", locality="Köln"),)), "Köln"),
    (Contact(websites=(Website(url="a.example"),), note="x"), "a.example"),
    (Contact(extra=(BORN,)), "Contact"),
]


@pytest.mark.parametrize(("contact", "name"), NAMELESS)
def test_a_card_without_a_name_has_a_stand_in(contact: Contact, name: str) -> None:
    """Platforms require a name: the first entry stands for it."""
    assert message("twilio", contact)["Body"] == name
    assert message("whatsapp", contact)["contacts"][0]["name"] == {
        "formatted_name": name, "first_name": name,
    }  # fmt: skip
    assert message("infobip", contact)["content"]["contacts"][0]["name"] == {
        "firstName": name, "formattedName": name,
    }  # fmt: skip
    assert message("google-chat", contact)["cardsV2"][0]["card"]["header"]["title"] == name
    assert message("slack", contact)["blocks"][0]["title"]["text"] == name


def test_what_a_card_says_beside_a_contact_is_named() -> None:
    """A type and a parameter of an entry have no place in a message; an entry that is left out is
    named once."""
    card = Card(
        properties=(
            Property(name="FN", value="Ann"),
            Property(name="TEL", value="+16502530000", types=("cell", "video")),
            Property(name="EMAIL", value="a@b.example", params=(("X-FOO", ("a",)),)),
        )
    )
    view = whole_view(card)

    def named(platform: str) -> list[tuple[str, str]]:
        (found,) = written(platform, view.contact).losses
        both: list[Loss] = [*found, *details_lost(view, found)]
        return [(one.part, one.reason) for one in both]

    said_more = NO_MEMBER.reason
    assert named("google-chat") == [("phones", said_more), ("emails", said_more)]
    assert named("viber") == [
        ("phones", losses.LABEL_LOST.reason),
        ("emails", losses.NO_PLACE.reason),
        ("phones", said_more),
    ]
