"""AutoDNS's texts to the letter in both languages, and members that only its XML can spell."""

from typing import Any

import pytest

from tests.support.autodns import (
    draft_of,
    entry_of,
    error_response,
    json_of,
    problems_of,
    request_of,
    response_of,
    xml_of,
    xml_request,
)
from vcardsvc.apis.autodns.errors import CODES, GERMAN
from vcardsvc.model.address_book import CommandResult


def test_every_code_has_a_german_text() -> None:
    """A German user gets the German text of a code."""
    request = request_of({"phone": "1"}, headers={b"accept-language": b"de"})
    assert (
        json_of(error_response("create", request))["status"]["text"] == "Ungültige Telefonnummer."
    )
    assert set(GERMAN) == {code.name for code in CODES}


def test_a_vendors_text_is_printed_to_the_letter() -> None:
    """The detail of a vendor's code is its notice (seed: 2.4); that of our code follows the
    text."""
    body = json_of(error_response("create", request_of({"phone": "1", "email": "x"})))
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
def test_no_element_of_a_task_is_ignored(handle: str, field: str) -> None:
    """A second contact, and elements in the place of a text, are refused as in JSON."""
    second = handle if field == "/handle" else ""
    [problem] = problems_of(
        "gateway", request_of(xml_request(f"<code>0301</code>{handle}{second}"))
    )
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
    """Each form of a reference in JSON has its name in XML."""
    entry = entry_of(draft_of({"lname": "Sample", "nicRef": references}), 7)
    show = xml_request("<code>0304</code><handle><id>7</id></handle>")
    [(_, result), _] = xml_of(
        response_of("gateway", request_of(show), CommandResult(entries=(entry,)))
    )[1]
    assert dict(dict(dict(result)["data"])["handle"])["nic_ref"] == (name or "")
