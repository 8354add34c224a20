"""Responses of createcontact: the headers of a card, its notes, and the failure JSON."""

import json

from tests.support.contact_requests import JSON_API, card_request, request
from vcardsvc.apis.createcontact.response import notes_headers
from vcardsvc.errors import E503, E1515, E1517, Problem
from vcardsvc.model.request import CardResult, Note
from vcardsvc.vcard import write


def test_a_card_has_the_documented_headers() -> None:
    """A card is 200 with the two headers of the action's description, and ours."""
    john = card_request(request())
    card = write(john.contact)
    response = JSON_API.card_response(john, CardResult(maybe_document=card))
    assert (response.status, response.chunks) == (200, card.chunks)
    assert response.headers == (
        (b"content-type", b"text/vcard; charset=utf-8"),
        (b"content-disposition", b"inline; filename=contact.vcf"),
        (b"content-length", str(card.size).encode()),
        (b"etag", card.etag.encode()),
        (b"x-content-type-options", b"nosniff"),
    )


def test_the_header_has_each_note_once_and_twenty_at_most() -> None:
    """A field and code that occur again are not repeated."""
    john = card_request(request())
    many = tuple(Note(field=f"website/{n // 2}/url", code="encoded") for n in range(60))
    result = CardResult(maybe_document=write(john.contact), notes=many)
    headers = dict(JSON_API.card_response(john, result).headers)
    notes = headers[b"vcard-notes"].decode().split(", ")
    assert notes == [f"website/{n}/url;encoded" for n in range(20)]


def test_a_header_of_notes_has_an_end() -> None:
    """Notes that do not fit any more are left out."""
    long = [f"{number}{'é' * 200};unreadable" for number in range(20)]
    ((_, header),) = notes_headers(long)
    assert header.count(b", ") == 2
    assert len(header) < 4_000


def test_the_name_of_an_unknown_member_starts_no_header() -> None:
    """The header has the caller's own name percent-encoded; the report has it as it is."""
    john = card_request({**request(), "a\r\nx: y, z;w é": 1, "": 1})
    result = CardResult(maybe_document=write(john.contact), notes=john.notes)
    headers = dict(JSON_API.card_response(john, result).headers)
    notes = b"a%0D%0Ax%3A%20y%2C%20z%3Bw%20%C3%A9;ignored, %22%22;ignored"
    assert headers[b"vcard-notes"] == notes
    report = json.loads(JSON_API.card_response(john, CardResult(notes=john.notes)).chunks[0])
    assert [note["field"] for note in report["notes"]] == ["/a\r\nx: y, z;w é", "/"]


def test_a_failure_is_the_documented_json() -> None:
    """The description's three members are those of the first problem, `errors` has them all."""
    response = JSON_API.error_response(
        (
            Problem(code=E1515, field="/name"),
            Problem(code=E1517, field="/phone/0/label", detail="More."),
            Problem(code=E503),
        )
    )
    assert response.status == 422
    assert json.loads(response.chunks[0]) == {
        "status": "failure",
        "error-code": "E1515",
        "error-info": "The first or last name for the vCard is required.",
        "errors": [
            {
                "error-code": "E1515",
                "error-info": "The first or last name for the vCard is required.",
                "field": "/name",
            },
            {
                "error-code": "E1517",
                "error-info": "The phone label is not supported. More.",
                "field": "/phone/0/label",
            },
            {
                "error-code": "E503",
                "error-info": "The service could not answer this request.",
            },
        ],
    }


def test_an_overload_has_a_time_to_wait() -> None:
    """A problem with a time to wait has the header Retry-After."""
    response = JSON_API.error_response((Problem(code=E503, status=503, retry_after=2),))
    assert (response.status, dict(response.headers)[b"retry-after"]) == (503, b"2")
