"""Any octets under any format give results or one refusal, and never a fault of ours."""

import io
import json
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.multipart import FormFile
from vcardsvc.batch.run import open_file, run_batch
from vcardsvc.model.batch import BatchOptions

NAMES: Final = ("list.csv", "list.tsv", "list.ndjson", "list.json", "list.vcf", "")
FORMS: Final[tuple[Any, ...]] = ("card", "jcard", "xcard", "jscontact", "zip", "ndjson", "report")

_PIECES: Final = st.sampled_from(
    [
        b"First Name,Last Name,Phone,Email,Birthday,Notes\n", b"Vorname;Nachname;Telefon\r\n",
        b"Name\tPhone\tPhoto\n", b"sep=;\n", b"Ada", b"Nowak", b",", b";", b"\t", b"|", b'"', b'""',
        b"\n", b"\r\n", b"\r", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"4.4E+11", b"'=1",
        b'="01"', b"0/0/00", b"1/2/90", b"n/a", b" ::: ", b"* Work", b"BEGIN:VCARD\r\n",
        b"END:VCARD\r\n", b"VERSION:2.1\r\n", b"N:Nowak;Ada\r\n", b"FN:Ada\r\n", b"TEL:1\r\n",
        b"PHOTO;ENCODING=b:AAAA\r\n", b"AGENT:\r\n", b"NOTE;CHARSET=utf-16:x\r\n",
        b"[", b"]", b"{", b"}", b'{"name": {"first-name": "Ada"}}', b'"name":', b'{"organization":',
        b"\\ud800", b"1e999", b"9" * 5_000, b"[" * 200, "Zo\u00eb \U0001f680".encode(),
        b"E-mail 1 - Label,E-mail 1 - Value,Birth Year,Birth Month,Birth Day,Labels\n",
        b"Id,IsDeleted,AccountId,LastName\n", b"Copyright (c)", b"x" * 70_000,
    ]
)  # fmt: skip
OCTETS: Final = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(_PIECES, st.binary(max_size=4)), max_size=40).map(b"".join),
)


@examples(400)
@given(
    octets=OCTETS,
    name=st.sampled_from(NAMES),
    form=st.sampled_from(FORMS),
    card_form=st.sampled_from(FORMS[:4]),
    options=st.fixed_dictionaries(
        {},
        optional={
            "encoding": st.sampled_from(["utf-8", "utf-16", "windows-1252", "shift_jis", "utf-7"]),
            "delimiter": st.sampled_from([",", ";", "\t", "|"]),
            "company": st.just("card"),
            "names": st.just("strict"),
            "judged": st.sampled_from([1, 3]),
            "split": st.sampled_from([1, 2]),
            "target": st.sampled_from(["apple", "android", "mms", "outlook"]),
            "dialect": st.sampled_from(["google", "outlook", "salesforce-report", "thunderbird"]),
        },
    ),
)
@example(octets=b"Birth Year\n" + b"9" * 5_000, name="list.csv", form="card", card_form="card",
         options={"dialect": "thunderbird"})  # fmt: skip
def test_any_octets_are_a_list_or_none(
    octets: bytes, name: str, form: Any, card_form: Any, options: dict[str, Any]
) -> None:
    """A file gives a whole result whose counts are those of its rows, or NotAList."""
    chosen = BatchOptions(form=form, card_form=card_form, **options)
    try:
        result = run_batch(open_file(io.BytesIO(octets), "", name, chosen), chosen)
        pieces = b"".join(result.pieces)
    except NotAList:
        return
    counts = result.run.counts
    result.run.failed.close()
    if result.maybe_counts is not None:
        assert result.maybe_counts.header == counts.header
    if form == "ndjson":
        lines = [json.loads(line) for line in pieces.split(b"\n")[:-1]]
        assert len(lines) == counts.cards + counts.errors + counts.skipped
        rows = [line["row"] for line in lines]
        assert rows == list(range(1, len(rows) + 1))
    elif form in ("jcard", "jscontact"):
        assert len(json.loads(pieces)) == counts.cards


@examples(200)
@given(
    body=st.lists(
        st.one_of(
            st.sampled_from(
                [b"--xYz", b"--xYz--", b"\r\n", b"\n", b"--", b": ", b"Content-Type: text/csv",
                 b'Content-Disposition: form-data; name="a"; filename="b"',
                 b"Content-Disposition: form-data; filename*=utf-16''%ff%", b"a,b", b"x" * 70_000]
            ),
            st.binary(max_size=5),
        ),
        max_size=20,
    ).map(b"".join),
    content_type=st.sampled_from(
        ["multipart/form-data; boundary=xYz", 'multipart/form-data; boundary="xYz"',
         "multipart/form-data", "multipart/form-data; boundary=\xff"]
    ),
)  # fmt: skip
def test_any_body_is_a_form_or_none(body: bytes, content_type: str) -> None:
    """A form gives the octets of its file, or NotAList."""
    try:
        form = FormFile(io.BytesIO(body), content_type)
        octets = io.BufferedReader(form).read()
    except NotAList:
        return
    assert form.filename
    assert octets in body


@pytest.mark.parametrize("name", NAMES)
def test_no_octets_are_no_list(name: str) -> None:
    """An empty file is refused in every format."""
    with pytest.raises(NotAList):
        open_file(io.BytesIO(b""), "", name, BatchOptions())
