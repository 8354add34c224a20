"""The words of a request on the command line: the same forms, octets and refusals."""

import base64
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import zxingcpp
from PIL import Image
from typer.testing import CliRunner, Result

from tests.support.contact_requests import request
from tests.support.databases import url
from tests.support.http_client import JPEG, Caller, calling
from vcardsvc.cli.program import app
from vcardsvc.messengers.platforms import KINDS
from vcardsvc.store import Store
from vcardsvc.vcard import PROFILES

ZOE: Final = request(
    phone=[{"number": " "}, {"number": "555 0100 ext. 7"}, {"number": "+16502530000"}],
    website=[{"url": "https://mill.example", "label": "Mill"}],
)
PUBLIC: Final = "https://cards.example.com"


def run(*arguments: str | Path, body: Any = ZOE, **variables: str) -> Result:
    """`vcardsvc card` with these arguments and this request on stdin."""
    printed = {f"VCARDSVC_{name}": value for name, value in variables.items()}
    given = ["card", *map(str, arguments)]
    return CliRunner().invoke(app, given, input=json.dumps(body).encode(), env=printed)


def failed(result: Result) -> tuple[str, list[str]]:
    """The leading code and the text of each problem of a refusal; nothing goes to stdout."""
    assert (result.exit_code, result.stdout_bytes) == (1, b""), result.output
    printed = json.loads(result.stderr)
    return printed["error-code"], [one["error-info"] for one in printed["errors"]]


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """A caller over HTTP, to compare with."""
    with calling() as found:
        yield found


WORDS: tuple[tuple[str, str], ...] = (
    *((f"--target {name}", f"target={name}") for name in PROFILES),
    ("--version 4.0", "version=4.0"),
    ("--target apple --version 2.1", "target=apple&version=2.1"),
    *(
        (f"--as {form}", f"as={form}")
        for form in (
            "card",
            "jcard",
            "xcard",
            "jscontact",
            "report",
            "qr",
            *KINDS["members"],
            *KINDS["card"],
        )
    ),
    ("--as report --target outlook --version 4.0", "as=report&target=outlook&version=4.0"),
    ("--as qr --target apple --content card", "as=qr&target=apple&content=card"),
)


@pytest.mark.parametrize(("words", "query"), WORDS)
def test_the_words_are_those_of_a_request(caller: Caller, words: str, query: str) -> None:
    """The octets on stdout are those over HTTP, the notes on stderr those of the header."""
    result, response = run(*words.split()), caller.post(ZOE, query=f"?{query}")
    assert (result.exit_code, result.stdout_bytes) == (0, response.content)
    header = response.headers.get("vcard-notes", "")
    notes = [f"note: {note.replace(';', ' ')}" for note in header.split(", ") if note]
    assert result.stderr.splitlines() == notes


DIALLED: Final = "note: phone/1/number digits\n"
"""The note on Zoë's card: Android dials one of her numbers otherwise than it is typed."""


def test_notes_are_for_people() -> None:
    """What the target loses is reported on stderr, with the place in the request."""
    result = run("--target", "android")
    assert result.stderr == "note: phone/1/number extension\n"
    assert b"TEL;TYPE=WORK,VOICE:555 0100p7\r\n" in result.stdout_bytes


def test_a_report_goes_to_stdout() -> None:
    """One JSON object for programs, every target in it, pointers into the request."""
    result = run("--as", "report")
    printed = json.loads(result.stdout)
    assert [one["target"] for one in printed["targets"]] == list(PROFILES)
    (android,) = (one for one in printed["targets"] if one["target"] == "android")
    assert [loss["field"] for loss in android["losses"]] == ["/phone/1/number"]
    assert result.stderr == ""


@pytest.mark.parametrize("name", ["zoe.svg", "zoe.png", "zoe.PNG", "zoe"])
def test_the_suffix_chooses_the_image(tmp_path: Path, name: str) -> None:
    """-o with .png writes PNG, .svg or no ending SVG, and nothing to stdout."""
    out = tmp_path / name
    result = run("--as", "qr", "-o", out)
    assert (result.exit_code, result.stdout_bytes) == (0, b"")
    if name.lower().endswith(".png"):
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(out.read_bytes())))
        assert found.bytes == run("--target", "qr").stdout_bytes
    else:
        assert out.read_bytes() == run("--as", "qr").stdout_bytes
        assert out.read_bytes().startswith(b"<svg ")


REFUSED: tuple[tuple[str, str], ...] = (
    ("--target nobody", "--target is one of: " + ", ".join(PROFILES) + "."),
    ("--version 5.0", "--version is one of: 2.1, 3.0, 4.0."),
    ("--photo-rule maybe", "--photo-rule is one of: require, drop, none."),
    ("--content both", "--content is one of: card, link."),
    ("--ttl 1d", "--ttl is a whole number of seconds from 1 to 2592000."),
    (
        "--as twilio --once",
        "--once is not for --as twilio: Twilio may fetch a card more than once.",
    ),
    (
        "--as link --filename zoe.png",
        "--filename has at most 20 letters, digits, - _ . and ends in .vcf.",
    ),
    ("--ttl 2592001", "--ttl is a whole number of seconds from 1 to 2592000."),
)


@pytest.mark.parametrize(("words", "sentence"), REFUSED)
def test_a_word_that_is_none_is_refused(words: str, sentence: str) -> None:
    """E1527 as over HTTP, the option by its name on the command line."""
    info = f"A query option has a value that is not known. {sentence}"
    assert failed(run(*words.split())) == ("E1527", [info])


def test_a_card_too_long_for_a_code_names_the_link(tmp_path: Path) -> None:
    """E406 in words, and the file that was there stays."""
    out = tmp_path / "zoe.svg"
    out.write_bytes(b"before")
    code, (line,) = failed(run("--as", "qr", "-o", out, body=request(note="x" * 900)))
    assert code == "E406"
    assert line.endswith("a link to the card fits. Ask with --content link.")
    assert out.read_bytes() == b"before"


def test_the_photo_rule_holds_for_files_too(tmp_path: Path) -> None:
    """drop notes why a file is no photo, none takes no file at all, require refuses."""
    good, bad = tmp_path / "zoe.jpg", tmp_path / "zoe.txt"
    good.write_bytes(JPEG)
    bad.write_bytes(b"no image")
    plain = run().stdout_bytes
    dropped = run("--photo", bad, "--photo-rule", "drop")
    assert (dropped.exit_code, dropped.stdout_bytes) == (0, plain)
    assert dropped.stderr == f"note: photo E1522\n{DIALLED}"
    assert failed(run("--photo", bad))[0] == "E1522"
    none = run("--photo", good, "--photo-rule", "none")
    assert (none.stdout_bytes, none.stderr) == (plain, DIALLED)
    along = request(photo=base64.b64encode(JPEG).decode())
    assert run("--photo-rule", "none", body=along).stdout_bytes == run(body=request()).stdout_bytes
    assert b"\r\nPHOTO;" in run("--photo", good).stdout_bytes


def test_a_link_needs_a_public_address(tmp_path: Path) -> None:
    """The command line has no Host, so links begin with public_url."""
    for form in ("link", *KINDS["link"]):
        result = run("--as", form)
        assert (result.exit_code, result.stdout_bytes) == (1, b"")
        assert result.stderr.splitlines() == [
            "A link needs an address to begin with: set VCARDSVC_PUBLIC_URL."
        ]
    assert not (tmp_path / "data").exists()
    result = run("--as", "link", PUBLIC_URL=PUBLIC, API_KEYS="a:0123456789abcdef")
    assert result.stderr.splitlines()[0] == (
        "The keys are those of VCARDSVC_API_KEYS; there is no store beside them."
    )


def test_a_link_that_was_created_here_opens_over_http(tmp_path: Path) -> None:
    """The service at the same database serves the command line's link."""
    database = url(tmp_path / "cards.db")
    named = {"PUBLIC_URL": PUBLIC, "DATABASE_URL": database}
    result = run("--as", "link", "--target", "apple", "--ttl", "600", "--once", **named)
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    assert re.fullmatch(rf"{PUBLIC}/c/[\w-]{{22}}\.vcf", printed["url"])
    end = datetime.strptime(printed["expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(end - datetime.now(UTC) - timedelta(seconds=600)) < timedelta(seconds=10)
    card = run("--target", "apple").stdout_bytes
    assert (printed["size"], printed["content-type"]) == (len(card), "text/vcard; charset=utf-8")
    with calling(database_url=database) as service:
        path = printed["url"].removeprefix(PUBLIC)
        opened, again = (service.client.get(path) for _ in range(2))
        assert (opened.status_code, opened.content, again.status_code) == (200, card, 410)


def test_the_link_of_other_forms_is_reported_beside_them(tmp_path: Path) -> None:
    """A code or a message goes to its file, and its link to people."""
    named = {"PUBLIC_URL": PUBLIC, "DATABASE_URL": url(tmp_path / "cards.db")}
    out = tmp_path / "zoe.png"
    result = run("--as", "qr", "--content", "link", "-o", out, **named)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(out.read_bytes())))
    assert result.stderr == f"{DIALLED}link: {found.text}\n"
    twilio = run("--as", "twilio", **named)
    assert twilio.stderr.splitlines()[-1] == f"link: {json.loads(twilio.stdout)['MediaUrl'][0]}"
    store = Store(named["DATABASE_URL"])
    assert store.count_links("(command line)", datetime.now(UTC)) == 2
    store.close()


def test_a_qr_code_is_no_other_image(tmp_path: Path) -> None:
    """A file whose name promises another kind of image is not written."""
    out = tmp_path / "zoe.jpg"
    result = run("--as", "qr", "-o", out)
    assert (result.exit_code, out.exists()) == (1, False)
    assert "A QR code is written to a file that ends in .svg or .png." in result.stderr
