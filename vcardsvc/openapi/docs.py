"""The description as one page of HTML: every operation, parameter, header, code, example and curl.

Reads nothing but the description. What must never enter here: a script, another host, or a text
that is not escaped.
"""

import functools
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

Json = dict[str, Any]

TEMPLATE: Final = Path(__file__).parent.parent / "dialects" / "templates" / "docs.html"

POLICY: Final = (
    "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

_SHORTEST: Final = 44
"""Characters of a pattern that is shown; a longer one says less than the words beside it."""


@functools.lru_cache(maxsize=4)
def rendered(description: bytes) -> tuple[bytes, str]:
    """The page (UTF-8) and its Content-Security-Policy.

    Takes some 10 ms the first time. The policy's digest is that of the template's one style
    (CSP level 3, section 6.7.4.4).
    """
    said = json.loads(description)
    text = TEMPLATE.read_text(encoding="utf-8")
    style = text.partition("<style>")[2].partition("</style>")[0]
    drawn = Template(text).substitute(
        title=escape(f"{said['info']['title']} {said['info']['version']}"),
        about=_prose(said["info"]["description"]),
        contents="\n".join(_contents(said)),
        operations="\n".join(_operations(said)),
        elsewhere="\n".join(_elsewhere(said)),
        codes=_annotated(said, "Code"),
        notes=_annotated(said, "NoteCode"),
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return drawn.encode(), POLICY.format(digest)


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n"))


def _inline(text: str) -> str:
    """Escaped text in which what stands between backticks is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{one}</code>" if at % 2 else one for at, one in enumerate(parts))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML already; nothing when it has no rows."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    names = "".join(f"<th scope=col>{escape(name)}</th>" for name in head)
    scrolled = f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div class=wide>{scrolled}</div>" if body else ""


def _each(said: Json) -> Iterator[tuple[str, str, Json, Json]]:
    """(path, method, operation, path item) of every operation."""
    for path, item in said["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation, item


def _contents(said: Json) -> Iterator[str]:
    for path, method, operation, _ in _each(said):
        yield (
            f'<li><a href="#{operation["operationId"]}"><b>{method.upper()}</b> '
            f"<code>{escape(path)}</code></a> {_inline(operation['summary'])}</li>"
        )


def _operations(said: Json) -> Iterator[str]:
    for path, method, operation, item in _each(said):
        yield f'<section id="{operation["operationId"]}">'
        yield f"<h2><b>{method.upper()}</b> <code>{escape(path)}</code></h2>"
        yield f"<p>{_inline(operation['summary'])}.{_keyed(said, operation)}</p>"
        yield _prose(operation.get("description", ""))
        yield from _asked(said, [*operation.get("parameters", ()), *item["parameters"]])
        yield from _body(said, operation.get("requestBody"))
        yield from _samples(operation)
        yield "<h3>Answers</h3>"
        for status, reply in operation["responses"].items():
            yield from _reply(said, status, reply)
        yield "</section>"


def _keyed(said: Json, operation: Json) -> str:
    if not operation["security"]:
        return " Needs no key."
    scheme = said["components"]["securitySchemes"]["key"]
    return f" Needs a key, in the header <code>{escape(scheme['name'])}</code>."


def _found(said: Json, value: Json) -> Json:
    """What a reference leads to; all else is itself."""
    while "$ref" in value:
        _, *parts = value["$ref"].split("/")
        value = functools.reduce(lambda at, part: at[part], parts, said)
    return value


def _asked(said: Json, parameters: list[Json]) -> Iterator[str]:
    rows = []
    for parameter in (_found(said, one) for one in parameters):
        needed = "yes" if parameter.get("required") else ""
        rows.append(
            (
                f"<code>{escape(parameter['name'])}</code>",
                parameter["in"],
                needed,
                _kind(parameter["schema"]),
                _inline(parameter["description"]),
            )
        )
    yield "<h3>Parameters</h3>"
    yield _table(("name", "in", "needed", "value", "what it says"), rows)


def _kind(schema: Json) -> str:
    """What a value looks like, in a few words."""
    if "enum" in schema or "const" in schema:
        words = schema.get("enum", [schema.get("const")])
        kind = " ".join(f"<code>{escape(str(word))}</code>" for word in words)
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
    if 0 < len(pattern) <= _SHORTEST:
        limits.append(f"like {pattern}")
    return " ".join([kind, *(escape(limit) for limit in limits)]).strip()


def _body(said: Json, body: Json | None) -> Iterator[str]:
    if body is None:
        return
    for media_type, content in body["content"].items():
        yield f"<h3>Body: <code>{escape(media_type)}</code></h3>"
        yield _members_table(said, content["schema"])
        yield from _examples(content, "Requests")


def _members_table(said: Json, schema: Json) -> str:
    rows = (
        (f"<code>{escape(name)}</code>", needed, _kind(one), _inline(one.get("description", "")))
        for name, needed, one in _members(said, schema, "")
    )
    return _table(("member", "needed", "value", "what it says"), rows)


def _members(said: Json, schema: Json, before: str) -> Iterator[tuple[str, str, Json]]:
    """(name, whether it is needed, schema) of every member, at any depth."""
    schema = _found(said, schema)
    for part in (*schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _members(said, part, before)
    for name, maybe_ref in schema.get("properties", {}).items():
        one = _found(said, maybe_ref)
        needed = "yes" if name in schema.get("required", ()) else ""
        if "description" in one or "type" in one or "const" in one:
            yield f"{before}{name}", needed, one
        yield from _members(said, one, f"{before}{name}.")
        for entry in _entries(one):
            yield from _members(said, entry, f"{before}{name}[].")


def _entries(schema: Json) -> Iterator[Json]:
    """The schema of an array's entries."""
    if "items" in schema:
        yield schema["items"]
    for part in schema.get("anyOf", ()):
        yield from part.get("prefixItems", ())[:1]


def _samples(operation: Json) -> Iterator[str]:
    samples = operation.get("x-codeSamples", ())
    if samples:
        yield "<h3>curl</h3>"
    for at, sample in enumerate(samples):
        yield _folded(sample["label"], sample["source"], is_open=at == 0)


def _folded(label: str, text: str, *, is_open: bool = False) -> str:
    state = " open" if is_open else ""
    return (
        f"<details{state}><summary>{escape(label)}</summary>"
        f"<pre tabindex=0>{escape(text)}</pre></details>"
    )


def _reply(said: Json, status: str, reply: Json) -> Iterator[str]:
    yield f"<h4><b>{status}</b> {_inline(reply['description'])}</h4>"
    yield (
        "<p>Headers: "
        + ", ".join(f"<code>{escape(name)}</code>" for name in reply["headers"])
        + "</p>"
    )
    for media_type, content in reply.get("content", {}).items():
        yield f"<p><code>{escape(media_type)}</code></p>"
        if int(status) < 300:
            schema = content.get("schema", {})
            for one in schema.get("oneOf", (schema,)):
                described = _found(said, one).get("description", "")
                yield f"<p>{_inline(described)}</p>" if described else ""
                yield _members_table(said, one)
        yield from _examples(content, "Answers")


def _examples(content: Json, what: str) -> Iterator[str]:
    for one in content.get("examples", {}).values():
        value = one["value"]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        yield _folded(f"{what[:-1]}: {one['summary']}", text)


def _elsewhere(said: Json) -> Iterator[str]:
    for reply in said["components"]["responses"].values():
        status = next(iter(reply["content"]["application/json"]["examples"].values()))
        yield f"<h3>{_inline(reply['description'])}</h3>"
        yield from _samples(reply)
        yield _folded(status["summary"], json.dumps(status["value"], indent=2))
    rows = (
        (f"<code>{escape(name)}</code>", _kind(header["schema"]), _inline(header["description"]))
        for name, header in said["components"]["headers"].items()
    )
    yield "<h2 id=headers>Headers</h2>"
    yield _table(("header", "value", "what it says"), rows)


def _annotated(said: Json, schema: str) -> str:
    """The table of an enumeration whose values have their own words."""
    rows = (
        (f"<code>{escape(one['const'])}</code>", _inline(one.get("title", "")),
         _inline(one["description"]))
        for one in said["components"]["schemas"][schema]["oneOf"]
    )  # fmt: skip
    return _table(("code", "info", "when"), rows)
