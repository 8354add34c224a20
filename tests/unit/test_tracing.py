"""A traced request leaves the spans of what it did, and nothing of anybody in them."""

import asyncio
import base64
import json
import logging
import re
import threading
import time
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, Final, NoReturn

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

from tests.support.batch_process import killed, local_process
from tests.support.databases import url
from tests.support.images import plain, saved
from tests.support.service import BODY, HEADERS, JOHN, KEY, Answer, Inside, inside, until
from tests.support.traces import Memory, Seen
from vcardsvc import __version__, tracing
from vcardsvc.model.request import CardRequest
from vcardsvc.services import batches
from vcardsvc.services.cards import Cards
from vcardsvc.store import Store
from vcardsvc.tracing import Tracing, exporters_of

TRACE: Final = "0af7651916cd43dd8448eb211c80319c"
PARENT: Final = "b7ad6b7169203331"
PAIRS: Final = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())
CSV: Final = ((b"x-api-key", KEY.encode()), (b"content-type", b"text/csv"))
PNG: Final = saved(plain(), "PNG")
PHOTO: Final = base64.b64encode(PNG).decode()


@pytest.fixture(scope="module")
def memory() -> Memory:
    """Where the spans are."""
    return Memory()


@pytest.fixture(scope="module")
def traced(memory: Memory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """The application with traces and a store; its lists run in this process."""
    path = tmp_path_factory.mktemp("traced") / "vcardsvc.db"
    store = Store(url(path))
    store.migrate()
    store.close()
    settings: dict[str, Any] = {
        "database_url": url(path),
        "public_url": "https://cards.example.com",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_started", local_process)
        patch.setattr(batches, "_kill", killed)
        with inside(maybe_tracing=memory.tracing, **settings) as application:
            yield application


@pytest.fixture(autouse=True)
def _forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("opentelemetry", "opentelemetry.exporter")]
    before = [(log.handlers[:], log.propagate, log.level) for log in loggers]
    yield
    for log, (handlers, propagate, level) in zip(loggers, before, strict=True):
        log.handlers, log.propagate = handlers, propagate
        log.setLevel(level)
    if "memory" in request.fixturenames:
        request.getfixturevalue("memory").take()


def _server(spans: Sequence[Seen]) -> Seen:
    """The span of the one request among these."""
    (found,) = [span for span in spans if span.kind == "SERVER"]
    return found


def _traceparent(value: str, **more: str) -> list[tuple[bytes, bytes]]:
    named = {"traceparent": value, **more}
    return [*PAIRS, *((name.encode(), text.encode()) for name, text in named.items())]


def test_a_card_is_one_span_with_the_attributes_of_the_convention(
    traced: Inside, memory: Memory
) -> None:
    """Method, route, status, sizes, and what the log line has; nothing else."""
    answer = traced.create(x_request_id="r-1")
    (span,) = memory.take()
    assert (span.name, span.kind, span.parent, span.is_error) == ("POST /", "SERVER", "", False)
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/",
        "url.path": "/",
        "url.scheme": "http",
        "network.protocol.version": "1.1",
        "http.response.status_code": 200,
        "http.request.body.size": len(BODY),
        "http.response.body.size": len(answer.body),
        "vcardsvc.request_id": "r-1",
        "vcardsvc.key": "tests",
        "vcardsvc.code": "ok",
    }


def test_the_resource_says_which_service_it_is(traced: Inside, memory: Memory) -> None:
    """Without OTEL_SERVICE_NAME the service has the program's name, and each worker its own id."""
    traced.create()
    service = memory.take()[0].service
    assert (service["service.name"], service["service.version"]) == ("vcardsvc", __version__)
    assert re.fullmatch(r"[0-9a-f-]{36}", service["service.instance.id"])


def test_the_variables_name_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word."""
    monkeypatch.setenv("OTEL_SERVICE_NAME", "cards")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=one,team=crm")
    memory = Memory()
    with inside(maybe_tracing=memory.tracing) as application:
        application.create()
    service = memory.take()[0].service
    assert {name: service[name] for name in ("service.name", "service.instance.id", "team")} == {
        "service.name": "cards",
        "service.instance.id": "one",
        "team": "crm",
    }


def test_a_caller_s_trace_is_taken_on(traced: Inside, memory: Memory) -> None:
    """The span is a child of the caller's."""
    headers = _traceparent(f"00-{TRACE}-{PARENT}-01", tracestate="vendor=value")
    assert traced.ask("POST", "/", BODY, headers=headers).status == 200
    (span,) = memory.take()
    assert (span.trace, span.parent) == (TRACE, PARENT)


def test_a_caller_who_does_not_sample_leaves_no_span(traced: Inside, memory: Memory) -> None:
    """By default the caller's decision counts."""
    headers = _traceparent(f"00-{TRACE}-{PARENT}-00")
    assert traced.ask("POST", "/", BODY, headers=headers, query=b"as=link").status == 201
    assert memory.take() == []


@pytest.mark.parametrize(
    "value",
    [
        "",
        "00",
        f"00-{TRACE}-{PARENT}",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE}\n-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-{'x' * 5000}",
        "é" * 5000,
        f"{TRACE}-{PARENT}-01" * 500,
    ],
)
def test_a_faulty_traceparent_begins_a_new_trace(
    traced: Inside, memory: Memory, value: str
) -> None:
    """No header of a caller makes a request fail (W3C Trace Context, section 3.2)."""
    headers = _traceparent(value, tracestate="=,=;" * 2000, baggage="a=" + "%" * 9000)
    assert traced.ask("POST", "/", BODY, headers=headers).status == 200
    (span,) = memory.take()
    assert span.trace != TRACE
    assert span.parent == ""


def test_the_log_line_has_the_trace(
    traced: Inside, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of a traced request ends with its trace's id."""
    lines: list[str] = []
    monkeypatch.setattr(traced.context.telemetry._request_lines, "write", lines.append)
    traced.ask("POST", "/", BODY, headers=_traceparent(f"00-{TRACE}-{PARENT}-00"))
    traced.create()
    (span,) = memory.take()
    assert [line.rpartition(" ")[2] for line in lines] == [
        f"trace_id={TRACE}\n",
        f"trace_id={span.trace}\n",
    ]


def test_a_photo_that_is_given_is_decoded_in_a_child(traced: Inside, memory: Memory) -> None:
    """The span of the decoding lies in that of the request."""
    body = json.dumps({**JOHN, "photo": PHOTO}).encode()
    assert traced.create(body).status == 200
    decode, server = memory.take()
    assert (decode.name, decode.parent, decode.trace) == ("photo.decode", server.id, server.trace)
    assert decode.attributes == {"vcardsvc.photo.bytes": len(PNG)}


def test_a_fetch_that_fails_says_why_and_not_where(traced: Inside, memory: Memory) -> None:
    """The span has the machine word of the refusal; neither span has the address."""
    body = json.dumps({**JOHN, "photo-url": "http://127.0.0.1/secret.jpg"}).encode()
    assert traced.create(body).outcome == (422, "E1520")
    fetch, server = memory.take()
    assert (fetch.name, fetch.parent, fetch.is_error) == ("photo.fetch", server.id, True)
    assert fetch.attributes.keys() == {"error.type"}
    assert not server.is_error
    assert server.attributes["vcardsvc.code"] == "E1520"
    assert server.attributes["vcardsvc.cause"] == fetch.attributes["error.type"]
    assert "secret" not in repr((fetch, server))
    assert "127.0.0.1" not in repr((fetch, server))


def test_calls_of_the_store_are_children(traced: Inside, memory: Memory) -> None:
    """A link is written in a thread, in a span of the request that wants it."""
    answer = traced.create(query=b"as=link")
    write, server = memory.take()
    assert (write.name, write.kind, write.parent) == ("store.add_link", "CLIENT", server.id)
    assert write.attributes == {"db.system.name": "sqlite", "db.operation.name": "add_link"}
    address = answer.json["url"].removeprefix("https://cards.example.com")
    assert traced.ask("GET", address).status == 200
    spans = memory.take()
    assert _server(spans).name == "GET /c/{id}.vcf"
    assert _server(spans).attributes["url.path"] == "/c/{id}.vcf"
    assert address.rpartition("/")[2].removesuffix(".vcf") not in repr(spans)


def test_what_runs_beside_requests_makes_no_span(traced: Inside, memory: Memory) -> None:
    """The probe of the store belongs to no request."""

    async def probe() -> None:
        await asyncio.to_thread(traced.context.links._store.probe)  # type: ignore[union-attr]

    traced.runner.run(probe())
    assert memory.take() == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_questions_of_machines_are_not_traced(traced: Inside, memory: Memory, path: str) -> None:
    """A probe every second would be most of all traces."""
    assert traced.ask("GET", path).status == 200
    assert memory.take() == []


def test_a_vendor_s_call_has_its_route(traced: Inside, memory: Memory) -> None:
    """The path's own values are not in the span."""
    assert traced.ask("GET", "/autodns/contact/4711", query=b"key=4712").status == 401
    (span,) = memory.take()
    assert span.name == "GET /autodns/contact/{id}"
    assert "471" not in repr({**span.attributes, "http.response.body.size": 0})


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/john/appleseed", "GET"),
        ("GET", "/autodns/appleseed", "GET"),
        ("APPLESEED", "/", "HTTP /"),
    ],
)
def test_an_unknown_call_keeps_the_caller_s_words_out(
    traced: Inside, memory: Memory, method: str, path: str, name: str
) -> None:
    """A path or a method that no route has may hold anything."""
    assert traced.ask(method, path).status in (404, 405, 401)
    (span,) = memory.take()
    assert span.name == name
    assert "appleseed" not in repr(span).lower()
    assert span.attributes["http.request.method"] == ("GET" if method == "GET" else "_OTHER")


class _Broken(Cards):
    """Cards with a bug."""

    async def create(
        self, card_request: CardRequest, owner: str = "", base_url: str = ""
    ) -> NoReturn:
        raise RuntimeError(f"the span must not show {card_request.contact.first}")


def test_a_bug_is_an_error_without_its_text() -> None:
    """The kind of the exception is in the span, never what it says."""
    memory = Memory()
    with inside(maybe_tracing=memory.tracing) as application:
        application.replace(cards=_Broken(photos=application.context.cards.photos))
        assert application.create().status == 500
    (span,) = memory.take()
    assert span.is_error
    assert span.attributes["http.response.status_code"] == 500
    assert span.attributes["error.type"] == "fault"
    assert span.attributes["exception.type"] == "RuntimeError"
    assert "John" not in repr(span)


def test_requests_at_once_keep_their_spans_apart(traced: Inside, memory: Memory) -> None:
    """Each child has the parent of its own request."""
    bodies = [json.dumps({**JOHN, "photo": PHOTO}).encode()] * 8

    async def story() -> list[Answer]:
        calls = [traced.answer("POST", "/", body, headers=PAIRS) for body in bodies]
        return list(await asyncio.gather(*calls))

    assert {answer.status for answer in traced.runner.run(story())} == {200}
    spans = memory.take()
    servers = {span.id: span.trace for span in spans if span.kind == "SERVER"}
    decodes = [span for span in spans if span.name == "photo.decode"]
    assert len(servers) == len(decodes) == len(bodies)
    assert {span.parent: span.trace for span in decodes} == servers


def test_a_list_has_a_span(traced: Inside, memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of a list is a child, with the counts of its rows."""
    answer = traced.ask("POST", "/batch", b"First Name\nAda\nBen\n", headers=CSV)
    assert answer.status == 200
    spans = memory.take()
    (batch,) = [span for span in spans if span.name == "batch"]
    assert batch.parent == _server(spans).id
    assert batch.attributes == {"vcardsvc.batch.rows": "cards=2, errors=0, skipped=0"}
    assert "Ada" not in repr(spans)


def test_a_list_that_is_none_is_an_error_of_its_span(traced: Inside, memory: Memory) -> None:
    """Its span says why."""
    assert traced.ask("POST", "/batch", b"\x00\x01" * 99, headers=CSV).status == 422
    spans = memory.take()
    (batch,) = [span for span in spans if span.name == "batch"]
    assert batch.is_error
    assert batch.attributes["error.type"] == _server(spans).attributes["vcardsvc.cause"]


class _Scripted(SpanExporter):
    """Succeeds, fails or raises, as `results` has it."""

    def __init__(self, *results: SpanExportResult | None) -> None:
        self.results = list(results)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self.results.pop(0)
        if result is None:
            raise OSError("the log must not show this")
        return result


def test_the_log_says_once_that_spans_are_lost(capfd: pytest.CaptureFixture[str]) -> None:
    """One line when they begin to be lost, and one when they are sent again."""
    good, bad = SpanExportResult.SUCCESS, SpanExportResult.FAILURE
    exporter = _Scripted(good, bad, None, bad, good, good)
    traces = Tracing(lambda: (exporter,), SimpleSpanProcessor)
    with inside(maybe_tracing=traces, log_requests=False) as application:
        assert {application.create().status for _ in range(6)} == {200}
    events = re.findall(r"(?:info|warning) (?:no-)?traces.*", capfd.readouterr().err)
    assert events == ["info traces-on", "warning traces-away", "info traces-back"]


class _Hanging(SpanExporter):
    """A collector that never answers."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.called = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.called.set()
        self.released.wait()
        return SpanExportResult.FAILURE


def test_a_collector_that_hangs_delays_neither_requests_nor_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Spans wait in a queue of their own, and the end of a worker waits for them in bounds."""
    monkeypatch.setattr(tracing, "FLUSH_SECONDS", 0.3)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "4")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2")
    exporter = _Hanging()
    try:
        with inside(maybe_tracing=Tracing(lambda: (exporter,)), log_requests=False) as application:
            application.create()
            until(exporter.called.is_set)
            assert {application.create().status for _ in range(20)} == {200}
            began = time.monotonic()
        assert time.monotonic() - began < 3
    finally:
        exporter.released.set()


@pytest.mark.parametrize(
    ("names", "variables", "reason"),
    [
        (("nowhere",), {}, "no-exporter"),
        (("otlp",), {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "no-exporter"),
        (("otlp",), {"OTEL_EXPORTER_OTLP_PROTOCOL": "pigeon"}, "no-exporter"),
        (("otlp",), {"OTEL_BSP_MAX_QUEUE_SIZE": "1"}, "bad-settings"),
    ],
)
def test_traces_that_cannot_be_sent_are_told_and_cost_no_card(
    names: tuple[str, ...],
    variables: dict[str, str],
    reason: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The log says why, and the service serves on."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    environ: MutableMapping[str, str] = dict(variables)
    with inside(maybe_tracing=Tracing(lambda: exporters_of(names, environ))) as application:
        assert application.create().status == 200
    assert f"warning no-traces reason={reason}\n" in capfd.readouterr().err


def test_the_headers_for_the_collector_leave_the_environment(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be secrets, which neither children nor the log get, also where they are faulty."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization Bearer-of-secrets")
    environ: dict[str, Any] = {"OTEL_EXPORTER_OTLP_HEADERS": "a=b", "OTHER": "kept"}
    with inside(maybe_tracing=Tracing(lambda: exporters_of(("otlp",), environ))):
        pass
    assert environ == {"OTHER": "kept"}
    assert "secrets" not in capfd.readouterr().err
