"""Render the description as HTML: every operation, parameter, header, code, example and curl.

The OpenAPI description is the only source, and every text of it is escaped. The documentation has
the layout around it.
"""

import functools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

Json = dict[str, Any]

MOST_VALUES: Final = 24
"""Values of an enumeration that are shown."""

LONGEST_PATTERN: Final = 44
"""Characters of a pattern that is shown; a longer one explains less than its description."""

_TOGETHER: Final = ("oneOf", "allOf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Holds the description as HTML: the introduction, the sections, and (id, title, text) of each
    section for the contents and the search. `title` is HTML, `text` is plain."""

    about: str
    body: str
    sections: tuple[tuple[str, str, str], ...]


def reference(description: bytes) -> Reference:
    """Render this OpenAPI description (JSON, UTF-8). Takes some 20 ms."""
    spec = json.loads(description)
    chapters = (
        ("elsewhere", "Any other path or method", "".join(_elsewhere(spec))),
        ("headers", "Headers", _headers(spec)),
        ("codes", "Codes of failures", _annotated(spec, "Code")),
        ("notes", "Codes of Vcard-Notes", _annotated(spec, "NoteCode")),
        ("pages", "HEAD, OPTIONS and the service's own pages", "".join(_pages(spec))),
    )
    operations = tuple(_sections(spec))
    body = "".join(_section(*one) for one in (*((a, b, c) for a, b, c, _ in operations), *chapters))
    return Reference(
        about=_prose(spec["info"]["description"]),
        body=body,
        sections=(
            *((id, title, text) for id, title, _, text in operations),
            *((id, title, title) for id, title, _ in chapters),
        ),
    )


def _section(id: str, title: str, content: str) -> str:
    return f'<section><h2 id="{id}">{title}</h2>{content}</section>\n'


def _sections(spec: Json) -> Iterator[tuple[str, str, str, str]]:
    """Yield (id, title, HTML, plain text) of every operation for callers."""
    for path, method, operation, item in _operations(spec, pages=False):
        title = f"<b>{method.upper()}</b> <code>{_path(path)}</code>"
        text = f"{method.upper()} {path} {operation['summary']}. {operation.get('description', '')}"
        yield operation["operationId"], title, "".join(_operation(spec, operation, item)), text


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n"))


def _inline(text: str) -> str:
    """Return escaped text, with the parts between backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{one}</code>" if at % 2 else one for at, one in enumerate(parts))


def _path(path: str) -> str:
    """Return a path that a small window breaks behind a slash."""
    return escape(path).replace("/", "/<wbr>")


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of HTML cells, "" without rows. A small window stacks its cells."""
    body = "".join(f"<tr>{''.join(map(_cell, head, row))}</tr>" for row in rows)
    names = "".join(f"<th scope=col>{escape(name)}</th>" for name in head)
    scrolled = f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"
    named = f'role=group aria-label="Table: {escape(head[0])}"'
    return f'<div class="wide stack" tabindex=0 {named}>{scrolled}</div>' if body else ""


def _cell(head: str, cell: str) -> str:
    return f'<td data-head="{escape(head)}">{cell}</td>'


def _is_page(path: str, method: str) -> bool:
    """Return whether an operation is for browsers and proxies, not for callers."""
    own = path.startswith(("/static/", "/docs", "/llms.txt"))
    return method in ("head", "options") or own


def _operations(spec: Json, *, pages: bool) -> Iterator[tuple[str, str, Json, Json]]:
    """Yield (path, method, operation, path item) of all operations that are `pages`, or not."""
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method != "parameters" and _is_page(path, method) is pages:
                yield path, method, operation, item


def _pages(spec: Json) -> Iterator[str]:
    yield "<p>Requests of browsers and proxies.</p>"
    for path, method, operation, item in _operations(spec, pages=True):
        yield f'<details id="{operation["operationId"]}"><summary>'
        yield f"<b>{method.upper()}</b> <code>{_path(path)}</code></summary>"
        yield from _operation(spec, operation, item)
        yield "</details>"


def _operation(spec: Json, operation: Json, item: Json) -> Iterator[str]:
    """Yield one operation: the plainest command and its response come first."""
    first, *others = operation["x-codeSamples"]
    yield from _summary(spec, operation)
    yield f"<h3>curl</h3><pre tabindex=0>{escape(first['source'])}</pre>"
    yield from _example_response(operation, first["label"])
    yield from _parameters(spec, [*operation.get("parameters", ()), *item["parameters"]])
    yield from _body(spec, operation.get("requestBody"))
    yield from _samples(others, "More curl")
    yield "<h3>Responses</h3>"
    for status, response in operation["responses"].items():
        yield from _response(spec, status, response)


def _example_response(operation: Json, label: str) -> Iterator[str]:
    """Yield the response to the example with this title."""
    for response in operation["responses"].values():
        for content in response.get("content", {}).values():
            for one in content.get("examples", {}).values():
                if one["summary"] == label:
                    text = escape(_text(one["value"]))
                    yield f"<h3>Its response</h3><pre tabindex=0>{text}</pre>"


def _summary(spec: Json, operation: Json) -> Iterator[str]:
    yield f"<p>{_inline(operation['summary'])}.{_key(spec, operation)}</p>"
    yield _prose(operation.get("description", ""))


def _key(spec: Json, operation: Json) -> str:
    """Return where the key goes: one of the security schemes is enough."""
    if not operation["security"]:
        return " Needs no key."
    schemes = spec["components"]["securitySchemes"]
    places = [_place(schemes[name]) for one in operation["security"] for name in one]
    other = ", or in the body" if {} in operation["security"] else ""
    return f" Needs a key, {' or '.join(places)}{other}."


def _place(scheme: Json) -> str:
    if scheme["type"] == "apiKey":
        return f"in the header <code>{escape(scheme['name'])}</code>"
    return f"as <code>Authorization: {escape(scheme['scheme'].title())}</code>"


def _resolved(spec: Json, value: Json) -> Json:
    """Return the target of a reference with what stands beside it, any other value unchanged."""
    while "$ref" in value:
        beside = {name: one for name, one in value.items() if name != "$ref"}
        _, *parts = value["$ref"].split("/")
        value = {**functools.reduce(lambda at, part: at[part], parts, spec), **beside}
    return value


def _parameters(spec: Json, parameters: list[Json]) -> Iterator[str]:
    rows = []
    for parameter in (_resolved(spec, one) for one in parameters):
        needed = "yes" if parameter.get("required") else ""
        rows.append(
            (
                f"<code>{escape(parameter['name'])}</code>",
                parameter["in"],
                needed,
                _kind(_resolved(spec, parameter["schema"])),
                _inline(parameter["description"]),
            )
        )
    yield "<h3>Parameters</h3>"
    yield _table(("name", "in", "needed", "value", "meaning"), rows)


def _kind(schema: Json) -> str:
    """Return the type, values and limits of a schema in a few words."""
    if ("enum" in schema and "oneOf" not in schema) or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        kind = " ".join(f"<code>{escape(_literal(value))}</code>" for value in values[:MOST_VALUES])
        kind += f" and {len(values) - MOST_VALUES} more" if len(values) > MOST_VALUES else ""
    else:
        types = schema.get("type", "")
        kind = escape(" or ".join([types] if isinstance(types, str) else types))
    limits = [
        f"{word} {schema[name]}"
        for name, word in (
            ("minimum", "from"), ("maximum", "to"), ("maxLength", "at most"), ("default", "else"),
        )
        if name in schema
    ]  # fmt: skip
    pattern = schema.get("pattern", "")
    if 0 < len(pattern) <= LONGEST_PATTERN:
        limits.append(f"like {pattern}")
    return " ".join([kind, *(escape(limit) for limit in limits)]).strip()


def _literal(value: Any) -> str:
    """Return a value of an enumeration as it is sent; a text without quotes unless it is empty."""
    return value if type(value) is str and value else json.dumps(value)


def _body(spec: Json, body: Json | None) -> Iterator[str]:
    """Yield the members of a body, each schema once."""
    if body is None:
        return
    kinds: dict[str, list[tuple[str, Json]]] = {}
    visited: set[str] = set()
    read_too = _resolved(spec, body.get("x-read-too", {"content": {}}))["content"]
    # A media type that stands in both reads more than what the operation has.
    for media_type, content in {**read_too, **body["content"], **read_too}.items():
        kinds.setdefault(json.dumps(content["schema"]), []).append((media_type, content))
    for same in kinds.values():
        names = ", ".join(f"<code>{escape(media_type)}</code>" for media_type, _ in same)
        yield f"<h3>Body: {names}</h3>"
        yield _body_schema(spec, same[0][1]["schema"], visited)
        for _, content in same:
            yield from _examples(content, "Request")


def _body_schema(spec: Json, schema: Json, visited: set[str]) -> str:
    """Return the description of a body and its members, without those of earlier bodies, whose
    references are `visited`."""
    target = _resolved(spec, schema)
    extends = any(part.get("$ref") in visited for part in target.get("allOf", ()))
    about = "The members above, and:" if extends else target.get("description", "")
    return f"{_prose(about)}{_members_table(spec, schema, visited)}"


def _members_table(spec: Json, schema: Json, maybe_visited: set[str] | None = None) -> str:
    visited = set() if maybe_visited is None else maybe_visited
    kinds: dict[str, tuple[str, dict[str, None], dict[str, None]]] = {}
    for name, needed, one in _members(spec, schema, "", visited):
        # Several schemas of one list may each have a member of this name.
        first = (needed, dict[str, None](), dict[str, None]())
        _, values, abouts = kinds.setdefault(name, first)
        values |= {_kind(one): None}
        abouts |= {_inline(one.get("description", "")): None}
    rows = (
        (f"<code>{escape(name)}</code>", needed, _joined(values, " or "), _joined(abouts, " "))
        for name, (needed, values, abouts) in kinds.items()
    )
    return _table(("member", "needed", "value", "meaning"), rows)


def _joined(texts: Iterable[str], between: str) -> str:
    return between.join(filter(None, texts))


def _alternatives(schema: Json) -> dict[str, str]:
    """Return the members of which one is enough, or at most one is allowed, with that note."""
    parts = [part for one in schema.get("allOf", ()) for part in one.get("anyOf", ())]
    one_of_these = [part["required"] for part in parts if "required" in part]
    names = [name for names in one_of_these for name in names if len(names) == 1]
    most = schema.get("not", {}).get("required", ())
    return {
        **dict.fromkeys(names, "one of both" if len(names) == 2 else "one of these"),
        **dict.fromkeys(most, "at most one of both"),
    }


def _members(
    spec: Json, schema: Json, before: str, visited: set[str]
) -> Iterator[tuple[str, str, Json]]:
    """Yield (name, whether it is needed, schema) of every member, at any depth. A schema that
    several members share is listed at the first of them. `visited`: the references so far."""
    if schema.get("$ref", "") in visited:
        return
    visited.add(schema.get("$ref", "-"))
    schema = _resolved(spec, schema)
    for part in (part for word in _TOGETHER for part in schema.get(word, ())):
        yield from _members(spec, part, before, visited)
    choices = _alternatives(schema)
    for name, maybe_ref in schema.get("properties", {}).items():
        one = _resolved(spec, maybe_ref)
        required = (*schema.get("required", ()), *schema.get("else", {}).get("required", ()))
        needed = "yes" if name in required else choices.get(name, "")
        if one:
            yield f"{before}{name}", needed, one
        yield from _members(spec, maybe_ref, f"{before}{name}.", visited)
        # The first alternative has the members, the others say what counts as absent.
        for part in one.get("anyOf", ())[:1]:
            yield from _members(spec, part, f"{before}{name}.", visited)
        for entry in _entries(one):
            yield from _members(spec, entry, f"{before}{name}[].", visited)


def _entries(schema: Json) -> Iterator[Json]:
    """Yield the schemas of an array's entries."""
    if "items" in schema:
        yield schema["items"]
        yield from schema["items"].get("anyOf", ())
    for part in schema.get("anyOf", ()):
        yield from part.get("then", {}).get("prefixItems", ())[:1]


def _samples(samples: Sequence[Json], title: str) -> Iterator[str]:
    if samples:
        yield f"<h3>{title}</h3>"
    for sample in samples:
        yield _folded(sample["label"], sample["source"])


def _folded(label: str, text: str) -> str:
    return (
        f"<details><summary>{escape(label)}</summary><pre tabindex=0>{escape(text)}</pre></details>"
    )


def _response(spec: Json, status: str, response: Json) -> Iterator[str]:
    yield f"<h4><b>{status}</b> {_inline(response['description'])}</h4>"
    yield (
        "<p>Headers: "
        + ", ".join(f"<code>{escape(name)}</code>" for name in response["headers"])
        + "</p>"
    )
    for media_type, content in response.get("content", {}).items():
        yield f"<p><code>{escape(media_type)}</code></p>"
        if int(status) < 300:
            schema = content.get("schema", {})
            for one in schema.get("oneOf", (schema,)):
                described = _resolved(spec, one).get("description", "")
                yield f"<p>{_inline(described)}</p>" if described else ""
                yield _members_table(spec, one)
        yield from _examples(content, "Response")


def _examples(content: Json, kind: str) -> Iterator[str]:
    for one in content.get("examples", {}).values():
        yield _folded(f"{kind}: {one['summary']}", _text(one["value"]))


def _text(value: Any) -> str:
    """Return the body of an example: text unchanged, JSON indented."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _elsewhere(spec: Json) -> Iterator[str]:
    for name in ("NoSuchPath", "NoSuchMethod"):
        response = spec["components"]["responses"][name]
        yield f"<p>{_inline(response['description'])}</p>"


def _headers(spec: Json) -> str:
    rows = (
        (f"<code>{escape(name)}</code>", _kind(header["schema"]), _inline(header["description"]))
        for name, header in spec["components"]["headers"].items()
    )
    return _table(("header", "value", "meaning"), rows)


def _annotated(spec: Json, schema: str) -> str:
    """Return the table of an enumeration that describes each value."""
    rows = (
        (f"<code>{escape(one['const'])}</code>", _inline(one.get("title", "")),
         _inline(one["description"]))
        for one in spec["components"]["schemas"][schema]["oneOf"]
    )  # fmt: skip
    return _table(("code", "info", "when"), rows)
