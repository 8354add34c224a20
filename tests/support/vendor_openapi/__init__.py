"""An OpenAPI description of the vendors' calls, built from their routes and tables of fields.

The vendors document their APIs; this one drives the calls that Schemathesis draws, and says what
every recorded reply must look like. Each vendor is a table of its own (`autodns`, ...); here the
tables become OpenAPI.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from tests.support import vendor_samples as samples_vendors
from tests.support.samples import parse
from tests.support.vendor_openapi import (
    autodns,
    countries,
    domainchief,
    marketingcloud,
    superoffice,
)
from tests.support.vendor_openapi.call import JSON, Call, ResponseSpec, Spoken, ref
from tests.support.vendor_openapi.countries import COUNTRY
from vcardsvc import openapi
from vcardsvc.apis.base import Route
from vcardsvc.apis.render_options import CARD_OPTIONS, OPTIONS
from vcardsvc.openapi import messages, response
from vcardsvc.settings import OFF, Settings

Json = dict[str, Any]

VENDORS: Final = {
    "autodns": autodns.spoken,
    "domainchief": domainchief.spoken,
    "superoffice": superoffice.spoken,
    "marketingcloud": marketingcloud.spoken,
}
"""What tells of each vendor, by the name of its address books."""

SUFFIX: Final = ".vcf"

LONGEST: Final = 4096
"""Bytes of a request or a reply that is an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A recorded request of a vendor's, the status of its reply, and that reply where it is short
    JSON (else None). `path` lies below the vendor's prefix."""

    vendor: str
    name: str
    method: str
    path: str
    media_type: str
    body: Any
    status: int
    reply: Any

    @property
    def title(self) -> str:
        """A few words for people."""
        return self.name.replace("-", " ").capitalize()

    @property
    def is_example(self) -> bool:
        """Whether it is short JSON that was accepted."""
        return self.status < 300 and self.body is not None


@cache
def requests() -> tuple[Request, ...]:
    """The vendors' samples."""
    return tuple(_request(*name.split("/")) for name in samples_vendors.names())


def _request(vendor: str, name: str) -> Request:
    sample = samples_vendors.request(f"{vendor}/{name}")
    reply = parse((samples_vendors.FOLDER / vendor / f"{name}.reply.http").read_bytes())
    method, target, _ = sample.start.split(" ")
    media_type = dict(sample.headers).get("content-type", "").partition(";")[0]
    return Request(
        vendor=vendor,
        name=name,
        method=method,
        path=target.partition("?")[0].removeprefix(f"/{vendor}"),
        media_type=media_type,
        body=_short_json(media_type, sample.body),
        status=int(reply.start.split(" ")[1]),
        reply=_short_json(dict(reply.headers).get("content-type", ""), reply.body),
    )


def _short_json(media_type: str, body: bytes) -> Any:
    """A body that is short JSON, parsed; None for any other."""
    is_short = "json" in media_type and len(body) <= LONGEST
    try:
        return json.loads(body) if is_short else None
    except ValueError:
        return None


_CARDS: Final = """

Instead of the vendor's answer the contact comes as a card: with an Accept header that likes
text/vcard best (or application/vcard+json, application/vcard+xml, application/jscontact+json), with
`target`, `version` or `as`, or with `.vcf` behind the path."""

_SAYS: Final = {
    "target": "Whose reader the card is for.",
    "version": "The version of vCard.",
    "as": "What the contact becomes; then photo, once, content, ttl, filename and disposition mean "
    "what they mean for POST /.",
}

_CARD_HEADERS: Final = ("Content-Disposition", "ETag", "Vcard-Notes", "Content-Location")

_DOCUMENTS: Final = [*map(ref, ("Report", messages.MESSAGE, messages.MESSAGES))]
"""What a card in JSON may be; several contacts may be several messages."""

_LINKS: Final = [*map(ref, ("Link", messages.LINK_MESSAGE))]
"""What a link to cards may be."""

_FORMS: Final[Mapping[str, Json]] = {
    "text/vcard": ref("Cards"),
    "application/vcard+json": ref("JCard"),
    "application/vcard+xml": ref("Xml"),
    "application/jscontact+json": ref("JSContact"),
    "image/svg+xml": ref("Svg"),
    "image/png": {},
}
"""What contacts can be had as, beside the forms that are JSON."""

_LOCATION: Final[Json] = {
    "description": "The link to the card.",
    "schema": {"type": "string", "format": "uri"},
}


def mounted(settings: Settings) -> dict[str, tuple[str, Spoken]]:
    """The vendors that are served: name -> (the prefix of their paths, their description)."""
    return {
        name: (getattr(settings, f"{name}_at").rstrip("/"), spoken())
        for name, spoken in VENDORS.items()
        if getattr(settings, f"{name}_at") != OFF
    }


def description(settings: Settings, base_url: str) -> bytes:
    """The OpenAPI 3.1 description (JSON) of the calls of the vendors that are served."""
    own = json.loads(openapi.description(settings, base_url))
    served = mounted(settings)
    components = own["components"]
    more = _components(served)
    common = {"parameters": [{"$ref": "#/components/parameters/RequestId"}]}
    return json.dumps(
        {
            **own,
            "tags": [{"name": one.title, "description": one.about} for _, one in served.values()],
            "paths": {path: {**common, **one} for path, one in _paths(served).items()},
            "components": {kind: {**one, **more.get(kind, {})} for kind, one in components.items()},
        }
    ).encode()


def _components(apis: Mapping[str, tuple[str, Spoken]]) -> dict[str, Json]:
    """What the vendors' operations refer to, by the kinds of components."""
    found: dict[str, Json] = {"schemas": {}, "responses": {}, "securitySchemes": {}}
    if apis:
        found["schemas"] |= {"Cards": _CARD_SCHEMA, COUNTRY: countries.schema()}
        found["responses"] |= {"LinkToCard": _link()}
        found["parameters"] = {name: _option(name) for name in CARD_OPTIONS}
    for name, (_, spoken) in apis.items():
        found["schemas"].update(spoken.schemas)
        found["securitySchemes"].update(spoken.schemes)
        for call in spoken.calls.values():
            found["parameters"].update({_given(name, one): one for one in call.parameters})
        for status in sorted({one for call in spoken.calls.values() for one in call.failures}):
            found["responses"][_failed(name, status)] = _failure(name, spoken, status)
    return found


_CARD_SCHEMA: Final[Json] = {
    "type": "string",
    "pattern": "^(?:BEGIN:VCARD\\r\\nVERSION:|$)",
    "description": "Cards, one after another; of an empty list there are none.",
}


def _paths(apis: Mapping[str, tuple[str, Spoken]]) -> dict[str, Json]:
    """Every path of every vendor, each with its operations."""
    found: dict[str, Json] = {}
    for name, (prefix, spoken) in apis.items():
        for route in spoken.routes:
            path, method, call = (
                f"{prefix}{route.path}",
                route.method.lower(),
                spoken.calls[route.name],
            )
            unique = f"{name}.{route.name}"
            if path.endswith("/") and route.path != "/":
                unique += ".slash"
            operation = _operation(name, spoken, call, route)
            found.setdefault(path, {})[method] = {"operationId": unique, **operation}
            if route.cards and not path.endswith("/"):
                card = {
                    "operationId": f"{unique}.card",
                    **_card_operation(name, spoken, call, route),
                }
                found.setdefault(f"{path}{SUFFIX}", {})[method] = card
    return found


def _operation(name: str, spoken: Spoken, call: Call, route: Route) -> Json:
    samples = _samples_of(name, spoken, route)
    replies = {str(status): _reply(response_) for status, response_ in call.replies.items()}
    if route.cards:
        _with_cards(replies)
        if route.method == "GET":
            replies.setdefault("304", _KNOWN)
    _exemplify(replies, samples)
    about = call.description + (_CARDS if route.cards else "")
    return {
        "tags": [spoken.title],
        "summary": call.summary,
        **({"description": about.strip()} if about.strip() else {}),
        "security": _security(call),
        "parameters": [*_refs(name, call), *(_options() if route.cards else ())],
        **_body(call, samples),
        "responses": {**replies, **_failures(name, call)},
    }


def _card_operation(name: str, spoken: Spoken, call: Call, route: Route) -> Json:
    """The call of a path with the suffix. With cards go the status and the headers of the vendor's
    own answer."""
    bare = {
        str(status): _reply(response_)
        for status, response_ in call.replies.items()
        if response_.bare
    }
    full = {status: response_ for status, response_ in call.replies.items() if not response_.bare}
    replies = {"201": {"$ref": "#/components/responses/LinkToCard"}, **bare}
    for status, response_ in full.items():
        apis = _cards() if status != 201 else _merged(_cards(), _link())
        apis["headers"] |= _own_headers(response_)
        replies[str(status)] = apis
    if route.method == "GET":
        replies.setdefault("304", _KNOWN)
    return {
        "tags": [spoken.title],
        "summary": f"{call.summary}, as a card",
        "security": _security(call),
        "parameters": [*_refs(name, call), *_options()],
        **_body(call, []),
        "responses": {**replies, **_failures(name, call)},
    }


_KNOWN: Final[Json] = {"description": "The card is the one that If-None-Match names."}


def _merged(cards: Json, link: Json) -> Json:
    """Merge the responses that are cards and a link to them."""
    kinds = [*cards["content"][JSON]["schema"]["anyOf"], *link["content"][JSON]["schema"]["anyOf"]]
    content = {**cards["content"], **link["content"], JSON: {"schema": {"anyOf": kinds}}}
    description = "The cards of what was made, or a link to them."
    return {"description": description, "headers": link["headers"], "content": content}


def _given(name: str, parameter: Json) -> str:
    return f"{name}-{parameter['name'].strip('$[]')}"


def _refs(name: str, call: Call) -> list[Json]:
    return [{"$ref": f"#/components/parameters/{_given(name, one)}"} for one in call.parameters]


def _security(call: Call) -> list[Json]:
    return [{scheme: []} if scheme else {} for scheme in call.security]


def _option(name: str) -> Json:
    schema = {"type": "string", "enum": list(OPTIONS[name])}
    return {"name": name, "in": "query", "description": _SAYS[name], "schema": schema}


def _options() -> list[Json]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in CARD_OPTIONS]


def _body(call: Call, samples: list[Request]) -> Json:
    if not call.bodies:
        return {}
    content: Json = {}
    for media_type, schema in call.bodies.items():
        shown = {
            one.name: {"summary": one.title, "value": one.body}
            for one in samples
            if one.media_type == media_type and one.is_example
        }
        content[media_type] = {"schema": schema, **({"examples": shown} if shown else {})}
    return {"requestBody": {"required": call.needed, "content": content}}


def _reply(response_: ResponseSpec) -> Json:
    known = response.headers()
    if response_.bare:
        known = {name: one for name, one in known.items() if name != response.ALWAYS[1]}
    own = _own_headers(response_)
    content = {media_type: {"schema": schema} for media_type, schema in response_.content.items()}
    described: Json = {"description": response_.description, "headers": {**known, **own}}
    return {**described, "content": content} if content else described


def _own_headers(response_: ResponseSpec) -> Json:
    return {
        one["name"]: {"description": one["description"], "schema": one["schema"]}
        for one in response_.headers
    }


def _exemplify(replies: dict[str, Json], samples: list[Request]) -> None:
    """The replies of samples as examples."""
    for one in samples:
        content = replies.get(str(one.status), {}).get("content", {}).get(JSON)
        if content is not None and one.reply is not None:
            content.setdefault("examples", {})[one.name] = _example(one)


def _example(one: Request) -> Json:
    return {"summary": one.title, "value": one.reply}


def _with_cards(replies: dict[str, Json]) -> None:
    """Cards may replace the vendor's response, and a link to one is created with 201."""
    own = replies["200"]
    own["headers"].update(response.headers(*_CARD_HEADERS))
    json = own["content"].get(JSON, {}).get("schema")
    kinds = [*([json] if json else []), *_DOCUMENTS]
    forms = {media_type: {"schema": schema} for media_type, schema in _FORMS.items()}
    own["content"] |= {JSON: {"schema": {"anyOf": kinds}}, **forms}
    if "201" not in replies:
        replies["201"] = {"$ref": "#/components/responses/LinkToCard"}
        return
    created = replies["201"]
    created["headers"].update({**response.headers(*_CARD_HEADERS), "Location": _LOCATION})
    kinds = [created["content"][JSON]["schema"], *_LINKS, *_DOCUMENTS]
    created["content"] = {JSON: {"schema": {"anyOf": kinds}}, **forms}


def _images() -> Json:
    return {name: {"schema": _FORMS[name]} for name in ("image/svg+xml", "image/png")}


def _cards() -> Json:
    forms = {media_type: {"schema": schema} for media_type, schema in _FORMS.items()}
    content = {JSON: {"schema": {"anyOf": _DOCUMENTS}}, **forms}
    return response.response_object(
        "The card or cards, in the form asked for.", content, *_CARD_HEADERS
    )


def _link() -> Json:
    content = {JSON: {"schema": {"anyOf": _LINKS}}, **_images()}
    return response.response_object(
        "A link to the card was made.", content, "Location", *_CARD_HEADERS
    )


def _failed(name: str, status: int) -> str:
    return f"{name}-{status}"


def _failures(name: str, call: Call) -> Json:
    return {
        str(status): {"$ref": f"#/components/responses/{_failed(name, status)}"}
        for status in call.failures
    }


def _failure(name: str, spoken: Spoken, status: int) -> Json:
    having = [code.name for code in spoken.codes if status in (code.status, *code.others)]
    response_ = ", ".join(dict.fromkeys(one for one in having if one != "0"))
    content = {
        media_type: {"schema": schema}
        for media_type, schema in spoken.failures.get(status, spoken.failure).items()
    }
    shown = [one for one in requests() if (one.vendor, one.status) == (name, status) and one.reply]
    if shown:
        content[JSON] = {**content[JSON], "examples": {one.name: _example(one) for one in shown}}
    phrase = HTTPStatus(status).phrase
    return response.response_object(
        f"{phrase}: {response_}" if response_ else phrase,
        content,
        *response.OF_A_STATUS.get(status, ()),
    )


def _samples_of(name: str, spoken: Spoken, route: Route) -> list[Request]:
    """Return the samples of this route (recorded under the usual prefixes)."""
    return [
        one
        for one in requests()
        if one.vendor == name and _meant(spoken.routes, one.method, one.path) is route
    ]


def _meant(routes: tuple[Route, ...], method: str, path: str) -> Route | None:
    """The route with the fewest parameters that a path below the prefix means."""
    bare = path.removesuffix(SUFFIX)
    for route in sorted(routes, key=lambda one: one.path.count("{")):
        pattern = _PARAMETER.sub("[^/]+", route.path)
        if route.method == method and re.fullmatch(pattern, bare, re.IGNORECASE):
            return route
    return None


_PARAMETER: Final = re.compile(r"\{[A-Za-z_]+\}")
