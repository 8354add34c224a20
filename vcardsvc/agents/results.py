"""Writes what a tool returns as the blocks of an MCP result: documents, links, notes, problems.

    {"content": [{"type": "resource", "resource": {"uri", "mimeType": "text/vcard", "text"}},
                 {"type": "resource_link", "uri", "name", "mimeType", "size"},
                 {"type": "image", "data", "mimeType"}, {"type": "text", "text"}],
     "structuredContent": {"notes": [{"field", "code", "reason"}]}, "isError": false}

Source: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from vcardsvc.agents.arguments import PNG
from vcardsvc.apis.createcontact.errors import failure_value
from vcardsvc.apis.createcontact.response import link_value
from vcardsvc.errors import Problem
from vcardsvc.model.request import Document, Link

Json = dict[str, Any]

URI: Final = "vcard:///"
"""What the URI of a document begins with: its octets are in the result, not behind an address."""

MOST: Final = 50
"""The most notes or problems in the text of a result; the structured content has all of them."""

MEND: Final = "Nothing was made. Mend this, and call again:"


class ToolResult(Struct, frozen=True, kw_only=True):
    """Holds the result of a tool: blocks of content, structured content, and the problems where it
    failed."""

    content: tuple[Json, ...]
    structured: Json
    problems: tuple[Problem, ...] = ()

    @property
    def value(self) -> Json:
        """Return the result as JSON (CallToolResult)."""
        return {
            "content": list(self.content),
            "structuredContent": self.structured,
            "isError": bool(self.problems),
        }


def made(
    maybe_document: Document | None,
    maybe_link: Link | None,
    filename: str,
    notes: Sequence[Mapping[str, str]],
) -> ToolResult:
    """Return the result with a document, a link, or both, and what was cut, changed or lost."""
    content: list[Json] = []
    structured: Json = {"notes": notes}
    if maybe_link is not None:
        content.append(_link(maybe_link, filename))
        structured = {**link_value(maybe_link), **structured}
    if maybe_document is not None:
        content.append(_document(maybe_document, filename if maybe_link is None else ""))
    if notes:
        content.append(_text("Cut, changed, ignored or lost:", map(_note_line, notes)))
    return ToolResult(content=tuple(content), structured=structured)


def told(text: str, structured: Json) -> ToolResult:
    """Return the result that is a value, with the same as text for clients that show no values."""
    return ToolResult(content=({"type": "text", "text": text},), structured=structured)


def refused(problems: tuple[Problem, ...]) -> ToolResult:
    """Return the failure: every problem with its code, its field and what to mend."""
    text = _text(MEND, map(_problem_line, problems))
    return ToolResult(content=(text,), structured=failure_value(problems), problems=problems)


def _document(document: Document, filename: str) -> Json:
    media_type = document.content_type.partition(";")[0]
    if media_type == PNG.decode():
        data = base64.b64encode(document.octets).decode()
        return {"type": "image", "data": data, "mimeType": media_type}
    resource = {
        "uri": f"{URI}{filename or document.filename}",
        "mimeType": media_type,
        "text": document.octets.decode(),
    }
    return {"type": "resource", "resource": resource}


def _link(link: Link, filename: str) -> Json:
    return {
        "type": "resource_link",
        "uri": link.url,
        "name": filename or "contact.vcf",
        "description": f"The card, until {link_value(link)['expires']}.",
        "mimeType": link.content_type.partition(";")[0],
        "size": link.size,
    }


def _text(head: str, lines: "Sequence[str] | map[str]") -> Json:
    all_lines = list(lines)
    more = [f"- and {len(all_lines) - MOST} more"] if len(all_lines) > MOST else []
    return {"type": "text", "text": "\n".join((head, *all_lines[:MOST], *more))}


def _note_line(note: Mapping[str, str]) -> str:
    return f"- {note['field'] or 'the card'}: {note['code']}, {note['reason']}"


def _problem_line(problem: Problem) -> str:
    place = f" at {problem.field}" if problem.field else ""
    wait = "" if problem.retry_after is None else f" Try again in {problem.retry_after} s."
    return f"- {problem.code.name}{place}: {problem.info}{wait}"
