"""Every path answers as promised, and nothing but the paths of the table exists."""

import asyncio
import os
from collections.abc import Callable

import pytest
from starlette.types import Message, Scope

from tests.support.service import BODY, HEADERS, Answer, Inside, inside
from vcardsvc.app import create_app, from_environ
from vcardsvc.cli.common import settings_of
from vcardsvc.settings import TRACES_SECRETS, Settings

PAIRS = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())

HOST = ((b"host", b"cards.example.com"),)

ELSEWHERE = ("/nowhere", "/healthz/", "//", "/index.html", "/\n", "/healthz\n", "/HEALTHZ", "", "*")
ALLOWED = {
    "/": "POST, GET, HEAD, OPTIONS",
    "/static/page.css": "GET, HEAD",
    "/static/page.js": "GET, HEAD",
    "/static/lists.js": "GET, HEAD",
    "/openapi.json": "GET, HEAD",
    "/docs": "GET, HEAD",
    "/docs/reference": "GET, HEAD",
    "/static/docs.css": "GET, HEAD",
    "/static/docs.js": "GET, HEAD",
    "/healthz": "GET, HEAD",
    "/readyz": "GET, HEAD",
    "/metrics": "GET, HEAD",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get")
REFUSED = [
    (method, path)
    for path, allowed in ALLOWED.items()
    for method in METHODS
    if method not in allowed.split(", ")
]


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
def test_other_paths_are_e404(app: Inside, method: str, path: str) -> None:
    """A path that no route has, by whatever method, is E404."""
    assert app.ask(method, path, BODY, headers=PAIRS).outcome == (404, "E404")


@pytest.mark.parametrize(("method", "path"), REFUSED)
def test_other_methods_are_405_with_allow(app: Inside, method: str, path: str) -> None:
    """A method that a path does not have is E100 with 405, and Allow names those it has."""
    answer = app.ask(method, path)
    assert (answer.outcome, answer.headers["allow"]) == ((405, "E100"), ALLOWED[path])


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/static/page.css", "text/css; charset=utf-8"),
        ("/static/page.js", "text/javascript; charset=utf-8"),
        ("/static/lists.js", "text/javascript; charset=utf-8"),
        ("/openapi.json", "application/json"),
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/reference", "text/html; charset=utf-8"),
        ("/static/docs.css", "text/css; charset=utf-8"),
        ("/static/docs.js", "text/javascript; charset=utf-8"),
        ("/healthz", "application/json"),
        ("/readyz", "application/json"),
        ("/metrics", "text/plain; version="),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_pages_answer_without_a_key(app: Inside, method: str, path: str, content_type: str) -> None:
    """The pages and what they are drawn with, the two healths and the metrics are open."""
    answer = app.ask(method, path, headers=HOST)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(content_type)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/reference"])
def test_a_page_loads_nothing_from_elsewhere(app: Inside, path: str) -> None:
    """What a policy does not name may not be loaded, and none names another host or a frame."""
    text = app.ask("GET", path, headers=HOST).headers["content-security-policy"].split("; ")
    policy = {name: sources.split() for name, _, sources in (one.partition(" ") for one in text)}
    assert (policy["default-src"], policy["frame-ancestors"]) == (["'none'"], ["'none'"])
    assert not [one for sources in policy.values() for one in sources if "." in one or "*" in one]


def test_a_browser_may_ask_before_it_sends(app: Inside) -> None:
    """OPTIONS of the endpoint is 204, without a key or a body; it tells strangers nothing."""
    answer = app.ask("OPTIONS", "/", headers=((b"origin", b"https://example.com"),))
    expected = {"vary": "Origin", "x-request-id": answer.headers["x-request-id"]}
    assert (answer.status, answer.headers, answer.body) == (204, expected, b"")


def test_health_says_alive_and_ready(app: Inside) -> None:
    """A service that can serve says so in JSON."""
    assert app.ask("GET", "/healthz").json == {"status": "alive"}
    assert app.ask("GET", "/readyz").json == {"status": "ready"}


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz"])
def test_a_websocket_is_closed(app: Inside, path: str) -> None:
    """A WebSocket is closed before it is accepted, wherever it asks."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "websocket", "path": path, "headers": [], "state": dict(app.state)}
    app.runner.run(asyncio.wait_for(app.app(scope, receive, send), 5))
    assert sent == [{"type": "websocket.close", "code": 1000}]


QUERIES = (
    (b"", "inline; filename=contact.vcf"),
    (b"filename=john.vcf", "inline; filename=john.vcf"),
    (b"disposition=attachment", "attachment; filename=contact.vcf"),
    (b"filename=j-1_a.b.VCF&disposition=inline", "inline; filename=j-1_a.b.VCF"),
    (b"unknown=1&&=&a=b=c&%", "inline; filename=contact.vcf"),
)
BAD_QUERIES = (
    b"disposition=form-data",
    b"disposition=",
    b"disposition=INLINE",
    b"filename=",
    b"filename=john.txt",
    b"filename=.vcf",
    b"filename=" + b"x" * 17 + b".vcf",
    b"filename=a%0d%0ab.vcf",
    b"filename=a%22b.vcf",
    b"filename=..%2fa.vcf",
    b"filename=%c3%bc.vcf",
    b"filename=%ff.vcf",
    b"filename=a.vcf%0a",
    b"filename=a.vcf&filename=b",
)


@pytest.mark.parametrize(("query", "disposition"), QUERIES)
def test_a_query_names_the_file(app: Inside, query: bytes, disposition: str) -> None:
    """`filename` and `disposition` change the header; options we do not know are ignored."""
    answer = app.create(query=query)
    assert (answer.outcome, answer.headers["content-disposition"]) == ((200, "card"), disposition)


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_query_value_we_do_not_know_is_e1527(app: Inside, query: bytes) -> None:
    """A value that is not one of an option's own is E1527."""
    assert app.create(query=query).outcome == (400, "E1527")


def test_applications_share_nothing() -> None:
    """Two applications in one process have keys and limits of their own."""
    long = BODY + b" " * 2000
    with inside(body_limit=1024) as small, inside() as large:

        def both(app: Inside) -> Answer:
            return app.create(long)

        assert (both(small).outcome, both(large).outcome) == ((413, "E100"), (200, "card"))


def test_a_region_without_numbers_is_refused_at_the_start() -> None:
    """A setting that only the rules can judge fails before anything listens."""
    with pytest.raises(ValueError, match=r"^no telephone numbers are known of the region ZZ$"):
        create_app(Settings(default_region="ZZ"))


@pytest.mark.parametrize("start", [from_environ, lambda: settings_of(take=True)])
def test_children_inherit_no_secret_of_traces(
    start: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no traces are sent: photo decoders and lists read what callers sent."""
    monkeypatch.setattr("vcardsvc.app.gc.set_threshold", lambda *_: None)
    for name in TRACES_SECRETS:
        monkeypatch.setenv(name, "authorization=Bearer secret")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    start()
    assert [name for name in TRACES_SECRETS if name in os.environ] == []
