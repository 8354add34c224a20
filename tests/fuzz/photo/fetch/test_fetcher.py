"""What the parser of response heads allows reaches httpx unchanged."""

import h11
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fetching import HEAD
from tests.support.hypothesis_profiles import examples
from vcardsvc.photo.fetch.head import ResponseHeads

PARTS = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b"\0", b"Content-Length", b"Transfer-Encoding",
    b"chunked",
     b"3", b"X", b"X: y", b"\xff", b",", b"HTTP/1.1 103 Hint\r\n", b"content-length: 3",
     b"3\r\nGIF\r\n0\r\n"]
)  # fmt: skip


def _parsed(octets: bytes) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
    """What the strict parser makes of a connection: headers and body; None where it refuses."""
    parser = h11.Connection(h11.CLIENT)
    parser.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    parser.send(h11.EndOfMessage())
    headers, body = [], b""
    try:
        parser.receive_data(octets)
        parser.receive_data(b"")
        while type(event := parser.next_event()) not in (h11.EndOfMessage, h11.ConnectionClosed):
            if isinstance(event, h11.Response):
                headers = [(name.lower(), value) for name, value in event.headers]
            elif isinstance(event, h11.Data):
                body += event.data
    except h11.RemoteProtocolError:
        return None
    return headers, body


@examples(1000)
@given(st.lists(PARTS, max_size=12).map(b"".join))
def test_what_the_parser_allows_is_not_changed(lines: bytes) -> None:
    """A response that is right reads the same with its bad lines dropped, to its very end."""
    for octets in (HEAD + lines + b"\r\n\r\nGIF89a", HEAD + lines):
        heads = ResponseHeads()
        read = heads.read(octets) + (b"" if heads.done else heads.read(b""))
        strict = _parsed(octets)
        if strict is not None:
            assert _parsed(read) == strict
