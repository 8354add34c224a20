"""Any options and headers get a card or a code of the catalogue."""

from collections.abc import Iterator
from typing import Final, get_args

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.databases import url
from tests.support.hypothesis_profiles import examples
from tests.support.service import HEADERS, Inside, inside
from vcardsvc.errors import CATALOGUE
from vcardsvc.model.request import Form, PhotoRule, Target, Version
from vcardsvc.store import Store


@pytest.fixture(scope="module")
def linking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """The application in this process, with a database for a handful of links."""
    path = url(tmp_path_factory.mktemp("wanted") / "links.db")
    store = Store(path)
    store.migrate()
    store.close()
    with inside(database_url=path, links_per_key=5, log_requests=False) as created:
        yield created


BODY: Final = (
    b'{"action": "createcontact", "name": {"first-name": "Zo\xc3\xab"}, "note": "One.\\nTwo.",'
    b'"phone": [{"number": "+16502530000"}, {"number": "555 ext. 5", "label": "main"}],'
    b'"website": [{"url": "https://mill.example", "label": "Mill"}], "photo": "%%%"}'
)
"""A good request, but for a photo that only some options leave alone."""

NAMES: Final = (
    "target", "version", "as", "photo", "ttl", "once", "content", "filename", "disposition", "x",
)  # fmt: skip
WORDS: Final = (
    *get_args(Target), *get_args(Version), *get_args(Form), *get_args(PhotoRule), "true", "card",
    "60", "", "a.vcf", "a.svg", "a.json", "attachment",
)  # fmt: skip
GOOD = st.sampled_from([f"as={form}".encode() for form in get_args(Form)])
OPTION = st.tuples(st.sampled_from(NAMES), st.sampled_from(WORDS)).map("=".join).map(str.encode)
QUERY = st.binary(max_size=60) | st.lists(
    GOOD | OPTION | st.binary(max_size=6) | st.just(b"photo=drop"), max_size=6
).map(b"&".join)
RANGES = st.sampled_from(
    [b"text/vcard", b"application/vcard+json", b"application/vcard+xml", b"*/*", b"image/png",
     b"application/jscontact+json", b";q=0", b";q=0.5", b";version=4.0", b";version=", b",", b'"',
     b"\\", b";", b"=", b" ", b"\xff"]
)  # fmt: skip
ACCEPT = st.binary(max_size=60) | st.lists(RANGES, max_size=10).map(b"".join)
FAILURES: Final = {
    (status, code.name)
    for code in CATALOGUE
    for status in (code.status, *code.others)
    if status < 500
}


@examples(1000, *HealthCheck)
@given(query=QUERY, accepts=st.lists(ACCEPT, max_size=2))
def test_anything_that_is_requested_gets_an_answer(
    linking: Inside, query: bytes, accepts: list[bytes]
) -> None:
    """Any query and any Accept headers get the requested form or a failure of the catalogue."""
    fields = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    fields += [(b"host", b"a.example"), *((b"accept", one) for one in accepts)]
    answer = linking.ask("POST", "/", BODY, headers=fields, query=query)
    if answer.status >= 400:
        assert answer.outcome in FAILURES
    else:
        assert answer.status == (201 if "location" in answer.headers else 200)
        assert answer.body
