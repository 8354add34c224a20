"""Runs the tools: each reads its arguments with the readers of HTTP and calls the same services.

A call gets its arguments as the octets of their JSON, so that the guarded reader of JSON reads them
wherever they come from. An ordinary contact without options is read in one pass, as over HTTP.
"""

import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from vcardsvc import vcard
from vcardsvc.agents.arguments import Arguments, cards_body, placed, read_arguments
from vcardsvc.agents.results import ToolResult, made, refused, told
from vcardsvc.agents.schemas import CHECK, CONVERT, CREATE, TARGETS, argument_names
from vcardsvc.apis.base import Request
from vcardsvc.apis.convert.check import LARGE_CHECK, findings_value, read_check, with_mends
from vcardsvc.apis.convert.request import LARGE_BODY, read_conversion
from vcardsvc.apis.convert.response import note_values as card_note_values
from vcardsvc.apis.convert.response import report_value as conversion_report_value
from vcardsvc.apis.createcontact import ordinary
from vcardsvc.apis.createcontact.mapping import ACTION
from vcardsvc.apis.createcontact.request import read_card_request
from vcardsvc.apis.createcontact.response import note_values, report_value
from vcardsvc.errors import E100, E503, E1524, Problem, Refused
from vcardsvc.formats.json import json_object
from vcardsvc.http.disconnect import ClientDisconnected
from vcardsvc.model.conversion import ConversionRequest, ConversionResult
from vcardsvc.model.request import CardRequest, CardResult, RenderOptions
from vcardsvc.services.cards import Cards
from vcardsvc.services.conversion import Conversions
from vcardsvc.settings import Settings
from vcardsvc.validation.fields import Policy

T = TypeVar("T")

CONTACT: Final = "contact"
CARDS: Final = "cards"
"""The arguments that are required."""

_ACTION: Final = b'{"action":"%s",' % ACTION.encode()


class UnknownTool(LookupError):
    """There is no tool of this name."""


class _Contact(Struct, forbid_unknown_fields=True):
    contact: Raw


_decode: Final = Decoder(_Contact).decode


async def attend(work: Coroutine[Any, Any, Any]) -> Any:
    """Await work to its end, for callers whose going ends the call itself."""
    return await work


class Tools(Struct, frozen=True, kw_only=True):
    """Runs the tools for one caller: `owner` is the name of the key, to whom links belong.

    `conversions` returns that service, `base_url` what a link begins with under these options, or
    raises Refused. `on_fault` is told of a fault of ours. `attend` awaits work, and ends it when
    the caller is gone.
    """

    settings: Settings
    policy: Policy
    cards: Cards
    conversions: Callable[[], Conversions]
    owner: str
    base_url: Callable[[RenderOptions], str]
    on_fault: Callable[[BaseException], None]
    attend: Callable[[Coroutine[Any, Any, Any]], Awaitable[Any]] = attend

    async def call(self, name: str, arguments: bytes) -> ToolResult:
        """Return the result of a tool; a failure is one too.

        `arguments` is the JSON of an object. Raises UnknownTool and ClientDisconnected.
        """
        if name not in _RUNS:
            raise UnknownTool(name)
        try:
            return await _RUNS[name](self, arguments)
        except Refused as fault:
            return refused(fault.problems)
        except ClientDisconnected:
            raise
        except Exception as fault:
            self.on_fault(fault)
            return refused((Problem(code=E503, cause="fault"),))

    async def create(self, arguments: bytes) -> ToolResult:
        """Return the card of a contact, in the form that the options name."""
        self._limit(arguments)
        request = self._ordinary(arguments) or self._card_request(arguments)
        base = self.base_url(request.options) if request.options.links else ""
        work = self.cards.create(request, self.owner, base)
        try:
            has_photo = request.photo_url or request.photo_bytes
            result: CardResult = await (self.attend(work) if has_photo else work)
        except Refused as fault:
            raise Refused(*placed(fault, CONTACT)) from None
        if result.reports:
            return _shown(report_value(request, result))
        notes = [
            {**note, "field": f"/{CONTACT}{note['field']}"} for note in note_values(request, result)
        ]
        return made(result.maybe_document, result.maybe_link, request.filename, notes)

    async def convert(self, arguments: bytes) -> ToolResult:
        """Return cards in the form that the options name."""
        large = len(arguments) > LARGE_BODY
        run = self.conversions().run
        conversion = await run(large, self._read_cards, CONVERT, read_conversion, arguments)
        return _converted(conversion, await self._conversion(conversion))

    async def check(self, arguments: bytes) -> ToolResult:
        """Return what cards say and what is wrong with them, or the cards mended."""
        large = len(arguments) > LARGE_CHECK
        run = self.conversions().run
        check = await run(large, self._read_cards, CHECK, read_check, arguments)
        if not check.fix:
            return _shown(await run(large, findings_value, check))
        result = await run(large, with_mends, check, await self._conversion(check.conversion))
        return _converted(check.conversion, result)

    async def targets(self, arguments: bytes) -> ToolResult:
        """Return every target, its version of vCard and what changes in its cards."""
        self._limit(arguments)
        given = read_arguments(json_object(arguments), None, ())
        if given.problems:
            raise Refused(*given.problems)
        rows = [
            {"target": one.name, "version": one.version, "changes": one.doc}
            for one in vcard.PROFILES.values()
        ]
        lines = [f"- {row['target']}: vCard {row['version']}; {row['changes']}" for row in rows]
        return told("\n".join(lines), {"targets": rows})

    def _limit(self, arguments: bytes) -> None:
        """Raise Refused (E100) for arguments that would be read for too long: no thread reads
        them."""
        if len(arguments) > self.settings.body_limit:
            raise _too_large(self.settings.body_limit, "VCARDSVC_BODY_LIMIT")

    def _ordinary(self, arguments: bytes) -> CardRequest | None:
        """Return the card request of an ordinary contact without options; None for any other, and
        where a name may be escaped."""
        if b"\\u00" in arguments:
            return None
        try:
            contact = bytes(_decode(arguments).contact)
        except (MsgspecError, RecursionError):
            return None
        if contact[:1] != b"{" or b'"action"' in contact or arguments.count(b'"contact"') != 1:
            return None
        return ordinary.read(_ACTION + contact[1:], self.policy)

    def _card_request(self, arguments: bytes) -> CardRequest:
        """Return the card request. Raises Refused with every problem of the arguments."""
        known = argument_names(self.settings, CREATE)
        given = read_arguments(json_object(arguments), CONTACT, known)
        contact = given.maybe_content
        if contact is None:
            raise Refused(*given.problems)
        if type(contact) is not dict:
            wrong = Problem(
                code=E1524,
                field=f"/{CONTACT}",
                cause="not-an-object",
                detail="It must be an object.",
            )
            raise Refused(*given.problems, wrong)

        def read() -> CardRequest:
            request, max_ttl = _request(given, b"", b""), self.settings.link_max_ttl
            members = {"action": ACTION, **contact}
            return read_card_request(members, request, self.policy, max_ttl)

        return _all_problems(given, read, CONTACT, known)

    def _read_cards(self, tool: str, read: Callable[..., T], arguments: bytes) -> T:
        """Return the request that `read` makes of the arguments. Raises Refused with every problem
        of them."""
        known, settings = argument_names(self.settings, tool), self.settings
        given = read_arguments(json_object(arguments), CARDS, known)
        if given.maybe_content is None:
            raise Refused(*given.problems)
        body, media_type, content_type = cards_body(given.maybe_content)
        if len(body) > settings.convert_limit:
            raise _too_large(settings.convert_limit, "VCARDSVC_CONVERT_LIMIT")
        request = _request(given, body, content_type)
        most, max_ttl = settings.convert_cards, settings.link_max_ttl
        work = partial(read, request, media_type, self.policy, max_ttl, most)
        return _all_problems(given, work, CARDS, known)

    async def _conversion(self, conversion: ConversionRequest) -> ConversionResult:
        options = conversion.options
        base = self.base_url(options) if options.links else ""
        work = self.conversions().convert(conversion, self.owner, base)
        result: ConversionResult = await self.attend(work)
        return result


_RUNS: Final[Mapping[str, Callable[[Tools, bytes], Awaitable[ToolResult]]]] = {
    CREATE: Tools.create,
    CONVERT: Tools.convert,
    CHECK: Tools.check,
    TARGETS: Tools.targets,
}
"""What runs each tool."""


def _request(given: Arguments, body: bytes, content_type: bytes) -> Request:
    return Request(query=given.query, accept=given.accept, body=body, content_type=content_type)


def _all_problems(given: Arguments, read: Callable[[], T], content: str, known: Sequence[str]) -> T:
    """Return what `read` returns. Raises Refused with the problems of the arguments and its own."""
    try:
        value = read()
    except Refused as fault:
        raise Refused(*given.problems, *placed(fault, content, known)) from None
    if given.problems:
        raise Refused(*given.problems)
    return value


def _converted(conversion: ConversionRequest, result: ConversionResult) -> ToolResult:
    if result.reports:
        return _shown(conversion_report_value(result))
    notes = card_note_values(result.notes)
    return made(result.maybe_document, result.maybe_link, conversion.filename, notes)


def _shown(value: dict[str, Any]) -> ToolResult:
    """Return a value, and the same as text."""
    return told(json.dumps(value, ensure_ascii=False), value)


def _too_large(ceiling: int, setting: str) -> Refused:
    detail = f"The arguments may hold {ceiling} bytes ({setting})."
    return Refused(Problem(code=E100, cause="body-limit", status=413, detail=detail))
