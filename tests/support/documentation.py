"""The documentation as tests read it: its files, its blocks of code, its links."""

import re
from pathlib import Path
from typing import Final

import vcardsvc

PACKAGE: Final = Path(vcardsvc.__file__).parent
TOP: Final = PACKAGE.parent
FOLDER: Final = PACKAGE / "docs"
README: Final = TOP / "README.md"
FILES: Final = tuple(sorted(FOLDER.rglob("*.md")))


def text(name: str) -> str:
    """The Markdown of the page of this name (`vendors/autodns`)."""
    return (FOLDER / f"{name}.md").read_text()


def between(name: str, comment: str) -> str:
    """What stands on a page between this comment and `<!-- end -->`."""
    found = re.search(rf"^<!-- {comment} -->\n(.*?)\n<!-- end -->$", text(name), re.S | re.M)
    assert found, f"{name} has no {comment}"
    return found[1]


def block(name: str, comment: str) -> str:
    """The one block of code that stands there."""
    (code,) = blocks(between(name, comment))
    return code


def blocks(markdown: str, *languages: str) -> list[str]:
    """Every block of code in this Markdown; with `languages` those of them."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", markdown, re.S | re.M)
    return [code for language, code in found if not languages or language in languages]


def links(markdown: str) -> list[str]:
    """Every target of a link or a picture."""
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```$", "", markdown, flags=re.S | re.M))
