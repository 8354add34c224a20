"""Render Markdown as HTML: headings with anchors, tables that scroll, links between pages.

The files are CommonMark with tables, as repository pages show them. Raw HTML is shown as text;
comments on lines of their own, which tests read, are left out.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Final

from vcardsvc.docs import INDEX, PAGES

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_COMMENT: Final = re.compile(r"^<!-- .* -->\n", re.MULTILINE)

_DEEPEST: Final = {"h1": 1, "h2": 2, "h3": 3}
"""The headings that begin a section of their own."""

STACKED: Final = 3
"""Columns of a table whose cells a small window shows below each other; a wider one scrolls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Holds a heading and the text below it: the anchor ("" at the top of a page), the level (1 to
    3), the title and the text, both plain."""

    anchor: str
    level: int
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """Holds a page as HTML, and its sections in order."""

    html: str
    sections: tuple[Section, ...]


@functools.cache
def texts() -> dict[str, str]:
    """Return the Markdown of every page by name. All files are read at once, so that an upgrade in
    place cannot mix two releases."""
    folder = Path(__file__).parent
    return {page.name: (folder / f"{page.name}.md").read_text("utf-8") for page in PAGES}


@functools.cache
def rendered(name: str) -> Rendered:
    """Return the rendered page of this name."""
    markdown = _markdown_it()
    tokens = markdown.parse(_COMMENT.sub("", texts()[name]))
    _set_anchors(tokens)
    _set_heads(tokens)
    _set_links(tokens, name)
    return Rendered(
        html=markdown.renderer.render(tokens, markdown.options, {}),
        sections=tuple(_sections(tokens)),
    )


@functools.cache
def _markdown_it() -> "MarkdownIt":
    # Imported here: it takes 60 ms, and many processes never render a page.
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    markdown.add_render_rule("heading_close", _heading_close)
    return markdown


def _fence(self: Any, tokens: "Sequence[Token]", at: int, options: Any, env: Any) -> str:
    """Return a block of code that a keyboard can scroll."""
    return f"<pre tabindex=0><code>{escape(tokens[at].content)}</code></pre>\n"


def _table_open(self: Any, tokens: "Sequence[Token]", at: int, options: Any, env: Any) -> str:
    """Open a table that scrolls, or stacks its cells; its label is the first column's head."""
    label = escape(f"Table: {tokens[at].meta['heads'][0]}")
    kind = "wide stack" if len(tokens[at].meta["heads"]) <= STACKED else "wide"
    return f'<div class="{kind}" tabindex=0 role=group aria-label="{label}"><table>\n'


def _table_close(self: Any, tokens: "Sequence[Token]", at: int, options: Any, env: Any) -> str:
    return "</table></div>\n"


def _heading_close(self: Any, tokens: "Sequence[Token]", at: int, options: Any, env: Any) -> str:
    """Close a heading, with a link to itself unless it is the first."""
    tag, anchor = tokens[at].tag, tokens[at - 2].attrGet("id")
    title = escape(_plain(tokens[at - 1]))
    link = f' <a class=anchor href="#{anchor}" aria-label="Link to: {title}">#</a>'
    return f"{link if tag != 'h1' else ''}</{tag}>\n"


def _set_anchors(tokens: "Sequence[Token]") -> None:
    """Give every heading the id that repository pages give it."""
    known: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            name = slug(_plain(inline))
            times = known[name] = known.get(name, -1) + 1
            token.attrSet("id", f"{name}-{times}" if times else name)


def slug(title: str) -> str:
    """Return the anchor of a heading: lower case, hyphens for spaces, no punctuation."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _set_heads(tokens: "Sequence[Token]") -> None:
    """Name each cell of a table by its column, for windows that stack the cells."""
    heads: list[str] = []
    column = 0
    for token, inline in pairwise(tokens):
        if token.type == "table_open":
            heads = token.meta["heads"] = []
        elif token.type == "th_open":
            heads.append(_plain(inline))
        elif token.type == "tr_open":
            column = 0
        elif token.type == "td_open":
            token.attrSet("data-head", heads[column])
            column += 1


def _set_links(tokens: "Sequence[Token]", name: str) -> None:
    """Make links to files of this folder links to their pages."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _page_link(name, str(child.attrGet("href"))))


def _page_link(name: str, href: str) -> str:
    file, mark, anchor = href.partition("#")
    if not file.endswith(".md") or "://" in file:
        return href
    target = normpath(join(dirname(name), file.removesuffix(".md")))
    return f"{relative_root(name)}docs{'' if target == INDEX else f'/{target}'}{mark}{anchor}"


def relative_root(name: str) -> str:
    """Return the relative path from the page of this name to the root of the service."""
    return "./" if name == INDEX else "../" * (name.count("/") + 1)


def _plain(inline: "Token") -> str:
    """Return the text of a heading or paragraph without markup."""
    return "".join(" " if one.type == "softbreak" else one.content for one in inline.children or ())


def _sections(tokens: "Sequence[Token]") -> Iterator[Section]:
    """Split the page at its headings of the first three levels."""
    anchor, level, title, lines = "", 0, "", list[str]()
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in _DEEPEST:
            if level:
                yield Section(anchor=anchor, level=level, title=title, text=" ".join(lines))
            level = _DEEPEST[token.tag]
            anchor = "" if level == 1 else str(token.attrGet("id"))
            title, lines = _plain(tokens[at + 1]), []
        elif token.type == "inline" and tokens[at - 1].type != "heading_open":
            lines.append(_plain(token))
        elif token.type == "fence":
            lines.append(token.content)
    yield Section(anchor=anchor, level=level, title=title, text=" ".join(lines))
