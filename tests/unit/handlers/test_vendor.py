"""A vendor's call through the door: its key, its body, the vendor's answer or cards."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.support import plain_vendor as plainvendor
from tests.support.http_client import photo_host
from tests.support.plain_vendor import FIRM, JANE, MINE, MINE_TOO, THEIRS, call, card_names
from vcardsvc.services.contacts import EXPORT_STEP
from vcardsvc.services.keys import digest
from vcardsvc.store import Store, StoreAway
from vcardsvc.vcard.parser import read


def _handles(response: httpx2.Response) -> list[str]:
    return [entry["handle"] for entry in response.json()["entries"]]


@pytest.fixture
def client(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
) -> Iterator[TestClient]:
    """An application that serves the plain vendor at /crm."""
    with plainvendor.calling(monkeypatch, tmp_path, database_url=database_url) as client:
        yield client


def test_an_entry_lives_through_every_call(client: TestClient) -> None:
    """What is created is shown, listed, changed and removed, by any key of its account."""
    assert call(client, "POST", "/people", JANE).json()["fresh"] == [True]
    assert _handles(call(client, "GET", "/people/jane", key=MINE_TOO)) == ["jane"]
    changed = call(client, "PATCH", "/people/jane", {"last": "Roe", "parent": "jane"})
    assert changed.json()["entries"][0]["words"] == {**JANE, "last": "Roe", "parent": "jane"}
    assert call(client, "GET", "/people").json()["total"] == 1
    assert _handles(call(client, "DELETE", "/people/jane")) == ["jane"]
    assert call(client, "GET", "/people/jane").status_code == 404
    assert call(client, "GET", "/people").json()["total"] == 0


FOREIGN = [
    ("GET", "/people/jane", None),
    ("GET", "/people/jane.vcf", None),
    ("PATCH", "/people/jane", {"last": "Roe"}),
    ("DELETE", "/people/jane", None),
]


@pytest.mark.parametrize(("method", "path", "body"), FOREIGN)
def test_no_key_reaches_into_another_account(
    client: TestClient, method: str, path: str, body: Any
) -> None:
    """No call tells another account's entry from one that does not exist, and it stays as it is."""
    call(client, "POST", "/people", JANE)
    foreign = call(client, method, path, body, key=THEIRS)
    unknown = call(client, method, path.replace("jane", "nobody"), body, key=THEIRS)
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert call(client, "GET", "/people/jane").json()["entries"][0]["words"] == JANE


def test_blanks_around_a_header_of_a_call_are_no_part_of_it(client: TestClient) -> None:
    """A vendor's call is read the same with blanks and tabs around its headers."""
    call(client, "POST", "/people", JANE, content_type="\tapplication/json \t")
    plain = call(client, "GET", "/people/jane", accept="text/vcard")
    assert plain.headers["content-type"] == "text/vcard; charset=utf-8"
    etag = plain.headers["etag"]
    for headers, status in (
        ({"accept": "\t text/vcard\t"}, 200),
        ({"accept": "text/vcard", "key": f"{MINE} \t"}, 200),
        ({"accept": "text/vcard", "if_none_match": f" {etag}\t"}, 304),
    ):
        padded = call(client, "GET", "/people/jane", **headers)
        assert (padded.status_code, padded.headers["etag"]) == (status, etag)


def test_lists_hold_entries_of_their_own_account(client: TestClient) -> None:
    """Neither a list, a search, a batch nor their cards show another account's entries."""
    call(client, "POST", "/people", JANE)
    for path in ("/people", "/people?query=jane", "/people?page=1"):
        listed = call(client, "GET", path, key=THEIRS).json()
        assert (listed["entries"], listed["total"]) == ([], 0)
        assert call(client, "GET", path, key=THEIRS, accept="text/vcard").content == b""
    assert _handles(call(client, "POST", "/people/some", ["jane"], key=THEIRS)) == []


REFUSED: dict[str, tuple[tuple[Any, ...], dict[str, Any], int, list[str], str | None]] = {
    "no key": (("GET", "/people"), {"key": None}, 401, ["E104"], "list"),
    "a wrong key": (("GET", "/people"), {"key": "x" * 20}, 401, ["E104"], "list"),
    "our own header": (("GET", "/people"), {"key": None, "x_api_key": MINE}, 401, ["E104"], "list"),
    "a path of nobody's": (("GET", "/firms"), {}, 404, ["E404"], None),
    "a method it has not": (("PUT", "/people/jane"), {}, 405, ["E100"], None),
    "another media type": (
        ("PATCH", "/people/jane"), {"content_type": "text/plain"}, 415, ["E100"], "change",
    ),
    "a coding": (
        ("POST", "/people", JANE), {"content_encoding": "gzip"}, 415, ["E100"], "create",
    ),
    "a body that does not parse": (
        ("POST", "/people"), {"content_type": "application/json"}, 400, ["E100"], "create",
    ),
    "a wrong member": (("POST", "/people", {"first": 7}), {}, 422, ["E1524"], "create"),
    "an option": (("GET", "/people?as=bagpipe"), {}, 400, ["E1527"], "list"),
    "cards of a list in another form": (("GET", "/people?as=jcard"), {}, 406, ["E406"], "list"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_reported_in_the_vendors_way(client: TestClient, name: str) -> None:
    """Each refusal is the vendor's own, with the status of the problem."""
    posts, given, status, codes, route = REFUSED[name]
    response = call(client, *posts, **given)
    assert response.status_code == status
    assert response.json() == {"plain": codes, "route": route}
    assert "www-authenticate" not in response.headers, "the vendor says which scheme it is"


def test_a_method_that_is_not_there_is_reported_with_those_that_are(client: TestClient) -> None:
    """Allow names the methods of the path."""
    assert call(client, "PUT", "/people/jane").headers["allow"] == "GET, PATCH, DELETE"


def test_a_body_over_the_ceiling_is_refused(client: TestClient) -> None:
    """413, in the vendor's words."""
    response = call(client, "POST", "/people", {"first": "x" * 300_000})
    assert (response.status_code, response.json()["plain"]) == (413, ["E100"])


def test_a_key_may_stand_in_a_body(client: TestClient) -> None:
    """The account is the key's; the address is where the vendor is mounted."""
    answers = call(client, "POST", "/token", {"key": THEIRS}, key=None)
    assert answers.json() == {"account": "theirs", "base": f"{plainvendor.BASE}/crm"}
    for body in ({"key": "x" * 20}, {"key": 7}, {}):
        assert call(client, "POST", "/token", body, key=None).status_code == 401


CARD_REQUESTS = {
    "Accept": ("/people/jane", {"accept": "text/vcard"}),
    "a suffix": ("/people/jane.vcf", {}),
    "a suffix and any Accept": ("/people/jane.vcf", {"accept": "*/*"}),
    "a target": ("/people/jane?target=apple", {"accept": "application/json"}),
    "a target, by a client of XML": ("/people/jane?target=apple", {"accept": "application/xml"}),
    "a version": ("/people/jane?version=4.0", {}),
    "as": ("/people/jane?as=card", {}),
}
OTHER_REQUESTS = {
    "any": {"accept": "*/*"},
    "JSON": {"accept": "application/json"},
    "a browser": {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
    "JSON rather than a card": {"accept": "application/json, text/vcard;q=0.5"},
}


@pytest.mark.parametrize("name", CARD_REQUESTS)
def test_cards_are_requested_by_name(client: TestClient, name: str) -> None:
    """Accept, a suffix or an option gives the card, and where its entry is."""
    call(client, "POST", "/people", JANE)
    path, headers = CARD_REQUESTS[name]
    response = call(client, "GET", path, **headers)
    assert card_names(response) == ["Jane Doe"]
    assert response.headers["content-location"] == f"{plainvendor.BASE}/crm/people/jane"
    assert response.headers["content-disposition"] == "inline; filename=contact.vcf"


@pytest.mark.parametrize("name", OTHER_REQUESTS)
def test_who_asks_for_no_card_gets_the_vendors_answer(client: TestClient, name: str) -> None:
    """What clients send by themselves means their own JSON."""
    call(client, "POST", "/people", JANE)
    assert _handles(call(client, "GET", "/people/jane", **OTHER_REQUESTS[name])) == ["jane"]


def test_a_card_keeps_its_identity(client: TestClient) -> None:
    """Whatever changes, whichever target: one entry, one UID."""
    call(client, "POST", "/people", JANE)
    cards = [call(client, "GET", "/people/jane.vcf").text]
    cards.append(call(client, "GET", "/people/jane.vcf?target=apple").text)
    call(client, "PATCH", "/people/jane", {"first": "Janet"})
    cards.append(call(client, "GET", "/people/jane.vcf").text)
    uids = {line for card in cards for line in card.splitlines() if line.startswith("UID:")}
    assert len(uids) == 1


def test_what_belongs_to_an_entry_has_cards_of_its_own(client: TestClient) -> None:
    """A firm's file has its card and those of its people, each with another UID."""
    response = call(client, "POST", "/people", FIRM, accept="text/vcard")
    assert card_names(response) == ["Acme", "Ann", "Bob"]
    assert len({line for line in response.text.splitlines() if line.startswith("UID:")}) == 3
    jcard = call(client, "GET", "/people/acme?as=jcard").json()
    assert [value for name, _, _, value in jcard[1] if name == "fn"] == ["Acme"]


def test_a_create_that_the_vendor_refuses_gives_no_card(client: TestClient) -> None:
    """What the vendor's answer calls a failure stays one, whatever was requested."""
    call(client, "POST", "/people", JANE)
    again = call(client, "POST", "/people", JANE, accept="text/vcard")
    assert (again.status_code, again.json()["fresh"]) == (409, [False])


def test_a_whole_list_streams_every_card(client: TestClient) -> None:
    """More entries than are in memory at once, each once, by their ids; a page when one is
    requested, and the filters count."""
    names = [f"P{number}" for number in range(EXPORT_STEP + 20)]
    for name in names:
        assert call(client, "POST", "/people", {"first": name, "handle": name}).status_code == 200
    response = call(client, "GET", "/people", accept="text/vcard")
    assert card_names(response) == names
    assert "content-length" not in response.headers
    assert response.headers["content-disposition"] == "inline; filename=contacts.vcf"
    assert card_names(call(client, "GET", "/people.vcf?page=2")) == names[2:4]
    assert card_names(call(client, "GET", "/people.vcf?sort=1")) == sorted(names, reverse=True)[:2]
    assert card_names(call(client, "GET", "/people.vcf?query=p11")) == [
        name for name in names if name.startswith("P11")
    ]
    some = call(client, "POST", "/people/some", ["P7", "none", "P3"], accept="text/vcard")
    assert card_names(some) == ["P7", "P3"]


def test_a_photo_is_kept_with_its_entry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is fetched under the guard, and stands in every card of the entry."""
    with (
        photo_host() as host,
        plainvendor.calling(monkeypatch, tmp_path, **plainvendor.OPEN) as client,
    ):
        created = call(client, "POST", "/people", {**JANE, "photo": f"{host}/photo"})
        assert created.json()["photos"] == [None]
        kept = created.json()["entries"][0]["photo"]
    with plainvendor.calling(monkeypatch, tmp_path) as client:
        for query in ("", "?target=apple", "?version=4.0"):
            (card,) = read(call(client, "GET", f"/people/jane.vcf{query}").content)
            assert card.contact.photo is not None
            assert len(card.contact.photo.jpeg) == kept


PHOTOS = {"a page": ("/page", "E1522"), "nothing": ("/nothing", "E1521")}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_that_cannot_be_had_keeps_no_entry_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """The entry is stored without it and the response has the reason, unless the caller requires
    it."""
    path, code = PHOTOS[name]
    with (
        photo_host() as host,
        plainvendor.calling(monkeypatch, tmp_path, **plainvendor.OPEN) as client,
    ):
        body = {**JANE, "photo": host + path}
        needed = call(client, "POST", "/people?as=card&photo=require", body)
        assert (needed.status_code, needed.json()["plain"]) == (422, [code])
        assert call(client, "GET", "/people").json()["total"] == 0
        created = call(client, "POST", "/people", body).json()
        assert (created["photos"], created["entries"][0]["photo"]) == ([code], 0)


def test_a_card_tells_of_the_photo_that_it_is_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The card's notes have the reason that the vendor's response would have."""
    with (
        photo_host() as host,
        plainvendor.calling(monkeypatch, tmp_path, **plainvendor.OPEN) as client,
    ):
        created = call(client, "POST", "/people.vcf", {**JANE, "photo": f"{host}/nothing"})
        assert (card_names(created), created.headers["vcard-notes"]) == (
            ["Jane Doe"],
            "photo-url;E1521",
        )
        assert "vcard-notes" not in call(client, "GET", "/people/jane.vcf").headers


def test_a_store_that_is_away_is_reported_before_a_list_begins(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a 200 that breaks off, but the vendor's own 503."""

    def away(*_: Any, **__: Any) -> None:
        raise StoreAway("store-full")

    monkeypatch.setattr(Store, "entries_after", away)
    response = call(client, "GET", "/people.vcf")
    assert (response.status_code, response.json()["plain"]) == (503, ["E503"])


def test_a_link_to_an_entrys_card(client: TestClient) -> None:
    """A kept card is opened without a key, and is what it was."""
    call(client, "POST", "/people", JANE)
    created = call(client, "GET", "/people/jane?as=link")
    assert created.status_code == 201
    opened = client.get(created.json()["url"].removeprefix(plainvendor.BASE))
    assert opened.content == call(client, "GET", "/people/jane.vcf").content


def test_without_a_store_there_is_no_book(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """E406 with the setting that makes one; a card without a book is created as ever."""
    with plainvendor.calling(monkeypatch, tmp_path, database_url="") as client:
        for accept in ("*/*", "text/vcard"):
            response = call(client, "GET", "/people", accept=accept)
            assert (response.status_code, response.json()["plain"]) == (406, ["E406"])


def test_a_publishable_key_opens_no_book(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It stands in pages, whose readers could read the contacts too."""
    url = f"sqlite:///{tmp_path / 'book.db'}"
    with closing(Store(url)) as store:
        store.migrate()
        store.add_key("page", digest(MINE), kind="publishable", origins=(plainvendor.BASE,))
    with plainvendor.calling(monkeypatch, tmp_path, api_keys=()) as client:
        response = call(client, "GET", "/people", origin=plainvendor.BASE)
        assert (response.status_code, response.json()["plain"]) == (403, ["E403"])


def test_a_vendor_at_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its calls stand beside createcontact, which its media type tells apart where both have a
    path."""
    with plainvendor.calling(monkeypatch, tmp_path, at="/") as client:
        headers = {"authorization": f"Bearer {MINE}"}
        assert client.post("/people", json=JANE, headers=headers).status_code == 200
        gate = client.post("/", content=b"x", headers={**headers, "content-type": "text/x-gate"})
        assert gate.json() == {"account": "mine", "base": plainvendor.BASE}
        native = {"action": "createcontact", "name": {"first-name": "Ann"}}
        assert client.post("/", json=native, headers={"x-api-key": MINE}).text.startswith("BEGIN")
        assert client.get("/nothing").json()["error-code"] == "E404"


def test_a_vendor_that_is_off_is_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its paths do not exist."""
    with plainvendor.calling(monkeypatch, tmp_path, at="off") as client:
        assert call(client, "GET", "/people").json()["error-code"] == "E404"


def test_identical_creates_at_once_make_one(client: TestClient) -> None:
    """Of many requests at once one creates the entry, and all get the same one."""

    async def all_at_once() -> list[httpx2.Response]:
        body = {"first": "Twin", "same": True}
        posts = [asyncio.to_thread(call, client, "POST", "/people", body) for _ in range(16)]
        return await asyncio.gather(*posts)

    answers = [response.json() for response in asyncio.run(all_at_once())]
    assert sorted(one["fresh"] for one in answers) == [[False]] * 15 + [[True]]
    assert call(client, "GET", "/people").json()["total"] == 1
