"""The description as one page of HTML: every operation, parameter, header, code, example and curl.

Reads nothing but the description. What must never enter here: a script, another host, or a text
that is not escaped.
"""

import functools
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

Json = dict[str, Any]

TEMPLATE: Final = Path(__file__).parent.parent / "web" / "templates" / "docs.html"

STYLE: Final = TEMPLATE.parent.parent / "static" / "page.css"
"""Of which the page has the colours and fonts."""

_COLOURS: Final = r"^(?::root|@media \(prefers-color-scheme: dark\)) \{.*?^\}$"

POLICY: Final = (
    "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

_WORDS: Final = 24
"""Values of a list that are shown: there are 249 countries."""

_SHORTEST: Final = 44
"""Characters of a pattern that is shown; a longer one says less than the words beside it."""


@functools.lru_cache(maxsize=4)
def rendered(description: bytes) -> tuple[bytes, str]:
    """The page (UTF-8) and its Content-Security-Policy.

    Takes some 30 ms the first time. The policy's digest is that of the template's one style
    (CSP level 3, section 6.7.4.4).
    """
    said = json.loads(description)
    text = TEMPLATE.read_text(encoding="utf-8").replace("$colours", _colours())
    style = text.partition("<style>")[2].partition("</style>")[0]
    drawn = Template(text).substitute(
        title=escape(f"{said['info']['title']} {said['info']['version']}"),
        about=_prose(said["info"]["description"]),
        contents="\n".join(_contents(said)),
        operations="\n".join(_operations(said)),
        twins="\n".join(_twins(said)),
        elsewhere="\n".join(_elsewhere(said)),
        codes=_annotated(said, "Code"),
        notes=_annotated(said, "NoteCode"),
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return drawn.encode(), POLICY.format(digest)


def _colours() -> str:
    """The colours and fonts of the page for people, in the light and in the dark."""
    style = STYLE.read_text(encoding="utf-8")
    return "\n".join(re.findall(_COLOURS, style, re.MULTILINE | re.DOTALL))


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n"))


def _inline(text: str) -> str:
    """Escaped text in which what stands between backticks is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{one}</code>" if at % 2 else one for at, one in enumerate(parts))


def _path(path: str) -> str:
    """A path, which a small window breaks behind a slash and nowhere else."""
    return escape(path).replace("/", "/<wbr>")


NEEDED: Final = "needed"


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML already; nothing when it has no rows. On a small window its
    heads are away, and it is scrolled where a name is wider than that."""
    body = "".join(f"<tr>{''.join(map(_cell, head, row))}</tr>" for row in rows)
    names = "".join(f"<th scope=col>{escape(name)}</th>" for name in head)
    scrolled = f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"
    named = f'role=group aria-label="Table: {escape(head[0])}"'
    return f"<div class=wide tabindex=0 {named}>{scrolled}</div>" if body else ""


def _cell(head: str, cell: str) -> str:
    return f"<td{' class=needed' if head == NEEDED and cell else ''}>{cell}</td>"


def _each(said: Json) -> Iterator[tuple[str, str, Json, Json]]:
    """(path, method, operation, path item) of every operation."""
    for path, item in said["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation, item


def _is_twin(path: str, method: str) -> bool:
    """Whether only browsers and proxies ask for it."""
    return method in ("head", "options") or path.startswith("/static/")


def _own(said: Json, *, twins: bool) -> Iterator[tuple[str, str, Json, Json]]:
    """The operations that are no vendor's: those that callers look for, or the `twins`."""
    for path, method, operation, item in _each(said):
        if "tags" not in operation and _is_twin(path, method) is twins:
            yield path, method, operation, item


def _contents(said: Json) -> Iterator[str]:
    for path, method, operation, _ in _own(said, twins=False):
        yield f"<li>{_link(path, method, operation)}</li>"
    for title, operations in _groups(said):
        links = "".join(f"<li>{_link(*one)}</li>" for one in operations)
        yield f"<li><details><summary>{escape(title)}</summary><ul>{links}</ul></details></li>"


def _link(path: str, method: str, operation: Json) -> str:
    return (
        f'<a href="#{operation["operationId"]}"><b>{method.upper()}</b> '
        f"<code>{_path(path)}</code></a> {_inline(operation['summary'])}"
    )


def _groups(said: Json) -> Iterator[tuple[str, list[tuple[str, str, Json]]]]:
    """Each tag with the (path, method, operation) of all that have it."""
    for tag in said.get("tags", ()):
        having = [
            (path, method, operation)
            for path, method, operation, _ in _each(said)
            if tag["name"] in operation.get("tags", ())
        ]
        yield tag["name"], having


def _operations(said: Json) -> Iterator[str]:
    for path, method, operation, item in _own(said, twins=False):
        yield f'<section id="{operation["operationId"]}">'
        yield f"<h2><b>{method.upper()}</b> <code>{_path(path)}</code></h2>"
        yield from _operation(said, operation, item)
        yield "</section>"
    abouts = {tag["name"]: tag["description"] for tag in said.get("tags", ())}
    shown: set[str] = set()
    for title, operations in _groups(said):
        yield f"<section><h2>{escape(title)}</h2><p>{_inline(abouts[title])}</p>"
        for path, method, operation in operations:
            yield f'<details id="{operation["operationId"]}"><summary>'
            yield f"<b>{method.upper()}</b> <code>{_path(path)}</code></summary>"
            yield from _brief(said, operation, said["paths"][path], shown)
            yield "</details>"
        yield "</section>"


def _twins(said: Json) -> Iterator[str]:
    for path, method, operation, item in _own(said, twins=True):
        yield f'<details id="{operation["operationId"]}"><summary>'
        yield f"<b>{method.upper()}</b> <code>{_path(path)}</code></summary>"
        yield from _operation(said, operation, item)
        yield "</details>"


def _operation(said: Json, operation: Json, item: Json) -> Iterator[str]:
    """All that is told of one operation: the plainest command and its answer come first."""
    first, *others = operation["x-codeSamples"]
    yield from _summary(said, operation)
    yield f"<h3>curl</h3><pre tabindex=0>{escape(first['source'])}</pre>"
    yield from _answer(operation, first["label"])
    yield from _asked(said, [*operation.get("parameters", ()), *item["parameters"]])
    yield from _body(said, operation.get("requestBody"))
    yield from _samples(others, "More curl")
    yield "<h3>Answers</h3>"
    for status, reply in operation["responses"].items():
        yield from _reply(said, status, reply)


def _answer(operation: Json, label: str) -> Iterator[str]:
    """What came back to the example of this name."""
    for reply in operation["responses"].values():
        for content in reply.get("content", {}).values():
            for one in content.get("examples", {}).values():
                if one["summary"] == label:
                    yield f"<h3>Its answer</h3><pre tabindex=0>{escape(_text(one['value']))}</pre>"


def _summary(said: Json, operation: Json) -> Iterator[str]:
    yield f"<p>{_inline(operation['summary'])}.{_keyed(said, operation)}</p>"
    yield _prose(operation.get("description", ""))


def _head(said: Json, operation: Json, item: Json) -> Iterator[str]:
    yield from _summary(said, operation)
    yield from _asked(said, [*operation.get("parameters", ()), *item["parameters"]])


def _brief(said: Json, operation: Json, item: Json, shown: set[str]) -> Iterator[str]:
    """What is told of an operation among many alike: the members of a schema once only (`shown` are
    those that were), the answers without their headers; of one that is another's as a card its
    summary alone."""
    if operation["operationId"].endswith(".card"):
        yield f"<p>{_inline(operation['summary'])}.</p>"
        return
    yield from _head(said, operation, item)
    yield from _body(said, operation.get("requestBody"), shown)
    yield from _samples(operation.get("x-codeSamples", ()), "curl")
    yield "<h3>Answers</h3>"
    for status, maybe_ref in operation["responses"].items():
        reply = _found(said, maybe_ref)
        kinds = ", ".join(f"<code>{escape(name)}</code>" for name in reply.get("content", {}))
        yield f"<h4><b>{status}</b> {_inline(reply['description'])}</h4><p>{kinds}</p>"
        if int(status) < 300 and (own := reply.get("content", {}).get("application/json")):
            yield _once(said, own["schema"].get("anyOf", [own["schema"]])[0], shown)
            yield from _examples(own, "Answers")


def _once(said: Json, schema: Json, shown: set[str]) -> str:
    """The table of a schema's members, and its name alone where that was shown before."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in shown:
        return f"<p>Members: as of <code>{escape(name)}</code> above.</p>"
    shown.update({name} - {""})
    title = f"<p>Members of <code>{escape(name)}</code>:</p>" if name else ""
    about = _prose(_found(said, schema).get("description", ""))
    return f"{title}{about}{_members_table(said, schema)}"


def _keyed(said: Json, operation: Json) -> str:
    """Where the key goes, by each scheme of which one is enough."""
    if not operation["security"]:
        return " Needs no key."
    schemes = said["components"]["securitySchemes"]
    ways = [_way(schemes[name]) for one in operation["security"] for name in one]
    other = ", or in the body" if {} in operation["security"] else ""
    return f" Needs a key, {' or '.join(ways)}{other}."


def _way(scheme: Json) -> str:
    if scheme["type"] == "apiKey":
        return f"in the header <code>{escape(scheme['name'])}</code>"
    return f"as <code>Authorization: {escape(scheme['scheme'].title())}</code>"


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
    yield _table(("name", "in", NEEDED, "value", "what it says"), rows)


def _kind(schema: Json) -> str:
    """What a value looks like, in a few words."""
    if "enum" in schema or "const" in schema:
        words = schema.get("enum", [schema.get("const")])
        kind = " ".join(f"<code>{escape(_word(word))}</code>" for word in words[:_WORDS])
        kind += f" and {len(words) - _WORDS} more" if len(words) > _WORDS else ""
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


def _word(value: Any) -> str:
    """A value of a list as it is sent; a text without quotes, where it is not empty."""
    return value if type(value) is str and value else json.dumps(value)


def _body(said: Json, body: Json | None, maybe_shown: set[str] | None = None) -> Iterator[str]:
    """The members of a body, each schema once: in all, where it is told which were `shown`."""
    if body is None:
        return
    kinds: dict[str, list[tuple[str, Json]]] = {}
    met: set[str] = set()
    for media_type, content in body["content"].items():
        kinds.setdefault(json.dumps(content["schema"]), []).append((media_type, content))
    for same in kinds.values():
        names = ", ".join(f"<code>{escape(media_type)}</code>" for media_type, _ in same)
        yield f"<h3>Body: {names}</h3>"
        schema = same[0][1]["schema"]
        yield _first(said, schema, met) if maybe_shown is None else _once(said, schema, maybe_shown)
        for _, content in same:
            yield from _examples(content, "Requests")


def _first(said: Json, schema: Json, met: set[str]) -> str:
    """What a body is, and its members but for those of the bodies before it, whose references are
    `met`."""
    found = _found(said, schema)
    is_more = any(part.get("$ref") in met for part in found.get("allOf", ()))
    about = "The members above, and:" if is_more else found.get("description", "")
    return f"{_prose(about)}{_members_table(said, schema, met)}"


def _members_table(said: Json, schema: Json, maybe_met: set[str] | None = None) -> str:
    kinds: dict[str, tuple[str, dict[str, None], dict[str, None]]] = {}
    for name, needed, one in _members(said, schema, "", set() if maybe_met is None else maybe_met):
        # Several schemas of one list may each have a member of this name.
        first = (needed, dict[str, None](), dict[str, None]())
        _, values, abouts = kinds.setdefault(name, first)
        values |= {_kind(one): None}
        abouts |= {_inline(one.get("description", "")): None}
    rows = (
        (f"<code>{escape(name)}</code>", needed, _joined(values, " or "), _joined(abouts, " "))
        for name, (needed, values, abouts) in kinds.items()
    )
    return _table(("member", NEEDED, "value", "what it says"), rows)


def _joined(texts: Iterable[str], between: str) -> str:
    return between.join(filter(None, texts))


def _choices(schema: Json) -> dict[str, str]:
    """The members of an object of which one is enough, or one too many: what is said of each."""
    one_of_these = [part["required"] for part in schema.get("anyOf", ()) if "required" in part]
    names = [name for names in one_of_these for name in names if len(names) == 1]
    most = schema.get("not", {}).get("required", ())
    return {
        **dict.fromkeys(names, "one of both" if len(names) == 2 else "one of these"),
        **dict.fromkeys(most, "at most one of both"),
    }


_TOGETHER: Final = ("oneOf", "allOf", "anyOf")


def _members(
    said: Json, schema: Json, before: str, met: set[str]
) -> Iterator[tuple[str, str, Json]]:
    """(name, whether it is needed, schema) of every member, at any depth; of a schema that several
    members share with the first of them alone. `met`: the references so far."""
    if schema.get("$ref", "") in met:
        return
    met.add(schema.get("$ref", "-"))
    schema = _found(said, schema)
    for part in (part for word in _TOGETHER[:2] for part in schema.get(word, ())):
        yield from _members(said, part, before, met)
    choices = _choices(schema)
    for name, maybe_ref in schema.get("properties", {}).items():
        one = _found(said, maybe_ref)
        needed = "yes" if name in schema.get("required", ()) else choices.get(name, "")
        if one:
            yield f"{before}{name}", needed, one
        yield from _members(said, maybe_ref, f"{before}{name}.", met)
        # Beside members of its own these say of which one is enough.
        for part in one.get("anyOf", ()) if "properties" not in one else ():
            yield from _members(said, part, f"{before}{name}.", met)
        for entry in _entries(one):
            yield from _members(said, entry, f"{before}{name}[].", met)


def _entries(schema: Json) -> Iterator[Json]:
    """The schema of an array's entries."""
    if "items" in schema:
        yield schema["items"]
        yield from schema["items"].get("anyOf", ())
    for part in schema.get("anyOf", ()):
        yield from part.get("prefixItems", ())[:1]


def _samples(samples: Sequence[Json], title: str) -> Iterator[str]:
    if samples:
        yield f"<h3>{title}</h3>"
    for sample in samples:
        yield _folded(sample["label"], sample["source"])


def _folded(label: str, text: str) -> str:
    return (
        f"<details><summary>{escape(label)}</summary><pre tabindex=0>{escape(text)}</pre></details>"
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
        yield _folded(f"{what[:-1]}: {one['summary']}", _text(one["value"]))


def _text(value: Any) -> str:
    """A body of an example: text as it is, JSON with its members below each other."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _elsewhere(said: Json) -> Iterator[str]:
    strays = (said["components"]["responses"][name] for name in ("NoSuchPath", "NoSuchMethod"))
    for reply in strays:
        status = next(iter(reply["content"]["application/json"]["examples"].values()))
        yield f"<h3>{_inline(reply['description'])}</h3>"
        yield from _samples(reply.get("x-codeSamples", ()), "curl")
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
