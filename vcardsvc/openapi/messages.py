"""Describe the messages of platforms: one schema for each, and one for each kind of response.

A schema names the members that a form writes at the top, in the platform's words. What stands in
them, and its limits, the modules of `messengers` and the documentation say; the platform's own
reference says what else a request may hold.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.messengers.platforms import PLATFORMS

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_OBJECT: Final[Json] = {"type": "object"}
_OBJECTS: Final[Json] = {"type": "array", "items": _OBJECT}

_BODIES: Final[Mapping[str, tuple[str, str, Json]]] = {
    "twilio": ("Twilio", "`From`, `To`", {"Body": _TEXT, "MediaUrl": _TEXTS}),
    "vonage": (
        "Vonage",
        "`to`, `from`",
        {"message_type": {"const": "vcard"}, "channel": {"const": "mms"}, "vcard": _OBJECT},
    ),
    "telnyx": ("Telnyx", "`from`, `to`", {"text": _TEXT, "media_urls": _TEXTS}),
    "plivo": (
        "Plivo",
        "`src`, `dst`",
        {"type": {"const": "mms"}, "text": _TEXT, "media_urls": _TEXTS},
    ),
    "sinch-mms": (
        "SinchMms",
        "`service-id`, `from`, `to`",
        {"action": {"const": "sendmms"}, "fallback-sms-text": _TEXT, "slide": _OBJECTS},
    ),
    "bandwidth": ("Bandwidth", "`applicationId`, `from`, `to`", {"text": _TEXT, "media": _TEXTS}),
    "signalwire": ("SignalWire", "`From`, `To`", {"Body": _TEXT, "MediaUrl": _TEXTS}),
    "8x8": ("EightByEight", "`source`, `destination`", {"text": _TEXT, "mediaUrls": _TEXTS}),
    "rcs": ("Rcs", "the recipient", {"contentMessage": _OBJECT}),
    "whatsapp": (
        "WhatsApp",
        "`to`",
        {
            "messaging_product": {"const": "whatsapp"},
            "recipient_type": {"const": "individual"},
            "type": {"const": "contacts"},
            "contacts": _OBJECTS,
        },
    ),
    "infobip": ("Infobip", "`from`, `to`", {"content": _OBJECT}),
    "sinch": ("Sinch", "`app_id`, `recipient`", {"message": _OBJECT}),
    "slack": ("Slack", "`channel`", {"text": _TEXT, "blocks": _OBJECTS}),
    "google-chat": ("GoogleChat", "the space", {"cardsV2": _OBJECTS}),
    "viber": ("Viber", "`receiver`, `sender`", {"type": {"const": "contact"}, "contact": _OBJECT}),
    "telegram": (
        "Telegram",
        "`chat_id`",
        {"phone_number": _TEXT, "first_name": _TEXT, "last_name": _TEXT, "vcard": _TEXT},
    ),
    "waha": ("Waha", "`session`, `chatId`", {"contacts": _OBJECTS}),
    "baileys": (
        "Baileys",
        "the chat",
        {"contactMessage": _OBJECT, "contactsArrayMessage": _OBJECT},
    ),
    "signal": (
        "Signal",
        "`number`, `recipients`",
        {"message": _TEXT, "base64_attachments": _TEXTS},
    ),
}
"""The name in components of each message, what the caller adds to it, and its members."""

_OPTIONAL: Final = ("last_name", "contactMessage", "contactsArrayMessage")

MESSAGE: Final = "Message"
"""The schema of a message that holds contacts."""

MESSAGES: Final = "Messages"
"""The schema of several messages, of a platform that takes one contact in each."""

LINK_MESSAGE: Final = "LinkMessage"
"""The schema of a message that holds a link."""


def _schema(form: str) -> Json:
    """Return the schema of a message, with the members of its table alone."""
    _, left_out, members = _BODIES[form]
    required = [name for name in members if name not in _OPTIONAL]
    return {
        "description": f"as={form}, without {left_out}.",
        "type": "object",
        **({"required": required} if required else {"minProperties": 1}),
        "properties": members,
        "additionalProperties": False,
    }


def _any_of(*kinds: str) -> Json:
    return {
        "anyOf": [
            {"$ref": f"#/components/schemas/{name}"}
            for form, (name, *_) in _BODIES.items()
            if PLATFORMS[form].kind in kinds
        ]
    }


SCHEMAS: Final[Json] = {
    **{name: _schema(form) for form, (name, *_) in _BODIES.items()},
    LINK_MESSAGE: _any_of("link"),
    MESSAGE: _any_of("members", "card"),
    MESSAGES: {
        "description": "Of several cards, where a message holds one contact.",
        "type": "array",
        "items": {"$ref": f"#/components/schemas/{MESSAGE}"},
        "minItems": 2,
    },
}
"""The schemas of messages, by their names in components."""
