"""What each address of the documentation gives: a page, its Markdown, the search index, llms.txt.

Files are read and rendered when the first page is asked for, and kept. Every document is made for
the placeholder address of the examples, and given out with the address of the service in its place.
"""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from vcardsvc.apis.base import Headers
from vcardsvc.docs import LLMS, PAGES, REFERENCE, SEARCH, Page
from vcardsvc.docs.markdown import texts
from vcardsvc.docs.pages import page_html, reference_html, search_index
from vcardsvc.openapi.examples import HOST
from vcardsvc.settings import Settings
from vcardsvc.web.page import HEADERS

REMEMBERED: Final = 128
"""Documents that are kept: every one of one set of settings, and some of a second."""

_PLACEHOLDER: Final = re.compile(rb"(?<!proxy_pass )" + re.escape(HOST.encode()))
"""The address in examples. A proxy's own configuration keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one address gives: its media type, further headers, its octets."""

    content_type: bytes
    body: bytes
    headers: Headers = ()


def document(path: str, settings: Settings, base_url: str) -> Document:
    """The document at `path`, one of PATHS, of the service at `base_url` (a scheme and a host,
    without a slash at its end). Blocks for some 0.3 s the first time. Raises KeyError."""
    kept = _document(path, settings)
    return replace(kept, body=_PLACEHOLDER.sub(lambda _: base_url.encode(), kept.body))


@functools.lru_cache(maxsize=REMEMBERED)
def _document(path: str, settings: Settings) -> Document:
    return _MAKERS[path](settings)


def _html(page: Page, settings: Settings) -> Document:
    return Document(
        content_type=b"text/html; charset=utf-8", body=page_html(page), headers=_FOR_BROWSERS
    )


def _reference(settings: Settings) -> Document:
    return Document(
        content_type=b"text/html; charset=utf-8",
        body=reference_html(settings),
        headers=_FOR_BROWSERS,
    )


def _markdown(page: Page, settings: Settings) -> Document:
    return Document(content_type=b"text/markdown; charset=utf-8", body=texts()[page.name].encode())


def _search(settings: Settings) -> Document:
    return Document(content_type=b"application/json", body=search_index(settings))


def _llms(settings: Settings) -> Document:
    """The list of pages in the form of https://llmstxt.org."""
    body = "\n".join(_llms_lines()) + "\n"
    return Document(content_type=b"text/plain; charset=utf-8", body=body.encode())


def _llms_lines() -> Iterator[str]:
    yield "# vcardsvc"
    yield ""
    yield "> A service that turns a contact, posted as JSON or as a form, into a vCard that every"
    yield "> phone, mail program and messenger reads right, or into one clear failure JSON."
    yield ""
    group = ""
    for page in PAGES:
        if page.group != group:
            yield from ([""] if group else [])
            group = page.group
            yield f"## {group}"
            yield ""
        yield f"- [{page.title}]({HOST}{page.text_path}): {page.summary}"
    yield from ("", "## API", "")
    yield f"- [openapi.json]({HOST}/openapi.json): OpenAPI 3.1 of every route, option and code."


_FOR_BROWSERS: Final[Headers] = tuple(one for one in HEADERS if one[0] != b"x-content-type-options")
"""The headers of the page at `/`, of which every response has `X-Content-Type-Options` anyway."""

_MAKERS: Final[dict[str, Callable[[Settings], Document]]] = {
    **{page.path: functools.partial(_html, page) for page in PAGES},
    **{page.text_path: functools.partial(_markdown, page) for page in PAGES},
    REFERENCE: _reference,
    SEARCH: _search,
    LLMS: _llms,
}
