"""The API explains itself: OpenAPI 3.1 of every route, and a page for people made from it.

Promises: the catalogue, the options and the settings say what is described, the recorded samples
are the examples, and the same settings give the same octets. What must never enter here: a route
that the application does not have (a test compares the two), a key, or a request of anybody's.
"""

import functools
import json
from typing import Any, Final

from vcardsvc import __version__
from vcardsvc.errors import E100, E404
from vcardsvc.openapi import answered, asked
from vcardsvc.openapi.answered import ALWAYS, OF_A_LINK, content, failures, headers, reply
from vcardsvc.openapi.recorded import RECORDED_HOST, SHOWN_ID, SHOWN_KEY, Example, curl, examples
from vcardsvc.services.links import ID
from vcardsvc.settings import Settings

Json = dict[str, Any]

LINK: Final = "/c/{id}.vcf"
"""The path of links, as OpenAPI writes one."""

FIRST: Final = "jose"
"""The example that a newcomer reads first: command and card fit one screen."""

REMEMBERED: Final = 4
"""Settings whose description is remembered: a process has one, a test a few."""

_KEYED: Final[list[Json]] = [{"key": []}]
_OURS: Final = (500, 503)

_SUMMARY: Final = "A contact as JSON in, a vCard that every phone reads right out."
_ABOUT: Final = f"""{_SUMMARY}

Judged in this order: path, method, key, content type, size, JSON, `action`, then the members in the
order of the schema. A failure tells all its problems at once; its status and code are the first's.
A path that is none of these is answered 404 {E404.name}, a method that is none of a path's 405
{E100.name}. Of a contact that is posted here nothing is kept unless a link is asked for; other
vendors' calls keep theirs in the contact book. Nothing of either is logged."""

_CREATE: Final = """The form of the card is what `as` says, else the best of the Accept header:
text/vcard (`;version=4.0`), application/vcard+json, application/vcard+xml or
application/jscontact+json. A QR code is PNG where Accept likes image/png better than image/svg+xml.
What was ignored, cut, changed or lost stands in Vcard-Notes."""


@functools.lru_cache(maxsize=REMEMBERED)
def _recorded(settings: Settings) -> bytes:
    """The description of a service at RECORDED_HOST."""
    return json.dumps(_described(settings), ensure_ascii=False, separators=(",", ":")).encode()


def description(settings: Settings, base_url: str) -> bytes:
    """The OpenAPI 3.1 description (JSON, UTF-8) of the service under `settings` at `base_url`,
    which is a scheme and a host (and a path), without a slash at its end.

    The first call takes some 0.3 s, of which the vendors' tables are most.
    Source: https://spec.openapis.org/oas/v3.1.1.html
    """
    return _recorded(settings).replace(RECORDED_HOST.encode(), base_url.encode())


def page(settings: Settings, base_url: str) -> tuple[bytes, str]:
    """The documentation page (HTML, UTF-8), made from the description, and the
    Content-Security-Policy that it is served under: one style, by its digest, and nothing else."""
    from vcardsvc.openapi.docs import rendered

    drawn, policy = rendered(_recorded(settings))
    return drawn.replace(RECORDED_HOST.encode(), base_url.encode()), policy


def _described(settings: Settings) -> Json:
    # Imported here: the dialects' tables are more than all of this.
    from vcardsvc.openapi.vendors import added

    return added(_own(settings), settings)


def _own(settings: Settings) -> Json:
    """What is told without the vendors."""
    found = examples()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vcardsvc",
            "version": __version__,
            "summary": _SUMMARY,
            "description": _ABOUT,
        },
        "servers": [{"url": RECORDED_HOST}],
        "paths": {
            path: {"parameters": [{"$ref": "#/components/parameters/RequestId"}], **operations}
            for path, operations in _paths(settings, found).items()
        },
        "components": {
            "schemas": {**asked.schemas(settings), **answered.SCHEMAS},
            "headers": answered.HEADERS,
            "responses": {
                "NoSuchPath": _elsewhere(404, found),
                "NoSuchMethod": _elsewhere(405, found),
            },
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
                    "description": "A key that the operator made; upper and lower case differ.",
                }
            },
        },
    }


def _elsewhere(status: int, found: tuple[Example, ...]) -> Json:
    """What comes back where no operation is, and how it was asked for."""
    strays = tuple(one for one in found if one.status == status and not one.path.startswith("/c/"))
    return {**failures((status,), found=strays)[str(status)], **_shown(strays)}


def _shown(found: tuple[Example, ...]) -> Json:
    """Each example as the shell command that asks it."""
    samples = [
        {
            "lang": "Shell",
            "label": one.title,
            "source": curl(one.method, one.target, one.headers, one.body),
        }
        for one in found
    ]
    return {"x-codeSamples": samples} if samples else {}


def _plain(method: str, path: str, **sent: str) -> Json:
    """The shell command for an operation that nobody recorded, because there is nothing to it."""
    source = curl(method, path.replace("{id}", SHOWN_ID), sent, "")
    return {"x-codeSamples": [{"lang": "Shell", "label": f"{method} {path}", "source": source}]}


def _paths(settings: Settings, found: tuple[Example, ...]) -> Json:
    return {
        "/": {
            "post": _create(settings, found),
            **_both("/", "page", "The form for people", _html("The page.")),
            "options": _preflight(),
        },
        "/static/page.css": _asset("/static/page.css", "style", "The page's style", "text/css"),
        "/static/page.js": _asset("/static/page.js", "script", "Its script", "text/javascript"),
        LINK: _link(found),
        "/healthz": _both(
            "/healthz", "alive", "Whether the process answers", _health("alive", "It does.")
        ),
        "/readyz": _both(
            "/readyz",
            "ready",
            "Whether it takes work",
            _health("ready", "It does; degraded: not all of it, for the causes named."),
            **{"503": _stopping()},
        ),
        "/metrics": _both(
            "/metrics",
            "metrics",
            "Counters and gauges for Prometheus",
            reply("The metrics.", {"text/plain": {"schema": {"type": "string"}}}),
        ),
        "/openapi.json": _both(
            "/openapi.json",
            "description",
            "This description",
            reply("OpenAPI 3.1.", {"application/json": {"schema": {"type": "object"}}}),
            **failures((400,), _but(400, E100.name)),
        ),
        "/docs": _both(
            "/docs",
            "docs",
            "This description for people",
            _html("The page."),
            **failures((400,), _but(400, E100.name)),
        ),
    }


def _asset(path: str, id: str, summary: str, media_type: str) -> Json:
    kept = reply(
        "The file; with its hash as `v` it may be kept for ever.",
        {media_type: {"schema": {"type": "string"}}},
        "Content-Security-Policy",
    )
    return _both(path, id, summary, kept)


def _preflight() -> Json:
    """What a browser asks before a script posts (Fetch standard, section 4.8)."""
    told = {
        name: {"description": description, "schema": {"type": "string"}}
        for name, description in (
            ("Access-Control-Allow-Origin", "The origin, where a publishable key has it."),
            ("Vary", "Origin."),
        )
    }
    return {
        "operationId": "preflight",
        "summary": "Whether a script of this origin may post",
        "security": [],
        "responses": {
            "204": {"description": "The headers say it.", "headers": {**_bare(), **told}},
            **failures(_OURS),
        },
        **_plain("OPTIONS", "/", origin="https://www.example.com"),
    }


def _bare() -> Json:
    """The headers of every answer, but for what is said of a body."""
    return {name: ref for name, ref in headers().items() if name != ALWAYS[1]}


def _but(status: int, *kept: str) -> list[str]:
    """The codes of a status that an operation never has: all but these."""
    return [code for code in answered.codes(status) if code not in kept]


def _create(settings: Settings, found: tuple[Example, ...]) -> Json:
    ours = tuple(
        sorted(
            (one for one in found if one.method == "POST" and one.path == "/"),
            key=lambda one: one.name != FIRST,
        )
    )
    made, kept = ([one for one in ours if one.status == status] for status in (200, 201))
    named = ("Content-Disposition", "ETag", "Vcard-Notes")
    images = {
        **content("image/svg+xml", "Svg", found=made),
        "image/png": {},
    }
    forms = {
        **content("text/vcard", "Card", found=made),
        **content("application/vcard+json", "JCard", found=made),
        **content("application/vcard+xml", "Xml", found=made),
        **content("application/jscontact+json", "JSContact", found=made),
        **images,
        **content("application/json", "Report", "WhatsApp", "Telegram", found=made),
    }
    links = {**content("application/json", "Link", "Twilio", found=kept), **images}
    return {
        "operationId": "create",
        "summary": "Create a contact",
        "description": _CREATE,
        "security": _KEYED,
        "parameters": asked.parameters(settings),
        "requestBody": asked.body(ours),
        "responses": {
            "200": reply("The card, in the form asked for.", forms, *named),
            "201": reply("A link was made; Location has it.", links, "Location", *named),
            "303": reply(
                "A form with `redirect`: there, with the address of the card as `card`.",
                {},
                "Location",
            ),
            **_for_people(
                failures((400, 401, 403, 406, 408, 413, 415, 422, 429, *_OURS), found=ours)
            ),
        },
        **_shown(ours),
    }


def _for_people(failed: Json) -> Json:
    """The same failures, which a browser that posts a form and asks for HTML is told in HTML."""
    for reply_ in failed.values():
        reply_["content"]["text/html"] = {"schema": {"type": "string"}}
    return failed


def _link(found: tuple[Example, ...]) -> Json:
    ours = tuple(one for one in found if one.path.startswith("/c/"))
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
                "200": reply("The card.", card, *whole),
                "206": reply("The part asked for.", part, *whole, "Content-Range"),
                "304": unchanged,
                **failures((403, 404, 410, 412, 416, *_OURS), (), *OF_A_LINK, found=ours),
            },
            **_with(_shown(ours), _plain("GET", LINK)),
        },
        "head": {
            "operationId": "describeLink",
            "summary": "What a link has, without opening it",
            "security": [],
            "parameters": [_ID, *conditions],
            "responses": {
                "200": reply("The card's headers.", {}, *whole),
                "304": unchanged,
                **failures((404, 410, 412, *_OURS), (), *OF_A_LINK, bodies=False),
            },
            **_plain("HEAD", LINK),
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
            **_plain("DELETE", LINK, **{"x-api-key": SHOWN_KEY}),
        },
    }


def _with(recorded: Json, plain: Json) -> Json:
    both = [*plain["x-codeSamples"], *recorded.get("x-codeSamples", ())]
    return {"x-codeSamples": both}


_ID: Final[Json] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The link's secret: 128 bits in URL-safe base64.",
    "schema": {"type": "string", "pattern": f"^{ID.pattern}$"},
}


def _header(name: str, description: str) -> Json:
    return {
        "name": name, "in": "header", "description": description, "schema": {"type": "string"}
    }  # fmt: skip


def _condition(name: str) -> Json:
    return _header(name, "ETags, or `*` (RFC 9110 section 13.1).")


def _both(path: str, id: str, summary: str, replied: Json, **more: Json) -> Json:
    """GET, and the HEAD that has its headers alone."""
    responses = {"200": replied, **more, **failures(one for one in _OURS if str(one) not in more)}
    bare = {
        status: {name: one for name, one in said.items() if name != "content"}
        for status, said in responses.items()
    }
    shared = {"summary": summary, "security": []}
    return {
        "get": {**shared, "operationId": id, "responses": responses, **_plain("GET", path)},
        "head": {
            **shared, "operationId": f"{id}Head", "responses": bare, **_plain("HEAD", path)
        },
    }  # fmt: skip


def _html(description: str) -> Json:
    schema = {"type": "string", "pattern": "^<!doctype html>"}
    return reply(description, {"text/html": {"schema": schema}}, "Content-Security-Policy")


def _health(word: str, description: str) -> Json:
    health = content("application/json", "Health")
    health["application/json"]["example"] = {"status": word}
    return reply(description, health)


def _stopping() -> Json:
    failure = failures((503,))["503"]
    either = {
        "anyOf": [
            {"$ref": "#/components/schemas/Health"},
            failure["content"]["application/json"]["schema"],
        ]
    }
    return {**failure, "content": {"application/json": {"schema": either}}}
