"""What a vendor's caller gets instead of the vendor's answer: what fits is created, the rest is
refused before anything is kept."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support import plain_vendor as plainvendor
from tests.support.http_client import photo_host
from tests.support.plain_vendor import FIRM, JANE, MINE, call, card_names
from vcardsvc.store import Store
from vcardsvc.vcard.parser import read


@pytest.fixture
def client(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
) -> Iterator[TestClient]:
    """An application that serves the plain vendor at /crm."""
    with plainvendor.calling(monkeypatch, tmp_path, database_url=database_url) as client:
        yield client


UNFIT: dict[str, tuple[str, dict[str, Any]]] = {
    "a number is needed": ("as=telegram", {}),
    "a QR code is too long": ("as=qr", {"last": "x" * 2_000}),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_cannot_be_written_is_not_kept(client: TestClient, case: str) -> None:
    """After a refusal the book is as it was, for a create and for a change."""
    options, more = UNFIT[case]
    refused = call(client, "POST", f"/people?{options}", {**JANE, **more})
    assert (refused.status_code, refused.json()["plain"]) == (406, ["E406"])
    assert call(client, "GET", "/people").json()["total"] == 0
    call(client, "POST", "/people", JANE)
    changed = call(client, "PATCH", f"/people/jane?{options}", {"note": "new", **more})
    assert (changed.status_code, changed.json()["plain"]) == (406, ["E406"])
    assert call(client, "GET", "/people/jane").json()["entries"][0]["words"] == JANE


def test_a_change_of_an_unknown_entry_is_not_found(client: TestClient) -> None:
    """An entry that is not there is reported, in whatever form was requested."""
    assert call(client, "PATCH", "/people/jane?as=telegram", {}).status_code == 404


def test_a_link_that_is_requested_is_created_once(client: TestClient) -> None:
    """Seeing whether a card can be written makes no link for it."""
    created = call(client, "POST", "/people?as=link", JANE)
    assert created.status_code == 201
    again = call(client, "PATCH", "/people/jane?as=link", {"last": "Roe"})
    assert again.status_code == 201
    assert created.json()["url"] != again.json()["url"]


def test_a_card_comes_with_what_the_vendors_answer_says_beside_its_body(
    client: TestClient,
) -> None:
    """Status and headers are those of the vendor's response, length and type those of the card."""
    created = call(client, "POST", "/people.vcf", {**JANE, "made": True})
    assert (created.status_code, created.headers["x-plain"]) == (201, "create")
    assert int(created.headers["content-length"]) == len(created.content)
    assert card_names(created) == ["Jane Doe"]


def test_a_card_that_the_caller_has_is_not_sent_again(client: TestClient) -> None:
    """A shown card is 304 by its ETag; a create is answered whatever its conditions say."""
    created = call(client, "POST", "/people.vcf", {**JANE, "same": True}, if_none_match="*")
    assert card_names(created) == ["Jane Doe"]
    etag = created.headers["etag"]
    known = call(client, "GET", "/people/jane.vcf", if_none_match=f'"x", {etag}')
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", etag)
    assert "content-type" not in known.headers
    other = call(client, "GET", "/people/jane.vcf", if_none_match='"x"')
    assert card_names(other) == ["Jane Doe"]


SEVERAL = ["as=card", "as=link", "as=qr&content=link"]
ALONE = ["as=jcard", "as=xcard", "as=jscontact", "as=qr", "as=google-chat", "as=report"]


@pytest.mark.parametrize("options", SEVERAL)
def test_a_file_of_cards_holds_all_of_an_entry(client: TestClient, options: str) -> None:
    """A firm's people are behind it, in the file and behind the link to it."""
    created = call(client, "POST", f"/people?{options}", FIRM)
    assert "vcard-notes" not in created.headers
    link = created.headers.get("location") or (created.json()["url"] if "link" in options else "")
    card = client.get(link.removeprefix(plainvendor.BASE)) if link else created
    assert [one.contact.first or one.contact.organization for one in read(card.content)] == [
        "Acme", "Ann", "Bob",
    ]  # fmt: skip


TOGETHER = ["whatsapp", "infobip", "slack", "waha", "baileys", "signal"]


@pytest.mark.parametrize("platform", TOGETHER)
def test_a_message_holds_all_of_an_entry(client: TestClient, platform: str) -> None:
    """A firm's people are behind it in the message; what is lost of them is named by their place,
    and their number is limited."""
    created = call(client, "POST", f"/people?as={platform}", FIRM)
    assert created.status_code == 200
    assert "contacts;dropped" not in created.headers.get("vcard-notes", "")
    shown = call(client, "GET", f"/people/acme?as={platform}")
    assert shown.content == created.content
    text = created.text
    if platform == "signal":
        uris = created.json()["base64_attachments"]
        text = "".join(base64.b64decode(uri.partition(",")[2]).decode() for uri in uris)
    assert [text.count(name) > 0 for name in ("Acme", "Ann", "Bob")] == [True] * 3
    if platform == "slack":
        assert "contacts/1/uid;dropped" in created.headers["vcard-notes"]


def test_more_people_than_a_message_holds_are_named(client: TestClient) -> None:
    """The first stand there, and that others are left out is noted."""
    staff = [f"Ann {number}" for number in range(60)]
    created = call(client, "POST", "/people?as=slack", {**FIRM, "staff": staff})
    assert len(created.json()["blocks"]) == 50
    assert "contacts;dropped" in created.headers["vcard-notes"]


@pytest.mark.parametrize("options", ALONE)
def test_a_form_of_one_contact_says_that_the_others_are_not_in_it(
    client: TestClient, options: str
) -> None:
    """Nothing is left out in silence."""
    created = call(client, "POST", f"/people?{options}", FIRM)
    assert (created.status_code, "contacts;dropped" in created.headers["vcard-notes"]) == (
        200,
        True,
    )


def test_a_page_of_cards_says_that_there_are_more(client: TestClient) -> None:
    """A file of cards has no place for a total."""
    for name in ("Ann", "Bob", "Cid"):
        call(client, "POST", "/people", {"first": name, "handle": name})
    assert call(client, "GET", "/people.vcf?page=1").headers["vcard-notes"] == "contacts;over-limit"
    assert "vcard-notes" not in call(client, "GET", "/people.vcf").headers


def test_a_head_of_a_list_writes_no_card(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No card is read; the headers are those of the list, of which one step is read."""
    steps: list[int] = []
    walk = Store.entries_after

    def walked(*given: Any, **options_: Any) -> Any:
        steps.append(1)
        return walk(*given, **options_)

    for name in ("Ann", "Bob"):
        call(client, "POST", "/people", {"first": name, "handle": name})
    monkeypatch.setattr(Store, "entries_after", walked)
    response = call(client, "HEAD", "/people.vcf")
    assert response.headers["content-disposition"] == "inline; filename=contacts.vcf"
    assert (response.status_code, response.content, len(steps)) == (200, b"", 1)
    assert card_names(call(client, "GET", "/people.vcf")) == ["Ann", "Bob"]
    assert len(steps) == 3


@pytest.mark.parametrize("path", ["/people.vcf?photo=none", "/people?as=card&photo=none"])
def test_a_photo_that_is_not_requested_is_not_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str
) -> None:
    """The entry is kept without it, and it can be sent again; a card of one that has it goes
    without."""
    with (
        photo_host() as host,
        plainvendor.calling(monkeypatch, tmp_path, **plainvendor.OPEN) as client,
    ):
        body = {**JANE, "photo": f"{host}/photo", "same": True}
        created = call(client, "POST", path, body)
        assert (card_names(created), b"PHOTO" in created.content) == (["Jane Doe"], False)
        assert call(client, "GET", "/people/jane").json()["entries"][0]["photo"] == 0
        again = call(client, "POST", "/people?as=card&photo=require", body)
        assert b"PHOTO" in again.content
        assert b"PHOTO" not in call(client, "GET", f"/people/jane{path[7:]}").content


def test_a_photo_that_could_not_be_had_can_be_sent_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An existing entry gets the photo; one that has its photo fetches none, and reports none as
    missing."""
    with photo_host() as host:
        with plainvendor.calling(monkeypatch, tmp_path) as client:
            body = {**JANE, "photo": f"{host}/photo", "same": True}
            created = call(client, "POST", "/people", body).json()
            assert (created["photos"], created["entries"][0]["photo"]) == (["E1520"], 0)
        with plainvendor.calling(monkeypatch, tmp_path, **plainvendor.OPEN) as client:
            again = call(client, "POST", "/people", body).json()
            assert again["photos"] == [None]
            assert again["entries"][0]["photo"] > 0
    with plainvendor.calling(monkeypatch, tmp_path) as client:
        last = call(client, "POST", "/people?photo=require&as=card", body)
        assert b"PHOTO" in last.content
        assert "vcard-notes" not in last.headers


def test_a_photo_of_other_data_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A caller whose data differ from the existing entry's does not change its photo."""
    with (
        photo_host() as host,
        plainvendor.calling(monkeypatch, tmp_path, **plainvendor.OPEN) as client,
    ):
        client.headers["authorization"] = f"Bearer {MINE}"
        call(client, "POST", "/people", JANE)
        call(client, "POST", "/people", {**JANE, "last": "Roe", "photo": f"{host}/photo"})
        assert call(client, "GET", "/people/jane").json()["entries"][0]["photo"] == 0
