"""The parts of the web page: guarded answers, its size, its assets, nothing from elsewhere."""

import hashlib
import re
from pathlib import Path
from typing import Final

import pytest

from tests.support.web_pages import BESIDE, EMPTY, EVERYWHERE, FILLED, Page, html
from vcardsvc.apis.base import Response
from vcardsvc.errors import E113, E1515, E1516, Problem, Refused
from vcardsvc.web import page as webform
from vcardsvc.web.page import asset, failure, page, preload

SCRIPTS: Final = ("page.js", "lists.js")
WHOLE: Final = 64_000
"""Bytes of the page with its style and scripts, uncompressed."""

POLICY: Final = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
REPLIES: Final = (
    EMPTY,
    page(FILLED),
    failure((EVERYWHERE[0],)),
    asset("page.css"),
    *map(asset, SCRIPTS),
)


@pytest.mark.parametrize("reply", REPLIES)
def test_every_answer_is_guarded(reply: Response) -> None:
    """The same strict policy stands on every page and every asset."""
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    assert len(headers) == len(reply.headers)
    directives = [one.split(" ", 1) for one in headers["content-security-policy"].split("; ")]
    assert dict(directives) == POLICY
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(
        headers["permissions-policy"].split(", ")
    )


def caching(reply: Response) -> bytes:
    """How long an answer may be kept."""
    return dict(reply.headers)[b"cache-control"]


def test_pages_with_somebodys_data_are_kept_nowhere() -> None:
    """The empty page is requested again, a page with values or problems is not stored."""
    assert caching(EMPTY) == b"no-cache"
    for reply in (page({"title": "x"}), page({}, EVERYWHERE), failure(EVERYWHERE)):
        assert caching(reply) == b"no-store"


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("page.css", b"text/css; charset=utf-8"),
        *((name, b"text/javascript; charset=utf-8") for name in SCRIPTS),
    ],
)
def test_assets_are_named_by_their_content(name: str, media: bytes) -> None:
    """The page names each by its hash, and under that it is kept for ever; else it is not."""
    body = b"".join(asset(name).chunks)
    version = f"v={hashlib.sha256(body).hexdigest()[:16]}"
    assert html(EMPTY).count(f'"/static/{name}?{version}"') == 1
    forever = asset(name, version.encode())
    assert forever.chunks == (body,)
    assert dict(forever.headers)[b"content-type"] == media
    assert dict(forever.headers)[b"content-length"] == b"%d" % len(body)
    assert caching(forever) == b"public, max-age=31536000, immutable"
    for other in (b"", b"v=0", version.encode() + b"&x", b"x&" + version.encode()):
        assert caching(asset(name, other)) == b"no-cache"


@pytest.mark.parametrize(
    "name", ["", "page", "page.html", "../webform.py", "base.html", "/page.css"]
)
def test_there_are_no_other_assets(name: str) -> None:
    """Anything else is E404, templates and paths upwards too."""
    with pytest.raises(Refused, match="E404"):
        asset(name)


def test_files_are_read_before_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `preload` no answer opens a file of ours: an upgrade in place cannot mix releases."""
    preload()

    def unexpected(path: Path) -> bytes:
        raise AssertionError(path)

    monkeypatch.setattr(Path, "read_bytes", unexpected)
    webform.template.cache_clear()
    assert [page({}, form_key="k"), asset("lists.js")] == [EMPTY, REPLIES[-1]]
    assert failure((EVERYWHERE[0],)) == REPLIES[2]


def test_the_page_is_small() -> None:
    """With its style and its scripts it stays under 64 kB, uncompressed, with every field filled
    and wrong too: then it has no section for lists."""
    wrong = tuple(problem for problem, place in BESIDE if place)
    for reply, scripts in ((EMPTY, SCRIPTS), (page(FILLED, wrong), SCRIPTS[:1])):
        assets = sum(len(asset(name).chunks[0]) for name in ("page.css", *scripts))
        assert len(reply.chunks[0]) + assets < WHOLE


_LITERAL: Final = re.compile(
    rb"""(?<=[(,=:\[!&|?{};])\ ?/(?![/*])(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\\\[\n]|\\.)+/[a-z]*"""
    rb"""|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"""
)
"""Regular expressions, comments, strings and templates of JavaScript, as our scripts write them."""


@pytest.mark.parametrize("name", [*SCRIPTS, "docs.js"])
def test_what_is_left_out_of_a_script_is_in_none_of_its_strings(name: str) -> None:
    """A script is served with the strings that it was written with."""
    source = (Path(webform.__file__).parent / "static" / name).read_bytes()
    written = [one for one in _LITERAL.findall(source) if not one.startswith(b"//")]
    served = b"".join(asset(name).chunks)
    assert len(written) > 10
    # What stands between the texts of a template is code.
    pieces = [piece for one in written for piece in re.split(rb"\$\{[^{}`]*\}?", one)]
    assert [one for one in pieces if one.strip() not in served] == []


def test_nothing_is_inline() -> None:
    """Modules from our own origin, no style or handler in the HTML: the policy forbids both."""
    for reply in (EMPTY, page(FILLED, EVERYWHERE), failure(EVERYWHERE)):
        found = Page(reply)
        assert [one.text for one in found.all("script", "style") if one.text] == []
        assert all(one.attributes["type"] == "module" for one in found.all("script"))
        names = {name for one in found.found for name in one.attributes}
        assert [name for name in names if name == "style" or name.startswith("on")] == []


ELSEWHERE: Final = re.compile(r"""(?:https?:)?//[\w[]|@import|\burl\((?!"data:)""")
SILENT: Final = re.compile(
    r"xmlns='[^']*'|\"http://www\.w3\.org/2000/svg\"|\s//\s.*|^//\s.*", re.MULTILINE
)
"""Names of XML namespaces, which no browser fetches, and comments."""


def test_nothing_is_fetched_from_elsewhere() -> None:
    """Neither page, style nor script names another host; what is named are XML namespaces."""
    texts = [html(page({}, EVERYWHERE)), html(failure(EVERYWHERE))]
    texts += [asset(name).chunks[0].decode() for name in ("page.css", *SCRIPTS)]
    for text in texts:
        assert ELSEWHERE.findall(SILENT.sub("", text)) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_makes_no_html_of_text(name: str) -> None:
    """No way from a string to markup or code stands in it, nor a frame of styles."""
    script = asset(name).chunks[0].decode()
    forbidden = ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(",
                 "DOMParser", "localStorage", ".style", "import(", "cookie")  # fmt: skip
    assert [word for word in forbidden if word in script] == []


@pytest.mark.parametrize(
    ("back", "shown"),
    [
        ("https://shop.example/form?a=1&b", True),
        ("HTTP://shop.example", True),
        ("", False),
        ("javascript:alert(1)", False),
        (" https://shop.example", False),
        ("//shop.example", False),
        ("data:text/html,x", False),
    ],
)
def test_a_form_elsewhere_gets_its_failures_and_a_way_back(back: str, shown: bool) -> None:
    """A plain page lists every problem and leads back, by the web only."""
    reply = failure((EVERYWHERE[0], Problem(code=E1516, detail='"<" is not allowed.')), back)
    found = Page(reply)
    assert reply.status == 422
    assert [one.text for one in found.all("li")] == [
        f"{E1515.info} E1515",
        f'{E1516.info} "<" is not allowed. E1516',
    ]
    assert [one.attributes["href"] for one in found.all("a")] == ([back] if shown else [])


def test_a_failure_has_the_status_of_its_first_problem() -> None:
    """429 stays 429, whatever comes after it."""
    assert failure((Problem(code=E113, retry_after=3), EVERYWHERE[0])).status == 429
