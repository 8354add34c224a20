"""Return the document at a path of the documentation: a page, Markdown, the search index, llms.txt.

Files are read and rendered at the first request, and cached with the placeholder address of the
examples, which each response replaces by the address of the service.
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

CACHED: Final = 128
"""Documents in the cache: all of one set of settings, and some of a second."""

_PLACEHOLDER: Final = re.compile(rb"(?<!proxy_pass )" + re.escape(HOST.encode()))
"""The address in examples, except in a proxy's configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Holds a document: its media type, octets and further headers."""

    content_type: bytes
    body: bytes
    headers: Headers = ()


def document(path: str, settings: Settings, base_url: str) -> Document:
    """Return the document at `path`, one of PATHS, for the service at `base_url` (a scheme and a
    host, without a slash at its end).

    The first call blocks for some 0.3 s. Raises KeyError for another path.
    """
    cached = _document(path, settings)
    return replace(cached, body=_PLACEHOLDER.sub(lambda _: base_url.encode(), cached.body))


@functools.lru_cache(maxsize=CACHED)
def _document(path: str, settings: Settings) -> Document:
    return _RENDERERS[path](settings)


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
    """Return the list of pages in the format of https://llmstxt.org."""
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
    summary = "OpenAPI 3.1 of the service's own routes, options and codes."
    yield f"- [openapi.json]({HOST}/openapi.json): {summary}"


_FOR_BROWSERS: Final[Headers] = tuple(one for one in HEADERS if one[0] != b"x-content-type-options")
"""The headers of the page at `/`, without `X-Content-Type-Options`, which every response has."""

_RENDERERS: Final[dict[str, Callable[[Settings], Document]]] = {
    **{page.path: functools.partial(_html, page) for page in PAGES},
    **{page.text_path: functools.partial(_markdown, page) for page in PAGES},
    REFERENCE: _reference,
    SEARCH: _search,
    LLMS: _llms,
}
