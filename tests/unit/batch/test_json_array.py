"""Arrays of JSON, cut into the texts of their values."""

import io

import pytest

from vcardsvc.batch import json_array
from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.json_array import objects


class _Slow(io.BytesIO):
    """Gives few octets at once."""

    most = 1

    def read(self, size: int | None = -1, /) -> bytes:
        """Return at most `most` octets."""
        return super().read(min(size or self.most, self.most))


CASES: tuple[tuple[bytes, list[bytes]], ...] = (
    (b'[{"a": 1}, {"b": [2, 3]}]', [b'{"a": 1}', b'{"b": [2, 3]}']),
    (b'\xef\xbb\xbf \n[{"a":1}]\n', [b'{"a":1}']),
    (b"[]", []),
    (b" [ \n ] ", []),
    (b'[{"a":"]}[{,\\"\\\\"},{}]', [b'{"a":"]}[{,\\"\\\\"}', b"{}"]),
    (b'[1, "two", null, [3]]', [b"1", b'"two"', b"null", b"[3]"]),
    (b'{"a": [1]}', [b'{"a": [1]}']),
    (b'{"a":1}\n{"b":"}"}\r\n\n{"c":[{}]}\n', [b'{"a":1}', b'{"b":"}"}', b'{"c":[{}]}']),
    (b'{\n "a": 1\n}\n{\n "b": 2\n}', [b'{\n "a": 1\n}', b'{\n "b": 2\n}']),
    (b'{"a":1} more', [b'{"a":1}', b"more"]),
    (b'{"a":1}}{"b":2}', [b'{"a":1}', b"}", b'{"b":2}']),
    (b'{"a":1', [b'{"a":1']),
    (b'[{"a": tru}, {"b": 1}]', [b'{"a": tru}', b'{"b": 1}']),
    (b'[{"a": 1} {"b": 2}, {"c": 3}]', [b'{"a": 1} {"b": 2}', b'{"c": 3}']),
    (b'[{"a":1},,{"b":2},]', [b'{"a":1}', b",", b'{"b":2}']),
    (b'[{"a":1}', [b'{"a":1}']),
    (b'[{"a":1},', [b'{"a":1}', b"["]),
    (b'[{"a":1},{"b":', [b'{"a":1}', b'{"b":']),
    (b'[{"a":1},{"b":"open]', [b'{"a":1}', b'{"b":"open]']),
    (b'[{"a":1}] more', [b'{"a":1}', b"more"]),
    (b"[", [b"["]),
    ('[{"a":"Zoë 🚀"}]'.encode(), ['{"a":"Zoë 🚀"}'.encode()]),
)


@pytest.mark.parametrize("most", [3, 7, 65536])
@pytest.mark.parametrize(("octets", "texts"), CASES)
def test_values_of_an_array(octets: bytes, texts: list[bytes], most: int) -> None:
    """A value that is broken costs no other, wherever the reads part the file."""
    file = _Slow(octets)
    file.most = most
    assert [text for _, text in objects(file)] == texts


def test_an_array_without_its_end_is_not_whole() -> None:
    """The end of the file does not end the array: its last text is no value."""
    assert list(objects(io.BytesIO(b'[{"a":1},')))[-1] == (1, b"[")


@pytest.mark.parametrize("most", [1, 5, 65536])
def test_the_lines_of_values(most: int) -> None:
    """Each value has the line where it begins, whatever the ends of lines are."""
    file = _Slow(b'\n[ {"a": 1},\n\n {"b":\n2}\n, 3]\n\nmore')
    file.most = most
    assert [line for line, _ in objects(file)] == [2, 4, 6, 8]
    file = _Slow(b'{"a": 1}\r\n\r\n{"b":\r\n2}\r\n{}')
    file.most = most
    assert [line for line, _ in objects(file)] == [1, 3, 5]
    assert [line for line, _ in objects(io.BytesIO(b"[1,\r2,\r\r3]"))] == [1, 2, 4]


@pytest.mark.parametrize("octets", [b"17", b"hello", b" \n", b"", b'"a"', b"]"])
def test_what_is_no_array_and_no_object_is_no_list(octets: bytes) -> None:
    """A file that begins with neither bracket is refused as a whole."""
    with pytest.raises(NotAList, match=r"neither \[ nor \{"):
        list(objects(io.BytesIO(octets)))


@pytest.mark.parametrize("start", [b"{", b"[", b'["', b'[{"a":"', b"[" * 200])
@pytest.mark.parametrize("filling", [b" ", b"x", b"\\\\", b"[", b'"'])
def test_a_value_without_an_end_is_given_up(
    start: bytes, filling: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value, or what stands for one, has a most of octets."""
    monkeypatch.setattr(json_array, "VALUE", 10_000)
    monkeypatch.setattr(json_array, "CHUNK", 1_000)
    with pytest.raises(NotAList) as caught:
        list(objects(io.BytesIO(start + filling * 30_000)))
    assert (caught.value.cause, caught.value.too_large) == ("value-length", True)
