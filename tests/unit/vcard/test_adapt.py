"""Numbers on their way to a reader that keeps digits only."""

import pytest

from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard import adapted, losses, profile
from vcardsvc.vcard.android import stored

NUMBERS = [
    ("212-555-0100 ext. 123", "212-555-0100p123"),
    ("212-555-0100,,123", "212-555-0100pp123"),
    ("212-555-0100,,123,,4", "212-555-0100pp123pp4"),
    ("212-555-0100, ext. 123", "212-555-0100p123"),
    ("212-555-0100;123", "212-555-0100p123"),
    ("212-555-0100;ext=123", "212-555-0100p123"),
    ("212-555-0100 p 123", "212-555-0100p123"),
    ("+49 30 901820 DW 12", "+49 30 901820p12"),
    ("+16502530000 or +442079460958", "+16502530000p442079460958"),
    ("Tel. +44 20 7946 0958", "+44 20 7946 0958"),
    ("(+44) 20 7946 0958", "+44 20 7946 0958"),
    ("1-800-FLOWERS", "1-800-3569377"),
    ("(800) 555-HELP x9", "(800) 555-4357p9"),
    ("1-800-FLOWERS (toll free)", "1-800-3569377"),
    ("(toll free) 1-800-FLOWERS.", "1-800-3569377"),
    ("Call (800) FLOWERS (x5)", "(800) 3569377p5"),
    ("030 (Büro) 901820", "030  901820"),
    ("1-800-356-9377 fax", "1-800-356-9377"),  # three more digits would be another number
    ("800-555-0100", "800-555-0100"),
    ("020 7946 0958 home", "020 7946 0958"),
    ("030 / 901820", "030 / 901820"),  # one number, as it is written in Germany
    ("+12125550100 (mobile)", "+12125550100"),  # a word takes its brackets along
    ("+12125550100 [Büro] ", "+12125550100"),
    ("(mobile) 212-555-0100", "212-555-0100"),
    ("(fax: 212-555-0100)", "212-555-0100"),
    ("+1 (mobile) 212 555 0100", "+1  212 555 0100"),
    ("(212) 555-0100 (mobile)", "(212) 555-0100"),
    ("212-555-0100 (mobile) (home)", "212-555-0100"),
    ("212-555-0100 (ext. 12)", "212-555-0100p12"),
    ("212-555-0100 (extension) 12", "212-555-0100p12"),
    ("*31#5550100", "*31#5550100"),
    ("020 7946 0958", "020 7946 0958"),
]


def dialled(*numbers: str) -> list[str]:
    """What Android's card has of these numbers."""
    phones = tuple(Phone(number=number) for number in numbers)
    contact, _ = adapted(Contact(first="A", phones=phones), profile("android"))
    return [phone.number for phone in contact.phones]


@pytest.mark.parametrize(("typed", "written"), NUMBERS)
def test_android_dials_what_was_meant(typed: str, written: str) -> None:
    """All but digits is dropped there: a second number or an extension is never glued on."""
    assert dialled(typed) == [written]


STORED = [
    ("2125550100", "2125550100"),
    ("+44 20 7946 0958", "+442079460958"),
    ("+44 (0)20 7946 0958", "+4402079460958"),
    ("212-555-0100 x123", "2125550100123"),
    ("+1 212 555 0100p123", "+12125550100,123"),
    ("1-800-FLOWERS", "1800;"),
    ("1-800-PIZZA", "1800,"),
    ("Support", ",,"),
    ("call me", ""),
    ("tel:+1-212-555-0100", "12125550100"),
    ("*31#5550100", "*31#5550100"),
]


@pytest.mark.parametrize(("typed", "kept"), STORED)
def test_android_stores_digits_and_pauses(typed: str, kept: str) -> None:
    """What Android's reader was seen to store, without the dashes that it adds."""
    assert stored(typed) == kept


MISDIALLED = [
    ("212-555-0100", None),
    ("020 7946 0958", None),
    ("+12125550100 (mobile)", None),  # no letter there is a pause
    ("030 / 901820", None),
    ("*31#5550100", None),
    ("212-555-0100p123", None),
    ("212-555-0100 x123", losses.GLUED_ANDROID),
    ("+16502530000 / +16502530001", losses.GLUED_ANDROID),
    ("+9915551212,0012025551212", losses.GLUED_ANDROID),
    ("+999 (0)20 7946 0958", losses.DIGITS_ANDROID),
    ("1-800-FLOWERS", losses.DIGITS_ANDROID),
    ("(+44) 20 7946 0958", losses.DIGITS_ANDROID),
    ("212-555-0100 pager", losses.DIGITS_ANDROID),  # its p is a pause
    ("call me", losses.UNDIALLED_ANDROID),
    ("5" * 300, None),
    ("call me " * 40, losses.UNDIALLED_ANDROID),
    ("call 5550100 " * 40, losses.DIGITS_ANDROID),
    ("+1 212 555 0100 +1 212 555 0101", losses.GLUED_ANDROID),  # a second + begins another one
    ("212-555-0100 212-555-0101", losses.GLUED_ANDROID),  # E.164 has 15 digits
    ("+49 30 901820/901821", losses.GLUED_ANDROID),
    ("+49 30 901820 & 030 901821", losses.GLUED_ANDROID),
    ("+1 212 555 0100/0101", losses.GLUED_ANDROID),
    ("+1 212 555 0100 - 123", losses.GLUED_ANDROID),  # every number of +1 has eleven digits
    ("020 7946 0958 / 9", losses.GLUED_ANDROID),
    ("555-0100\uff0c555-0101", losses.GLUED_ANDROID),
    ("212-555-0100p12345678", None),
    ("0176 1234/5678", None),
    ("0211 12345678-12", None),
    ("#31#+49 30 9018", losses.DIGITS_ANDROID),  # Android keeps a + that comes first
]


@pytest.mark.parametrize("target", ["universal", "mms", "signal", "qr"])
@pytest.mark.parametrize(("typed", "row"), MISDIALLED)
def test_a_number_that_android_dials_otherwise_is_reported(
    typed: str, row: losses.LossKind | None, target: Target
) -> None:
    """Whichever card lands on Android, the number stays as typed, and what it dials is reported."""
    contact = Contact(first="A", phones=(Phone(number=typed),))
    taken, losses_found = adapted(contact, profile(target))
    assert taken.phones == contact.phones
    assert losses_found == ((losses.loss(row, "phones", 0, "number"),) if row else ())


@pytest.mark.parametrize("target", ["apple", "outlook", "telegram"])
def test_a_card_for_another_reader_says_nothing_of_android(target: Target) -> None:
    """Cards that do not land on Android have no such note, and a pager keeps what is typed."""
    words = (Phone(number="212-555-0100 x123"), Phone(number="call me"))
    assert adapted(Contact(first="A", phones=words), profile(target))[1] == ()
    pager = Phone(number="212-555-0100 x123", label="pager")
    assert adapted(Contact(first="A", phones=(pager,)), profile("universal"))[1] == ()


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_an_extension_of_a_certain_number_is_glued_on_in_four_alone(version: Version) -> None:
    """`;ext=` of a URI is glued onto the number, `p` is not."""
    phones = tuple(Phone(number=one, e164=one) for one in ("+16502530000", "+16502530000p12"))
    losses_found = adapted(Contact(first="A", phones=phones), profile("universal", version))[1]
    glued = (losses.loss(losses.GLUED_ANDROID, "phones", 1, "number"),)
    dialled = tuple(one for one in losses_found if one.code == losses.GLUED_ANDROID.code)
    assert dialled == (glued if version == "4.0" else ())


@pytest.mark.parametrize(
    "part", [" ", ",", "1 ", "1,", "A ", "1p", "-", "((", "(a)", "[a", "+", "/", " /", "1/"]
)
def test_a_number_without_end_costs_no_time(part: str) -> None:
    """However long a number is, and whatever it repeats, it is looked at a few times."""

    def work() -> None:
        for start in ("1", "800", "1-800-F", "12345678", "+44"):
            assert len(dialled(start + part * 100_000 + "x")) == 1

    within_cpu_budget(3.0, work)
