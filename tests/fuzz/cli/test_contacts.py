"""No arguments of the command line give a traceback."""

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support import cli_contacts as contacts
from tests.support.cli_contacts import run
from tests.support.hypothesis_profiles import examples
from vcardsvc.model.address_book import Entry

our_store = contacts.our_store
five = contacts.five


WORDS = st.text(st.characters(exclude_characters="\0"), max_size=12)


@examples(60, HealthCheck.function_scoped_fixture)
@given(
    st.sampled_from(["list", "show", "export"]),
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(["--account", "--vendor", "--query", "--target"]), WORDS),
            st.tuples(st.sampled_from(["--page", "--per-page", "--version"]), WORDS),
            st.tuples(st.integers().map(str)),
            st.tuples(WORDS),
        ),
        max_size=4,
    ),
)
def test_no_arguments_give_a_traceback(
    five: list[Entry], name: str, options: list[tuple[str, ...]]
) -> None:
    """Whatever is typed, a command answers, or refuses with 1 or 2 and says why."""
    result = run(name, *[word for option in options for word in option])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 1, 2)
    assert "Traceback" not in result.output
    assert result.exit_code == 0 or result.stderr
