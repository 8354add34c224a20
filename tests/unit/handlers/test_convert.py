"""Cards of any format over HTTP: converted, checked, mended, and refused when there is none."""

import contextlib
import io
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

import pytest
import zxingcpp
from PIL import Image

from tests.support.databases import url
from tests.support.http_client import JPEG, Caller, calling, photo_host
from tests.support.images import plain, saved
from vcardsvc.messengers.platforms import PLATFORMS
from vcardsvc.store import Store
from vcardsvc.vcard import PROFILES

NOKIA: Final = b"""BEGIN:VCARD\r
VERSION:2.1\r
N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=A4kinen;Aino\r
TEL;CELL;PREF:+358401234567\r
EMAIL;INTERNET:aino@example.com\r
X-NICKNAME:Ainu\r
BDAY:19790203\r
END:VCARD\r
"""

APPLE_CARD: Final = """BEGIN:VCARD
VERSION:3.0
NICKNAME:Ainu
BDAY:1979-02-03
N:Mäkinen;Aino;;;
FN:Aino Mäkinen
TEL;TYPE=CELL,VOICE,PREF:+358401234567
EMAIL:aino@example.com
END:VCARD
""".replace("\n", "\r\n").encode()

GROUP: Final = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n"


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A photo host."""
    with photo_host() as base:
        yield base


@pytest.fixture(scope="module")
def caller(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The service with a store."""
    database = url(tmp_path_factory.mktemp("convert") / "links.db")
    with contextlib.closing(Store(database)) as store:
        store.migrate()
    with calling(host, database_url=database, convert_limit=200_000, convert_cards=10) as found:
        yield found


def converted(caller: Caller, body: bytes, query: str = "", **headers: str) -> Any:
    """The response to a conversion, of vCard text unless a content_type is given."""
    sent = {"content_type": "text/vcard", **headers}
    return caller.post(body, query=f"convert?{query}", **sent)


def notes(response: Any) -> list[str]:
    """The notes of a response."""
    header = response.headers.get("vcard-notes", "")
    return header.split(", ") if header else []


def test_a_card_of_an_old_phone_becomes_an_iphones(caller: Caller) -> None:
    response = converted(caller, NOKIA, "target=apple")

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/vcard; charset=utf-8"
    assert response.headers["content-disposition"] == "inline; filename=contact.vcf"
    assert response.content == APPLE_CARD
    assert notes(response) == []


@pytest.mark.parametrize("media_type", ["text/x-vcard", "text/directory; profile=vcard"])
def test_older_media_types_are_read(caller: Caller, media_type: str) -> None:
    response = converted(caller, NOKIA, "target=apple", content_type=media_type)

    assert response.content == APPLE_CARD


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("jcard", "application/vcard+json"),
        ("xcard", "application/vcard+xml"),
        ("jscontact", "application/jscontact+json"),
    ],
)
def test_every_form_is_written_and_read_back(caller: Caller, form: str, media_type: str) -> None:
    first = converted(caller, NOKIA, f"as={form}")
    by_accept = converted(caller, NOKIA, accept=media_type)
    back = converted(caller, first.content, f"as={form}", content_type=media_type)

    assert first.headers["content-type"].startswith(media_type)
    assert first.content == by_accept.content == back.content
    again = converted(caller, first.content, "target=apple", content_type=media_type)
    assert b"NICKNAME:Ainu\r\n" in again.content
    assert b"TEL;TYPE=CELL,VOICE,PREF:+358401234567\r\n" in again.content


def test_several_cards_are_one_file_or_one_array(caller: Caller) -> None:
    body = NOKIA + GROUP

    assert converted(caller, body).content.count(b"END:VCARD\r\n") == 2
    assert [card[0] for card in converted(caller, body, "as=jcard").json()] == ["vcard", "vcard"]
    assert len(converted(caller, body, "as=jscontact").json()) == 2
    assert converted(caller, body, "as=xcard").content.count(b"<vcard>") == 2
    assert len(converted(caller, body, "as=whatsapp").json()["contacts"]) == 2
    assert converted(caller, NOKIA, "as=jcard").json()[0] == "vcard"
    assert converted(caller, NOKIA, "as=jscontact").json()["@type"] == "Card"


def test_several_contacts_for_telegram_are_an_array(caller: Caller) -> None:
    payloads = converted(caller, NOKIA + NOKIA, "as=telegram").json()

    assert [payload["first_name"] for payload in payloads] == ["Aino", "Aino"]
    refused = converted(caller, NOKIA + GROUP, "as=telegram")
    assert (refused.status_code, refused.json()["error-code"]) == (406, "E406")
    assert refused.json()["errors"][0]["field"] == "/card/1"


LISTS: Final = {
    "whatsapp": lambda one: one["contacts"],
    "infobip": lambda one: one["content"]["contacts"],
    "slack": lambda one: one["blocks"],
    "waha": lambda one: one["contacts"],
    "baileys": lambda one: one["contactsArrayMessage"]["contacts"],
    "signal": lambda one: one["base64_attachments"],
}
"""Where the contacts of a message stand, for each platform whose message holds several."""


@pytest.mark.parametrize("platform", PLATFORMS)
def test_several_contacts_are_one_message_or_an_array_of_messages(
    caller: Caller, platform: str
) -> None:
    """One message where the platform takes several in one; of a platform that takes one each an
    array, and of one that takes a link a single link to all."""
    single = PLATFORMS[platform]
    both = converted(caller, NOKIA + NOKIA, f"as={platform}")
    if single.kind == "link":
        assert (both.status_code, isinstance(both.json(), dict)) == (201, True)
        cards = caller.client.get(both.headers["location"]).content
        assert cards.count(b"END:VCARD") == 2
    elif single.most == 1:
        alone = converted(caller, NOKIA, f"as={platform}").json()
        assert both.json() == [alone, alone]
    else:
        assert len(LISTS[platform](both.json())) == 2


def test_a_message_holds_as_many_contacts_as_its_platform_takes() -> None:
    """One more is refused, with both numbers."""
    with calling(convert_cards=300) as caller:
        for platform in LISTS:
            one = PLATFORMS[platform]
            most = converted(caller, GROUP * one.most, f"as={platform}").json()
            assert len(LISTS[platform](most)) == one.most
            over = converted(caller, GROUP * (one.most + 1), f"as={platform}")
            assert (over.status_code, over.json()["error-code"]) == (406, "E406")
            assert over.json()["error-info"].endswith(
                f"A message of {one.title} holds {one.most} contacts; these are {one.most + 1}."
            )


def test_a_platform_that_needs_a_number_names_the_card_without_one(caller: Caller) -> None:
    for platform in ("telegram", "viber", "sinch"):
        refused = converted(caller, NOKIA + GROUP, f"as={platform}")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (406, "/card/1")


def test_a_message_names_the_properties_that_it_does_not_hold(caller: Caller) -> None:
    card = GROUP.replace(b"FN:A", b"FN:A\r\nROLE:Buyer\r\nTEL;TYPE=video:+16502530000")

    named = notes(converted(caller, GROUP + card, "as=google-chat"))
    assert named == ["card/1/ROLE/0;dropped", "card/1/TEL/0;dropped"]
    assert notes(converted(caller, card, "as=viber"))[:2] == [
        "card/0/TEL/0;relabelled", "card/0/ROLE/0;dropped",
    ]  # fmt: skip
    assert notes(converted(caller, card, "as=rcs")) == ["card/0/ROLE/0;unread"]
    signal = converted(caller, card, "as=signal&filename=a.vcf").json()
    assert signal["base64_attachments"][0].startswith("data:text/x-vcard;filename=a.vcf;base64,")


def test_a_qr_code_holds_one_card_or_a_link(caller: Caller) -> None:
    png = converted(caller, NOKIA, "as=qr", accept="image/png")
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))

    assert b"+358401234567" in found.bytes
    refused = converted(caller, NOKIA + GROUP, "as=qr")
    assert (refused.status_code, refused.json()["error-code"]) == (406, "E406")
    linked = converted(caller, NOKIA + GROUP, "as=qr&content=link")
    assert linked.status_code == 201
    assert linked.headers["location"].endswith(".vcf")


def test_a_link_holds_every_card(caller: Caller) -> None:
    created = converted(caller, NOKIA + GROUP, "as=link&filename=both.vcf")

    assert created.status_code == 201
    fetched = caller.client.get(created.json()["url"])
    assert fetched.content == converted(caller, NOKIA + GROUP).content
    assert "both.vcf" in fetched.headers["content-disposition"]
    message = converted(caller, NOKIA, "as=twilio").json()
    assert message["Body"] == "Aino Mäkinen"
    assert message["MediaUrl"][0].endswith(".vcf")


LONG_CARDS: Final = b"".join(
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee%d;Ann;;;\r\nFN:Ann Lee%d\r\nNOTE:%b\r\nEND:VCARD\r\n"
    % (at, at, b"n" * octets)
    for at, octets in enumerate((9_000, 9_000, 9_000, 100))
)
"""Four cards: with a limit of 20 kB, all but the third fit into one file."""


@pytest.fixture(scope="module")
def small(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The service with a store, and a limit of 20 kB for an MMS."""
    database = url(tmp_path_factory.mktemp("small") / "links.db")
    with contextlib.closing(Store(database)) as store:
        store.migrate()
    with calling(host, database_url=database, mms_limit=20_000) as found:
        yield found


def names_behind(caller: Caller, response: Any) -> list[str]:
    """The names in the cards behind the link of a response, which an MMS holds."""
    fetched = caller.client.get(response.headers["location"]).content
    assert len(fetched) <= 20_000
    return re.findall(r"^FN:(.+)\r$", fetched.decode(), re.MULTILINE)


@pytest.mark.parametrize(
    "query", ["as=telnyx", "as=link&target=mms", "as=qr&content=link&target=mms"]
)
def test_a_file_for_mms_has_the_cards_that_fit(small: Caller, query: str) -> None:
    """The most bytes of an MMS are those of the whole file; a card without room is noted."""
    response = converted(small, LONG_CARDS, query)

    assert names_behind(small, response) == ["Ann Lee0", "Ann Lee1", "Ann Lee3"]
    assert notes(response) == ["card/2;dropped"]


def test_a_file_for_mms_is_cut_without_a_link_too(small: Caller) -> None:
    response = converted(small, LONG_CARDS, "target=mms")

    assert response.content.count(b"END:VCARD") == 3
    assert notes(response) == ["card/2;dropped"]


def test_a_report_judges_a_file_for_mms_by_the_whole(small: Caller) -> None:
    """An MMS holds one file; Telegram takes one card in a message."""
    reports = converted(small, LONG_CARDS, "as=report").json()["targets"]
    fits = {one["target"]: (one["fits"], one.get("ceiling")) for one in reports}

    assert fits["mms"] == (False, 20_000)
    assert fits["telegram"] == (True, 2_048)
    (single,) = converted(small, LONG_CARDS[:9_100], "as=report&target=mms").json()["targets"]
    assert single["fits"]


def test_a_message_with_a_link_counts_the_cards_behind_it(small: Caller) -> None:
    """A rich card shows the first alone: each other is noted."""
    assert converted(small, LONG_CARDS, "as=telnyx").json()["text"] == "Ann Lee0 and 2 more"
    response = converted(small, NOKIA + GROUP + GROUP, "as=rcs")
    card = response.json()["contentMessage"]["richCard"]["standaloneCard"]["cardContent"]
    assert card["title"] == "Aino Mäkinen and 2 more"
    assert notes(response)[-2:] == ["card/1;unread", "card/2;unread"]


def test_a_photo_that_is_dropped_is_not_behind_the_link(small: Caller) -> None:
    """Of what the card has not, no note says that the card has it."""
    photo = b"PHOTO;ENCODING=b;TYPE=GIF:" + b64encode(b"GIF89a" + bytes(30_000))
    body = NOKIA.replace(b"BDAY:", photo + b"\r\nBDAY:")
    assert "card/0/PHOTO/0;unread" in notes(converted(small, body, "as=rcs"))
    found = notes(converted(small, body, "as=rcs&target=mms"))
    assert [one for one in found if "PHOTO" in one] == ["card/0/PHOTO/0;E1522"]


def test_a_report_names_what_each_target_loses(caller: Caller) -> None:
    report = converted(caller, NOKIA, "as=report").json()

    assert [one["target"] for one in report["targets"]] == list(PROFILES)
    lost = {one["target"]: one["losses"] for one in report["targets"]}
    assert [loss["field"] for loss in lost["telegram"]] == ["/card/0/NICKNAME/0"]
    assert lost["apple"] == []


def test_what_is_lost_is_noted_by_card_and_property(caller: Caller) -> None:
    response = converted(caller, GROUP + NOKIA, "target=telegram")

    assert notes(response) == ["card/1/NICKNAME/0;dropped"]


def test_what_cannot_be_read_is_noted_by_its_line(caller: Caller) -> None:
    body = NOKIA.replace(b"X-NICKNAME:Ainu", b"this line has no colon")
    response = converted(caller, body)

    assert response.status_code == 200
    assert notes(response) == ["card/0/line/6;unreadable"]


def test_other_encodings_are_read(caller: Caller) -> None:
    latin = "BEGIN:VCARD\nVERSION:3.0\nFN:José\nN:José;;;;\nEND:VCARD\n"

    for body, content_type in [
        (latin.encode("cp1252"), "text/vcard"),
        (latin.encode("utf-16"), "text/vcard"),
        (latin.encode("iso-8859-2"), "text/vcard; charset=iso-8859-2"),
        (b"\xef\xbb\xbf" + latin.encode(), "text/vcard"),
    ]:
        response = converted(caller, body, content_type=content_type)
        assert "FN:José\r\n".encode() in response.content


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-16", "iso-8859-1"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "iso-8859-1"),
        ("utf-8-sig", "iso-8859-1"),
        ("utf-32", ""),
        ("cp1251", "cp1251"),
        ("iso2022_jp", "ISO-2022-JP"),
    ],
)
def test_a_check_reads_what_a_conversion_reads(caller: Caller, encoding: str, charset: str) -> None:
    """Whatever the file's encoding is, and the one that is named."""
    body = "BEGIN:VCARD\nFN:Мир\nN:Мир;;;;\nEND:VCARD\n".encode(encoding)
    sent = {"content_type": f"text/vcard; charset={charset}" if charset else "text/vcard"}
    assert "FN:Мир\r\n" in converted(caller, body, **sent).text
    (card,) = caller.post(body, query="check", **sent).json()["cards"]
    assert card["says"] == [{"name": "Name", "text": "Мир"}]


NUMBER: Final = {"value": "+48225550123"}
WHATSAPP: Final = {"name": {"formatted_name": "Ada Nowak"}, "phones": [{"phone": "+48225550123"}]}


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("whatsapp", WHATSAPP),
        ("telegram", {"phone_number": "+48225550123", "first_name": "Ada", "last_name": "Nowak"}),
        ("people", {"names": [{"displayName": "Ada Nowak"}], "phoneNumbers": [NUMBER]}),
        ("graph", {"displayName": "Ada Nowak", "mobilePhone": "+48225550123"}),
        (
            "createcontact",
            {
                "name": {"first-name": "Ada", "last-name": "Nowak"},
                "phone": [{"number": "+48225550123"}],
            },
        ),
    ],
)  # fmt: skip
def test_json_of_every_source_is_read(caller: Caller, source: str, body: Any) -> None:
    octets = json.dumps(body).encode()
    response = converted(caller, octets, f"from={source}", content_type="application/json")

    assert response.status_code == 200
    assert b"FN:Ada Nowak\r\n" in response.content
    assert b":+48225550123\r\n" in response.content


def test_a_problem_of_createcontact_is_refused_as_there(caller: Caller) -> None:
    good, bad = b'{"name": {"first-name": "Ada"}}', b'{"name": {"first-name": "?"}}'
    worse = b'{"name": {"first-name": "Ada"}, "phone": [{"number": "1", "label": "x"}]}'
    for body, fields in (
        (b"[%b, %b, %b]" % (good, bad, worse), ["/1/name/first-name", "/2/phone/0/label"]),
        (bad, ["/name/first-name"]),
    ):
        response = converted(caller, body, "from=createcontact", content_type="application/json")
        assert (response.status_code, response.json()["error-code"]) == (422, "E1516")
        assert [one["field"] for one in response.json()["errors"]] == fields


def test_a_photo_that_is_no_image_follows_the_rule_for_photos(caller: Caller) -> None:
    """Of a createcontact request too: it is left out and noted, or refused."""
    body, query = b'{"name": {"first-name": "Ada"}, "photo": "?"}', "from=createcontact"
    response = converted(caller, body, query, content_type="application/json")
    assert (response.status_code, notes(response)) == (200, ["card/0/photo;E1522"])
    refused = converted(caller, body, f"{query}&photo=require", content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "/photo")


def test_an_array_of_many_bad_requests_is_refused_in_short(caller: Caller) -> None:
    body = b"[%b]" % b",".join([b"{}"] * 5_000)
    response = converted(caller, body, "from=createcontact", content_type="application/json")

    assert len(response.json()["errors"]) == 1_000


def test_a_file_in_a_form_is_read(caller: Caller) -> None:
    files = {"file": ("aino.vcf", NOKIA, "application/octet-stream")}
    response = caller.client.post(
        "/convert?target=apple", files=files, headers={"x-api-key": "contract-test-key-0123456789"}
    )

    assert response.content == APPLE_CARD


@pytest.mark.parametrize(
    "files",
    [
        {"file": ("aino.pdf", NOKIA, "application/pdf")},
        {"a": ("a.vcf", NOKIA), "b": ("b.vcf", NOKIA)},
        {"file": (None, "text")},
    ],
)
def test_a_form_without_one_file_of_cards_is_refused(caller: Caller, files: Any) -> None:
    headers = {"x-api-key": "contract-test-key-0123456789"}
    response = caller.client.post("/convert", files=files, headers=headers)

    assert response.status_code in (400, 415)
    assert response.json()["error-code"] == "E100"


@pytest.mark.parametrize(
    ("body", "query", "content_type", "outcome"),
    [
        (b"", "", "text/vcard", (400, "E100")),
        (b"hello", "", "text/vcard", (422, "E1539")),
        (b"{}", "", "application/vcard+json", (422, "E1539")),
        (b"<a/>", "", "application/vcard+xml", (422, "E1539")),
        (b"[1]", "", "application/jscontact+json", (422, "E1539")),
        (b"{}", "from=people", "application/json", (422, "E1539")),
        (b"{", "from=people", "application/json", (400, "E108")),
        (b"{}", "", "application/json", (400, "E1527")),
        (b"{}", "from=fax", "application/json", (400, "E1527")),
        (NOKIA, "target=fax", "text/vcard", (400, "E1527")),
        (NOKIA, "fix=perhaps", "text/vcard", (400, "E1527")),
        (NOKIA, "", "application/pdf", (415, "E100")),
        (NOKIA * 11, "", "text/vcard", (413, "E100")),
        (b"A" * 200_001, "", "text/vcard", (413, "E100")),
    ],
)
def test_what_is_no_card_is_refused_clearly(
    caller: Caller, body: bytes, query: str, content_type: str, outcome: tuple[int, str]
) -> None:
    for path in ("convert", "check"):
        response = caller.post(body, query=f"{path}?{query}", content_type=content_type)
        assert (response.status_code, response.json()["error-code"]) == outcome
        if outcome[0] == 413:
            assert re.search(r"VCARDSVC_CONVERT_(LIMIT|CARDS)", response.json()["error-info"])


def test_a_key_is_needed(caller: Caller) -> None:
    assert (
        caller.post(NOKIA, query="convert", key=None, content_type="text/vcard").status_code == 401
    )
    assert caller.client.get("/convert").status_code == 405


def test_an_unknown_option_is_noted(caller: Caller) -> None:
    assert notes(converted(caller, NOKIA, "colour=red")) == ["colour;ignored"]


def card_with(photo: str) -> bytes:
    """A card with this line of a photo."""
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nN:A;;;;\r\n{photo}\r\nEND:VCARD\r\n".encode()


def test_a_photo_that_the_target_takes_stays_as_it_is(caller: Caller) -> None:
    line = f"PHOTO;ENCODING=b;TYPE=JPEG:{b64encode(JPEG).decode()}"
    response = converted(caller, card_with(line), "target=apple")

    assert line.encode() in response.content.replace(b"\r\n ", b"")
    assert notes(response) == []


def test_a_photo_of_another_kind_is_drawn_anew(caller: Caller) -> None:
    big = saved(plain(size=(1500, 900)), "PNG") + bytes(100_000)
    line = f"PHOTO;ENCODING=b;TYPE=PNG:{b64encode(big).decode()}"
    response = converted(caller, card_with(line))

    assert b"PHOTO;ENCODING=b;TYPE=JPEG:" in response.content
    assert notes(response) == ["card/0/PHOTO/0;smaller"]


def test_a_photo_that_is_no_image_is_left_out_and_noted(caller: Caller) -> None:
    line = f"PHOTO;ENCODING=b;TYPE=WEBP:{b64encode(b'no image').decode()}"
    response = converted(caller, card_with(line))

    assert b"PHOTO" not in response.content
    assert notes(response) == ["card/0/PHOTO/0;E1522"]


def test_a_photo_at_a_url_follows_the_rule_for_photos(caller: Caller, host: str) -> None:
    here = card_with(f"PHOTO;VALUE=uri:{host}/photo")
    gone = card_with(f"PHOTO;VALUE=uri:{host}/page")

    assert b"PHOTO;ENCODING=b;TYPE=JPEG:" in converted(caller, here).content
    kept = converted(caller, here, "photo=none")
    assert f"PHOTO;VALUE=uri:{host}/photo".encode() in kept.content.replace(b"\r\n ", b"")
    for query in ("convert", "convert?photo=drop", "check?fix=true"):
        dropped = caller.post(gone, query=query, content_type="text/vcard")
        assert b"PHOTO" not in dropped.content
        assert "card/0/PHOTO/0;E1522" in notes(dropped)
    refused = converted(caller, gone, "photo=require")
    assert (refused.status_code, refused.json()["error-code"]) == (422, "E1522")
    assert refused.json()["errors"][0]["field"] == "/card/0/PHOTO/0"


def test_few_photos_of_a_request_are_fetched(
    caller: Caller, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are left out and noted, or refused where photos are required."""
    monkeypatch.setattr("vcardsvc.services.conversion.PHOTO_URLS", 1)
    body = card_with(f"PHOTO;VALUE=uri:{host}/photo") * 2

    assert "card/1/PHOTO/0;over-limit" in notes(converted(caller, body))
    assert converted(caller, body, "photo=require").json()["error-code"] == "E1527"


def test_the_last_note_says_that_there_are_more(caller: Caller) -> None:
    """The header has 20 notes; the report has all of them."""
    body = NOKIA.replace(b"BDAY", b"no colon\r\nX-A:b\r\n" * 21 + b"BDAY")
    found = notes(converted(caller, body))

    assert (len(found), found[-1]) == (20, "card;more")
    assert notes(converted(caller, body.replace(b"no colon", b"X-B:c", 1)))[-1] == (
        "card/0/line/47;unreadable"
    )
    report = converted(caller, body, "as=report&target=apple")
    assert len(report.json()["notes"]) == 21


def test_an_unknown_charset_is_refused(caller: Caller) -> None:
    for path in ("convert", "check"):
        refused = caller.post(NOKIA, query=path, content_type="text/vcard; charset=klingon")
        assert (refused.status_code, refused.json()["error-code"]) == (415, "E100")
        assert "klingon" in refused.json()["error-info"]
    for known in ("UTF8", "ascii", '"latin1"', "cp1252"):
        response = converted(caller, NOKIA, content_type=f"text/vcard; charset={known}")
        assert response.status_code == 200


def test_jscontact_of_another_version_is_read_and_noted(caller: Caller) -> None:
    body = json.dumps({"@type": "Card", "version": "3.0", "uid": "u", "name": {"full": "A"}})
    media_type = "application/jscontact+json"
    response = converted(caller, body.encode(), content_type=media_type)

    assert b"FN:A\r\n" in response.content
    assert notes(response) == ["card/0/version;ignored"]
    known = body.replace("3.0", "2.0").encode()
    assert notes(converted(caller, known, content_type=media_type)) == []


def test_a_check_says_what_a_card_holds_and_what_is_wrong(caller: Caller) -> None:
    response = caller.post(NOKIA, query="check", content_type="text/vcard")
    [card] = response.json()["cards"]

    assert {"name": "Phone, mobile", "text": "+358401234567"} in card["says"]
    missing = next(one for one in card["findings"] if one["code"] == "fn-missing")
    assert missing["severity"] == "error"
    assert missing["readers"] == ["others"]
    internet = next(one for one in card["findings"] if one["code"] == "internet-alone")
    assert (internet["line"], internet["property"]) == (5, "EMAIL")


def test_a_check_for_a_target_has_what_matters_there(caller: Caller) -> None:
    response = caller.post(NOKIA, query="check?target=android", content_type="text/vcard")
    [card] = response.json()["cards"]

    assert [one["code"] for one in card["findings"]] == ["version-2", "internet-alone"]


def test_a_check_of_another_format_says_what_it_holds(caller: Caller) -> None:
    body = json.dumps({**WHATSAPP, "mood": "good"}).encode()
    response = caller.post(body, query="check?from=whatsapp", content_type="application/json")

    assert response.json()["cards"] == [
        {
            "version": "",
            "says": [
                {"name": "Name", "text": "Ada Nowak"},
                {"name": "Phone, other", "text": "+48225550123"},
            ],
            "findings": [],
        }
    ]
    assert [one["field"] for one in response.json()["notes"]] == ["/card/0/mood"]


def test_a_mended_card_has_a_note_for_each_mend(caller: Caller) -> None:
    mended = caller.post(NOKIA, query="check?fix=true&target=apple", content_type="text/vcard")

    assert mended.content == APPLE_CARD
    assert notes(mended) == [
        "card/0/line/1;fn-missing",
        "card/0/line/2;version-2",
        "card/0/line/3;n-components",
        "card/0/line/5;internet-alone",
    ]
    [again] = caller.post(mended.content, query="check", content_type="text/vcard").json()["cards"]
    assert [one for one in again["findings"] if one["severity"] == "error"] == []


def test_a_mend_names_the_line_that_was_wrong(caller: Caller) -> None:
    """Another line with the same fault that stays is not it; faults of the file are of no card."""
    card = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nN:A;;;;\nEMAIL;TYPE=X-a:a@b.example\n"
    lines = b"TEL;TYPE=foo:1\nTEL;TYPE=INTERNET:2\nEMAIL;INTERNET:c@d.example\nEND:VCARD\nstray\n"
    body = b"\xef\xbb\xbf" + card + lines
    found = notes(caller.post(body, query="check?fix=true", content_type="text/vcard"))
    assert found[0] == "card;byte-order-mark"
    assert "line/10;unreadable" in found
    assert not any("stray-line" in one for one in found)
    assert notes(caller.post(body, query="check?fix=true&as=jcard", content_type="text/vcard")) == [
        "line/10;unreadable"
    ]


def test_a_report_on_every_target_has_few_properties(caller: Caller) -> None:
    """One target may have more."""
    body = GROUP.replace(b"END", b"TEL:+16502530000\r\n" * 3000 + b"END")
    refused = converted(caller, body, "as=report")
    assert (refused.status_code, refused.json()["error-code"]) == (413, "E100")
    assert "name a target" in refused.text
    assert converted(caller, body, "as=report&target=apple").status_code == 200


@pytest.mark.parametrize(
    ("path", "most"),
    [("convert", 20_000), ("check", 12_000), ("check?fix=true", 12_000)],
)
def test_the_properties_of_a_body_have_an_end(caller: Caller, path: str, most: int) -> None:
    """They are counted over all cards, and the refusal says how many may be sent."""
    few, many = (
        GROUP + GROUP.replace(b"END", b"X-A:\r\n" * (count - 2) + b"END")
        for count in (most, most + 1)
    )
    assert caller.post(few, query=path, content_type="text/vcard").status_code == 200
    refused = caller.post(many, query=path, content_type="text/vcard")
    assert (refused.status_code, refused.json()["error-code"]) == (413, "E100")
    detail = f"The cards have {most + 1} properties, and may have {most} "
    assert detail in refused.json()["error-info"]


def test_the_properties_of_other_formats_have_the_same_end(caller: Caller) -> None:
    listed = [["fn", {}, "text", "A"], *[["x", {}, "text", 1, 1]] * 6_000]
    body = json.dumps(["vcard", listed], separators=(",", ":")).encode()
    refused = caller.post(body, query="check", content_type="application/vcard+json")

    assert (refused.status_code, refused.json()["error-code"]) == (413, "E100")
    assert "may have 12000 " in refused.json()["error-info"]


def test_the_texts_of_a_value_have_an_end(caller: Caller) -> None:
    """The first thousand are read, and it is said."""
    for form in ("card", "jcard", "jscontact"):
        body = GROUP.replace(b"END", b"NICKNAME:" + b"ab," * 40_000 + b"\r\nEND")
        response = converted(caller, body, f"as={form}")
        assert notes(response) == ["card/0/line/4;unreadable"]
        assert response.text.replace("\r\n ", "").count("ab") == 1000


def test_a_large_body_is_read_in_a_thread(caller: Caller) -> None:
    body = card_with("NOTE:" + "x" * 100_000)

    assert len(converted(caller, body).content) > 100_000


@pytest.mark.parametrize("form", ["jcard", "jscontact"])
def test_json_that_says_what_it_is_needs_no_source(caller: Caller, form: str) -> None:
    for body in (NOKIA, NOKIA + GROUP):
        written = converted(caller, body, f"as={form}").content
        back = converted(caller, written, f"as={form}", content_type="application/json")
        assert back.content == written


def test_few_photos_of_a_request_are_drawn_anew(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder is asked for the first ones; the others are left out and noted."""
    monkeypatch.setattr("vcardsvc.services.conversion.DRAWN", 1)
    line = f"PHOTO;ENCODING=b;TYPE=WEBP:{b64encode(b'no image').decode()}"
    response = converted(caller, card_with(line) * 2)

    assert b"PHOTO" not in response.content
    assert notes(response) == ["card/0/PHOTO/0;E1522", "card/1/PHOTO/0;over-limit"]
