"""Reads what a request says of its caller and of its transaction, and holds it for the response.

    authorization: Basic user:key    x-domainrobot-context: 4    x-domainrobot-ctid: mine
    <auth><user/><password/><context/></auth> <owner><user/><context/></owner> <language/>

The form of each value is checked, and its text is echoed. None of them widens what a key may see.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.autodns.errors import E0301, Language, Operation
from vcardsvc.apis.base import Request
from vcardsvc.errors import Problem
from vcardsvc.formats.xml import Element
from vcardsvc.validation.fields import Validator

CONTEXT: Final = 4
"""The context of the live system, which the vendor's own client sends by default."""

INT32: Final = 2**31 - 1
"""The largest context or id: the OpenAPI says int32."""

NAME: Final = 255
"""Characters of a user's name or of a transaction's own id; clients send some dozens."""

_DIGITS: Final = re.compile(r"[0-9]{1,10}")
_EMAIL: Final = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
_LANGUAGES: Final[Mapping[str, Language]] = {"de": "de", "en": "en"}
_EMPTY: Final = Element("", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerContext:
    """Holds what a request says of its caller; "" is absent. `ctid` is the caller's own id of the
    transaction."""

    user: str = ""
    context: int = CONTEXT
    owner_user: str = ""
    owner_context: int = CONTEXT
    ctid: str = ""
    reply_to: str = ""
    language: Language = "en"

    @property
    def updater(self) -> dict[str, Any]:
        """Return the user in the form of a contact's member."""
        return {"context": self.context, "user": self.user}

    @property
    def owner(self) -> dict[str, Any]:
        """Return the owner that the request names, else the user."""
        if not self.owner_user:
            return self.updater
        return {"context": self.owner_context, "user": self.owner_user}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskContext:
    """Holds what the response repeats of one task of a request. A task with problems is not carried
    out. `value` is the id or alias by which it names its contact."""

    operation: Operation
    ctid: str = ""
    reply_to: str = ""
    value: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """Holds what the response needs of a request: the context of its commands."""

    caller: CallerContext
    tasks: tuple[TaskContext, ...]


def basic_credentials(request: Request) -> tuple[str, bytes] | None:
    """Return (user, password) of HTTP Basic (RFC 7617); None without a password."""
    scheme, _, encoded = request.headers.get(b"authorization", b"").strip().partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        pair = b64decode(encoded.strip(), validate=True)
    except ValueError:
        return None
    user, colon, password = pair.partition(b":")
    return (_header_text(user), password) if colon and password else None


def json_caller(
    request: Request, options: Mapping[str, list[str]], validator: Validator
) -> CallerContext:
    """Return the caller of a JSON request. Values of a wrong form are refused and left out."""
    headers = {
        name: _header_text(request.headers.get(f"x-domainrobot-{name}".encode(), b""))
        for name in ("context", "owner-user", "owner-context", "ctid")
    }
    maybe_basic = basic_credentials(request)
    user = read_line(validator, maybe_basic[0] if maybe_basic else "", "user")
    context = _number(validator, headers["context"], "X-Domainrobot-Context", CONTEXT)
    return CallerContext(
        user=user or request.account,
        context=context,
        owner_user=read_line(validator, headers["owner-user"], "X-Domainrobot-Owner-User"),
        owner_context=_number(
            validator, headers["owner-context"], "X-Domainrobot-Owner-Context", context
        ),
        ctid=read_line(validator, headers["ctid"] or options.get("ctid", [""])[-1], "ctid"),
        reply_to=read_email(validator, options.get("replyTo", [""])[-1], "replyTo"),
        language=_accepted_language(request),
    )


def xml_caller(request: Request, root: Element, validator: Validator) -> CallerContext:
    """Return the caller of an XML request, whose tasks have their own addresses for replies. Values
    of a wrong form are refused and left out."""
    auth, owner = root.first("auth") or _EMPTY, root.first("owner") or _EMPTY
    maybe_basic = basic_credentials(request)
    user = auth.text_of("user") or (maybe_basic[0] if maybe_basic else "")
    context = _number(validator, auth.text_of("context"), "context", CONTEXT)
    maybe_language = _LANGUAGES.get(root.text_of("language").lower()[:2])
    return CallerContext(
        user=read_line(validator, user, "user") or request.account,
        context=context,
        owner_user=read_line(validator, owner.text_of("user"), "owner"),
        owner_context=_number(validator, owner.text_of("context"), "owner", context),
        ctid=read_line(validator, root.text_of("ctid"), "ctid"),
        language=maybe_language or _accepted_language(request),
    )


def _number(validator: Validator, text: str, name: str, default: int) -> int:
    """Return a whole number of 31 bits; the default when absent or refused."""
    if not text:
        return default
    if not _DIGITS.fullmatch(text) or int(text) > INT32:
        validator.refuse(E0301, (name,), "number", "It must be a whole number of 31 bits.")
        return default
    return int(text)


def read_line(validator: Validator, text: str, name: str) -> str:
    """Return a text of one line and at most NAME characters; "" when refused."""
    before = len(validator.problems)
    line = validator.line(text, (name,))
    if len(validator.problems) == before and len(line) > NAME:
        validator.refuse(E0301, (name,), "too-long", f"It may hold {NAME} characters at most.")
        return ""
    return line


def read_email(validator: Validator, text: str, name: str) -> str:
    """Return an e-mail address of the plain kind; "" when refused."""
    address = read_line(validator, text, name)
    if address and not is_email(address):
        validator.refuse(E0301, (name,), "email", "It must be an e-mail address.")
        return ""
    return address


def is_email(text: str) -> bool:
    """Return whether a text has one @ and a dot after it, and no blanks or brackets."""
    return _EMAIL.fullmatch(text) is not None


def _accepted_language(request: Request) -> Language:
    """Return German if Accept-Language prefers it to English (RFC 9110 section 12.5.4)."""
    best: tuple[float, Language] = (0.0, "en")
    header = _header_text(request.headers.get(b"accept-language", b""))[:NAME]
    for piece in header.lower().split(","):
        tag, _, parameter = piece.strip().partition(";")
        maybe_language = _LANGUAGES.get(tag.strip().partition("-")[0])
        quality = _quality(parameter)
        if maybe_language and quality > best[0]:
            best = (quality, maybe_language)
    return best[1]


def _quality(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=") or "1")
    except ValueError:
        return 1.0


def _header_text(value: bytes) -> str:
    """Return a header's text: in UTF-8 if it is that, else in Latin-1, which every value is."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
