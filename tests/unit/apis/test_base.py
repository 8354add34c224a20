"""Queries: how many options are read."""

import pytest

from vcardsvc.apis.base import query_options
from vcardsvc.errors import Refused


def test_a_query_has_64_options_at_most() -> None:
    """A query of more options is E1527 before it is split."""
    assert len(query_options(b"&".join(b"a%d=1" % n for n in range(64)))) == 64
    with pytest.raises(Refused, match="E1527"):
        query_options(b"&" * 64)
