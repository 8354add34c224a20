"""Every form a contact can be requested, over HTTP: what comes back, what is lost on the way."""

import base64
import contextlib
import dataclasses
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
import zxingcpp
from PIL import Image

from tests.support.contact_requests import request
from tests.support.databases import url
from tests.support.http_client import JPEG, KEY, Caller, calling, photo_host
from tests.support.service import inside, origin
from vcardsvc.errors import CATALOGUE, NOTES, busy
from vcardsvc.messengers.platforms import KINDS, PLATFORMS
from vcardsvc.photo.decoder import Budget, Decoder, Limits
from vcardsvc.services.cards import calculations
from vcardsvc.store import Store
from vcardsvc.vcard import PROFILES

# Blank entries first: a pointer must name the place in the request, not in the card.
RICH: Final[dict[str, Any]] = {
    "action": "createcontact",
    "name": {"first-name": "Zoë", "last-name": "Müller"},
    "organization": "Fictional Mills\nHead Office",
    "title": "Miller",
    "note": "One.\nTwo.",
    "phone": [
        None, {"number": " "}, {"number": "call me", "label": "main"},
        {"number": "555 0100 ext. 7"}, {"number": "+16502530000", "label": "mobile"},
    ],
    "email": [{}, *({"id": f"{n}@example.com"} for n in range(4))],
    "physical-address": [{"address": ""}, {"address": "Mill 1\nToronto"}, {"address": "Mill 2"}],
    "website": [
        None, {"url": "https://a.example", "label": "Mill"}, {"url": "https://b.example"},
        {"url": "https://c.example/x y", "label": "l" * 101},
    ],
}  # fmt: skip
CARD: Final = "text/vcard; charset=utf-8"
JSON: Final = "application/json"


def encoded(data: bytes) -> str:
    """A file as the member `photo` has it."""
    return base64.b64encode(data).decode()


def stored(folder: Path) -> str:
    """The URL of a migrated store in this folder."""
    path = url(folder / "links.db")
    with contextlib.closing(Store(path)) as store:
        store.migrate()
    return path


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A photo host on loopback."""
    with photo_host() as base:
        yield base


@pytest.fixture(scope="module")
def caller(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A caller at a service that keeps links and may fetch from the photo host."""
    with calling(host, database_url=stored(tmp_path_factory.mktemp("forms"))) as found:
        yield found


FORMS: tuple[tuple[str, int, str, str], ...] = (
    ("", 200, CARD, "contact.vcf"),
    ("as=card", 200, CARD, "contact.vcf"),
    *((f"target={name}", 200, CARD, "contact.vcf") for name in PROFILES),
    *((f"version={version}", 200, CARD, "contact.vcf") for version in ("2.1", "3.0", "4.0")),
    ("as=jcard", 200, "application/vcard+json", "contact.json"),
    ("as=xcard", 200, "application/vcard+xml; charset=utf-8", "contact.xml"),
    ("as=jscontact", 200, "application/jscontact+json", "contact.json"),
    ("as=qr&target=qr", 200, "image/svg+xml", "contact.svg"),
    ("as=qr&content=link", 201, "image/svg+xml", "contact.svg"),
    *(
        (f"as={one.name}", 201 if one.kind == "link" else 200, JSON, "contact.json")
        for one in PLATFORMS.values()
    ),
)
BEGINNINGS: Final = {
    CARD: b"BEGIN:VCARD\r\n",
    "application/vcard+json": b'["vcard",[["version",{},"text","4.0"]',
    "application/vcard+xml; charset=utf-8": b"<?xml ",
    "application/jscontact+json": b'{"@type":"Card","version":"2.0"',
    "image/svg+xml": b"<svg ",
    JSON: b"{",
}


@pytest.mark.parametrize(("query", "status", "kind", "name"), FORMS)
def test_a_form_has_its_status_type_name_and_etag(
    caller: Caller, query: str, status: int, kind: str, name: str
) -> None:
    """What is downloaded says what it is; the same request gives the same, but for its links."""
    first, again = (caller.post(RICH, query=f"?{query}") for _ in range(2))
    assert (first.status_code, first.headers["content-type"]) == (status, kind)
    assert first.headers["content-disposition"] == f"inline; filename={name}"
    assert first.headers["content-length"] == str(len(first.content))
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.content.startswith(BEGINNINGS[kind])
    assert re.fullmatch(r'"[!#-~]+"', first.headers["etag"])
    same = first.headers["etag"] == again.headers["etag"]
    assert same == (first.content == again.content) == (status == 200)
    assert ("location" in first.headers) == (status == 201)


NAMES: tuple[tuple[str, str], ...] = (
    ("target=apple&filename=zoe.vcf", "zoe.vcf"),
    ("as=jcard&filename=zoe.json", "zoe.json"),
    ("as=jscontact&filename=zoe.json", "zoe.json"),
    ("as=xcard&filename=zoe.xml", "zoe.xml"),
    ("as=qr&target=qr&filename=zoe.svg", "zoe.svg"),
    ("as=qr&content=link&filename=zoe.svg", "zoe.svg"),
    ("as=whatsapp&filename=zoe.json", "zoe.json"),
    ("as=telegram&filename=zoe.json", "zoe.json"),
    ("as=twilio&filename=zoe.vcf", "contact.json"),
    ("as=google-chat&filename=zoe.json", "zoe.json"),
    ("as=rcs&filename=zoe.vcf", "contact.json"),
    ("as=signal&filename=zoe.vcf", "contact.json"),
    ("as=signal&filename=zoe.json", "E1527"),
    ("as=vonage&filename=zoe.json", "E1527"),
    ("as=jcard&filename=zoe.vcf", "E1527"),
    ("as=xcard&filename=zoe.json", "E1527"),
    ("as=qr&filename=zoe.vcf", "E1527"),
    ("as=qr&filename=zoe.png", "E1527"),
    ("as=whatsapp&filename=zoe.vcf", "E1527"),
    ("as=link&filename=zoe.json", "E1527"),
    ("filename=zoe.svg", "E1527"),
)


@pytest.mark.parametrize(("query", "name"), NAMES)
def test_a_file_has_the_name_it_is_given(caller: Caller, query: str, name: str) -> None:
    """`filename` ends as its form does, so that no SVG is called a card."""
    response = caller.post(RICH, query=f"?{query}&disposition=attachment")
    if name.startswith("E"):
        assert (response.status_code, response.json()["error-code"]) == (400, name)
    else:
        assert response.headers["content-disposition"] == f"attachment; filename={name}"


@pytest.mark.parametrize("query", ["as=link", *(f"as={name}" for name in KINDS["link"])])
def test_the_card_behind_a_link_has_the_name(caller: Caller, query: str) -> None:
    """A link's filename is the one that its reader saves."""
    created = caller.post(RICH, query=f"?{query}&filename=zoe.vcf")
    opened = caller.client.get(created.headers["location"])
    assert opened.headers["content-disposition"] == 'inline; filename="zoe.vcf"'
    image = caller.post(RICH, query="?as=qr&content=link&filename=zoe.svg")
    opened = caller.client.get(image.headers["location"])
    assert opened.headers["content-disposition"] == 'inline; filename="contact.vcf"'


def test_a_message_names_what_it_does_not_hold(caller: Caller) -> None:
    """Vcard-Notes has the members of the request that a platform cuts or leaves out, a photo among
    them, which is not fetched."""
    body = request(photo_url="https://example.com/a.jpg", note="x" * 300, uid="crm-1")
    response = caller.post(body, query="?as=slack")
    assert response.status_code == 200
    assert "photo-url;dropped" in response.headers["vcard-notes"]
    assert "note;cut" in response.headers["vcard-notes"]
    assert "uid;dropped" in response.headers["vcard-notes"]
    rich = caller.post(body, query="?as=rcs&photo=none")
    assert "photo-url" not in rich.headers.get("vcard-notes", "")


def test_a_message_needs_what_its_platform_needs(caller: Caller) -> None:
    """A number where there is none is asked for at its member; an address without https is noted
    where the platform fetches no other."""
    body = request(phone=[])
    for name in ("telegram", "viber", "sinch"):
        refused = caller.post(body, query=f"?as={name}")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (406, "/phone")
    assert "card;doubtful" in caller.post(body, query="?as=8x8").headers["vcard-notes"]
    assert "vcard-notes" not in caller.post(body, query="?as=bandwidth").headers


@pytest.mark.parametrize("name", KINDS["link"])
def test_a_platform_may_fetch_a_card_more_than_once(caller: Caller, name: str) -> None:
    """So its link is not one that opens once."""
    refused = caller.post(RICH, query=f"?as={name}&once=true").json()
    assert refused["error-code"] == "E1527"
    assert f"once is not for as={name}: {PLATFORMS[name].title} may" in refused["error-info"]


ACCEPTED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("", ("text/vcard;version=4.0",), CARD),
    ("", ("application/vcard+json",), "application/vcard+json"),
    ("", ("application/vcard+xml",), "application/vcard+xml; charset=utf-8"),
    ("", ("application/jscontact+json",), "application/jscontact+json"),
    ("?as=qr&target=qr", ("image/png",), "image/png"),
    ("?as=qr&target=qr", ("image/svg+xml", "image/png"), "image/svg+xml"),
    # Two headers are one list (RFC 9110 section 5.3).
    ("", ("image/png", "application/vcard+json"), "application/vcard+json"),
    ("", ("application/vcard+json", "image/png"), "application/vcard+json"),
    ("", ("application/vcard+xml;q=0.1", "application/vcard+json"), "application/vcard+json"),
    ("?as=qr&target=qr", ("image/png", "image/svg+xml;q=0.1"), "image/png"),
)


@pytest.mark.parametrize(("query", "accepts", "kind"), ACCEPTED)
def test_accept_chooses_the_form(
    caller: Caller, query: str, accepts: tuple[str, ...], kind: str
) -> None:
    """The Accept header, or several of them, choose what comes back."""
    fields = [("x-api-key", KEY), ("content-type", JSON), *(("accept", one) for one in accepts)]
    content = json.dumps(RICH).encode()
    response = caller.client.post(f"/{query}", content=content, headers=fields)
    assert (response.status_code, response.headers["content-type"]) == (200, kind)


def test_what_cannot_be_written_is_e406_before_the_photo(caller: Caller, host: str) -> None:
    """An Accept that nothing fits is E406, whatever the photo would have been."""
    bad = {**RICH, "photo-url": f"{host}/missing"}
    assert caller.refused(bad, accept="application/xml") == (406, "E406", None)
    assert caller.refused(RICH, query="?as=report&target=x") == (400, "E1527", None)
    # Today's callers name these, and have always got the card.
    for accept in ("application/json", "text/html;q=0.9, image/png", "*/*"):
        assert caller.post(RICH, accept=accept).headers["content-type"] == CARD


def test_forms_without_a_target_ignore_it(caller: Caller) -> None:
    """jCard, xCard and JSContact are the same for every target and version."""
    for form in ("jcard", "xcard", "jscontact"):
        plain = caller.post(RICH, query=f"?as={form}").content
        for option in (*(f"target={name}" for name in PROFILES), "version=2.1"):
            assert caller.post(RICH, query=f"?as={form}&{option}").content == plain


def test_version_beats_the_targets_own(caller: Caller) -> None:
    """A target's card in the version that was requested, by option or by Accept."""
    for name in PROFILES:
        for version in ("2.1", "3.0", "4.0"):
            card = caller.post(RICH, query=f"?target={name}&version={version}").content
            assert card.startswith(b"BEGIN:VCARD\r\nVERSION:%s\r\n" % version.encode())
            posted = caller.post(
                RICH, query=f"?target={name}", accept=f'text/vcard;version="{version}"'
            )
            assert posted.content == card


def places(request: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) names."""
    for key in pointer.removeprefix("/").split("/"):
        request = request[int(key) if isinstance(request, list) else key]
    return request


def test_a_report_tells_every_target_what_its_card_tells(caller: Caller, host: str) -> None:
    """One report for each target: its card's size and photo, and the losses its header notes."""
    posted = {**RICH, "photo-url": f"{host}/photo"}
    response = caller.post(posted, query="?as=report")
    assert (response.status_code, response.headers["content-type"]) == (200, JSON)
    report = response.json()
    assert report["notes"] == [
        {"field": "/website/3/url", "code": "encoded", "reason": dict(NOTES)["encoded"]},
        {"field": "/website/3/label", "code": "cut", "reason": dict(NOTES)["cut"]},
    ]
    assert [one["target"] for one in report["targets"]] == list(PROFILES)
    lost = 0
    for one in report["targets"]:
        card = caller.post(posted, query=f"?target={one['target']}")
        assert one["size"] == len(card.content)
        assert card.content[13:].startswith(f"VERSION:{one['version']}\r\n".encode())
        assert one["fits"] == (not one["ceiling"] or one["size"] <= one["ceiling"])
        assert (one["photo"] is None) == (b"PHOTO;" not in card.content)
        notes = [f"{n['field'][1:]};{n['code']}" for n in (*report["notes"], *one["losses"])]
        assert card.headers["vcard-notes"].split(", ") == list(dict.fromkeys(notes))[:20]
        assert all(places(posted, loss["field"]) for loss in one["losses"])
        assert all(loss["reason"].endswith(".") for loss in one["losses"])
        lost += len(one["losses"])
        alone = caller.post(posted, query=f"?as=report&target={one['target']}").json()
        assert alone == {**report, "targets": [one]}
    assert lost > 20


def test_a_report_names_places_in_the_request(caller: Caller) -> None:
    """Blank entries take no place on the card, and keep theirs in the pointers."""
    (android,) = caller.post(RICH, query="?as=report&target=android").json()["targets"]
    assert [(loss["field"], loss["code"]) for loss in android["losses"]] == [
        ("/phone/2", "dropped"),
        ("/phone/3/number", "extension"),
    ]
    (outlook,) = caller.post(RICH, query="?as=report&target=outlook").json()["targets"]
    assert {loss["field"] for loss in outlook["losses"] if loss["code"] == "dropped"} == {
        "/email/4", "/physical-address/2", "/website/3",
    }  # fmt: skip
    photo = {**RICH, "photo": encoded(JPEG)}
    (telegram,) = caller.post(photo, query="?as=report&target=telegram").json()["targets"]
    assert telegram["losses"][-1] == {
        "field": "/photo",
        "code": "dropped",
        "reason": "Telegram's 2,048 bytes have no room for a photo.",
    }
    assert (telegram["photo"], telegram["ceiling"], telegram["fits"]) == (None, 2048, True)


FAILING: tuple[tuple[dict[str, str], str], ...] = (
    ({"photo-url": "HOST/missing"}, "photo-url;E1521"),
    ({"photo-url": "HOST/inside"}, "photo-url;E1521"),
    ({"photo-url": "HOST/page"}, "photo-url;E1522"),
    ({"photo-url": "HOST/large"}, "photo-url;E1523"),
    ({"photo-url": "http://10.0.0.1/x"}, "photo-url;E1520"),
    ({"photo-url": "no address"}, "photo-url;E1520"),
    ({"photo": "%%%"}, "photo;E1522"),
    ({"photo": encoded(b"no image")}, "photo;E1522"),
    ({"photo": encoded(JPEG[:300])}, "photo;E1522"),
)


@pytest.mark.parametrize(("photo", "note"), FAILING)
def test_a_photo_that_fails_is_dropped_with_a_note(
    caller: Caller, host: str, photo: dict[str, str], note: str
) -> None:
    """photo=drop gives the card without it and says why; require, the default, refuses."""
    members = {name: value.replace("HOST", host) for name, value in photo.items()}
    plain, posted = request(), request(**members)
    field, _, code = note.partition(";")
    for query in ("", "?photo=require"):
        assert caller.refused(posted, query=query) == (422, code, f"/{field}")
    for form in ("card", "jcard", "xcard", "jscontact", "link"):
        dropped = caller.post(posted, query=f"?as={form}&photo=drop")
        assert dropped.headers["vcard-notes"] == note
        if form != "link":
            assert dropped.content == caller.post(plain, query=f"?as={form}").content
    report = caller.post(posted, query="?as=report&photo=drop").json()
    reason = next(one.info for one in CATALOGUE if one.name == code)
    assert report["notes"] == [{"field": f"/{field}", "code": code, "reason": reason}]
    assert [one["photo"] for one in report["targets"]] == [None] * len(PROFILES)
    none = caller.post(posted, query="?photo=none")
    assert (none.status_code, none.content) == (200, caller.post(plain).content)
    assert "vcard-notes" not in none.headers


@pytest.mark.parametrize(("photo", "note"), FAILING)
def test_a_photo_that_is_dropped_is_not_behind_a_link(
    caller: Caller, host: str, photo: dict[str, str], note: str
) -> None:
    """A rich card says of what it does not show that the card has it, unless it has not."""
    members = {name: value.replace("HOST", host) for name, value in photo.items()}
    rich = caller.post(request(**members), query="?as=rcs&photo=drop")
    found = rich.headers["vcard-notes"].split(", ")
    assert [one for one in found if one.startswith("photo")] == [note]
    to_qr = caller.post(request(photo=encoded(JPEG)), query="?as=rcs&target=qr")
    found = to_qr.headers["vcard-notes"].split(", ")
    assert [one for one in found if one.startswith("photo")] == ["photo;dropped"]


class _Busy(Decoder):
    async def prepare(
        self, data: bytes, field: str, maybe_budget: Budget | None = None
    ) -> NoReturn:
        raise busy("busy", 2)


def test_a_photo_is_dropped_when_the_decoders_are_busy() -> None:
    """photo=drop prefers a card without a photo to no card; require says when to come back."""
    body = json.dumps(request(photo=encoded(JPEG))).encode()
    with inside(log_requests=False) as app:
        decoder = _Busy(Limits(), Budget())
        cards = app.context.cards
        photos = dataclasses.replace(cards.photos, decoder=decoder)
        app.replace(cards=dataclasses.replace(cards, photos=photos))
        refused, dropped = app.create(body), app.create(body, query=b"photo=drop")
        assert (refused.outcome, refused.headers["retry-after"]) == ((503, "E503"), "2")
        assert (dropped.outcome, dropped.headers["vcard-notes"]) == ((200, "card"), "photo;E503")
        assert dropped.body == app.create().body


NEVER: Final = (
    "photo=none", "photo=none&as=report", "target=telegram", "target=qr", "as=qr",
    "as=qr&target=apple", "as=whatsapp", "as=telegram", "as=slack", "as=viber",
    "as=report&target=telegram", "version=5.0",
    # There is no store, and no photo is needed to say so.
    "as=link", "as=twilio&photo=drop", "as=qr&content=link",
)  # fmt: skip
ONCE: Final = (
    "as=jcard",
    "as=waha",
    "as=signal",
    "target=signal",
    "as=report",
    "as=report&photo=drop",
)
FETCHES: Final = (
    *((query, JPEG, 0) for query in NEVER),
    *((query, JPEG, 1) for query in ONCE),
    ("as=report&photo=drop", b"no image", 1),
)


@pytest.mark.parametrize(("query", "photo", "times"), FETCHES)
def test_a_photo_is_fetched_once_or_not_at_all(query: str, photo: bytes, times: int) -> None:
    """Only for what will show it, when all else is right, and once for all targets together."""
    with origin(photo) as host, calling(f"http://127.0.0.1:{host.port}") as caller:
        caller.post(request(photo_url=f"http://127.0.0.1:{host.port}/x"), query=f"?{query}")
        assert host.requests == times


def test_long_work_waits_for_its_turn() -> None:
    """A caller that waits too long for a code, or for a long text to be cut, gets Retry-After."""
    much = json.dumps(request(note="x" * 50_000)).encode()
    with inside(log_requests=False) as app:
        taken = calculations(seconds=1)
        app.runner.run(taken._slots.acquire())
        app.replace(cards=dataclasses.replace(app.context.cards, calculations=taken))
        for refused in (app.create(query=b"as=qr"), app.create(much, query=b"target=telegram")):
            assert (refused.outcome, refused.headers["retry-after"]) == ((503, "E503"), "1")
        for query in (b"", b"target=telegram", b"target=mms", b"as=telegram", b"as=report"):
            assert app.create(json.dumps(RICH).encode(), query=query).status == 200


@pytest.mark.parametrize("query", ["as=link", "as=twilio", "as=rcs", "as=qr&content=link"])
def test_without_a_database_there_are_no_links(query: str) -> None:
    """E406 that says so, for every form that needs a link."""
    with calling() as caller:
        response = caller.post(RICH, query=f"?{query}")
    report = response.json()
    assert (response.status_code, report["error-code"]) == (406, "E406")
    assert report["error-info"].endswith("it has no database (VCARDSVC_DATABASE_URL).")


def measured(size: int, caller: Caller) -> dict[str, Any]:
    """A contact whose shortest card has so many octets."""
    left = size - len(caller.post(request(note="x"), query="?target=qr").content) + 1
    return request(note="x" * left)


def test_a_code_holds_the_card_up_to_858_octets(caller: Caller) -> None:
    """The very octets of the card for cameras, read back from the pixels; one more is E406."""
    most = measured(858, caller)
    card = caller.post(most, query="?target=qr").content
    image = caller.post(most, query="?as=qr", accept="image/png").content
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(image)))
    assert (len(card), found.bytes) == (858, card)
    response = caller.post(measured(859, caller), query="?as=qr")
    assert (response.status_code, response.json()["error-code"]) == (406, "E406")
    assert response.json()["error-info"].endswith(
        "The card has 859 octets, and a QR code that phones read holds 858: a link to the card "
        "fits. Ask with content=link."
    )


def test_a_code_of_a_link_leads_to_the_card(caller: Caller) -> None:
    """content=link holds the address of a fresh link, whatever the size of the card."""
    large = measured(5_000, caller)
    created = caller.post(large, query="?as=qr&content=link&target=apple", accept="image/png")
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(created.content)))
    assert (created.status_code, found.text) == (201, created.headers["location"])
    opened = caller.client.get(found.text)
    assert opened.content == caller.post(large, query="?target=apple").content
