"""Render the pages of the documentation: Markdown or the reference, in one layout.

A page is complete without JavaScript. `docs.js` adds the search, buttons that copy code, and the
form that tries the API.
"""

import functools
import json
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Final

from vcardsvc import openapi
from vcardsvc.apis.render_options import OPTIONS
from vcardsvc.docs import PAGES, REFERENCE, Page
from vcardsvc.docs.markdown import relative_root, rendered
from vcardsvc.openapi.examples import ACCEPTED
from vcardsvc.openapi.reference import Reference, reference
from vcardsvc.settings import Settings
from vcardsvc.web.page import addresses, template

LONGEST: Final = 4_000
"""Characters of a section in the search index: the text of the longest table."""

TRIED: Final = ("target", "version", "as")
"""Query options in the form of the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Holds a section in the search index: its page, title, path and text."""

    page: str
    title: str
    url: str
    text: str


def page_html(page: Page) -> bytes:
    """Return the page (UTF-8)."""
    content = rendered(page.name)
    contents = [(one.anchor, one.title) for one in content.sections if one.level == 2]
    at = PAGES.index(page)
    return _layout(
        name=page.name,
        title=content.sections[0].title,
        summary=page.summary,
        content=content.html,
        contents=contents,
        text=f"{page.name}.md",
        before=PAGES[at - 1] if at else None,
        after=PAGES[at + 1] if at + 1 < len(PAGES) else None,
        options=(),
    )


def reference_html(settings: Settings) -> bytes:
    """Return the API reference (UTF-8)."""
    spec = _reference(settings)
    return _layout(
        name="reference",
        title="API reference",
        summary="Every route, option, header and code.",
        content=spec.body,
        contents=[(id, title) for id, title, _ in spec.sections],
        about=spec.about,
        text="",
        before=PAGES[-1],
        after=None,
        options=[(name, list(values)) for name, values in OPTIONS.items() if name in TRIED],
        example=ACCEPTED.body.strip(),
    )


@functools.lru_cache(maxsize=2)
def _reference(settings: Settings) -> Reference:
    return reference(openapi.with_placeholder(settings))


def _layout(*, name: str, **content: Any) -> bytes:
    groups = [(group, list(pages)) for group, pages in groupby(PAGES, lambda page: page.group)]
    html = template("docs.html").render(
        addresses=addresses(),
        root=relative_root(name),
        groups=groups,
        name=name,
        reference=REFERENCE.lstrip("/"),
        **content,
    )
    return html.encode()


def search_index(settings: Settings) -> bytes:
    """Return every section of every page and of the reference as JSON."""
    entries = [
        _Entry(
            page=page.title,
            title=section.title,
            url=page.path.lstrip("/") + (f"#{section.anchor}" if section.anchor else ""),
            text=section.text[:LONGEST],
        )
        for page in PAGES
        for section in rendered(page.name).sections
    ]
    entries += [
        _Entry(
            page="API reference", title=text.partition(". ")[0],
            url=f"{REFERENCE.lstrip('/')}#{id}", text=text,
        )
        for id, _, text in _reference(settings).sections
    ]  # fmt: skip
    return json.dumps([asdict(one) for one in entries], ensure_ascii=False).encode()
