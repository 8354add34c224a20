"""What is costly is imported by those alone that need it."""

import subprocess
import sys


def test_the_main_process_does_not_pay() -> None:
    """Importing the package loads neither Pillow nor multiprocessing."""
    program = (
        "import sys, vcardsvc.photo.decoder; print({'PIL', 'multiprocessing'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"set()\n"


def test_keys_without_a_store_never_load_the_database_library() -> None:
    """A stateless deployment does not pay for SQLAlchemy."""
    code = (
        "import asyncio, sys; from vcardsvc.services.keys import Keys\n"
        "k = Keys((('a', 'k' * 16, 'a'),)); asyncio.run(k.load()); print(k.check(b'k' * 16).name)\n"
        "print({'sqlalchemy', 'alembic', 'sqlite3'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.stdout, done.stderr) == ("a\nset()\n", "")


LOOKUPS_AFTER_PRELOAD = """
import sys
from vcardsvc.validation import countries as places
places.preload()
sys.modules["pycountry"] = None  # a second import fails
sys.addaudithook(lambda event, _: print(event) if event == "open" else None)
print(places.nation("NL"), places.state("US", "Utah"), places.state("SE", "Skåne län"))
"""


def test_no_lookup_after_preload_reads_a_file() -> None:
    """No file is opened and no library used, whatever the country."""
    reported = subprocess.run(
        [sys.executable, "-c", LOOKUPS_AFTER_PRELOAD], capture_output=True, text=True, timeout=30
    )
    assert (reported.stdout, reported.stderr) == ("Netherlands UT M\n", "")


def test_the_documentation_costs_nothing_at_start() -> None:
    """Neither the renderer nor the pages are loaded before a page is requested."""
    code = (
        "import sys, vcardsvc.app; "
        "print([one for one in sys.modules if one.startswith(('markdown_it', 'vcardsvc.docs.'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_the_library_of_limits_is_imported_by_those_that_have_one() -> None:
    """Keys without a limit need neither `limits` nor Redis, and a limit in memory no Redis."""
    code = (
        "import asyncio, sys; from vcardsvc.services.keys import Key\n"
        "from vcardsvc.services.rate_limits import RateLimits\n"
        "rates = RateLimits(publishable='9/hour'); asyncio.run(rates.hit(Key(name='a')))\n"
        "print({'limits', 'redis'} & set(sys.modules))\n"
        "asyncio.run(rates.preload())\n"
        "print({'limits', 'redis'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n{'limits'}\n"
