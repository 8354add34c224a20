"""What platforms publish about their messages: limits by name, and what a message must have.

The numbers are written down from the vendors' documentation, apart from the code under test. Where
a platform counts characters and does not say which, UTF-16 code units are counted: they are never
fewer than code points.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

Measure = Callable[[Any], int]


def utf16(text: str) -> int:
    """Count the UTF-16 code units of a text."""
    return len(text.encode("utf-16-le")) // 2


def octets(value: Any) -> int:
    """Count the octets of a text in UTF-8, or of another value as JSON without blanks."""
    is_text = isinstance(value, str)
    text = value if is_text else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode())


class Limit(NamedTuple):
    """A limit: what is limited, where it stands in a message (`*`: each entry), the most of it.

    `reached`: the service itself writes as much as it allows; else it never comes near.
    """

    form: str
    name: str
    path: str
    most: int
    measure: Measure = utf16
    reached: bool = False


_RCS: Final = "contentMessage/richCard/standaloneCard/cardContent"

LIMITS: Final = (
    Limit("twilio", "body", "Body", 1_600),
    Limit("twilio", "media", "MediaUrl", 10, len),
    Limit("vonage", "caption", "vcard/caption", 3_000),
    Limit("telnyx", "text", "text", 1_600),
    Limit("telnyx", "media", "media_urls", 10, len),
    Limit("plivo", "text", "text", 1_600),
    Limit("plivo", "media", "media_urls", 10, len),
    Limit("sinch-mms", "text", "fallback-sms-text", 1_600),
    Limit("sinch-mms", "text of a slide", "slide/*/message-text", 1_600),
    Limit("bandwidth", "text", "text", 2_048),
    Limit("bandwidth", "address of a medium", "media/*", 4_096),
    Limit("signalwire", "body", "Body", 1_600),
    Limit("8x8", "text", "text", 1_600),
    Limit("8x8", "media", "mediaUrls", 10, len),
    Limit("8x8", "address of a medium", "mediaUrls/*", 4_096),
    Limit("rcs", "title", f"{_RCS}/title", 200, reached=True),
    Limit("rcs", "description", f"{_RCS}/description", 2_000, reached=True),
    Limit("rcs", "suggestions", f"{_RCS}/suggestions", 4, len, reached=True),
    Limit("rcs", "suggestion", f"{_RCS}/suggestions/*/action/text", 25, reached=True),
    Limit("rcs", "postback", f"{_RCS}/suggestions/*/action/postbackData", 2_048),
    Limit("rcs", "address", f"{_RCS}/suggestions/*/action/openUrlAction/url", 2_000),
    Limit("rcs", "payload", "", 250_000, octets),
    Limit("whatsapp", "contacts", "contacts", 257, len),
    Limit("infobip", "contacts", "content/contacts", 257, len),
    Limit("waha", "contacts", "contacts", 257, len),
    Limit("baileys", "contacts", "contactsArrayMessage/contacts", 257, len),
    Limit("slack", "blocks", "blocks", 50, len),
    Limit("slack", "text", "text", 4_000),
    Limit("slack", "title", "blocks/*/title/text", 150, reached=True),
    Limit("slack", "subtitle", "blocks/*/subtitle/text", 150, reached=True),
    Limit("slack", "body", "blocks/*/body/text", 200, reached=True),
    Limit("slack", "buttons", "blocks/*/actions", 3, len, reached=True),
    Limit("slack", "text of a button", "blocks/*/actions/*/text/text", 75, reached=True),
    Limit("slack", "address of a button", "blocks/*/actions/*/url", 3_000),
    Limit("google-chat", "widgets", "cardsV2/*/card/sections/*/widgets", 100, len),
    Limit("google-chat", "message", "", 32_000, octets, reached=True),
    Limit("viber", "name", "contact/name", 28, reached=True),
    Limit("viber", "number", "contact/phone_number", 18),
    Limit("telegram", "card", "vcard", 2_048, octets, reached=True),
    Limit("telegram", "number", "phone_number", 40),
    Limit("telegram", "first name", "first_name", 64, len, reached=True),
    Limit("telegram", "last name", "last_name", 64, len, reached=True),
)


def at(value: Any, path: str) -> Iterator[Any]:
    """Yield what stands at a path."""
    name, _, rest = path.partition("/")
    if not name:
        yield value
    elif name == "*":
        for one in value:
            yield from at(one, rest)
    elif name in value:
        yield from at(value[name], rest)


def sizes(limit: Limit, message: Any) -> list[int]:
    """Return how much a message has of what is limited."""
    return [limit.measure(one) for one in at(message, limit.path)]


def over(form: str, message: Any) -> list[str]:
    """Return the limits of a form that a message is over."""
    return [
        f"{limit.name}: {size} of {limit.most}"
        for limit in LIMITS
        if limit.form == form
        for size in sizes(limit, message)
        if size > limit.most
    ]


Faults = Iterator[str]


def _caption(*path: str) -> Callable[[Any], Faults]:
    """The check of a message with one line of text at this path."""

    def check(message: Any) -> Faults:
        for text in at(message, "/".join(path)):
            if not text or "\n" in text:
                yield f"{path[-1]}: {text!r}"

    return check


def _rcs(message: Any) -> Faults:
    (content,) = at(message, _RCS)
    if not content["title"] or not content["suggestions"]:
        yield "an empty card"
    for action in at(content, "suggestions/*/action"):
        if not action["text"]:
            yield "text"
        for number in at(action, "dialAction/phoneNumber"):
            if not re.fullmatch(r"\+[0-9]+", number, re.ASCII):
                yield "phoneNumber"
        for url in at(action, "openUrlAction/url"):
            yield from _address(url)


def _address(url: str) -> Faults:
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        yield f"url: {url!r}"


def _birthday(contact: Any) -> Faults:
    for day in at(contact, "birthday"):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield f"birthday: {day!r}"


MARKUP: Final = re.compile(r"(?<![A-Za-z0-9])_(?!\u2060)|_(?![A-Za-z0-9\u2060])|[*~`](?!\u2060)")
"""A character that Slack may take for markup: nothing stands between it and the text."""


def _slack(message: Any) -> Faults:
    texts = [message["text"]]
    for block in message["blocks"]:
        if not {"title", "body", "actions"} & block.keys():
            yield "an empty card"
        for name in {"title", "subtitle", "body"} & block.keys():
            texts.append(block[name]["text"])
            if not block[name]["verbatim"]:
                yield f"{name} is searched for names"
        for button in block.get("actions", ()):
            if not button["text"]["text"]:
                yield "button"
            yield from _address(button["url"])
    for text in texts:
        if not text or MARKUP.search(text) or set(re.sub("&(amp|lt|gt);", "", text)) & set("&<>"):
            yield f"not escaped: {text!r}"


def _google_chat(message: Any) -> Faults:
    (card,) = message["cardsV2"]
    if not card["card"]["header"]["title"]:
        yield "title"
    if "sections" in card["card"] and not [*at(card, "card/sections/*/widgets/*")]:
        yield "widgets"
    for text in at(card, "card/sections/*/widgets/*/decoratedText/text"):
        if not text:
            yield "an empty text"
    for url in at(card, "card/sections/*/widgets/*/buttonList/buttons/*/onClick/openLink/url"):
        yield from _address(url)


def _viber(message: Any) -> Faults:
    if not message["contact"]["name"] or not message["contact"]["phone_number"]:
        yield "an empty text"


def _whatsapp(message: Any) -> Faults:
    if not message["contacts"]:
        yield "contacts"
    for contact in message["contacts"]:
        if not contact["name"]["formatted_name"] or len(contact["name"]) < 2:
            yield "name"
        if "\n" in contact["name"]["formatted_name"]:
            yield "more than one line"
        yield from _birthday(contact)
        for url in at(contact, "urls/*/url"):
            yield from _address(url)


def _infobip(message: Any) -> Faults:
    if not message["content"]["contacts"]:
        yield "contacts"
    for contact in message["content"]["contacts"]:
        name = contact["name"]
        if not name["formattedName"] or not name["firstName"] or "\n" in name["formattedName"]:
            yield "name"
        for part in ("addresses", "emails", "urls"):
            if {one.get("type", "HOME") for one in contact.get(part, ())} - {"HOME", "WORK"}:
                yield part
        types = {one.get("type", "HOME") for one in contact.get("phones", ())}
        if types - {"CELL", "MAIN", "IPHONE", "HOME", "WORK"}:
            yield "phones"
        yield from _birthday(contact)
        for url in at(contact, "urls/*/url"):
            yield from _address(url)


def _sinch(message: Any) -> Faults:
    info = message["message"]["contact_info_message"]
    if not info["name"]["full_name"] or not info["phone_numbers"]:
        yield "required"
    if "\n" in info["name"]["full_name"]:
        yield "more than one line"
    known = {"city", "country", "state", "zip", "type", "country_code"}
    if {name for one in info.get("addresses", ()) for name in one} - known:
        yield "addresses"
    yield from _birthday(info)
    for url in at(info, "urls/*/url"):
        yield from _address(url)


def _attached(message: Any) -> Faults:
    """A message with cards inside has one at least."""
    if not all(message.values()):
        yield "nothing"


CHECKS: Final[dict[str, Callable[[Any], Faults]]] = {
    "twilio": _caption("Body"),
    "vonage": _caption("vcard", "caption"),
    "telnyx": _caption("text"),
    "plivo": _caption("text"),
    "sinch-mms": _caption("fallback-sms-text"),
    "bandwidth": _caption("text"),
    "signalwire": _caption("Body"),
    "8x8": _caption("text"),
    "rcs": _rcs,
    "whatsapp": _whatsapp,
    "infobip": _infobip,
    "sinch": _sinch,
    "slack": _slack,
    "google-chat": _google_chat,
    "viber": _viber,
    "telegram": _attached,
    "waha": _attached,
    "baileys": _attached,
    "signal": _attached,
}
"""What a message must have, or must not, beside its limits."""


def broken(form: str, message: Any) -> list[str]:
    """Return what of a message is over the limits that its platform publishes, or missing."""
    return [*over(form, message), *CHECKS[form](message)]
