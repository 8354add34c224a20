"""ZBar reads the very octets of a QR code."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.qr_contents import CONTENTS
from vcardsvc.vcard.qr import qr


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="zbar-tools is not installed")
@pytest.mark.parametrize("name", CONTENTS)
def test_zbar_reads_the_very_octets(name: str, tmp_path: Path) -> None:
    """zbar, another decoder, reads them as well."""
    path = tmp_path / "code.png"
    path.write_bytes(qr(CONTENTS[name], "png").octets)
    command = ["zbarimg", "--quiet", "--raw", "--oneshot", "-Sbinary", str(path)]
    assert subprocess.run(command, capture_output=True, check=True).stdout == CONTENTS[name]
