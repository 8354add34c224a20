"""The service serves its documentation: pages, Markdown, a search index, a list for programs."""

import json
import re
from html import unescape
from urllib.parse import urljoin

import pytest

from tests.support.documentation import text
from tests.support.service import Answer, Inside
from vcardsvc.docs import LLMS, PAGES, PATHS, REFERENCE, ROOT, SEARCH
from vcardsvc.docs.markdown import slug

HOST = ((b"host", b"cards.example.com"),)
BASE = "http://cards.example.com"

HTML = [*(page.path for page in PAGES), REFERENCE]


def get(app: Inside, path: str) -> Answer:
    return app.ask("GET", path, headers=HOST)


@pytest.mark.parametrize("path", PATHS)
def test_every_address_answers(app: Inside, path: str) -> None:
    """GET gives the document, HEAD its headers, any other method 405; none needs a key."""
    answer = get(app, path)
    assert answer.status == 200
    assert answer.headers["content-length"] == str(len(answer.body))
    head = app.ask("HEAD", path, headers=HOST)
    assert (head.status, head.headers["content-type"]) == (200, answer.headers["content-type"])
    assert app.ask("POST", path, headers=HOST).outcome == (405, "E100")


@pytest.mark.parametrize(
    "path",
    [
        "/docs/", "/docs/nothing", "/docs/nothing.md", "/docs/reference.md", "/docs/index",
        "/docs/vendors", "/docs/vendors/", "/docs/../app", "/docs/quickstart/", "/docs/__init__.py",
        "/docs/Quickstart", "/llms-full.txt",
    ],
)  # fmt: skip
def test_any_other_address_is_e404(app: Inside, path: str) -> None:
    """Nothing but the table of contents is served."""
    assert get(app, path).outcome == (404, "E404")


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.name)
def test_markdown_is_the_file(app: Inside, page: object) -> None:
    """NAME.md is the file, with the address of the service in its examples."""
    assert hasattr(page, "name")
    assert hasattr(page, "text_path")
    answer = get(app, page.text_path)
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    served = answer.body.decode().replace(BASE, "http://127.0.0.1:8000")
    assert served == text(page.name)


def test_a_proxy_s_configuration_keeps_its_address(app: Inside) -> None:
    """The address of the service stands in commands, and not behind proxy_pass."""
    assert b"proxy_pass http://127.0.0.1:8000;" in get(app, "/docs/deployment").body
    assert b"127.0.0.1:8000" not in get(app, "/docs/quickstart").body
    assert f"{BASE}/ -d".encode() in get(app, "/docs/quickstart").body


@pytest.mark.parametrize("path", HTML)
def test_a_page_loads_nothing_from_elsewhere(app: Inside, path: str) -> None:
    """Only the service's own style and script, under a policy that allows no other."""
    answer = get(app, path)
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} < set(policy)
    html = answer.body.decode()
    assert not re.search(r"<(?:style|iframe|object|img)\b|\son\w+=|\sstyle=", html)
    sources = re.findall(r'<(?:script|link)\b[^>]*?(?:src|href)="([^"]*)"', html)
    assert {one.partition("?")[0] for one in sources if not one.startswith("data:")} == {
        "/static/docs.css", "/static/docs.js",
    }  # fmt: skip
    for one in sources:
        assert one.startswith("data:") or get(app, one.partition("?")[0]).status == 200


@pytest.mark.parametrize("path", HTML)
def test_every_link_of_a_page_is_served(app: Inside, path: str) -> None:
    """Links lead to pages that are there, and to headings that they have."""
    pages: dict[str, str] = {}
    for href in map(
        unescape, re.findall(r'<a\b[^>]*?href="([^"]*)"', get(app, path).body.decode())
    ):
        target, _, anchor = urljoin(path, href).partition("#")
        if target not in pages:
            answer = get(app, target)
            assert answer.status == 200, href
            pages[target] = answer.body.decode()
        assert not anchor or f'id="{anchor}"' in pages[target], href


@pytest.mark.parametrize("path", HTML)
def test_no_id_stands_twice(app: Inside, path: str) -> None:
    """Each anchor names one element."""
    ids = re.findall(r'\bid="([^"]*)"', get(app, path).body.decode())
    assert len(ids) == len(set(ids))


def test_the_list_for_programs_has_every_page(app: Inside) -> None:
    """llms.txt has a heading, a summary, and a line with the address of each page's Markdown."""
    answer = get(app, LLMS)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.body.decode().splitlines()
    assert (lines[0], lines[2][:2]) == ("# vcardsvc", "> ")
    listed = [re.fullmatch(r"- \[(.+)\]\((.+)\): (.+)", line) for line in lines if line[:1] == "-"]
    assert [(one[1], one[2], one[3]) for one in listed if one][:-1] == [
        (page.title, BASE + page.text_path, page.summary) for page in PAGES
    ]


def test_the_search_knows_every_section(app: Inside) -> None:
    """Each entry names a page and a heading that are there, and every page has one."""
    entries = json.loads(get(app, SEARCH).body)
    assert {page.title for page in PAGES} < {one["page"] for one in entries}
    for one in entries:
        path, _, anchor = f"/{one['url']}".partition("#")
        assert path in PATHS
        assert not anchor or f'id="{anchor}"'.encode() in get(app, path).body
    assert [one["url"] for one in entries if "VCARDSVC_REDIS_URL" in one["text"]]
    assert [one["url"] for one in entries if "E1526" in one["text"]]


def test_the_page_at_the_root_leads_here(app: Inside) -> None:
    """`/` links to `/docs`, and every page links back."""
    assert b'href="docs"' in get(app, "/").body
    assert b'href="./"' in get(app, ROOT).body
    assert b'href="../"' in get(app, "/docs/targets").body
    assert b'href="../../"' in get(app, "/docs/vendors/autodns").body


def test_a_request_without_a_host_is_refused(app: Inside) -> None:
    """The address in the examples is that of the request."""
    assert app.ask("GET", ROOT).outcome == (400, "E100")


def test_raw_html_is_text() -> None:
    """What looks like HTML in a file is shown as text."""
    from vcardsvc.docs.markdown import _markdown_it

    html = _markdown_it().render("a <b>c</b>\n\n<script>alert(1)</script>\n\n`<i>`")
    assert not re.search(r"<(?:b|script|i)>", html)


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Codes", "codes"),
        ("What is stored, and what is logged", "what-is-stored-and-what-is-logged"),
        ("A request in eight steps", "a-request-in-eight-steps"),
        ("`PATCH` & co.", "patch--co"),
        ("jCard_2", "jcard_2"),
    ],
)
def test_an_anchor_is_that_of_a_repository_page(title: str, anchor: str) -> None:
    """Lower case, hyphens for spaces, letters, digits, hyphens and underscores."""
    assert slug(title) == anchor
