"""SuperOffice: what its reference states, row by row, each with the test that would miss it."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.dialects import (
    test_superoffice,
    test_superoffice_answers,
    test_superoffice_bodies,
    test_superoffice_refusals,
)
from tests.dialects.office import ROUTES, entity
from vcardsvc.dialects.superoffice import bodies
from vcardsvc.dialects.superoffice.shapes import SHAPES
from vcardsvc.dialects.superoffice.speech import OFFERED

Test = Callable[..., None]

ROWS: Final[dict[str, tuple[Test, ...]]] = {
    "auth: Basic, SoTicket or Bearer": (test_superoffice.test_the_key_is_the_callers_secret,),
    "auth: else a session with X-XSRF-TOKEN": (
        test_superoffice.test_a_session_token_alone_is_no_key,
        test_superoffice_refusals.test_a_session_token_alone_is_told_so,
    ),
    "request types": (test_superoffice_bodies.test_every_content_type_says_the_same,),
    "response types": (
        test_superoffice_answers.test_the_answers_form_is_the_callers_choice,
        test_superoffice_answers.test_a_form_that_is_not_offered,
    ),
    "locale headers": (
        test_superoffice_answers.test_a_language_is_chosen,
        test_superoffice_answers.test_dates_are_told_in_the_callers_zone,
    ),
    "required fields: none stated": (test_superoffice_refusals.test_what_an_entity_may_not_be,),
    "ContactId in a POST body": (test_superoffice.test_an_id_in_the_body_is_ignored,),
    "success status 200": (test_superoffice.test_the_sample_of_the_reference_is_told_again_whole,),
    "$select: others are null": (test_superoffice_answers.test_what_is_not_selected_is_null,),
    "$select: default all": (test_superoffice_answers.test_all_is_told_where_nothing_is_selected,),
    "member shapes": (
        test_superoffice.test_every_property_is_told_again,
        test_superoffice.test_the_sample_of_the_reference_is_told_again_whole,
    ),
    "address: either form is enough": (test_superoffice.test_an_address_reaches_the_card,),
    "TableRight, FieldProperties, _Links": (
        test_superoffice.test_the_sample_of_the_reference_is_told_again_whole,
        test_superoffice.test_a_field_says_its_type_and_length,
    ),
    "dates: seven fraction digits and an offset": (
        test_superoffice_bodies.test_a_date_is_kept_to_a_ten_millionth,
        test_superoffice_answers.test_dates_are_told_in_the_callers_zone,
    ),
    "errors": (test_superoffice_refusals.test_every_refusal_is_the_vendors_object,),
    "Validate": (test_superoffice_answers.test_validate_says_what_is_wrong_by_field,),
}


@pytest.mark.parametrize("row", list(ROWS))
def test_every_row_has_its_test(row: str) -> None:
    """Each row of the reference names tests that say in a sentence what they hold it to."""
    for one in ROWS[row]:
        assert one.__name__.startswith("test_")
        assert (one.__doc__ or "").rstrip().endswith((".", ")"))


REQUEST_TYPES: Final = (
    "application/json", "text/json", "application/xml", "text/xml",
    "application/x-www-form-urlencoded", "application/json-patch+json",
    "application/merge-patch+json",
)  # fmt: skip


def test_the_media_types_are_the_references() -> None:
    """A body may be of seven types; an answer of all of them but the form's."""
    form = "application/x-www-form-urlencoded"
    assert bodies.MEDIA_TYPES == REQUEST_TYPES
    assert ROUTES["create"].content_types == {one.encode() for one in REQUEST_TYPES}
    assert tuple(one for one in REQUEST_TYPES if one != form) == OFFERED


PERSON: Final = (
    "Position PersonId Mrmrs Firstname Lastname MiddleName Title Description Email FullName "
    "DirectPhone FormalName CountryId ContactId ContactName Retired Rank ActiveInterests "
    "ContactDepartment ContactCountryId ContactOrgNr FaxPhone MobilePhone ContactPhone "
    "AssociateName AssociateId UsePersonAddress ContactFax Kanafname Kanalname Post1 Post2 Post3 "
    "EmailName ContactFullName ActiveErpLinks TicketPriorityId SupportLanguageId "
    "SupportAssociateId CategoryName"
)
INTEREST: Final = (
    "Id Name ToolTip Deleted Rank Type ColorBlock IconHint Selected LastChanged ChildItems "
    "ExtraInfo StyleHint Hidden FullName"
)
ELEMENT: Final = "Value StrippedValue Description"


@pytest.mark.parametrize(
    ("shape", "members"),
    [("EntityElement", ELEMENT), ("SelectableMDOListItem", INTEREST), ("Person", PERSON)],
)
def test_a_shape_has_the_references_members(shape: str, members: str) -> None:
    """The shapes that the reference prints have its members in its order."""
    assert list(SHAPES[shape]) == members.split()


RIGHTS: Final = ["TableRight", "FieldProperties"]


@pytest.mark.parametrize(
    ("body", "name", "members"),
    [
        ({"Urls": [{}]}, "Urls", [*ELEMENT.split(), *RIGHTS]),
        ({"Faxes": [{}]}, "Faxes", [*ELEMENT.split(), *RIGHTS]),
        ({"Interests": [{}]}, "Interests", [*INTEREST.split(), *RIGHTS]),
        ({"Persons": [{}]}, "Persons", [*PERSON.split(), *RIGHTS]),
        ({"SupportPerson": {}}, "SupportPerson", [*PERSON.split(), *RIGHTS]),
        ({"Business": {}}, "Business", ["Id", "Value", "Tooltip", *RIGHTS]),
    ],
)
def test_an_object_is_told_with_all_its_members(body: Any, name: str, members: list[str]) -> None:
    """An object of which nothing was said is told with every member and its rights."""
    told = entity({"Name": "A", **body})[name]
    (one,) = told if isinstance(told, list) else [told]
    assert list(one) == members
