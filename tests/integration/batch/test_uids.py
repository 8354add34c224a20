"""What makes a UID is the same in every process."""

import subprocess
import sys

from vcardsvc.batch import cards


def test_uids_are_the_same_in_another_process() -> None:
    """No hash of the process is in a UID, nor in the key of a person."""
    code = (
        "from vcardsvc.batch import cards\n"
        "[one] = cards([{'First Name': 'Ada', 'Last Name': 'Nowak', 'Email': 'a@example.com'}])\n"
        "print(one.key, one.card.hex())"
    )
    [here] = cards([{"First Name": "Ada", "Last Name": "Nowak", "Email": "a@example.com"}])
    there = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, check=True
    )
    assert there.stdout.decode().split() == [str(here.key), here.card.hex()]
