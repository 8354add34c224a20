"""Reads the contacts of WhatsApp's Cloud API: a webhook's whole body, a message, or one contact.

    entry[].changes[].value.messages[] with type "contacts": contacts[] of {name {formatted_name,
    first_name, last_name, middle_name, prefix, suffix}, phones [{phone, type, wa_id}], emails
    [{email, type}], addresses [{street, city, state, zip, country, country_code, type}], org
    {company, department, title}, urls [{url, type}], birthday, origin}

`value.contacts` describes the sender, who is no shared contact. Everything may be missing; since
2026 the contact that a user shares on request has phones alone.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/contacts
"""

from collections.abc import Iterator
from typing import Any, Final

from vcardsvc.imports.json_object import Contact, JsonObject, Located, located, read_contacts
from vcardsvc.imports.terms import add_date, add_name, components, types_and_label
from vcardsvc.vcard.parser.read_file import ReadFile

ABSENT: Final = "The JSON holds no contact of WhatsApp: no message of the type contacts."


def read_whatsapp(value: Any) -> ReadFile:
    """Return the cards of the shared contacts. Raises NotACard where there is none."""
    return read_contacts(list(_found(value)), _read, ABSENT)


def _found(value: Any) -> Iterator[Located]:
    for place, one in located(value, ""):
        if not isinstance(one, dict):
            continue
        if "entry" in one:
            for at, change in _inner(one, place, "entry", "changes"):
                yield from _messages(change.get("value"), f"{at}/value")
        elif "messages" in one or isinstance(one.get("value"), dict):
            inside, at = (one["value"], f"{place}/value") if "value" in one else (one, place)
            yield from _messages(inside, at)
        elif "contacts" in one:
            yield from located(one["contacts"], f"{place}/contacts")
        else:
            yield place, one


def _messages(value: Any, place: str) -> Iterator[Located]:
    if isinstance(value, dict):
        for at, message in _inner(value, place, "messages"):
            if message.get("type", "contacts") == "contacts":
                yield from located(message.get("contacts"), f"{at}/contacts")


def _inner(value: dict[str, Any], place: str, *names: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of the array under the first name, and of the further names in each."""
    name, *rest = names
    for at, one in located(value.get(name), f"{place}/{name}"):
        if isinstance(one, dict):
            yield from _inner(one, at, *rest) if rest else [(at, one)]


def _read(members: JsonObject, contact: Contact) -> None:
    name = members.object("name")
    add_name(
        contact,
        full=name.text("formatted_name"),
        family=name.text("last_name"),
        given=name.text("first_name"),
        additional=name.text("middle_name"),
        prefix=name.text("prefix"),
        suffix=name.text("suffix"),
    )
    name.close()
    org = members.object("org")
    contact.add("ORG", components(org.text("company"), org.text("department")))
    contact.add("TITLE", org.text("title"))
    org.close()
    for phone in members.objects("phones"):
        number, account = phone.text("phone"), phone.text("wa_id")
        params = (("WAID", (account,)),) if account else ()
        types, label = types_and_label(phone.text("type"))
        number = number or (f"+{account}" if account else "")
        contact.add("TEL", number, types=types, label=label, params=params)
    for email in members.objects("emails"):
        types, label = types_and_label(email.text("type"))
        contact.add("EMAIL", email.text("email"), types=types, label=label)
    for address in members.objects("addresses"):
        code = address.text("country_code").upper()
        types, label = types_and_label(address.text("type"))
        names = ("street", "city", "state", "zip", "country")
        parts = components("", "", *map(address.text, names))
        contact.add(
            "ADR", parts, types=types, label=label, params=(("CC", (code,)),) if code else ()
        )
    for url in members.objects("urls"):
        types, label = types_and_label(url.text("type"))
        contact.add("URL", url.text("url"), kind="uri", types=types, label=label)
    add_date(contact, "BDAY", members.text("birthday"))
    members.skip("origin")
