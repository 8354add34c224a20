"""Who asks: the user, the context, the owner, the transaction's own id and the language.

    authorization: Basic user:key    x-domainrobot-context: 4    x-domainrobot-ctid: mine
    <auth><user/><password/><context/></auth> <owner><user/><context/></owner> <language/>

All of it is checked for its form and echoed; none of it widens what a key may see. What must never
enter here: the key beyond the one function that takes it out.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.autodns.codes import E0301, Language
from vcardsvc.apis.base import Request
from vcardsvc.apis.xml import Element
from vcardsvc.validation.fields import Validator

CONTEXT: Final = 4
"""The context of the live system, which the vendor's own client takes when nobody says one."""

INT32: Final = 2**31 - 1
"""The largest context or id: the OpenAPI says int32."""

NAME: Final = 255
"""Characters of a user's name or of a transaction's own id; clients send some dozens."""

_DIGITS: Final = re.compile(r"[0-9]{1,10}")
_EMAIL: Final = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
_LANGUAGES: Final[Mapping[str, Language]] = {"de": "de", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What a caller says of himself, ready to be echoed; "" is absent."""

    user: str = ""
    context: int = CONTEXT
    owner_user: str = ""
    owner_context: int = CONTEXT
    ctid: str = ""
    reply_to: str = ""
    language: Language = "en"

    @property
    def updater(self) -> dict[str, Any]:
        """The user, as contacts show it."""
        return {"context": self.context, "user": self.user}

    @property
    def owner(self) -> dict[str, Any]:
        """The owner whom the caller names, else the user."""
        if not self.owner_user:
            return self.updater
        return {"context": self.owner_context, "user": self.owner_user}


def basic(ask: Request) -> tuple[str, bytes] | None:
    """(user, password) of HTTP Basic (RFC 7617); None when there is none."""
    scheme, _, said = ask.headers.get(b"authorization", b"").strip().partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        pair = b64decode(said.strip(), validate=True)
    except ValueError:
        return None
    user, colon, password = pair.partition(b":")
    return (_text(user), password) if colon and password else None


def of_headers(ask: Request, options: Mapping[str, list[str]], validator: Validator) -> Caller:
    """Who asks in JSON. What has a wrong form is refused in `validator` and left out."""
    said = {
        name: _text(ask.headers.get(f"x-domainrobot-{name}".encode(), b""))
        for name in ("context", "owner-user", "owner-context", "ctid")
    }
    maybe_basic = basic(ask)
    user = line(validator, maybe_basic[0] if maybe_basic else "", "user")
    context = number(validator, said["context"], "X-Domainrobot-Context", CONTEXT)
    return Caller(
        user=user or ask.account,
        context=context,
        owner_user=line(validator, said["owner-user"], "X-Domainrobot-Owner-User"),
        owner_context=number(
            validator, said["owner-context"], "X-Domainrobot-Owner-Context", context
        ),
        ctid=line(validator, said["ctid"] or options.get("ctid", [""])[-1], "ctid"),
        reply_to=mail(validator, options.get("replyTo", [""])[-1], "replyTo"),
        language=language(ask),
    )


def of_request(ask: Request, root: Element, validator: Validator) -> Caller:
    """Who asks in XML. A task's own id and address for replies are the task's."""
    auth, owner = root.first("auth") or _NOBODY, root.first("owner") or _NOBODY
    maybe_basic = basic(ask)
    user = auth.said("user") or (maybe_basic[0] if maybe_basic else "")
    context = number(validator, auth.said("context"), "context", CONTEXT)
    return Caller(
        user=line(validator, user, "user") or ask.account,
        context=context,
        owner_user=line(validator, owner.said("user"), "owner"),
        owner_context=number(validator, owner.said("context"), "owner", context),
        ctid=line(validator, root.said("ctid"), "ctid"),
        language=_LANGUAGES.get(root.said("language").lower()[:2]) or language(ask),
    )


_NOBODY: Final = Element("", {})


def number(validator: Validator, said: str, name: str, absent: int) -> int:
    """A whole number of 31 bits."""
    if not said:
        return absent
    if not _DIGITS.fullmatch(said) or int(said) > INT32:
        validator.refuse(E0301, (name,), "number", "It must be a whole number of 31 bits.")
        return absent
    return int(said)


def mail(validator: Validator, said: str, name: str) -> str:
    """An e-mail address of the plain kind: one @, a dot behind it, no blanks or brackets."""
    text = line(validator, said, name)
    if text and not is_mail(text):
        validator.refuse(E0301, (name,), "email", "It must be an e-mail address.")
        return ""
    return text


def is_mail(text: str) -> bool:
    """Whether a text looks like an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def language(ask: Request) -> Language:
    """German where Accept-Language likes it better than English (RFC 9110 section 12.5.4)."""
    best: tuple[float, Language] = (0.0, "en")
    for piece in _text(ask.headers.get(b"accept-language", b""))[:NAME].lower().split(","):
        tag, _, rest = piece.strip().partition(";")
        found = _LANGUAGES.get(tag.strip().partition("-")[0])
        quality = _quality(rest)
        if found and quality > best[0]:
            best = (quality, found)
    return best[1]


def _quality(rest: str) -> float:
    try:
        return float(rest.strip().removeprefix("q=") or "1")
    except ValueError:
        return 1.0


def line(validator: Validator, said: str, name: str) -> str:
    """A text of one line, NAME characters at most."""
    before = len(validator.problems)
    text = validator.line(said, (name,))
    if len(validator.problems) == before and len(text) > NAME:
        validator.refuse(E0301, (name,), "too-long", f"It may hold {NAME} characters at most.")
        return ""
    return text


def _text(said: bytes) -> str:
    """A header's text: UTF-8 where it is, else Latin-1, which everything is."""
    try:
        return said.decode()
    except UnicodeDecodeError:
        return said.decode("latin-1")
