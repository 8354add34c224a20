"""Every message of a platform, judged by the platform's own client or description.

The service runs in this process, the clients in processes of their own; none opens a connection.
"""

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given

from tests.support.drawn_contacts import contacts
from tests.support.hypothesis_profiles import examples
from tests.support.messengers import SCHEMAS
from tests.support.messengers.judges import RECIPIENTS, Judges, judging
from tests.support.messengers.limits import LIMITS, Limit, at, over, sizes
from tests.support.messengers.sources import CONTACTS, Source, contact, of_contact, sources
from tests.support.samples import KEY
from tests.support.service import Answer, Inside, inside
from vcardsvc.messengers.platforms import PLATFORMS
from vcardsvc.model.contact import Contact
from vcardsvc.settings import ApiKey
from vcardsvc.store import Store

SOURCES: Final = tuple(sources())

ASK_FOR_NUMBERS: Final = frozenset({"telegram", "viber", "sinch"})
"""The forms that refuse a contact without a telephone number, as the platforms do."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """The service with a store for links, which begin with https."""
    folder: Path = tmp_path_factory.mktemp("messengers")
    url = f"sqlite:///{folder / 'links.db'}"
    store = Store(url)
    store.migrate()
    store.close()
    with inside(
        api_keys=(ApiKey(name="samples", key=KEY),),
        database_url=url,
        public_url="https://cards.example.com",
        log_requests=False,
    ) as started:
        yield started


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    """The judges; a client is started once."""
    with judging() as started:
        yield started


def posted(service: Inside, source: Source, form: str) -> Answer:
    """The answer to a body that is to become messages of this form."""
    path, _, query = source.target.partition("?")
    return service.ask(
        "POST",
        path,
        source.body,
        headers=((b"x-api-key", KEY.encode()), (b"content-type", source.media_type.encode())),
        query=f"{query}&as={form}".encode(),
    )


def faults(answer: Answer, source: Source, form: str, judges: Judges) -> list[str]:
    """What is wrong with the messages of an answer, or with a refusal."""
    if answer.status == 406 and form in ASK_FOR_NUMBERS:
        problem = answer.json["errors"][0]
        refused = (problem["error-code"], "telephone number" in problem["error-info"])
        return [] if refused == ("E406", True) and not source.numbered else [str(problem)]
    if answer.status not in (200, 201):
        return [f"{answer.status}: {answer.body!r}"]
    return [
        fault
        for message in messages(answer)
        for fault in (
            *judges.faults(form, message | RECIPIENTS[form]),
            *over(form, message | RECIPIENTS[form]),
        )
    ]


def messages(answer: Answer) -> list[dict[str, Any]]:
    """The messages of an answer: one, or an array of several."""
    return answer.json if isinstance(answer.json, list) else [answer.json]


def test_every_platform_has_a_judge() -> None:
    """No form is without a schema, nor without what a bot adds to it."""
    assert set(PLATFORMS) == set(RECIPIENTS) == set(SCHEMAS)


INNER: Final = {
    "vonage": "",
    "telnyx": "",
    "plivo": "",
    "bandwidth": "",
    "rcs": "contentMessage/richCard/standaloneCard/cardContent",
    "whatsapp": "contacts/*/name",
    "infobip": "content/contacts/*/name",
    "sinch": "message/contact_info_message/name",
    "slack": "blocks/*",
    "google-chat": "cardsV2/*/card/header",
    "viber": "contact",
    "telegram": "",
    "waha": "contacts/*",
    "baileys": "contactMessage",
}
"""Where a message has members that the platform's client knows each of."""


@pytest.mark.parametrize("form", INNER)
def test_the_platforms_clients_refuse_a_member_that_they_do_not_know(
    form: str, service: Inside, judges: Judges
) -> None:
    """A message is taken by the client, and no longer once it has one member more."""
    members = contact(first="Ann", phone=[{"number": "+16502530000"}])
    source = Source("one", "/?photo=none", "application/json", json.dumps(members).encode())
    message = posted(service, source, form).json | RECIPIENTS[form]
    assert judges.client_faults(form, message) == []
    for one in at(message, INNER[form]):
        one["surprise"] = "x"
    assert judges.client_faults(form, message) != []


@pytest.mark.parametrize("form", PLATFORMS)
def test_the_platform_accepts_every_sample(form: str, service: Inside, judges: Judges) -> None:
    """The samples, and contacts of the longest and oddest texts, are messages that the platform's
    own client or description takes; it names no member that it does not know."""
    found = {
        source.name: wrong
        for source in SOURCES
        if (wrong := faults(posted(service, source, form), source, form, judges))
    }
    assert found == {}


@examples(40)
@given(contacts())
def test_the_platforms_accept_any_contact(
    service: Inside, judges: Judges, contact: Contact
) -> None:
    """Drawn contacts of any texts are messages that every platform takes."""
    source = of_contact("drawn", contact)
    found = {
        form: wrong
        for form in PLATFORMS
        if (wrong := faults(posted(service, source, form), source, form, judges))
    }
    assert found == {}


NEAR: Final = 0.9
"""How much of a limit is at least used by what the service cuts to it."""

REACHED: Final = [limit for limit in LIMITS if limit.reached]


@pytest.mark.parametrize("limit", REACHED, ids=[f"{one.form} {one.name}" for one in REACHED])
def test_texts_are_cut_at_the_limit(limit: Limit, service: Inside) -> None:
    """What is limited is used up, and not cut before it must be."""
    long = [source for source in SOURCES if source.name in CONTACTS]
    found = [
        size
        for source in long
        if (answer := posted(service, source, limit.form)).status in (200, 201)
        for size in sizes(limit, answer.json)
    ]
    assert limit.most * NEAR <= max(found) <= limit.most


SEVERAL: Final = {"whatsapp": 257, "infobip": 257, "waha": 257, "baileys": 257, "slack": 50}


@pytest.mark.parametrize("form", SEVERAL)
def test_a_message_holds_as_many_contacts_as_the_platform(
    form: str, service: Inside, judges: Judges
) -> None:
    """The most contacts are one message; one more is refused, and not left out."""
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee;Ann;;;\r\nFN:Ann Lee\r\nEND:VCARD\r\n"
    most = Source("most", "/convert?photo=none", "text/vcard", card * SEVERAL[form])
    assert faults(posted(service, most, form), most, form, judges) == []
    (limit,) = [one for one in LIMITS if (one.form, one.most) == (form, SEVERAL[form])]
    assert sizes(limit, posted(service, most, form).json) == [SEVERAL[form]]
    answer = posted(service, most._replace(body=most.body + card), form)
    assert answer.outcome == (406, "E406")


TEXT: Final = "Sixty words and more that nobody would ever say in one breath. " * 60
LONG_URL: Final = f"https://e.example/{'a' * 1900}"
NUMBERS: Final = [{"number": f"+1650253{last}"} for last in range(1000, 1120)]

FACTS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "last name": ({"last": "Quite a long name " * 20}, "/name/last-name"),
    "suffix": ({"suffix": "and so on " * 30}, "/name/suffix"),
    "organization": ({"organization": TEXT}, "/organization"),
    "title": ({"title": TEXT}, "/title"),
    "note": ({"note": TEXT}, "/note"),
    "uid": ({"uid": "crm 4711"}, "/uid"),
    "e-mail": ({"email": [{"id": "ann@example.com", "label": "Home"}]}, "/email/0"),
    "address": ({"physical_address": [{"address": "1 Main St, Scranton"}]}, "/physical-address/0"),
    "long address": ({"physical_address": [{"address": TEXT}]}, "/physical-address/0"),
    "website": ({"website": [{"url": LONG_URL}]}, "/website/0"),
    "fourth website": (
        {"website": [{"url": f"https://e{at}.example/{'b' * 200}"} for at in range(4)]},
        "/website/3",
    ),
    "label": ({"website": [{"url": "https://e.example", "label": "L" * 90}]}, "/website/0/label"),
    "last of many numbers": ({"phone": NUMBERS[:4]}, "/phone/3"),
    "nickname": ({"nickname": ["Annie"]}, "/nickname"),
    "birthday": ({"birthday": "1990-05-14"}, "/birthday"),
}
"""What a contact says beside its name and number, and the field of it that is looked for."""

OF_MEMBERS: Final = ("whatsapp", "infobip", "sinch", "slack", "google-chat", "viber", "rcs")
"""The forms that write a contact in members and texts of their own."""


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a message, as a person reads it."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_of(one)
    else:
        yield " ".join(html.unescape(str(value)).split())


def value_at(members: dict[str, Any], field: str) -> str:
    """The text in a request that a JSON pointer leads to, in one line; of an entry its value."""
    found: Any = members
    for part in field.split("/")[1:]:
        found = found[int(part)] if isinstance(found, list) else found[part]
    if isinstance(found, list):
        (found,) = found
    if isinstance(found, dict):
        found = next(iter(found.values()))
    return " ".join(found.split())


@pytest.mark.parametrize("form", OF_MEMBERS)
@pytest.mark.parametrize("what", FACTS)
def test_what_a_message_does_not_hold_is_noted(what: str, form: str, service: Inside) -> None:
    """A text of the request stands whole in the message, or a note names its field."""
    more, field = FACTS[what]
    members = contact(**{"first": "Ann", "phone": [{"number": "+16502530000"}], **more})
    source = Source(what, "/?photo=none", "application/json", json.dumps(members).encode())
    answer = posted(service, source, form)
    assert answer.status in (200, 201)
    notes = answer.headers.get("vcard-notes", "")
    noted = [note.partition(";")[0] for note in notes.split(", ")]
    is_held = any(value_at(members, field) in text for text in texts_of(answer.json))
    parts = field.split("/")[1:]
    above = {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
    assert is_held or any(one in above or one.startswith("/".join(parts)) for one in noted), notes
