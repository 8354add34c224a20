"""Forms over HTTP: the key in a field or in the header, HTML for browsers, files, redirects.

Whom a key lets in from where is reported in test_admission.
"""

import asyncio
import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from tests.support.http_client import JPEG
from tests.support.images import plain, saved
from tests.support.service import HEADERS, Answer, Inside, inside
from tests.support.sites import OTHER, OWN, SECRET, SITE, THANKS, WEB, form_key, site
from tests.support.web_pages import Page
from vcardsvc.apis.base import Response
from vcardsvc.handlers.form import MAX_FORMS

GIF: Final = saved(plain(), "GIF")
PNG: Final = saved(plain(), "PNG")
HTML: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""The Accept header of a browser that submits a form."""

PHOTO_LIMIT: Final = 100_000
BODY_LIMIT: Final = 20_000
JOHNS: Final = {"first-name": "John", "last-name": "Appleseed"}
FROM_SITE: Final = {"origin": SITE, "referer": f"{SITE}/contact?x=1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The application with a publishable key and a page's key, and small limits of bodies."""
    with site(
        tmp_path_factory.mktemp("site"),
        rate_limit_publishable="off",
        body_limit=BODY_LIMIT,
        photo_max_bytes=PHOTO_LIMIT,
        photo_max_pixels=1_000_000,
    ) as created:
        yield created


def sent(
    client: TestClient,
    fields: Mapping[str, str] = JOHNS,
    *,
    photo: bytes | None = None,
    key: str | None = WEB,
    in_header: bool = False,
    query: str = "",
    **headers: str,
) -> httpx2.Response:
    """Post a form, as multipart when it has a photo, else urlencoded; by default with its key in
    the field, from SITE."""
    given = {**FROM_SITE, **headers}
    outcome = dict(fields)
    if key is not None and in_header:
        given["x-api-key"] = key
    elif key is not None:
        outcome["api-key"] = key
    files = {"photo": ("me.jpg", photo, "image/jpeg")} if photo is not None else None
    return client.post(
        f"/{query}", data=outcome, files=files, headers=given, follow_redirects=False
    )


def own(client: TestClient, fields: Mapping[str, str], **more: Any) -> httpx2.Response:
    """What a browser is answered that posts the service's own page."""
    options: dict[str, Any] = {"key": form_key(client), "accept": HTML, "origin": OWN, **more}
    return sent(client, fields, **options, referer=f"{OWN}/")


def page(answer: httpx2.Response) -> Page:
    """The page that a browser is shown."""
    headers = tuple((name.encode(), value.encode()) for name, value in answer.headers.items())
    return Page(Response(status=answer.status_code, headers=headers, chunks=(answer.content,)))


def failed(answer: httpx2.Response) -> tuple[int, str, str | None]:
    """Status, code and field of a JSON failure."""
    first = answer.json()["errors"][0]
    return answer.status_code, first["error-code"], first.get("field")


def lines(answer: httpx2.Response) -> list[str]:
    """The lines of a card, unfolded."""
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    return answer.text.replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("photo", [None, b""], ids=["urlencoded", "multipart"])
@pytest.mark.parametrize("in_header", [False, True])
@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_a_form_makes_the_card_that_json_makes(
    client: TestClient, photo: bytes | None, in_header: bool, accept: str
) -> None:
    """In both encodings, the key in the field or in the header, for a browser or a script."""
    files = {"photo": ("", b"", "application/octet-stream")} if photo is not None else None
    fields = {**JOHNS, "phone[0][number]": "+16502530000", "phone[0][label]": "Mobile"}
    headers = {**FROM_SITE, "accept": accept}
    if in_header:
        headers["x-api-key"] = WEB
    else:
        fields["api-key"] = WEB
    formed = client.post("/", data=fields, files=files, headers=headers)
    name = {"first-name": "John", "last-name": "Appleseed"}
    phone = [{"number": "+16502530000", "label": "Mobile"}]
    options = {"action": "createcontact", "name": name, "phone": phone}
    spoken = client.post("/", json=options, headers={"x-api-key": SECRET})
    assert formed.status_code == spoken.status_code == 200
    assert formed.content == spoken.content
    assert formed.headers["access-control-allow-origin"] == SITE
    for header in ("content-type", "content-disposition", "etag"):
        assert formed.headers[header] == spoken.headers[header]


KEYS: Final = (
    (None, (401, "E104", "/api-key")),
    ("", (401, "E104", "/api-key")),
    ("wrong", (401, "E104", "/api-key")),
    (WEB.upper(), (401, "E104", "/api-key")),
    (SECRET, (403, "E403", None)),
)


@pytest.mark.parametrize(("key", "outcome"), KEYS)
@pytest.mark.parametrize("photo", [None, JPEG], ids=["urlencoded", "multipart"])
def test_a_field_lets_only_a_publishable_key_in(
    client: TestClient, key: str | None, outcome: tuple[int, str, str | None], photo: bytes | None
) -> None:
    """A missing or wrong key is E104 at its field, a secret one E403; before any other problem."""
    assert failed(sent(client, {"first-name": "!"}, key=key, photo=photo)) == outcome


def test_the_header_wins_over_the_field(client: TestClient) -> None:
    """A right key in the field does not replace a wrong one in the header."""
    fields = {**JOHNS, "api-key": WEB}
    assert failed(sent(client, fields, key="wrong", in_header=True)) == (401, "E104", None)
    secret = sent(client, {**JOHNS, "api-key": "wrong"}, key=SECRET, in_header=True)
    assert secret.status_code == 200


def test_a_failure_of_our_own_page_is_the_page_with_all_that_was_typed(client: TestClient) -> None:
    """Each text, choice and list is there again, the problem beside its field; never the key."""
    typed = {
        "name[first-name]": "<b>&\"John'",
        "name[last-name]": "Appleseed",
        "organization": "Dunder </textarea> Mifflin",
        "note": "one\r\ntwo",
        "phone[0][number]": "",
        "phone[1][number]": "123",
        "phone[1][label]": "fax",
        "website[0][url]": "javascript:alert(1)",
        "website[0][label]": "Shop",
        "target": "apple",
    }
    answer = own(client, typed)
    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-store"
    found = page(answer)
    back = {name: found.value(name) for name in typed}
    assert back == {**typed, "note": "one\r\ntwo"}
    assert {one.attributes.get("aria-invalid") for one in found.found} == {None, "true"}
    wrong = [one.attributes["name"] for one in found.found if "aria-invalid" in one.attributes]
    assert wrong == ["name[first-name]", "website[0][url]"]
    empty = page(client.get("/"))
    assert len(found.all("b")) == len(empty.all("b"))
    scripts = [[one.attributes.get("src") for one in each.all("script")] for each in (found, empty)]
    assert None not in scripts[0]
    assert {*scripts[0]} <= {*scripts[1]}
    assert found.value("api-key") == form_key(client)


def test_a_key_that_somebody_typed_is_requested_again_and_never_shown(client: TestClient) -> None:
    """The page after a wrong key has an empty field for it, and all the rest."""
    answer = own(client, {"name[first-name]": "John"}, key="typed-by-somebody")
    assert answer.status_code == 401
    assert "typed-by-somebody" not in answer.text
    found = page(answer)
    assert (found.value("name[first-name]"), found.value("api-key")) == ("John", "")


def test_a_photo_must_be_chosen_again(client: TestClient) -> None:
    """No page can fill in a file; what else was typed with it comes back."""
    answer = own(client, {"name[first-name]": "John", "name[suffix]": "\x00"}, photo=JPEG)
    assert (answer.status_code, page(answer).value("name[first-name]")) == (422, "John")


def test_a_form_of_another_site_gets_a_plain_page_with_a_way_back(client: TestClient) -> None:
    """Its problems, a link to where it stands, and no form of ours."""
    answer = sent(client, {"first-name": "!"}, accept=HTML)
    found = page(answer)
    assert answer.status_code == 422
    assert "E1516" in answer.text
    assert [one.attributes["href"] for one in found.all("a")] == [FROM_SITE["referer"]]
    assert found.all("form", "input") == []
    assert answer.headers["access-control-allow-origin"] == SITE


@pytest.mark.parametrize("referer", ["javascript:alert(1)", 'http://x"><script>', "", "data:,x"])
def test_no_referer_writes_into_the_page(client: TestClient, referer: str) -> None:
    """What is no address of the web is left out, and nothing in one becomes markup."""
    answer = sent(client, {}, accept=HTML, referer=referer)
    found = page(answer)
    assert answer.status_code == 422
    assert found.all("script") == []
    links = [one.attributes["href"] for one in found.all("a")]
    assert links == ([referer] if referer.startswith("http") else [])


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (HTML, "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/vcard", "application/json"),
    ],
)
@pytest.mark.parametrize("key", [WEB, "wrong"])
def test_a_failure_is_reported_as_accept_says(
    client: TestClient, accept: str, kind: str, key: str
) -> None:
    """A caller that accepts HTML gets HTML, others the JSON failure, whatever the problem."""
    assert sent(client, {}, key=key, accept=accept).headers["content-type"] == kind


PHOTOS: Final = (
    ("gif", GIF, (200, "card")),
    ("png", PNG, (200, "card")),
    ("jpeg", JPEG, (200, "card")),
    ("empty", b"", (422, "E1522")),
    ("damaged", JPEG[:-40], (422, "E1522")),
    ("text", b"no photo", (422, "E1522")),
    ("bytes", JPEG + bytes(PHOTO_LIMIT), (422, "E1523")),
    ("pixels", saved(plain(size=(1001, 1000)), "PNG"), (422, "E1523")),
    ("body", JPEG + bytes(PHOTO_LIMIT + BODY_LIMIT), (413, "E100")),
)


@pytest.mark.parametrize(
    ("photo", "outcome"), [row[1:] for row in PHOTOS], ids=[r[0] for r in PHOTOS]
)
def test_an_uploaded_photo_is_under_the_rules_of_every_photo(
    client: TestClient, photo: bytes, outcome: tuple[int, str]
) -> None:
    """GIF, PNG and JPEG become a JPEG; damaged is E1522, too large E1523, beyond all 413."""
    answer = sent(client, photo=photo)
    if outcome != (200, "card"):
        assert failed(answer)[:2] == outcome
        assert failed(answer)[2] == (None if outcome[0] == 413 else "/photo")
        return
    (line,) = [one for one in lines(answer) if one.startswith("PHOTO;ENCODING=b;TYPE=JPEG:")]
    assert base64.b64decode(line.partition(":")[2])[:3] == b"\xff\xd8\xff"


def test_a_photo_may_be_dropped_instead_of_failing(client: TestClient) -> None:
    """photo=drop in the query, or photo-rule=drop in a field: the card without it, and a note."""
    for answer in (
        sent(client, photo=b"no photo", query="?photo=drop"),
        sent(client, {**JOHNS, "photo-rule": "drop"}, photo=b"no photo"),
    ):
        assert not [one for one in lines(answer) if one.startswith("PHOTO")]
        assert answer.headers["vcard-notes"] == "photo;E1522"


LARGE: Final = JPEG + bytes(PHOTO_LIMIT + BODY_LIMIT)
"""A photo that is over the ceiling of the whole form."""


def _upload(client: TestClient, parts: list[tuple[str, Any]], query: str = "") -> httpx2.Response:
    """What a form of these parts in this order is answered; bytes are files."""
    files = [
        (name, (f"{name}.jpg", value) if isinstance(value, bytes) else (None, value))
        for name, value in parts
    ]
    headers = {**FROM_SITE, "x-api-key": WEB}
    return client.post(f"/{query}", files=files, headers=headers)


DROPS: Final[list[tuple[list[tuple[str, Any]], str, str]]] = [
    ([("first-name", "John"), ("photo", LARGE)], "?photo=drop", "photo;E1523"),
    ([("photo", LARGE), ("first-name", "John")], "?photo=drop", "photo;E1523"),
    ([("first-name", "John"), ("photo", LARGE), ("photo-rule", "drop")], "", "photo;E1523"),
    ([("photo-rule", "drop"), ("photo", LARGE), ("first-name", "John")], "", "photo;E1523"),
    ([("files[]", LARGE), ("first-name", "John")], "?photo=drop", "photo;E1523"),
    ([("first-name", "John"), ("avatar", LARGE)], "?photo=drop", "avatar;ignored"),
    ([("photo", LARGE), ("first-name", "John"), ("avatar", LARGE)], "?photo=drop",
     "photo;E1523, avatar;ignored"),
    ([("photo", LARGE * 9), ("first-name", "John")], "?photo=drop", "photo;E1523"),
    ([("first-name", "John"), ("photo", JPEG + bytes(PHOTO_LIMIT))], "?photo=drop", "photo;E1523"),
    ([("first-name", "John"), ("photo", JPEG)], "?photo=drop", ""),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "query", "notes"), DROPS, ids=range(len(DROPS)))
def test_an_upload_over_the_ceiling_may_be_dropped(
    client: TestClient, parts: list[tuple[str, Any]], query: str, notes: str
) -> None:
    """CONTRACT 1.15 (amended): it is skipped, the card has everything else, and there is a note."""
    answer = _upload(client, parts, query)
    assert "FN:John" in lines(answer)
    assert answer.headers.get("vcard-notes", "") == notes


NOTED = [
    ("hobby", "hobby;ignored"),
    ("phone[0][ext]", "phone[0][ext];ignored"),
    ("Zoë", "Zo%C3%AB;ignored"),
    ("a b;c,d", "a%20b%3Bc%2Cd;ignored"),
    ("100%", "100%25;ignored"),
    ("x%0D%0Ay", "x%250D%250Ay;ignored"),
]


@pytest.mark.parametrize(("name", "note"), NOTED)
def test_the_name_of_a_field_is_encoded_once_in_the_header(
    client: TestClient, name: str, note: str
) -> None:
    """CONTRACT 2 (amended): decoding the header once gives the field's name."""
    form = {"first-name": "John", name: "x"}
    answer = client.post("/", data=form, headers={**FROM_SITE, "x-api-key": WEB})
    assert answer.headers["vcard-notes"] == note


def test_a_photo_beside_a_file_over_the_ceiling_is_kept(client: TestClient) -> None:
    """The part that is cut is the largest, and no other loses anything."""
    parts = [("first-name", "John"), ("avatar", LARGE), ("photo", JPEG), ("note", "n" * 9000)]
    answer = _upload(client, parts, "?photo=drop")
    assert answer.headers["vcard-notes"] == "avatar;ignored"
    assert [one for one in lines(answer) if one.startswith("PHOTO;ENCODING=b")]
    assert f"NOTE:{'n' * 9000}" in lines(answer)


NOT_DROPPED: Final[list[tuple[list[tuple[str, Any]], str, tuple[int, str, str | None]]]] = [
    ([("first-name", "John"), ("photo", LARGE)], "", (413, "E100", None)),
    ([("first-name", "John"), ("photo", LARGE)], "?photo=require", (413, "E100", None)),
    ([("first-name", "John"), ("photo", LARGE)], "?photo=none", (413, "E100", None)),
    ([("photo-rule", "drop"), ("photo", LARGE)], "?photo=require", (413, "E100", None)),
    ([("first-name", "!"), ("photo", LARGE)], "", (413, "E100", None)),
    ([("first-name", "!"), ("photo", LARGE)], "?photo=drop", (422, "E1516", "/name/first-name")),
    ([("first-name", "John"), ("photo", LARGE), ("photo-url", "https://a.example/b")],
     "?photo=drop", (422, "E1524", "/photo")),
    ([("first-name", "John"), ("note", "n" * (PHOTO_LIMIT + BODY_LIMIT))], "?photo=drop",
     (413, "E100", None)),
    ([("first-name", "John"), ("note", "n" * BODY_LIMIT), ("photo", LARGE)], "?photo=drop",
     (413, "E100", None)),
    ([("first-name", "John"), *[("photo[]", bytes(PHOTO_LIMIT))] * 12], "?photo=drop",
     (413, "E100", None)),
    ([("first-name", "John"), *[("note", "n" * 9000)] * 20], "?photo=drop", (413, "E100", None)),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "query", "outcome"), NOT_DROPPED, ids=range(len(NOT_DROPPED)))
def test_what_is_over_the_ceiling_is_413_otherwise(
    client: TestClient,
    parts: list[tuple[str, Any]],
    query: str,
    outcome: tuple[int, str, str | None],
) -> None:
    """Without drop, or when what is too large is no file; other problems are reported as ever."""
    assert failed(_upload(client, parts, query)) == outcome


def test_a_key_is_judged_before_the_size_of_a_file(client: TestClient) -> None:
    """A form over the ceiling says 401 to a wrong key in its field."""
    assert failed(sent(client, photo=LARGE, key="wrong")) == (401, "E104", "/api-key")


@pytest.mark.parametrize("end", [9_000, 60_000, 119_000, 121_000])
def test_a_large_upload_that_was_cut_off_is_no_form(client: TestClient, end: int) -> None:
    """A body without its last delimiter is E108, also when its octets are read past."""
    body = b"--b\r\ncontent-disposition: form-data; name=photo; filename=a\r\n\r\n" + LARGE
    headers = {**FROM_SITE, "x-api-key": WEB, "content-type": "multipart/form-data; boundary=b"}
    answer = client.post("/?photo=drop", content=body[:end], headers=headers)
    assert failed(answer) == (400, "E108", None)


def test_json_that_was_sent_as_a_form_is_shown_its_content_type(client: TestClient) -> None:
    """`curl -d` without a header says that it sends a form."""
    kind = "application/x-www-form-urlencoded"
    headers = {**FROM_SITE, "x-api-key": WEB, "content-type": kind}
    answer = client.post("/", content=b'{"action": "createcontact"}', headers=headers)
    assert failed(answer) == (415, "E100", None)
    sentence = answer.json()["error-info"]
    assert sentence.endswith(" The body is JSON: send content-type: application/json.")


def test_options_may_be_fields_and_the_query_wins(client: TestClient) -> None:
    """A form asks for another version, form, name of the file and disposition."""
    options = {"version": "4.0", "filename": "john.vcf", "disposition": "attachment"}
    answer = sent(client, {**JOHNS, **options})
    assert lines(answer)[1] == "VERSION:4.0"
    assert answer.headers["content-disposition"] == "attachment; filename=john.vcf"
    assert lines(sent(client, {**JOHNS, **options}, query="?version=2.1"))[1] == "VERSION:2.1"
    jcard = sent(client, {**JOHNS, "as": "jcard"})
    assert jcard.headers["content-type"].startswith("application/vcard+json")
    assert failed(sent(client, {**JOHNS, "target": "fridge"})) == (400, "E1527", None)


def test_a_form_is_sent_on_with_the_address_of_its_card(client: TestClient) -> None:
    """With as=link and a redirect of its key: 303, the card's address as `card`."""
    answer = sent(client, {**JOHNS, "as": "link", "redirect": THANKS})
    where = urlsplit(answer.headers["location"])
    assert (answer.status_code, where.geturl().partition("?")[0]) == (303, THANKS)
    (card,) = parse_qs(where.query, strict_parsing=True)["card"]
    assert re.fullmatch(OWN + r"/c/[\w-]{22}\.vcf", card)
    assert lines(client.get(card))[0] == "BEGIN:VCARD"


REDIRECTS: Final = (
    ({"redirect": OTHER, "as": "link"}, (403, "E403", "/redirect")),
    ({"redirect": f"{THANKS}/", "as": "link"}, (403, "E403", "/redirect")),
    ({"redirect": f"{THANKS}?a=b", "as": "link"}, (403, "E403", "/redirect")),
    ({"redirect": f"{THANKS}@evil.example", "as": "link"}, (403, "E403", "/redirect")),
    ({"redirect": "javascript:alert(1)", "as": "link"}, (403, "E403", "/redirect")),
    ({"redirect": THANKS}, (400, "E1527", "/redirect")),
    ({"redirect": THANKS, "as": "jcard"}, (400, "E1527", "/redirect")),
)


@pytest.mark.parametrize(("fields", "outcome"), REDIRECTS)
def test_a_redirect_that_is_not_the_keys_goes_nowhere(
    client: TestClient, fields: dict[str, str], outcome: tuple[int, str, str | None]
) -> None:
    """Only an address of the key's list, letter by letter, and only with a link."""
    answer = sent(client, {**JOHNS, **fields})
    assert failed(answer) == outcome
    assert "location" not in answer.headers


def test_a_secret_key_has_no_redirects(client: TestClient) -> None:
    """It has no list, so a form that came with it is sent nowhere."""
    fields = {**JOHNS, "as": "link", "redirect": THANKS}
    assert failed(sent(client, fields, key=SECRET, in_header=True)) == (403, "E403", "/redirect")


@pytest.mark.parametrize(
    ("fields", "photo", "status"),
    [
        ({"note": "n" * (BODY_LIMIT - 500)}, None, 200),
        ({"note": "n" * BODY_LIMIT}, None, 413),
        ({"note": "n" * (BODY_LIMIT - 1000)}, JPEG, 200),
        ({"note": "n" * BODY_LIMIT}, JPEG, 413),
    ],
)
def test_a_photo_does_not_widen_the_ceiling_of_the_fields(
    client: TestClient, fields: dict[str, str], photo: bytes | None, status: int
) -> None:
    """body_limit counts what is no file, in both encodings."""
    assert sent(client, {**JOHNS, **fields}, photo=photo).status_code == status


def test_a_content_type_that_names_multipart_beside_its_own_is_none(client: TestClient) -> None:
    """The ceiling of files is for multipart alone: the body of another form is not even kept."""
    kind = "application/x-www-form-urlencoded; x=multipart/form-data"
    headers = {**FROM_SITE, "content-type": kind}
    answer = client.post("/", content=b"note=" + b"n" * BODY_LIMIT, headers=headers)
    assert failed(answer) == (413, "E100", None)
    assert answer.json()["error-info"].endswith(f"The body may hold {BODY_LIMIT} bytes at most.")


def test_a_limit_is_reported_to_browsers_too(tmp_path: Path) -> None:
    """A page of a refusal carries Retry-After and the headers of the limit, as JSON does."""
    with site(tmp_path, rate_limit_publishable="1/hour") as client:
        assert sent(client).status_code == 200
        refused = sent(client, accept=HTML)
    assert (refused.status_code, refused.headers["content-type"][:9]) == (429, "text/html")
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    assert "E113" in refused.text


def test_a_host_that_is_none_spoils_no_answer(tmp_path: Path) -> None:
    """Where the page's own origin is unknown, a browser gets the plain page."""
    with site(tmp_path) as client:
        answer = sent(client, {}, accept=HTML, host="a@b")
    assert (answer.status_code, "E1515" in answer.text) == (422, True)


def _held(app: Inside, forms: int) -> list[Answer]:
    """What so many forms with photos are answered that send them piece by piece, in step."""
    pieces = [b"x" * size for size in (100, 50_000, 60_000)]
    head = (*HEADERS.items(), ("content-type", "multipart/form-data; boundary=b"))
    pairs = [(name.encode(), value.encode()) for name, value in dict(head).items()]

    async def story() -> list[Answer]:
        everybody = asyncio.Barrier(forms)

        def sending() -> Any:
            left = pieces.copy()

            async def receive() -> Message:
                await everybody.wait()
                return {"type": "http.request", "body": left.pop(), "more_body": bool(left)}

            return receive

        options = (app.answer("POST", "/", headers=pairs, receive=sending()) for _ in range(forms))
        return await asyncio.gather(*options)

    return app.runner.run(story())


def test_only_so_many_photos_are_held_in_memory_at_once() -> None:
    """What is too much is thrown away and answered 503; the others are read, and all is free."""
    with inside(body_limit=BODY_LIMIT, photo_max_bytes=PHOTO_LIMIT, log_requests=False) as app:
        answers = _held(app, 2 * MAX_FORMS)
        outcome = [answer.outcome for answer in answers]
        assert app.context.load.held_bytes == 0
        assert app.create().outcome == (200, "card")
    assert set(outcome) == {(400, "E108"), (503, "E503")}
    assert MAX_FORMS <= outcome.count((400, "E108")) < 2 * MAX_FORMS
    crowded = [answer for answer in answers if answer.status == 503]
    assert {answer.headers["retry-after"] for answer in crowded} == {"1"}
