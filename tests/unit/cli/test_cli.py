"""The command line takes the same steps as a request, and says what is wrong in words."""

import base64
import dataclasses
import json
import re
import socket
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from tests.support.service import BODY, JOHN
from vcardsvc.cli.program import app
from vcardsvc.errors import CATALOGUE
from vcardsvc.settings import Settings
from vcardsvc.store import HEAD
from vcardsvc.vcard import PROFILES

KEY = "0123456789abcdef"
CARD = (
    b"BEGIN:VCARD\r\n"
    b"VERSION:3.0\r\n"
    b"N:;John;;;\r\n"
    b"UID:urn:uuid:d25fbc18-8499-5659-b053-aa4fbfefe193\r\n"
    b"FN:John\r\n"
    b"PRODID:-//vcardsvc//vcardsvc//EN\r\n"
    b"END:VCARD\r\n"
)

COMMANDS = ("", "serve", "card", "check", "convert", "batch", "keys", "keys add", "keys list",
            "keys rotate", "keys revoke", "contacts", "contacts list", "contacts show",
            "contacts export", "contacts delete", "contacts erase",
            "backup", "migrate", "errors", "targets", "messengers", "mcp", "settings")  # fmt: skip


def _run(*arguments: str | Path, stdin: bytes = b"", **variables: str) -> Result:
    named = {f"VCARDSVC_{name}": value for name, value in variables.items()}
    printed = {**named, "COLUMNS": "200", "NO_COLOR": "1"}
    return CliRunner().invoke(app, [str(one) for one in arguments], input=stdin, env=printed)


def _failed(result: Result) -> list[str]:
    """The lines on stderr of a command that exits with 1 and says nothing else."""
    assert (result.exit_code, result.stdout_bytes) == (1, b""), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr.splitlines()


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A photo file."""
    path = tmp_path / "photo.png"
    Image.new("RGB", (64, 48), "red").save(path)
    return path


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself(words: str) -> None:
    """--help says how to use a command, and what each of its options is."""
    result = _run(*words.split(), "--help")
    assert result.exit_code == 0
    assert f"Usage: vcardsvc {words}".strip() in " ".join(result.stdout.split())


def test_the_list_of_commands_is_whole() -> None:
    """A command that this file does not test is found by this test."""
    found = {"", *(name or "" for name in _names())}
    assert found == set(COMMANDS)


def _names() -> list[str]:
    from typer.main import get_command

    names = []
    top: Any = get_command(app)
    for name, inner in top.commands.items():
        names += [name, *(f"{name} {below}" for below in getattr(inner, "commands", ()))]
    return names


def test_a_card_is_created_from_stdin_a_file_and_into_a_file(tmp_path: Path) -> None:
    """The card of a request is the same octets from stdin or a file, to stdout or a file."""
    request, out = tmp_path / "john.json", tmp_path / "john.vcf"
    request.write_bytes(BODY)
    results = [_run("card", stdin=BODY), _run("card", "-", stdin=BODY), _run("card", request)]
    assert [(r.exit_code, r.stderr) for r in results] == [(0, "")] * 3
    assert [r.stdout_bytes for r in results] == [CARD] * 3
    written = _run("card", request, "-o", out)
    assert (written.exit_code, written.stdout_bytes) == (0, b"")
    assert out.read_bytes() == CARD


def test_a_card_takes_a_photo_file_instead_of_the_requests(tmp_path: Path, image: Path) -> None:
    """--photo makes a card with this photo, without any network."""
    body = json.dumps({**JOHN, "photo-url": "http://photos.example.invalid/"}).encode()
    result = _run("card", "--photo", image, stdin=body)
    assert (result.exit_code, result.stderr) == (0, "")
    unfolded = result.stdout_bytes.replace(b"\r\n ", b"")
    assert re.search(rb"\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/[A-Za-z0-9+/=]{100,}\r\n", unfolded)


def test_what_was_changed_is_reported_on_stderr() -> None:
    """Notes go to people, the card alone to stdout."""
    body = json.dumps({**JOHN, "phone": [{"number": str(n)} for n in range(1, 6)]}).encode()
    result = _run("card", stdin=body)
    assert (result.exit_code, result.stderr) == (0, "note: phone over-limit\n")
    assert result.stdout_bytes.count(b"\r\nTEL;") == 4


TWO: Final = {"action": "createcontact", "email": [{"id": "a", "label": "fax"}]}
"""A request with two problems."""


def test_a_refusal_is_reported_once_to_a_program() -> None:
    """Where stdout is no terminal a refusal is the failure JSON on stderr, and nothing else."""
    (printed,) = _failed(_run("card", stdin=json.dumps(TWO).encode()))
    assert [one["error-code"] for one in json.loads(printed)["errors"]] == ["E1515", "E1518"]


def test_a_refusal_is_reported_once_to_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stdout is a terminal a refusal is one line a problem."""
    assert _seen(monkeypatch, "card", stdin=json.dumps(TWO).encode()) == [
        "E1515 /name: The first or last name for the vCard is required.",
        "E1518 /email/0/label: The e-mail label is not supported. The labels are: work, home.",
    ]


def _seen(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path, stdin: bytes = b"") -> list[str]:
    """The lines on stderr of a command that fails where stdout is a terminal."""
    monkeypatch.setattr("vcardsvc.cli.card.is_for_people", lambda: True)
    return _failed(_run(*arguments, stdin=stdin))


def test_settings_reach_the_card() -> None:
    """`card` obeys the same settings as the service."""
    body = json.dumps({"action": "createcontact", "name": {"last-name": "O'Brien"}}).encode()
    (printed,) = _failed(_run("card", stdin=body))
    assert [one["field"] for one in json.loads(printed)["errors"]] == ["/name/last-name"]
    assert _run("card", stdin=body, NAME_RULE="relaxed").exit_code == 0


def test_files_that_cannot_be_used_are_named(tmp_path: Path, image: Path) -> None:
    """A file that is missing, a folder, empty, no image, or cannot be written is reported."""
    empty, away = tmp_path / "empty.png", tmp_path / "no" / "card.vcf"
    empty.write_bytes(b"")
    cases = [
        (("card", away), [f"Cannot read {away}: No such file or directory."]),
        (("card", tmp_path), [f"Cannot read {tmp_path}: Is a directory."]),
        (("card", "--photo", away), [f"Cannot read {away}: No such file or directory."]),
        (("card", "--photo", empty), [f"Cannot use {empty}: it is empty."]),
        (("card", "-o", away), [f"Cannot write {away}: No such file or directory."]),
        (("check", away), [f"Cannot read {away}: No such file or directory."]),
    ]
    for arguments, lines in cases:
        assert _failed(_run(*arguments, stdin=BODY)) == lines
    empty.write_bytes(b"<svg/>")
    (printed,) = _failed(_run("card", "--photo", empty, stdin=BODY))
    info = "The photo is not a valid GIF, JPEG or PNG file. It is the file of --photo."
    assert json.loads(printed)["errors"] == [{"error-code": "E1522", "error-info": info}]


def test_an_option_is_called_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photo that came by --photo is no member of the request; one of the request still is."""
    text = tmp_path / "photo.png"
    text.write_bytes(b"<svg/>")
    (line,) = _seen(monkeypatch, "card", "--photo", text, stdin=BODY)
    assert line == (
        "E1522: The photo is not a valid GIF, JPEG or PNG file. It is the file of --photo."
    )
    body = json.dumps({**JOHN, "photo": "PHN2Zy8+"}).encode()
    (line,) = _seen(monkeypatch, "card", stdin=body)
    assert line == "E1522 /photo: The photo is not a valid GIF, JPEG or PNG file."
    body = json.dumps({**JOHN, "photo": "no base64!"}).encode()
    (line,) = _seen(monkeypatch, "card", "--photo", text, stdin=body)
    assert line.startswith("E1522 /photo: ")


ENDINGS: Final = (
    ("x.png", "card", "A vCard is written to a file that ends in .vcf, not .png, or say --as qr."),
    ("x.PNG", "", "A vCard is written to a file that ends in .vcf, not .png, or say --as qr."),
    ("x.xml", "", "A vCard is written to a file that ends in .vcf, not .xml, or say --as xcard."),
    ("x.json", "", "A vCard is written to a file that ends in .vcf, not .json, or say --as jcard."),
    ("x.jpg", "", "A vCard is written to a file that ends in .vcf, not .jpg."),
    ("x.vcf", "jcard", "What --as jcard makes is written to a file that ends in .json, not .vcf, "
     "or say --as card."),
    ("x.json", "xcard", "What --as xcard makes is written to a file that ends in .xml, not .json, "
     "or say --as jcard."),
    ("x.vcf", "report", "What --as report makes is written to a file that ends in .json, not .vcf, "
     "or say --as card."),
    ("x.pdf", "qr", "A QR code is written to a file that ends in .svg or .png."),
)  # fmt: skip


@pytest.mark.parametrize(("name", "form", "sentence"), ENDINGS)
def test_a_file_that_promises_another_thing_is_refused(
    name: str, form: str, sentence: str, tmp_path: Path
) -> None:
    """One sentence names the right ending, or the option that makes what the ending promises."""
    out = tmp_path / name
    options = ("--as", form) if form else ()
    assert _failed(_run("card", "-o", out, *options, stdin=BODY)) == [sentence]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "form"),
    [("x.vcf", ""), ("x", ""), ("x.vcard", "card"), ("x.part", ""), ("x.json", "report"),
     ("x.json", "jcard"), ("x.xml", "xcard"), ("x.svg", "qr"), ("x.png", "qr"), ("x", "qr")],
)  # fmt: skip
def test_a_file_with_the_right_ending_is_written(name: str, form: str, tmp_path: Path) -> None:
    """The form's own ending, one that says nothing of what is inside, or none."""
    options = ("--as", form) if form else ()
    assert _run("card", "-o", tmp_path / name, *options, stdin=BODY).exit_code == 0
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_an_export_is_no_picture(tmp_path: Path) -> None:
    """The cards of the contact book are written to no file that promises another thing."""
    assert _failed(_run("contacts", "export", "-o", tmp_path / "x.png")) == [
        "A vCard is written to a file that ends in .vcf, not .png, or say --as qr."
    ]


LOOKING: Final[tuple[tuple[tuple[str, ...], int, list[str]], ...]] = (
    (("keys", "list"), 0, []),
    (("keys", "revoke", "a"), 1, ["There is no key named a that is not revoked already."]),
    (("contacts", "list"), 0, []),
    (("contacts", "show", "1"), 1, ["There is no contact 1."]),
    (("contacts", "export"), 1, ["There are no such contacts."]),
    (("contacts", "delete", "1"), 1, ["Nothing was deleted."]),
)


@pytest.mark.parametrize(("arguments", "status", "lines"), LOOKING)
def test_looking_makes_no_store(
    arguments: tuple[str, ...], status: int, lines: list[str], tmp_path: Path
) -> None:
    """A command that reads or deletes says that there is no store yet, and leaves none behind."""
    result = _run(*arguments)
    assert (result.exit_code, result.stdout_bytes) == (status, b"")
    assert result.stderr.splitlines() == [
        "There is no store yet: vcardsvc serve makes it, and vcardsvc keys add NAME does too.",
        *lines,
    ]
    assert list(tmp_path.iterdir()) == []


def test_check_shows_a_card_and_finds_nothing_wrong_with_ours(tmp_path: Path) -> None:
    """The card of `card` goes through `check`, which shows what it says."""
    path = tmp_path / "john.vcf"
    body = {**JOHN, "organization": "[bold]Mills[/bold]", "phone": [{"number": "1"}]}
    _run("card", "-o", path, stdin=json.dumps(body).encode())
    result = _run("check", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.strip() for line in result.stdout.splitlines()] == [
        "Card 1, vCard 3.0",
        "Name: John",
        "Organization: [bold]Mills[/bold]",
        "Phone, work: 1",
        "nothing is wrong with it",
    ]
    assert _run("check", "-", stdin=path.read_bytes()).stdout == result.stdout


def _vcf(*lines: bytes) -> bytes:
    return b"\r\n".join((b"BEGIN:VCARD", b"VERSION:3.0", *lines, b"END:VCARD", b""))


def test_check_exits_with_1_for_errors_and_names_their_lines() -> None:
    """Each finding names its line; a card that some reader refuses exits with 1."""
    result = _run(
        "check", "-", stdin=b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nBROKEN\r\nEND:VCARD\r\n"
    )
    assert result.exit_code == 1
    assert re.search(r"\n  error line 4: \S", result.stdout)
    assert re.search(r"\n  error line \d: N is missing", result.stdout)


def test_check_says_what_is_no_card() -> None:
    """A file without any card is reported in one line."""
    (line,) = _failed(_run("check", "-", stdin=b"hello"))
    assert re.fullmatch(r"-: \S.*\.", line)


def test_check_lets_no_terminal_command_through() -> None:
    """A stranger's card cannot move the cursor, colour the screen or name the window."""
    hostile = _vcf(b"N:;A;;;", b"FN:A\x1b[2J\x9b1m\xc2\x9b1m", b"X-\x1b]0;a\x07:b", b"NOTE:\x1bc")
    result = _run("check", "-", stdin=hostile)
    assert result.exit_code == 1
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.output) == []


UNSEEN = {
    "a version": (b"VERSION:\x1b[2J\xe2\x80\xae3.0", r"vCard \u001b[2J\u202e3.0"),
    "a number": (b"TEL:\xe2\x80\xaa+1\xe2\x80\xac", r"  Phone, other: \u202a+1\u202c"),
    "an e-mail": (b"EMAIL:\xe2\x80\x8ba@b.example", r"  E-mail, work: \u200ba@b.example"),
    "a label": (
        b"item1.X-ABDATE:19900502\r\nitem1.X-ABLabel:a\xe2\x81\xa6b",
        r"  Date, a\u2066b: 1990-05-02",
    ),
    "a letter and its joiner": (b"X-A:\xe2\x80\x8d", "  X-A: \u200d"),
}


@pytest.mark.parametrize(("line", "text"), UNSEEN.values(), ids=UNSEEN)
def test_check_writes_out_what_is_invisible(line: bytes, text: str) -> None:
    """Controls and marks of writing direction stand as numbers, joiners of emoji as they are."""
    result = _run("check", "-", stdin=_vcf(line).replace(b"VERSION:3.0\r\nVERSION", b"VERSION"))
    assert text in result.stdout
    assert re.findall("[\u202a-\u202e\u2066-\u2069\x1b]", result.stdout) == []


def test_check_lets_no_text_pass_for_its_own_words() -> None:
    """Further lines of a note stand deeper than findings and rows do."""
    note = b"NOTE:a\\n  nothing is wrong with it\\nCard 2\\, vCard 3.0"
    lines = _run("check", "-", stdin=_vcf(note)).stdout.splitlines()
    assert "      nothing is wrong with it" in lines
    assert "    Card 2, vCard 3.0" in lines
    assert "  nothing is wrong with it" not in lines


def test_check_prints_no_octets_whatever_they_are_called() -> None:
    """Base64 under any property's name is reported by its size."""
    octets = base64.b64encode(bytes(30_000))
    result = _run("check", "-", stdin=_vcf(b"X-PICTURE;ENCODING=b:" + octets))
    assert "  X-PICTURE: of an unknown type, 30 kB" in result.stdout.splitlines()
    assert "AAAA" not in result.output


def test_check_names_the_code_of_each_finding() -> None:
    """A finding ends with its code, which scripts look for."""
    result = _run("check", "-", stdin=_vcf(b"N:;A;;;", b"FN:A", b"BDAY:00000000"))
    assert result.exit_code == 1
    assert re.search(
        r"^  error line 5: The value is no date.*\(date-invalid\)$", result.stdout, re.M
    )


def test_check_exits_with_0_for_warnings_alone() -> None:
    """A warning changes how something is shown and is no failure."""
    result = _run("check", "-", stdin=_vcf(b"N:;A;;;", b"FN:A", b"BDAY:--0414"))
    assert (result.exit_code, result.stdout.count("warning line 5")) == (0, 1)


def test_keys_are_added_listed_and_revoked() -> None:
    """A key is printed once, alone on stdout; a list has its name; revoking it is for good."""
    added = _run("keys", "add", "laptop")
    assert added.exit_code == 0
    assert re.fullmatch(r"vcs_[\w-]{43}\n", added.stdout)
    assert re.search(
        r"Z info audit action=keys-add by=\S+ key=laptop account=laptop\n$", added.stderr
    )
    listed = _run("keys", "list")
    assert re.search(
        r" laptop +. laptop +. secret +.  +. \d{4}-\d\d-\d\d \d\d:\d\d UTC +.  +.  +.  +.\n",
        listed.stdout,
    )
    assert added.stdout.strip() not in listed.output
    revoked = _run("keys", "revoke", "laptop")
    said, event = revoked.stderr.splitlines()
    assert (revoked.exit_code, said) == (0, "laptop is revoked.")
    assert re.fullmatch(r"\S+Z info audit action=keys-revoke by=\S+ key=laptop", event)
    assert len(re.findall(r"\d\d:\d\d UTC", _run("keys", "list").stdout)) == 2
    assert _failed(_run("keys", "revoke", "laptop")) == [
        "There is no key named laptop that is not revoked already."
    ]
    assert _failed(_run("keys", "add", "laptop")) == [
        "There is, or was, a key named laptop; names are not used twice."
    ]


@pytest.mark.parametrize("name", ["two words", "", "x" * 65, "a/b", "a\nb"])
def test_a_key_needs_a_name_that_a_log_can_hold(name: str) -> None:
    """A name that would break a log line is refused in words."""
    assert _failed(_run("keys", "add", name)) == [
        "Cannot add it: a key's name is 1 to 64 letters, digits, dots, _ and -."
    ]


def test_migrate_names_the_revision(tmp_path: Path) -> None:
    """`migrate` makes the database, or finds it as it should be, and says at which revision."""
    results = [_run("migrate"), _run("migrate")]
    assert [r.exit_code for r in results] == [0, 0]
    assert {r.stdout for r in results} == {f"The store is at revision {HEAD}.\n"}
    assert (tmp_path / "data" / "vcardsvc" / "vcardsvc.db").exists()


STORE: tuple[tuple[str, ...], ...] = (
    ("keys", "list"),
    ("keys", "add", "a"),
    ("keys", "revoke", "a"),
    ("migrate",),
)


UNUSABLE = [
    "The store cannot be used: The database URL cannot be used.",
    "Its URL is that of VCARDSVC_DATABASE_URL.",
    "Write it as sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
]


@pytest.mark.parametrize("arguments", STORE, ids=" ".join)
def test_commands_of_the_store_say_why_there_is_none(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """Without a store the words name the setting; of one that cannot be used they say why, where
    it is and what to do, and name the setting where it was set."""
    assert _failed(_run(*arguments, API_KEYS=f"a:{KEY}")) == [
        "The keys are those of VCARDSVC_API_KEYS; there is no store beside them.",
        "Set VCARDSVC_DATABASE_URL to keep keys in one, or take VCARDSVC_API_KEYS away.",
    ]
    foreign = tmp_path / "text.db"
    foreign.write_text("no database " * 100)
    assert _failed(_run(*arguments, DATABASE_URL="sqlite:///:memory:")) == UNUSABLE
    move = "Move it away, or name another place."
    assert _failed(_run(*arguments, DATABASE_URL=f"sqlite:///{foreign}")) == [
        "The store cannot be used: The database is not one of ours.",
        f"It is {foreign} (VCARDSVC_DATABASE_URL).",
        move,
    ]
    default = tmp_path / "data" / "vcardsvc" / "vcardsvc.db"
    default.parent.mkdir(parents=True)
    foreign.rename(default)
    assert _failed(_run(*arguments)) == [
        "The store cannot be used: The database is not one of ours.",
        f"It is {default}.",
        move,
    ]


@pytest.mark.parametrize("arguments", [*STORE, ("serve",), ("card",), ("settings",)], ids=" ".join)
def test_bad_settings_are_reported_at_once(arguments: tuple[str, ...]) -> None:
    """Every command that reads settings lists all their faults, and no value."""
    faults = _failed(_run(*arguments, LOG_FROMAT="hunter2", API_KEYS="hunter2", stdin=BODY))
    assert faults == [
        "vcardsvc cannot start with these settings:",
        "  VCARDSVC_API_KEYS: entry 1 must be name:key or name@account:key, the names of letters, "
        "digits, . _ and -",
        "  VCARDSVC_LOG_FROMAT: there is no such setting",
    ]


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("card",)], ids=" ".join)
def test_a_region_without_numbers_is_reported(arguments: tuple[str, ...]) -> None:
    """A region that is none is reported in words before anything starts."""
    assert _failed(_run(*arguments, DEFAULT_REGION="ZZ", stdin=BODY)) == [
        "VCARDSVC_DEFAULT_REGION: no telephone numbers are known of the region ZZ."
    ]


def test_vendors_that_claim_one_call_are_reported(tmp_path: Path) -> None:
    """Two mounts that share a call are reported in words, and no first key is lost."""
    assert _failed(_run("serve", "--port", "0", AUTODNS_AT="/api/v1", SUPEROFFICE_AT="/")) == [
        "vcardsvc cannot serve the vendors there: autodns and superoffice both claim GET "
        "/api/v1/Contact."
    ]
    assert not (tmp_path / "data").exists()


def test_a_port_in_use_is_reported_and_costs_no_first_key(tmp_path: Path) -> None:
    """An address that cannot be had is reported in words, and no first key is created and lost."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert _failed(_run("serve", "--port", str(port))) == [
            f"Cannot listen on 127.0.0.1 port {port}: Address already in use."
        ]
    assert _failed(_run("serve", "--host", "198.51.100.1")) == [
        "Cannot listen on 198.51.100.1 port 8000: Cannot assign requested address."
    ]
    assert not (tmp_path / "data").exists()


def test_a_store_that_cannot_be_used_is_reported_by_serve() -> None:
    """`serve` names the setting of a database that it cannot use, and does not start."""
    assert _failed(_run("serve", "--port", "0", DATABASE_URL="sqlite:///:memory:")) == UNUSABLE


def test_errors_prints_the_catalogue() -> None:
    """Every code, its statuses and its sentence, as a table for people and for the README."""
    rows = [
        f"| {code.name} | {', '.join(map(str, (code.status, *code.others)))} | {code.when} |"
        for code in CATALOGUE
    ]
    printed = _run("errors", "--markdown").stdout.splitlines()
    assert printed == ["| code | HTTP | when |", "| --- | --- | --- |", *rows]
    table = _run("errors").stdout
    assert re.findall(r"\bE\d{3,4}\b", table) == [code.name for code in CATALOGUE]


def test_targets_prints_every_reader() -> None:
    """Every target, its version and what it changes, as a table for people and for the README."""
    rows = [f"| `{one.name}` | {one.version} | {one.doc} |" for one in PROFILES.values()]
    printed = _run("targets", "--markdown").stdout.splitlines()
    heads = ["| target | version | what it changes |", "| --- | --- | --- |"]
    assert printed == [*heads, *rows]
    table = _run("targets").stdout
    assert [name for name in PROFILES if f" {name} " in table] == list(PROFILES)


def test_settings_prints_the_values_now_and_the_defaults() -> None:
    """The table shows what is set, secrets starred; --markdown the defaults, whatever is set."""
    table = _run("settings", API_KEYS=f"a:{KEY}", PHOTO_SIDE="96").stdout
    assert KEY not in table
    assert re.search(r"VCARDSVC_API_KEYS +. \*\*\* ", table)
    assert re.search(r"VCARDSVC_PHOTO_SIDE +. 96 ", table)
    printed = _run("settings", "--markdown", PHOTO_SIDE="96").stdout.splitlines()
    rows = [f"| `{name}` | {value} | {doc} |" for name, value, doc in Settings().rows()]
    assert printed == ["| variable | default | meaning |", "| --- | --- | --- |", *rows]
    assert len(rows) == len(dataclasses.fields(Settings))
