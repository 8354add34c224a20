"""The file of a form."""

import io

import pytest

from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.multipart import CHUNK, FormFile

TYPE = "multipart/form-data; boundary=xYz"
FILE = 'form-data; name="file"; filename="list.csv"'


def _part(disposition: str, octets: bytes, *headers: str) -> bytes:
    lines = "\r\n".join(("--xYz", f"Content-Disposition: {disposition}", *headers, "", ""))
    return lines.encode() + octets + b"\r\n"


END = b"--xYz--\r\n"


def _read(body: bytes, content_type: str = TYPE) -> tuple[bytes, str, str]:
    """The octets, the name and the media type of the file."""
    form = FormFile(io.BytesIO(body), content_type)
    return io.BufferedReader(form).read(), form.filename, form.content_type


def _text_of(body: bytes, content_type: str = TYPE) -> str:
    with pytest.raises(NotAList) as caught:
        _read(body, content_type)
    assert caught.value.cause == "form"
    return caught.value.text


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 5])
def test_the_file_of_a_form(size: int) -> None:
    """Its octets are those that were sent, with its name and media type."""
    octets = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    body = _part(FILE, octets, "Content-Type: text/csv") + END
    assert _read(body) == (octets, "list.csv", "text/csv")


def test_other_fields_of_a_form_are_left_out() -> None:
    """Fields in front of the file and behind it say nothing."""
    field = _part('form-data; name="as"', b"zip")
    assert _read(field + _part(FILE, b"a,b") + field + END) == (b"a,b", "list.csv", "")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="f"; filename="Zoë.csv"', "Zoë.csv"),
        ("form-data; name=f; filename*=UTF-8''Zo%C3%AB.csv", "Zoë.csv"),
        ("form-data; name=f; filename*=no-charset''Zo%C3%AB.csv", "ZoÃ«.csv"),
    ],
)
def test_the_name_of_a_file(disposition: str, name: str) -> None:
    """A name may be in UTF-8, plain or as RFC 2231 has it."""
    assert _read(_part(disposition, b"x") + END)[1] == name


def test_a_form_without_a_file_is_refused() -> None:
    """A form of fields alone, and one with nothing, have no file."""
    assert _text_of(_part('form-data; name="as"', b"zip") + END) == "The form has no file."
    assert _text_of(END) == "The form has no file."
    assert _text_of(b"") == "The form has no file."
    assert _text_of(_part('form-data; name="a"', b"x" * 100_000) + END) == "The form has no file."


def test_a_form_with_several_files_is_refused() -> None:
    """One list is converted at once."""
    assert _text_of(_part(FILE, b"a") + _part(FILE, b"b") + END) == (
        "The form has several files; send one."
    )


@pytest.mark.parametrize(
    "body",
    [
        b"a,b\r\n1,2\r\n",
        b"--other\r\n\r\n",
        _part(FILE, b"a,b\r\n1,2"),
        _part(FILE, b"a,b\r\n1,2").removesuffix(b"\r\n") + b"\r\n--xYz",
        b"--xYz\r\nBad Header\r\n\r\n",
        _part(FILE, b"x") + _part("form-data; name=a", b"x", f"X-Long: {'x' * 100_000}") + END,
    ],
)
def test_a_body_that_is_no_form_is_refused(body: bytes) -> None:
    """Another body, and a form that ends too soon, are no form."""
    assert _text_of(body) in ("The form is no multipart/form-data.", "The form has no file.")


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_without_a_boundary_is_refused(content_type: str) -> None:
    """The media type must name the boundary."""
    assert _text_of(END, content_type) == "The form is no multipart/form-data."


def test_the_character_set_of_a_name_may_be_anything() -> None:
    """A name that cannot be decoded is a form that cannot be read, and no fault of ours."""
    part = _part("form-data; name=f; filename*=ut\0f''a.csv", b"First Name\nAda\n")
    assert "multipart" in _text_of(part + END)
