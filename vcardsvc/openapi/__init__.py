"""Describe the service's own API in OpenAPI 3.1: every route but the vendors'.

The description is generated from the catalogue of codes, the table of options and the settings;
tests compare its routes and examples. The same settings give the same octets.
"""

import functools
import json
from typing import Any, Final

from vcardsvc import __version__
from vcardsvc.apis.agents import PATH as MCP
from vcardsvc.errors import E100, E404, E1537, E1538, E1539
from vcardsvc.openapi import agents, batch, conversion, messages, request, response
from vcardsvc.openapi.examples import (
    ACCEPTED,
    EXAMPLES,
    HOST,
    KEY,
    LINK_ID,
    VARIATIONS,
    command,
    curl,
)
from vcardsvc.openapi.patterns import ref
from vcardsvc.openapi.response import ALWAYS, OF_A_LINK, content, failures, headers, response_object
from vcardsvc.services.links import ID
from vcardsvc.settings import Settings

Json = dict[str, Any]

LINK: Final = "/c/{id}.vcf"
PAGE: Final = "/docs/{name}"
VENDOR_PAGE: Final = "/docs/vendors/{name}"
"""The paths with a parameter, as OpenAPI writes them."""

REMEMBERED: Final = 4
"""Descriptions in the cache: a process has one, a test a few."""

_TAGS: Final = {
    "cards": "Cards are made, converted and checked.",
    "links": "Links to cards.",
    "service": "Health, metrics, this description.",
    "pages": "The page, its files, the documentation.",
}
_SERVICE: Final = frozenset(("/healthz", "/readyz", "/metrics", "/openapi.json"))
_KEYED: Final[list[Json]] = [{"key": []}]
_OURS: Final = (500, 503)

_SUMMARY: Final = "A contact as JSON in, a vCard that every phone reads right out."
_ABOUT: Final = f"""{_SUMMARY}

A request is checked in this order: path, method, key, content type, size, JSON, `action`, then the
members in the order of the schema. A failure names all problems at once; its status and code are
those of the first. An unknown path is answered with 404 {E404.name}, a method that a path does not
have with 405 {E100.name}. A posted contact is not kept unless a link is asked for, and never
logged. The calls of other vendors are described in the documentation, under the contact book."""

_CREATE: Final = """The form of the card is what `as` says, else the best of the Accept header:
text/vcard (`;version=4.0`), application/vcard+json, application/vcard+xml or
application/jscontact+json. A QR code is PNG where Accept likes image/png better than image/svg+xml.
What was ignored, cut, changed or lost stands in Vcard-Notes."""


@functools.lru_cache(maxsize=REMEMBERED)
def with_placeholder(settings: Settings) -> bytes:
    """Return the description with the address `examples.HOST`."""
    return json.dumps(_described(settings), ensure_ascii=False, separators=(",", ":")).encode()


def description(settings: Settings, base_url: str) -> bytes:
    """Return the OpenAPI 3.1 description (JSON, UTF-8) of the service at `base_url`, a scheme and a
    host (and a path) without a slash at its end.

    Source: https://spec.openapis.org/oas/v3.1.1.html
    """
    return with_placeholder(settings).replace(HOST.encode(), base_url.encode())


def _described(settings: Settings) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vcardsvc",
            "version": __version__,
            "summary": _SUMMARY,
            "description": _ABOUT,
        },
        "servers": [{"url": HOST}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": {
            path: {
                "parameters": [{"$ref": "#/components/parameters/RequestId"}],
                **{
                    method: {"tags": [_tag(path, method)], **operation}
                    for method, operation in operations.items()
                },
            }
            for path, operations in _paths(settings).items()
        },
        "components": {
            "schemas": {
                **request.schemas(settings),
                **response.SCHEMAS,
                **conversion.SCHEMAS,
                **batch.SCHEMAS,
                **agents.SCHEMAS,
            },
            "requestBodies": {**conversion.READ_TOO, **batch.READ_TOO},
            "headers": response.HEADERS,
            "responses": {"NoSuchPath": _no_such(404), "NoSuchMethod": _no_such(405)},
            "parameters": {
                "RequestId": {
                    "name": "X-Request-ID",
                    "in": "header",
                    "description": "The caller's own id, for the log: up to 64 of "
                    "`A-Z a-z 0-9 . _ -`; any other value is ignored.",
                    "schema": {"type": "string"},
                }
            },
            "securitySchemes": {
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "x-api-key",
                    "description": "A key that the operator created; upper and lower case differ.",
                }
            },
        },
    }


def _tag(path: str, method: str) -> str:
    """Return the group of an operation; a generated client has a module for each."""
    if path in _SERVICE:
        return "service"
    if path == LINK:
        return "links"
    own = path.startswith(("/static/", "/docs", "/llms.txt"))
    return "pages" if own or (path == "/" and method in ("get", "head")) else "cards"


def _no_such(status: int) -> Json:
    """Return the response to a path or method without an operation."""
    failure: Json = failures((status,))[str(status)]
    return failure


def _sample(method: str, path: str, **sent: str) -> Json:
    """Return the shell command for an operation without a body."""
    source = curl(method, path.replace("{id}", LINK_ID).replace("{name}", "quickstart"), sent)
    if path == VENDOR_PAGE or path == f"{VENDOR_PAGE}.md":
        source = source.replace("quickstart", "autodns")
    return {"x-codeSamples": [{"lang": "Shell", "label": f"{method} {path}", "source": source}]}


def _paths(settings: Settings) -> Json:
    return {
        "/": {
            "post": _create(settings),
            **_both("/", "page", "The form for people", _html("The page.")),
            "options": _preflight("/", "preflight"),
        },
        "/convert": {
            "post": conversion.convert_operation(settings),
            "options": _preflight("/convert", "preflightConvert"),
        },
        "/check": {
            "post": conversion.check_operation(settings),
            "options": _preflight("/check", "preflightCheck"),
        },
        "/batch": {
            "post": batch.batch_operation(settings),
            "options": _preflight("/batch", "preflightBatch"),
        },
        MCP: {"post": agents.operation(), "options": _preflight(MCP, "preflightMcp")},
        "/static/page.css": _asset("/static/page.css", "style", "The page's style", "text/css"),
        "/static/page.js": _asset("/static/page.js", "script", "Its script", "text/javascript"),
        "/static/lists.js": _asset(
            "/static/lists.js",
            "listsScript",
            "The script of its section for lists",
            "text/javascript",
        ),
        "/static/docs.css": _asset(
            "/static/docs.css", "docsStyle", "The documentation's style", "text/css"
        ),
        "/static/docs.js": _asset("/static/docs.js", "docsScript", "Its script", "text/javascript"),
        LINK: _link(),
        "/healthz": _both(
            "/healthz",
            "alive",
            "Whether the process answers",
            _health("alive", "The process answers."),
        ),
        "/readyz": _both(
            "/readyz",
            "ready",
            "Whether it takes work",
            _health("ready", "The service takes work; degraded: not all of it, for these causes."),
            **{"503": _stopping()},
        ),
        "/metrics": _both(
            "/metrics",
            "metrics",
            "Counters and gauges for Prometheus",
            response_object("The metrics.", {"text/plain": {"schema": {"type": "string"}}}),
        ),
        "/openapi.json": _both(
            "/openapi.json",
            "description",
            "This description",
            response_object(
                "OpenAPI 3.1.",
                {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
            ),
            **failures((400,), _codes_except(400, E100.name)),
        ),
        **_documentation(),
    }


def _documentation() -> Json:
    """Return the paths of the documentation."""
    refusal = failures((400,), _codes_except(400, E100.name))
    html, markdown = _html("The page."), response_object("Markdown.", _TEXT_OF["text/markdown"])
    listed = response_object("Markdown.", _TEXT_OF["text/plain"])
    index = response_object(
        "Title, address and text of each section.", _TEXT_OF["application/json"]
    )
    missing = failures((404,))
    return {
        "/docs": _both("/docs", "docs", "The documentation for people", html, **refusal),
        "/docs/reference": _both(
            "/docs/reference", "reference", "This description for people", html, **refusal
        ),
        "/docs/search.json": _both(
            "/docs/search.json", "searchIndex", "What the search of the documentation reads", index
        ),
        PAGE: _page("docsPage", "A page of the documentation", html, PAGE, missing),
        f"{PAGE}.md": _page("docsText", "The same as Markdown", markdown, f"{PAGE}.md", missing),
        VENDOR_PAGE: _page("docsVendor", "The page of a vendor", html, VENDOR_PAGE, missing),
        f"{VENDOR_PAGE}.md": _page(
            "docsVendorText", "The same as Markdown", markdown, f"{VENDOR_PAGE}.md", missing
        ),
        "/llms.txt": _both("/llms.txt", "llms", "Every page, with a line about each", listed),
    }


_TEXT_OF: Final[dict[str, Json]] = {
    "application/json": {
        "application/json": {"schema": {"type": "array", "items": ref("DocsSection")}}
    },
    "text/markdown": {"text/markdown": {"schema": {"type": "string"}}},
    "text/plain": {"text/plain": {"schema": {"type": "string"}}},
}


def _page(id: str, summary: str, described: Json, path: str, missing: Json) -> Json:
    """Return GET and HEAD of a page by its name."""
    both = _both(path, id, summary, described, **missing)
    return {method: {**one, "parameters": [_NAME]} for method, one in both.items()}


def _asset(path: str, id: str, summary: str, media_type: str) -> Json:
    file = response_object(
        "The file; with its hash as `v` it may be kept for ever.",
        {media_type: {"schema": {"type": "string"}}},
        "Content-Security-Policy",
    )
    return _both(path, id, summary, file)


def _preflight(path: str, id: str) -> Json:
    """Return the preflight request of a browser (Fetch standard, section 4.8)."""
    cors = {
        name: {"description": description, "schema": {"type": "string"}}
        for name, description in (
            ("Access-Control-Allow-Origin", "The origin, where a publishable key has it."),
            ("Vary", "Origin."),
        )
    }
    return {
        "operationId": id,
        "summary": "Whether a script of this origin may post",
        "security": [],
        "responses": {
            "204": {"description": "The headers answer.", "headers": {**_bare(), **cors}},
            **failures(_OURS),
        },
        **_sample("OPTIONS", path, origin="https://www.example.com"),
    }


def _bare() -> Json:
    """Return the headers of a response without a body."""
    return {name: ref for name, ref in headers().items() if name != ALWAYS[1]}


def _codes_except(status: int, *kept: str) -> list[str]:
    """Return the codes of a status without those in `kept`, for `failures` to exclude."""
    return [code for code in response.codes(status) if code not in kept]


def _create(settings: Settings) -> Json:
    named = ("Content-Disposition", "ETag", "Vcard-Notes")
    images = {**content("image/svg+xml", "Svg"), **content("image/png", "Octets")}
    forms = {
        **content("text/vcard", "Card", examples=EXAMPLES),
        **content("application/vcard+json", "JCard"),
        **content("application/vcard+xml", "Xml"),
        **content("application/jscontact+json", "JSContact"),
        **images,
        **content("application/json", "Report", messages.MESSAGE),
    }
    links = {**content("application/json", "Link", messages.LINK_MESSAGE), **images}
    return {
        "operationId": "create",
        "summary": "Create a contact",
        "description": _CREATE,
        "security": _KEYED,
        "parameters": request.parameters(settings),
        "requestBody": request.body(),
        "responses": {
            "200": response_object("The card, in the form asked for.", forms, *named),
            "201": response_object(
                "A link was created; Location has it.", links, "Location", *named
            ),
            "303": response_object(
                "A form with `redirect`: there, with the address of the card as `card`.",
                {},
                "Location",
            ),
            **_for_people(
                failures(
                    (400, 401, 403, 406, 408, 413, 415, 422, 429, *_OURS),
                    (E1537.name, E1538.name, E1539.name),
                    examples=EXAMPLES,
                )
            ),
        },
        "x-codeSamples": [
            {"lang": "Shell", "label": ACCEPTED.title, "source": command(ACCEPTED)},
            *(
                {"lang": "Shell", "label": title, "source": command(ACCEPTED, query, accept)}
                for title, query, accept in VARIATIONS
            ),
        ],
    }


def _for_people(responses: Json) -> Json:
    """Add HTML to these failures: for a browser that posts a form and accepts HTML."""
    for one in responses.values():
        one["content"]["text/html"] = {"schema": {"type": "string"}}
    return responses


def _link() -> Json:
    whole = ("Content-Disposition", "ETag", "Accept-Ranges", "Content-Security-Policy", *OF_A_LINK)
    card = {"text/vcard": {"schema": {"$ref": "#/components/schemas/Card"}}}
    part = {"text/vcard": {"schema": {"type": "string"}}}
    unchanged = {
        "description": "The caller has it already: If-None-Match names it.",
        "headers": {
            name: ref for name, ref in headers("ETag", *OF_A_LINK).items() if name != ALWAYS[1]
        },
    }
    conditions = [_condition("If-Match"), _condition("If-None-Match")]
    ranges = [
        _header("Range", "One range of bytes: `bytes=0-99`."),
        _header("If-Range", "The ETag that the range is of."),
    ]
    return {
        "get": {
            "operationId": "openLink",
            "summary": "Open a link",
            "description": "Needs no key. A link that opens once is not opened by previews, and is "
            "given whole.",
            "security": [],
            "parameters": [_ID, *conditions, *ranges],
            "responses": {
                "200": response_object("The card.", card, *whole),
                "206": response_object("The part asked for.", part, *whole, "Content-Range"),
                "304": unchanged,
                **failures((403, 404, 410, 412, 416, *_OURS), (), *OF_A_LINK),
            },
            **_sample("GET", LINK),
        },
        "head": {
            "operationId": "describeLink",
            "summary": "What a link has, without opening it",
            "security": [],
            "parameters": [_ID, *conditions],
            "responses": {
                "200": response_object("The card's headers.", {}, *whole),
                "304": unchanged,
                **failures((404, 410, 412, *_OURS), (), *OF_A_LINK, bodies=False),
            },
            **_sample("HEAD", LINK),
        },
        "delete": {
            "operationId": "deleteLink",
            "summary": "Delete a link",
            "description": "With the key that made it; another key's link is not there.",
            "security": _KEYED,
            "parameters": [_ID],
            "responses": {
                "204": {
                    "description": "It is deleted.",
                    "headers": {
                        name: ref for name, ref in headers(*OF_A_LINK).items() if name != ALWAYS[1]
                    },
                },
                **failures((401, 403, 404, 410, *_OURS), (), *OF_A_LINK),
            },
            **_sample("DELETE", LINK, **{"x-api-key": KEY}),
        },
    }


_ID: Final[Json] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The link's secret: 128 bits in URL-safe base64.",
    "schema": {"type": "string", "pattern": f"^{ID.pattern}$"},
}


_NAME: Final[Json] = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "The name of a page, such as `quickstart`.",
    "schema": {"type": "string", "pattern": "^[a-z-]+$"},
}


def _header(name: str, description: str) -> Json:
    return {
        "name": name, "in": "header", "description": description, "schema": {"type": "string"}
    }  # fmt: skip


def _condition(name: str) -> Json:
    return _header(name, "ETags, or `*` (RFC 9110 section 13.1).")


def _both(path: str, id: str, summary: str, described: Json, **more: Json) -> Json:
    """Return GET, and HEAD with the same headers."""
    responses = {"200": described, **more, **failures(one for one in _OURS if str(one) not in more)}
    bare = {
        status: {name: one for name, one in described.items() if name != "content"}
        for status, described in responses.items()
    }
    shared = {"summary": summary, "security": []}
    return {
        "get": {**shared, "operationId": id, "responses": responses, **_sample("GET", path)},
        "head": {
            **shared, "operationId": f"{id}Head", "responses": bare, **_sample("HEAD", path)
        },
    }  # fmt: skip


def _html(description: str) -> Json:
    schema = {"type": "string", "pattern": "^<!doctype html>"}
    return response_object(
        description, {"text/html": {"schema": schema}}, "Content-Security-Policy"
    )


def _health(status: str, description: str) -> Json:
    health = content("application/json", "Health")
    health["application/json"]["example"] = {"status": status}
    return response_object(description, health)


def _stopping() -> Json:
    failure = failures((503,))["503"]
    either = {
        "anyOf": [
            {"$ref": "#/components/schemas/Health"},
            failure["content"]["application/json"]["schema"],
        ]
    }
    return {**failure, "content": {"application/json": {"schema": either}}}
