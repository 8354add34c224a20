"""Names of columns in sentences: few, short, and in one line."""

import pytest

from vcardsvc.batch.unknown_columns import NAME, SHOWN, none_known, quoted


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["A", 'B "b"'], '"A", "B \\"b\\""'),
        (["a\r\n  b\x1b"], '"a b\\u001b"'),
        (["\ud800"], '"?"'),
        (["x" * NAME], f'"{"x" * NAME}"'),
        (["x" * (NAME + 1)], f'"{"x" * NAME}…"'),
        (["a"] * (SHOWN + 2), ", ".join(['"a"'] * SHOWN) + " and 2 more"),
    ],
)
def test_names_are_quoted(names: list[str], text: str) -> None:
    """Each is cut, and so are they all; controls and line breaks do not get out."""
    assert quoted(names) == text


def test_a_workbook_has_no_delimiter() -> None:
    """The sentence names none."""
    text = none_known(["a", "b"], "").text
    assert text.startswith('None of its columns is known. Its first record is: "a", "b".')
    assert "delimiter" not in text
