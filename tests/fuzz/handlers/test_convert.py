"""Whatever is sent into POST /convert and POST /check, the answer is one of the catalogue."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.conversion_samples import CONVERSIONS, FOLDER
from tests.support.dialect_cards import DIALECTS
from tests.support.hypothesis_profiles import examples
from tests.support.service import KEY, Inside
from vcardsvc.apis.convert.files import MEDIA_TYPES, SOURCES
from vcardsvc.apis.render_options import OPTIONS
from vcardsvc.errors import CATALOGUE

FAILURES = {
    (status, code.name)
    for code in CATALOGUE
    for status in (code.status, *code.others)
    if status != 500
}

SAMPLES = [(one.octets, b"text/vcard", "") for one in DIALECTS] + [
    ((FOLDER / one.source).read_bytes(), one.media_type.encode(), one.target.partition("from=")[2])
    for one in CONVERSIONS
]
"""Files of cards as programs write them, their media types, and the source of JSON."""

many = examples(300, *HealthCheck)


def _answered(app: Inside, path: str, body: bytes, media_type: bytes, query: str) -> int:
    """The status of the response, which is a document or a failure of the catalogue."""
    headers = [(b"x-api-key", KEY.encode()), (b"content-type", media_type)]
    answer = app.ask("POST", path, body, headers=headers, query=query.encode("utf-8", "replace"))
    if answer.status not in (200, 201):
        assert (answer.status, answer.json["error-code"]) in FAILURES
    elif answer.headers["content-type"].startswith("text/vcard"):
        answer.body.decode()
        assert answer.body.startswith(b"BEGIN:VCARD\r\n")
        assert answer.body.endswith(b"END:VCARD\r\n")
    elif answer.headers["content-type"].startswith("application/") and answer.body[:1] != b"<":
        assert answer.json is not None
    return answer.status


PATHS = st.sampled_from(["/convert", "/check"])
MEDIA = st.sampled_from(sorted(MEDIA_TYPES)).flatmap(
    lambda name: st.sampled_from(
        [name, name + b"; charset=utf-16", name + b"; charset=\xff", name + b"; boundary=a"]
    )
)
QUERIES = st.lists(
    st.one_of(
        *(
            st.sampled_from([f"{name}={value}" for value in values])
            for name, values in OPTIONS.items()
        ),
        st.sampled_from(SOURCES).map("from={}".format),
        st.sampled_from(["fix=true", "photo=none", "photo=drop", "filename=a.vcf", "ttl=5", "x=1"]),
    ),
    max_size=4,
    unique_by=lambda option: option.partition("=")[0],
).map("&".join)

SYNTAX = st.sampled_from(
    [b"BEGIN:VCARD\r\n", b"END:VCARD\r\n", b"VERSION:2.1\n", b"VERSION:3.0\n", b"VERSION:4.0\n",
     b"N:", b"FN:a\n", b"item1.", b"TEL;", b"ADR:", b"PHOTO;ENCODING=b:", b"X-ABLabel:", b"AGENT:",
     b";ENCODING=QUOTED-PRINTABLE", b";CHARSET=UTF-16", b"BDAY:", b"GEO:", b"RELATED:", b"\r\n ",
     b"=\r\n", b"=C3", b"\xff", b"\x00", b"\\", b'"', b":", b";", b",", b"^n", b"\xe2\x80\xa8",
     b"1604-05-14", b"[", b"]", b"{", b"}", b'["vcard",[', b'"@type":"Card"', b"null", b"-1",
     b"1e999", b'"\\ud800"', b"<vcards>", b"<vcard>", b"<!DOCTYPE a>", b"</", b"--a\r\n",
     b"\xef\xbb\xbf"]
)  # fmt: skip


@many
@given(
    path=PATHS,
    body=st.binary(max_size=300) | st.lists(SYNTAX, max_size=16).map(b"".join),
    media_type=MEDIA,
    query=QUERIES,
)
def test_any_bytes_get_an_answer(
    offline: Inside, path: str, body: bytes, media_type: bytes, query: str
) -> None:
    """Any bytes of any media type with any options are answered."""
    _answered(offline, path, body, media_type, query)


@many
@given(
    path=PATHS,
    sample=st.sampled_from(SAMPLES),
    damages=st.lists(
        st.tuples(
            st.integers(0, 3000),
            st.integers(0, 40),
            SYNTAX
            | st.binary(max_size=6)
            | st.text(max_size=4).map(lambda text: text.encode("utf-8", "replace")),
        ),
        max_size=4,
    ),
    query=QUERIES,
)
def test_any_damage_gets_an_answer(
    offline: Inside,
    path: str,
    sample: tuple[bytes, bytes, str],
    damages: list[tuple[int, int, bytes]],
    query: str,
) -> None:
    """Files of programs with pieces torn out or put in are answered."""
    body, media_type, source = sample
    for at, torn, put in damages:
        start = at % (len(body) + 1)
        body = body[:start] + put + body[start + torn :]
    options = [query, f"from={source}" if source and "from=" not in query else ""]
    _answered(offline, path, body, media_type, "&".join(filter(None, options)))


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_the_undamaged_files_are_good(offline: Inside, sample: tuple[bytes, bytes, str]) -> None:
    """What is damaged above is converted as it stands, but for the letter among it."""
    body, media_type, source = sample
    query = f"photo=none&from={source}" if source else "photo=none"
    status = 200 if b"no card" not in body else 422
    assert _answered(offline, "/convert", body, media_type, query) == status
    assert _answered(offline, "/check", body, media_type, query) == status
