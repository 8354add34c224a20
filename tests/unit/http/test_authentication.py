"""Who may do what from where: every kind of key, origin and route over HTTP; and how often.

CONTRACT 3 (E104, E113, E403), the Fetch standard (CORS).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.support.service import BODY
from tests.support.sites import OTHER, OWN, SECRET, SITE, WEB, form_key, site

FROM: Final[Mapping[str, Mapping[str, str]]] = {
    "-": {},
    "own": {"origin": OWN},
    "site": {"origin": SITE},
    "other": {"origin": OTHER},
    "null": {"origin": "null"},
    "by-own": {"referer": f"{OWN}/"},
    "by-site": {"referer": f"{SITE}/contact?x=1"},
    "by-other": {"referer": f"{OTHER}/{SITE}"},
    "null-site": {"origin": "null", "referer": f"{SITE}/contact"},
}
"""Where a request comes from, by what it says of that; `by-`: a Referer alone."""

TABLE: Final = """
route   key       -   own site other null by-own by-site by-other null-site
json    none      401 401 401  401   401  401    401     401      401
json    wrong     401 401 401  401   401  401    401     401      401
json    secret    200 200 200  200   200  200    200     200      200
json    web       403 403 200  403   403  403    200     403      403
json    form      403 200 403  403   403  200    403     403      403
field   none      401 401 401  401   401  401    401     401      401
field   wrong     401 401 401  401   401  401    401     401      401
field   secret    403 403 403  403   403  403    403     403      403
field   web       403 403 200  403   403  403    200     403      403
field   form      403 200 403  403   403  200    403     403      403
header  none      401 401 401  401   401  401    401     401      401
header  wrong     401 401 401  401   401  401    401     401      401
header  secret    200 200 200  200   200  200    200     200      200
header  web       403 403 200  403   403  403    200     403      403
header  form      403 200 403  403   403  200    403     403      403
delete  none      401 401 401  401   401  401    401     401      401
delete  wrong     401 401 401  401   401  401    401     401      401
delete  secret    204 204 204  204   204  204    204     204      204
delete  web       403 403 403  403   403  403    403     403      403
delete  form      403 403 403  403   403  403    403     403      403
page    none      200 200 200  200   200  200    200     200      200
page    wrong     200 200 200  200   200  200    200     200      200
page    secret    200 200 200  200   200  200    200     200      200
page    web       200 200 200  200   200  200    200     200      200
page    form      200 200 200  200   200  200    200     200      200
options none      204 204 204  204   204  204    204     204      204
options wrong     204 204 204  204   204  204    204     204      204
options secret    204 204 204  204   204  204    204     204      204
options web       204 204 204  204   204  204    204     204      204
options form      204 204 204  204   204  204    204     204      204
link    none      200 200 200  200   200  200    200     200      200
link    wrong     200 200 200  200   200  200    200     200      200
link    secret    200 200 200  200   200  200    200     200      200
link    web       200 200 200  200   200  200    200     200      200
link    form      200 200 200  200   200  200    200     200      200
"""
"""Status by route, key and origin: `json`, `field` and `header` POST (the key in a form's field, or
in the header of a form), `delete` and `link` are of /c/, where the secret key's cards are."""

CODES: Final = {200: "", 204: "", 401: "E104", 403: "E403"}

EXPOSED: Final = (
    "Content-Disposition, Vcard-Notes, X-Request-ID, RateLimit-Limit, RateLimit-Remaining, "
    "RateLimit-Reset, Retry-After, Location, Vcard-Rows, Vcard-Unread-Columns"
)
READABLE: Final = {
    "access-control-allow-origin": SITE,
    "access-control-expose-headers": EXPOSED,
    "vary": "Origin",
}
PREFLIGHT: Final = {
    "access-control-allow-origin": SITE,
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type, x-api-key, x-request-id, accept",
    "access-control-max-age": "7200",
    "vary": "Origin",
}


def _cors(route: str, comes_from: str) -> Mapping[str, str]:
    """What an answer must say to scripts: to those of a key's origin, by its Origin header, where
    something can be created, and nothing to any other."""
    if route == "options":
        return PREFLIGHT if comes_from == "site" else {"vary": "Origin"}
    return READABLE if comes_from == "site" and route in ("json", "field", "header") else {}


Cell = tuple[str, str, str]
Answer = tuple[int, str, Mapping[str, str]]


def _rows() -> Iterator[tuple[Cell, int]]:
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    assert head[2:] == list(FROM)
    for route, key, *statuses in lines:
        for comes_from, status in zip(FROM, statuses, strict=True):
            yield (route, key, comes_from), int(status)


EXPECTED: Final[Mapping[Cell, Answer]] = {
    cell: (status, CODES[status], _cors(cell[0], cell[2])) for cell, status in _rows()
}


def _link(client: TestClient) -> str:
    """The path of a new card of the secret key."""
    headers = {"x-api-key": SECRET, "content-type": "application/json"}
    answer = client.post("/?as=link", content=BODY, headers=headers)
    return str(answer.json()["url"]).removeprefix(OWN)


def _requested(client: TestClient, cell: Cell, maybe_key: str | None, kept: str) -> httpx2.Response:
    route, _, comes_from = cell
    headers = dict(FROM[comes_from])
    if maybe_key is not None and route != "field":
        headers["x-api-key"] = maybe_key
    if route == "json":
        headers["content-type"] = "application/json"
        return client.post("/", content=BODY, headers=headers)
    if route in ("field", "header"):
        fields = {"first-name": "John"}
        if maybe_key is not None and route == "field":
            fields["api-key"] = maybe_key
        return client.post("/", data=fields, headers=headers)
    if route == "delete":
        path = _link(client) if maybe_key == SECRET else kept
        return client.delete(path, headers=headers)
    methods = {"page": ("GET", "/"), "options": ("OPTIONS", "/"), "link": ("GET", kept)}
    return client.request(*methods[route], headers=headers)


def _found(answer: httpx2.Response) -> Answer:
    code = ""
    if answer.status_code >= 400:
        code = answer.json()["error-code"]
    cors = {
        name: value
        for name, value in answer.headers.items()
        if name.startswith("access-control-") or name == "vary"
    }
    return answer.status_code, code, cors


def test_no_key_does_more_than_it_may(tmp_path: Path) -> None:
    """Each kind of key, from each origin, on each route: the table's answer, and its CORS."""
    with site(tmp_path, rate_limit_publishable="off") as client:
        given = {
            "none": None,
            "wrong": WEB[:-1],
            "secret": SECRET,
            "web": WEB,
            "form": form_key(client),
        }
        kept = _link(client)
        found = {cell: _found(_requested(client, cell, given[cell[1]], kept)) for cell in EXPECTED}
        violations = {cell: one for cell, one in found.items() if one != EXPECTED[cell]}
    assert violations == {}
    assert len(found) == 7 * 5 * 9


ELSEWHERE: Final[tuple[tuple[str, dict[str, str], dict[str, str]], ...]] = (
    ("/?api-key={}", {"first-name": "John"}, {}),
    ("/?x-api-key={}", {"first-name": "John"}, {}),
    ("/", {"first-name": "John", "x-api-key": "{}"}, {}),
    ("/", {"first-name": "John", "key": "{}"}, {}),
    ("/", {"first-name": "John"}, {"authorization": "Bearer {}"}),
    ("/", {"first-name": "John"}, {"cookie": "api-key={}; x-api-key={}"}),
)
"""Where no key counts: address, form and headers."""


@pytest.mark.parametrize("key", [SECRET, WEB])
@pytest.mark.parametrize(("address", "form", "headers"), ELSEWHERE)
def test_a_key_counts_in_its_places_alone(
    tmp_path: Path, key: str, address: str, form: dict[str, str], headers: dict[str, str]
) -> None:
    """A good key in another field, Authorization or a cookie is no key (E104), and one in an
    address, which logs would keep, is refused (E403)."""
    with site(tmp_path) as client:
        fields = {name: value.replace("{}", key) for name, value in form.items()}
        sent = {name: value.replace("{}", key) for name, value in headers.items()}
        answer = client.post(
            address.replace("{}", key), data=fields, headers={"origin": SITE, **sent}
        )
    refused = (403, "E403") if "?" in address else (401, "E104")
    assert (answer.status_code, answer.json()["error-code"]) == refused


MISSING: Final[tuple[dict[str, str], ...]] = (
    {},
    {"x-api-key": ""},
    {"x-api-key": "wrong"},
    {"x-api-key": WEB.upper()},
    {"authorization": f"Bearer {SECRET}"},
    {"authorization": f"Basic {SECRET}"},
)


@pytest.mark.parametrize("headers", MISSING)
def test_a_401_says_where_a_key_belongs(tmp_path: Path, headers: dict[str, str]) -> None:
    """One text for a missing and a wrong key (E104), to a caller with a Bearer too."""
    json_too = {"content-type": "application/json", **headers}
    with site(tmp_path) as client:
        response = client.post("/", content=BODY, headers=json_too)
        gone = client.delete(f"/c/{'A' * 22}.vcf", headers=headers)
    for answer in (response, gone):
        assert (answer.status_code, answer.json()["error-info"]) == (
            401,
            "The API key is missing or not valid. Send it in x-api-key.",
        )
        assert answer.headers["www-authenticate"] == 'ApiKey header="x-api-key"'


def test_a_401_of_a_form_names_its_field_too(tmp_path: Path) -> None:
    """A form has a second place for a publishable key."""
    with site(tmp_path) as client:
        answer = client.post("/", data={"first-name": "John"})
    assert answer.json()["error-info"] == (
        "The API key is missing or not valid. Send it in x-api-key, or in the form's field api-key."
    )


def test_a_key_in_the_wrong_place_is_shown_the_right_one(tmp_path: Path) -> None:
    """E403 says where a key belongs that stood in the address, and how to make the key that a form
    needs instead of a secret one."""
    with site(tmp_path) as client:
        in_address = client.post(f"/?api-key={SECRET}", data={"first-name": "John"})
        in_form = client.post("/", data={"first-name": "John", "api-key": SECRET})
    assert [answer.json()["error-info"] for answer in (in_address, in_form)] == [
        "This may not be done. A key has no place in an address: logs keep them. Send it in "
        "x-api-key.",
        "This may not be done. A secret key has no place in a form. This makes a publishable one: "
        "vcardsvc keys add NAME --origin ORIGIN",
    ]


def test_an_origin_that_may_not_use_a_key_is_named(tmp_path: Path) -> None:
    """E403 has the origin, and the command that makes a key for it."""
    fields = {"first-name": "John", "api-key": WEB}
    with site(tmp_path) as client:
        infos = [
            client.post("/", data=fields, headers=headers).json()["error-info"]
            for headers in ({"origin": OTHER}, {"origin": "null"}, {})
        ]
    assert infos[0] == (
        f"This may not be done. This publishable key may not be used from {OTHER}. This makes one "
        f"that may: vcardsvc keys add NAME --origin {OTHER}"
    )
    assert "null, as that of every page opened from a file (file://)" in infos[1]
    assert infos[2].endswith("A program needs a secret key: vcardsvc keys add NAME")


def test_a_card_of_a_publishable_key_is_deleted_by_no_browser(tmp_path: Path) -> None:
    """The key that created a link cannot delete it when it is a publishable one."""
    with site(tmp_path) as client:
        headers = {"origin": SITE, "x-api-key": WEB}
        response = client.post(
            "/", data={"first-name": "John", "as": "link"}, headers=headers
        ).json()
        path = response["url"].removeprefix(OWN)
        refused = client.delete(path, headers=headers)
        others = client.delete(path, headers={"x-api-key": SECRET})
        assert (refused.status_code, refused.json()["error-code"]) == (403, "E403")
        assert (others.status_code, others.json()["error-code"]) == (404, "E404")
        assert client.get(path).content.startswith(b"BEGIN:VCARD\r\n")


def test_a_script_reads_that_the_service_is_overloaded(tmp_path: Path) -> None:
    """CORS stands on E503 too: a script would else see a network error."""
    with site(tmp_path) as client:
        client.app_state["context"].load.in_flight = 1000
        answer = client.post("/", data={}, headers={"origin": SITE})
        assert _found(answer) == (503, "E503", READABLE)


def test_another_hosts_origin_is_not_the_services_own(tmp_path: Path) -> None:
    """With public_url the page's key is good from that origin, whatever Host a request names."""
    with site(tmp_path, public_url="https://cards.example.net/v") as client:
        statuses = {
            origin: client.post(
                "/",
                data={"first-name": "John", "api-key": form_key(client)},
                headers={"origin": origin},
            ).status_code
            for origin in (OWN, "https://cards.example.net", "http://cards.example.net")
        }
    assert statuses == {
        OWN: 403,
        "https://cards.example.net": 200,
        "http://cards.example.net": 403,
    }


RATES: Final = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after")


def _rate(answer: httpx2.Response) -> tuple[int, list[str]]:
    """Status, and the headers of the limit without their seconds."""
    rates = [f"{name} {answer.headers[name]}" for name in RATES[:2] if name in answer.headers]
    seconds = [name for name in RATES[2:] if 0 < int(answer.headers.get(name, 0)) <= 3600]
    return answer.status_code, rates + seconds


def _hit(client: TestClient, key: str = WEB, **fields: str) -> httpx2.Response:
    rates = {"first-name": "John", **fields}
    return client.post("/", data=rates, headers={"origin": SITE, "x-api-key": key})


def test_a_limit_is_reported_and_kept(tmp_path: Path) -> None:
    """Cards and refusals say where the key stands; beyond its limit it is E113 with Retry-After."""
    with site(tmp_path, rate_limit_publishable="3/hour") as client:
        answers = [_hit(client), _hit(client, website="ftp://x"), _hit(client), _hit(client)]
        expected = ["ratelimit-limit 3", "ratelimit-remaining {}", "ratelimit-reset"]
        assert [_rate(answer) for answer in answers] == [
            (200, [one.format(2) for one in expected]),
            (422, [one.format(1) for one in expected]),
            (200, [one.format(0) for one in expected]),
            (429, [*(one.format(0) for one in expected), "retry-after"]),
        ]
        last = answers[-1]
        assert last.headers["retry-after"] == last.headers["ratelimit-reset"]
        assert _found(last) == (429, "E113", READABLE)
        assert _rate(_hit(client, SECRET)) == (200, [])


def test_each_key_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """One key at its limit takes nothing from another, of either kind."""
    with site(tmp_path, rate_limit_publishable="1/hour", rate_limit="2/hour") as client:
        own = {"first-name": "John", "api-key": form_key(client)}
        statuses = [
            *(_hit(client).status_code for _ in range(2)),
            *(client.post("/", data=own, headers={"origin": OWN}).status_code for _ in range(2)),
            *(_hit(client, SECRET).status_code for _ in range(3)),
        ]
    assert statuses == [200, 429, 200, 429, 200, 200, 429]


def test_by_default_browsers_have_600_a_minute_and_servers_no_limit(tmp_path: Path) -> None:
    """The defaults are those of the README's table of settings."""
    with site(tmp_path) as client:
        rates = [_hit(client).headers["ratelimit-remaining"] for _ in range(3)]
        assert rates == ["599", "598", "597"]
        assert _hit(client).headers["ratelimit-limit"] == "600"
        assert {_rate(_hit(client, SECRET))[1] == [] for _ in range(100)} == {True}


def test_what_is_not_admitted_is_not_counted(tmp_path: Path) -> None:
    """A stranger with a site's public key, or with none, uses up nothing of its limit."""
    with site(tmp_path, rate_limit_publishable="1/hour") as client:
        for origin in (OTHER, "null", OWN):
            headers = {"origin": origin, "x-api-key": WEB}
            refused = client.post("/", data={"first-name": "John"}, headers=headers)
            assert _rate(refused) == (403, [])
        client.options("/", headers={"origin": SITE})
        assert _hit(client).status_code == 200


def test_a_name_that_anybody_can_point_here_is_no_page_of_ours(tmp_path: Path) -> None:
    """Under a foreign Host the page has no key of its own, and its key counts for nothing."""
    with site(tmp_path) as client:
        key, evil = form_key(client), {"host": "evil.example", "origin": "http://evil.example"}
        assert key in client.get("/").text
        assert key not in client.get("/", headers=evil).text
        answer = client.post("/", data={"first-name": "John", "api-key": key}, headers=evil)
        assert (answer.status_code, answer.json()["error-code"]) == (403, "E403")


def test_the_pages_own_key_keeps_nothing(tmp_path: Path) -> None:
    """It makes cards, not links; a secret key in the field is refused beside any header."""
    with site(tmp_path) as client:
        fields = {"first-name": "John", "api-key": form_key(client), "as": "link"}
        answer = client.post("/", data=fields, headers={"origin": OWN})
        assert (answer.status_code, answer.json()["error-code"]) == (403, "E403")
        beside = {"origin": SITE, "x-api-key": WEB}
        answer = client.post("/", data={"first-name": "John", "api-key": SECRET}, headers=beside)
        assert (answer.status_code, answer.json()["error-code"]) == (403, "E403")
