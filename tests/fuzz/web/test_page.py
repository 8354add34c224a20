"""Any values and problems make a page."""

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from tests.support.web_pages import CONTROL, EVERYWHERE, NAMES, Page
from vcardsvc.errors import (
    CATALOGUE,
    Problem,
)
from vcardsvc.web.page import failure, page

ANY_TEXT: Final = st.text(st.characters(), max_size=30)
POINTERS: Final = st.sampled_from([at for one in EVERYWHERE if (at := one.field)]) | ANY_TEXT
PROBLEMS: Final = st.builds(
    Problem,
    code=st.sampled_from(CATALOGUE),
    field=st.none() | POINTERS,
    cause=st.sampled_from(["", "two-photos", "label"]),
    detail=ANY_TEXT,
)


@given(
    st.dictionaries(st.sampled_from([*NAMES, "api-key"]) | ANY_TEXT, ANY_TEXT | st.binary()),
    st.lists(PROBLEMS, max_size=4).map(tuple),
    ANY_TEXT,
)
def test_any_values_and_problems_make_a_page(
    values: dict[str, Any], problems: tuple[Problem, ...], key: str
) -> None:
    """Whatever is sent and whatever is wrong with it, there is a page, with every field on it."""
    reply = page(values, problems, key)
    assert reply.status == (problems[0].http_status if problems else 200)
    # The file of a list has no name: it is in no form.
    controls = [one.attributes for one in Page(reply).all(*CONTROL)]
    names = [attributes["name"] for attributes in controls if "name" in attributes]
    assert sorted(names) == sorted((*NAMES, "api-key"))
    if problems:
        assert len(Page(failure(problems, key)).all("li")) == len(problems)
