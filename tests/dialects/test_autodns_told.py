"""AutoDNS: its texts to the letter in both languages, and what is not passed over in its XML."""

from typing import Any

import pytest

from tests.dialects.autodns import (
    ask,
    done,
    draft,
    entry,
    problems,
    refused,
    request,
    told,
    tree,
)
from vcardsvc.apis.autodns.errors import CODES, GERMAN
from vcardsvc.model.address_book import CommandResult


def test_every_code_has_a_german_text() -> None:
    """A German user is told of his fault in German, to the letter."""
    asked = ask({"phone": "1"}, headers={b"accept-language": b"de"})
    assert told(refused("create", asked))["status"]["text"] == "Ungültige Telefonnummer."
    assert set(GERMAN) == {code.name for code in CODES}


def test_a_vendors_text_is_told_to_the_letter() -> None:
    """What there is to say beside it is the notice (seed: 2.4); a text of ours is not parted."""
    body = told(refused("create", ask({"phone": "1", "email": "x"})))
    assert body["status"] == {
        "code": "E0301",
        "text": "Domain contact could not be created. It must be an e-mail address.",
        "type": "ERROR",
    }
    assert body["messages"] == [
        {
            "text": "Domain contact could not be created. It must be an e-mail address.",
            "code": "E0301",
            "status": "ERROR",
            "objects": [{"type": "email", "value": "/email"}],
        },
        {
            "text": "Invalid phone number.",
            "notice": "It is written like +49-123-12345.",
            "code": "EF03010",
            "status": "ERROR",
            "objects": [{"type": "phone", "value": "/phone"}],
        },
        {
            "text": "Invalid last name.",
            "notice": "Type PERSON needs one.",
            "code": "EF03018",
            "status": "ERROR",
            "objects": [{"type": "lname", "value": "/lname"}],
        },
    ]


STRAY = [
    ("<handle><lname>Sample</lname></handle>", "/handle"),
    ("<handle><lname>Sample</lname><address><l>a</l></address></handle>", "/address/0"),
    ("<handle><lname>Sample</lname><city><b>a</b></city></handle>", "/city"),
    ("<handle><lname>Sample</lname><extension>a</extension></handle>", "/extensions"),
]


@pytest.mark.parametrize(("handle", "field"), STRAY)
def test_nothing_of_a_task_is_passed_over(handle: str, field: str) -> None:
    """A second contact, and elements where text belongs, are refused as JSON would be."""
    second = handle if field == "/handle" else ""
    [problem] = problems("gateway", ask(request(f"<code>0301</code>{handle}{second}")))
    assert (problem.code.name, problem.field) == ("E0301", field)


REFERENCES = [
    ([{"name": "de"}], "de"),
    ([{"nic": {"label": "de"}}], "de"),
    ([{"nic": {"name": "de"}}], "de"),
    (["de"], "de"),
    ([{"nic": "de"}], None),
]


@pytest.mark.parametrize(("references", "name"), REFERENCES)
def test_a_reference_is_a_bare_name_in_xml(references: list[Any], name: str | None) -> None:
    """However JSON has it."""
    kept = entry(draft({"lname": "Sample", "nicRef": references}), 7)
    show = request("<code>0304</code><handle><id>7</id></handle>")
    [(_, result), _] = tree(done("gateway", ask(show), CommandResult(entries=(kept,))))[1]
    assert dict(dict(dict(result)["data"])["handle"])["nic_ref"] == (name or "")
