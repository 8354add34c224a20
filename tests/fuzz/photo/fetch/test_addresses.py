"""Any text of an address is read or refused."""

import asyncio
import ipaddress
import string
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from tests.support.fetching import PORTS, no, outcome, unknown
from tests.support.hypothesis_profiles import examples
from vcardsvc.errors import E1520, Refused
from vcardsvc.photo.fetch import Cause, Fetcher, FetchPolicy
from vcardsvc.photo.fetch.address import may_dial
from vcardsvc.photo.fetch.url import parse_url

PIECES = st.sampled_from([
    "http", "https", ":", "//", "/", "\\", "@", "#", "?", "%", "%2e", ".", "。", "[", "]", "::",
    "xn--", "0x", "127", "0", "80", "example", "com", "é", "ß", "１", "\u200d", "\ud800", "_", "-",
])  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES).map("".join),
    st.lists(PIECES).map(lambda pieces: "http://" + "".join(pieces)),
    st.text(min_size=1).map("http://{}/".format),
    st.text(string.printable).map("https://example.com/{}".format),
)
ALLOWED = {no(cause, E1520) for cause in Cause} | {no("connect")}


def test_any_text_is_read_or_refused(dialled: list[str]) -> None:
    """Whatever a photo-url or a Location holds, it is refused with its code or tried."""
    with asyncio.Runner() as runner:
        by = Fetcher(FetchPolicy(), resolve=unknown)

        @examples(400)
        @given(TEXTS)
        def any_text(text: str) -> None:
            assert runner.run(outcome(by, text)) in ALLOWED
            with suppress(Refused):
                url = parse_url(text, PORTS, "http://example.com/a/b")
                assert parse_url(url.text, PORTS) == url

        any_text()
        runner.run(by.aclose())
    assert all(may_dial(ipaddress.ip_address(address)) for address in dialled)
