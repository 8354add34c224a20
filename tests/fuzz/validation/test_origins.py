"""Any text is one origin or none."""

import itertools
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from vcardsvc.validation.origins import (
    normal,
    of_url,
)


@given(st.text(alphabet="htps:/.aZ0919[]@#?\\* \n-_é", max_size=30))
def test_any_text_is_one_origin_or_none(text: str) -> None:
    """What is taken for an origin is spelled once and is read alike by another parser."""
    for prefix, end in itertools.product(("", "https://"), ("", "/x")):
        found = of_url(prefix + text + end)
        if found:
            other = urlsplit(prefix + text + end)
            host = other.hostname or ""
            assert normal(found) == found
            assert other.scheme == found.partition(":")[0]
            assert normal(f"{other.scheme}://{f'[{host}]' if ':' in host else host}")
