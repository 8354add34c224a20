"""The key of the page, created by several processes at once."""

from tests.support import databases
from vcardsvc.services.keys import digest
from vcardsvc.store import Store


def test_processes_that_make_the_form_key_at_once_make_one(store: Store, database_url: str) -> None:
    """Of several that start together one creates the key, and all read the same."""
    store.add_key("laptop", digest("laptop-key"))
    code = (
        "import sys; from vcardsvc.services.keys import add_form_key\n"
        "from vcardsvc.store import Store\n"
        "s = Store(sys.argv[1]); s.list_keys(); print('ready', flush=True); sys.stdin.readline()\n"
        "print(add_form_key(s)); s.close()"
    )
    children = [databases.run(code, database_url) for _ in range(3)]
    printed = sorted(databases.together(children))
    assert printed == ["False\n", "False\n", "True\n"]
    assert databases.names(store) == ["laptop", "form"]
