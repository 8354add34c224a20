"""A vendor's API for tests, the smallest one over an address book, and an application with it.

POST   /people          {"first", "last", "handle", "parent", "photo", "staff", "same", "made"}
GET    /people          ?query= ?sort= ?page=
POST   /people/some     ["handle", ...]
GET    /people/HANDLE, PATCH, DELETE
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from starlette.testclient import TestClient

from vcardsvc import app
from vcardsvc.apis.base import Request, Response, Route, query_options
from vcardsvc.apis.json import json_response
from vcardsvc.errors import E1524, Problem, Refused
from vcardsvc.formats.json import json_object, json_value
from vcardsvc.model.address_book import (
    Command,
    CommandResult,
    Create,
    Delete,
    Draft,
    Entry,
    Get,
    GetMany,
    Listing,
    Update,
)
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.settings import ApiKey, Settings
from vcardsvc.store import Store
from vcardsvc.vcard.parser import read

JSON: Final = frozenset((b"application/json",))
BASE: Final = "http://127.0.0.1"
OPEN: Final[Mapping[str, Any]] = {
    "photo_allow_networks": (ip_network("127.0.0.0/8"),),
    "photo_ports": range(1, 65536),
}
"""Settings under which photos may come from this machine."""
MINE: Final = "key-of-mine-0123456789"
MINE_TOO: Final = "key-of-mine-too-0123456789"
THEIRS: Final = "key-of-theirs-0123456789"
KEYS: Final = (
    ApiKey(name="laptop", key=MINE, account="mine"),
    ApiKey(name="server", key=MINE_TOO, account="mine"),
    ApiKey(name="theirs", key=THEIRS),
)


def _json_of(entry: Entry) -> dict[str, Any]:
    return {
        "handle": entry.handle,
        "words": dict(entry.vendor_fields),
        "parent": entry.parent,
        "photo": len(entry.photo),
    }


def _draft(words: Mapping[str, Any]) -> Draft:
    first = words.get("first")
    if type(first) is not str:
        raise Refused(Problem(code=E1524, field="/first", cause="not-a-string"))
    staff = [Contact(first=name, organization=first) for name in words.get("staff", ())]
    number = words.get("number")
    phones = (Phone(number=number),) if number else ()
    own = Contact(first=first, last=words.get("last", ""), phones=phones)
    return Draft(
        contacts=(own, *staff),
        vendor_fields=words,
        handle=words.get("handle", ""),
        dedupe_key=sha256(first.encode()).digest() if words.get("same") else b"",
        parent=words.get("parent", ""),
        is_same=lambda entry: entry.vendor_fields == words,
        photo_url=words.get("photo", ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The vendor."""

    name: str = "plain"
    routes: tuple[Route, ...] = (
        Route(name="create", method="POST", path="/people", content_types=JSON, cards=True),
        Route(name="list", method="GET", path="/people", cards=True),
        Route(name="some", method="POST", path="/people/some", content_types=JSON, cards=True),
        Route(name="show", method="GET", path="/people/{handle}", cards=True),
        Route(
            name="change", method="PATCH", path="/people/{handle}", content_types=JSON, cards=True
        ),
        Route(name="remove", method="DELETE", path="/people/{handle}"),
        Route(name="token", method="POST", path="/token", content_types=JSON, key_in_body=True),
        Route(name="gate", method="POST", path="/", content_types=frozenset((b"text/x-gate",))),
    )

    def credential(self, route: Route, ask: Request) -> bytes | None:
        """The key behind Bearer, or in the body."""
        if route.key_in_body:
            text = json_object(ask.body).get("key")
            return text.encode() if type(text) is str else None
        scheme, _, key = ask.headers.get(b"authorization", b"").partition(b" ")
        return key if scheme == b"Bearer" else None

    def read(self, route: Route, ask: Request) -> Command | Response:
        """What the caller wants."""
        handle = ask.params.get("handle", "")
        match route.name:
            case "create":
                return Create(drafts=(_draft(json_object(ask.body)),))
            case "some":
                return GetMany(refs=tuple(json_value(ask.body)))
            case "list":
                return _listing(query_options(ask.query))
            case "show":
                return Get(ref=handle, expand=True)
            case "change":
                words = json_object(ask.body)
                return Update(
                    ref=handle, edit=lambda entry: _draft({**entry.vendor_fields, **words})
                )
            case "remove":
                return Delete(ref=handle)
        return json_response(200, {"account": ask.account, "base": ask.base_url})

    def response(self, route: Route, ask: Request, task: Command, found: CommandResult) -> Response:
        """What came of it."""
        text = {
            "entries": [_json_of(entry) for entry in found.entries],
            "fresh": list(found.fresh),
            "total": found.total,
            "parents": sorted(found.parents),
            "photos": [problem and problem.code.name for problem in found.photo_problems],
        }
        status = 200
        if found.fresh == (False,) and not found.entries[0].vendor_fields.get("same"):
            status = 409
        elif found.fresh == (True,) and found.entries[0].vendor_fields.get("made"):
            status = 201
        return json_response(status, text, (b"x-plain", route.name.encode()))

    def error_response(
        self, maybe_route: Route | None, ask: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """What was wrong."""
        name = maybe_route.name if maybe_route else None
        codes = [problem.code.name for problem in problems]
        return json_response(problems[0].http_status, {"plain": codes, "route": name})

    def path_of(self, entry: Entry) -> str:
        """Where an entry is shown."""
        return f"/people/{entry.handle}"


def _listing(options: Mapping[str, list[str]]) -> Listing:
    page = options.get("page", ["1"])[0]
    return Listing(
        query=options.get("query", [""])[0],
        sort=(("handle", True),) if "sort" in options else (),
        page=int(page),
        per_page=2,
        whole="page" not in options,
    )


@contextmanager
def calling(
    monkeypatch: pytest.MonkeyPatch, folder: Path, at: str = "/crm", **settings: Any
) -> Iterator[TestClient]:
    """A client of the application that serves this vendor alone, at `at`."""
    monkeypatch.setattr(app, "VENDORS", {"autodns_at": lambda _: Plain()})
    given: dict[str, Any] = {
        "api_keys": KEYS,
        "database_url": f"sqlite:///{folder / 'book.db'}",
        "log_requests": False,
        "autodns_at": at,
    }
    application = app.create_app(Settings(**(given | settings)))
    if (given | settings)["database_url"]:
        with closing(Store((given | settings)["database_url"])) as store:
            store.migrate()
    with TestClient(application, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


JANE = {"first": "Jane", "last": "Doe", "handle": "jane"}
FIRM = {"first": "Acme", "handle": "acme", "staff": ["Ann", "Bob"]}


def call(
    client: TestClient,
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str | None = MINE,
    **headers: str,
) -> httpx2.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        sent["authorization"] = f"Bearer {key}"
    return client.request(method, f"/crm{path}", json=body, headers=sent)


def card_names(response: httpx2.Response) -> list[str]:
    assert response.headers["content-type"] == "text/vcard; charset=utf-8"
    body = [one.contact for one in read(response.content)]
    return [f"{one.first} {one.last}".strip() or one.organization for one in body]
