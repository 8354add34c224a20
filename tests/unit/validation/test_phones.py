"""Phone numbers: which become E.164, which stay as typed."""

import random

import phonenumbers
import pytest

from tests.support.contact_requests import card_request, line, notes, refusals, request
from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.validation.fields import Policy
from vcardsvc.validation.phones import e164

INTERNATIONAL = [
    ("+16502530000", "+16502530000"),
    ("+1 (650) 253-0000", "+16502530000"),
    ("0016502530000", "+16502530000"),
    ("\uff0b16502530000", "+16502530000"),
    ("+44 (0)20 7946 0958", "+442079460958"),
    ("+1 800 FLOWERS", "+18003569377"),  # all numbers of this plan have one length
    ("+49\u00a030\u2011901820", "+4930901820"),  # a blank and a hyphen that do not break
    ("+39 06 698 12345", "+390669812345"),  # Italy keeps its zero
    ("+1 650 253 0000 x12", "+16502530000p12"),
    ("+1 650 253 0000 ext. 12", "+16502530000p12"),
    ("+16502530000;ext=12", "+16502530000p12"),
    ("+16502530000,12", "+16502530000p12"),
    ("+16502530000,,12", "+16502530000pp12"),  # each comma is a pause of its own
    ("+16502530000;12", "+16502530000p12"),
    ("+16502530000p12", "+16502530000p12"),
    ("+1 650 253 0000 W 12#", "+16502530000p12#"),
    ("+16502530000,,123,,4", "+16502530000pp123pp4"),
    ("+16502530000,,123 456 789#", "+16502530000pp123456789#"),
    ("+16502530000;ext=12,,3", "+16502530000p12pp3"),
    ("+16502530000,123456789", "+16502530000p123456789"),  # no number there: digits to dial
    ("+4930901820,5551234", "+4930901820p5551234"),  # a second one would begin with 0
    ("+16502530000,", "+16502530000"),
    ("+1 650 253 0000 extensi\u00f3n 12", "+16502530000p12"),
    ("+1 650 253 0000 xtn 12", "+16502530000p12"),
    ("+1 650 253 0000, EXT: 12", "+16502530000p12"),
    ("+1 650 253 0000 доб. 12", "+16502530000p12"),
    ("+1 650 253 0000 anexo 12", "+16502530000p12"),
    ("+1 650 253 0000 int 12", "+16502530000p12"),
    ("+1 650 253 0000 #12", "+16502530000p12"),
    ("+1 650 253 0000 ~12", "+16502530000p12"),
    ("+1 650 253 0000 - 12#", "+16502530000p12"),
    ("+1 650 253 0000 (ext. 12)", "+16502530000p12"),
    ("+1 650 253 0000 \uff45\uff58\uff54\uff0e \uff11\uff12", "+16502530000p12"),
    ("+1 800 FLOWERS x12", "+18003569377p12"),
    ("+1 \uff18\uff10\uff10 \uff26\uff2c\uff2f\uff37\uff25\uff32\uff33", "+18003569377"),
    ("+1 800 HELP 123", "+18004357123"),  # the P is a key, not a pause
    ("+49 30/901820", "+4930901820"),
    ("+43/1/2345678", "+4312345678"),
    ("+49[30]901.820", "+4930901820"),
    ("+49\u300030\u3000901820", "+4930901820"),
    ("+49\u2012302015\u2013901\u2015820", "+493020159018" + "20"),
    (
        "\uff0b\uff14\uff19\uff08\uff13\uff10\uff09\uff19\uff10\uff11\uff18\uff12\uff10",
        "+4930901820",
    ),
    ("\u202a+49 30 901820\u202c", "+4930901820"),
    ("+49\u00ad 30\u200b 90\u200f18\u206020\ufeff", "+4930901820"),
    ("(+49) 30 901820", "+4930901820"),
    ("\u260e +49 30 901820", "+4930901820"),
    ("++49 30 901820", "+4930901820"),
    ("tel:+1-650-253-0000", "+16502530000"),
    ("TEL:+1(650)253.0000;ext=1-2", "+16502530000p12"),
    ("Tel: +49 30 901820", "+4930901820"),
    ("tel://+4930901820", "+4930901820"),
    ("tel:%2B1%20650%20253%200000", "+16502530000"),
    ("tel:650-253-0000;phone-context=+1", "+16502530000"),
    ("tel:020-7946-0958;phone-context=+44", "+442079460958"),
    ("tel:+16502530000;12", "+16502530000p12"),
    ("+٤٤٢٠٧٩٤٦٠٩٥٨", "+442079460958"),
    ("+49\u205330\u223c901820", "+4930901820"),  # swung dashes
    ("+74951234567,1234568", "+74951234567p1234568"),
]

KEPT = [
    "10000000000",
    "020 7946 0958",
    "011 44 20 7946 0958",  # an exchange's own way abroad needs a region
    "+999123",  # no such country
    "+1 650",  # too short to be valid
    "+16502530000 or +442079460958",
    "+16502530000;phone-context=+44",
    "+49 30 901820 fax",  # phonenumbers would dial the word
    "0049 30 901820 fax",
    "+43 1 58801 home",
    "+49 30 90 18 20 call me",
    "+49 30 901820 DW 12",  # and glue a second number onto the first
    "+49 30 901820*12",
    "+49 30 901820/21",
    "+49 30 901820/901821",  # one number there, by its length
    "+49 30 901820 (21)",
    "+16502530000/6502530001",
    "+16502530000 / +16502530001",
    "+16502530000,+16502530001",
    "+16502530000, 6502530001",
    "+7 495 123-45-67, 123-45-68",  # as people group the digits of a number
    "+55 11 91234-5678;11 91234-5679",
    "+49 30 901820, 90 18 21",
    "+49 30 901820\u205321",
    "+16502530000;16502530001",
    "+4930901820,030901821",
    "+16502530000,0016502530001",
    "+9915551212,0012025551212",
    "+16502530000 (mobile)",
    "+16502530000 ext 1234567890123456789012",  # over 20 digits
    "+16502530000 x1234567890",  # over nine behind a mark
    "+52 1 55 3437 2942",  # Mexico has no 1 there any more
    "tel:",
    "tel:+1%0A650",
    "+1 650 253 0000 / x 5551234",
    "+16502530000x1x2",
    "p+16502530000",
    "ask at the desk",
    "1-800-FLOWERS",
    "+1 650 253 0000" + " " * 20 + "ext 12345",  # over 40 characters: kept, unparsed
]


@pytest.mark.parametrize(("typed", "written"), INTERNATIONAL)
def test_a_valid_international_number_is_written_in_e164(typed: str, written: str) -> None:
    """A number that starts with + or 00 and is valid is written in E.164, and noted."""
    body = request(phone=[{"number": typed}])
    assert line(body, "TEL") == f"TEL;TYPE=WORK,VOICE:{written}"
    assert notes(body) == ([] if typed == written else [("phone/0/number", "e164")])


@pytest.mark.parametrize("typed", KEPT)
def test_any_other_number_is_kept_as_typed(typed: str) -> None:
    """Without + or 00 and without a region a number is never guessed into a country."""
    (phone,) = card_request(request(phone=[{"number": typed}])).contact.phones
    assert (phone.number, phone.e164) == (typed, None)


KEPT_WITHOUT = [
    ("\u202a020\u200b 7946\u00ad 0958\u202c", "020 7946 0958", []),
    ("\u200f \u0660\u0662\u0660 \ufeff", "020", []),
    ("\uff0b999123", "+999123", []),
    ("tel:5550100", "5550100", []),
    ("tel:+999123;ext=5", "+999123;ext=5", []),
    ("tel:7042;phone-context=example.com", "7042", ["ignored"]),
    ("tel:911;phone-context=+1", "911", ["ignored"]),
    ("tel:5550100;isub=1;foo", "5550100", ["ignored"]),
]


@pytest.mark.parametrize(("typed", "kept", "codes"), KEPT_WITHOUT)
def test_what_is_not_seen_or_no_digit_is_not_kept(typed: str, kept: str, codes: list[str]) -> None:
    """Invisible characters and the scheme of a URI go; what else a URI says is noted."""
    body = request(phone=[{"number": typed}])
    assert line(body, "TEL").partition(":")[2] == kept.replace(";", "\\;")
    assert notes(body) == [("phone/0/number", code) for code in codes]


@pytest.mark.parametrize("region", ["", "US"])
def test_a_private_context_is_no_country(region: str) -> None:
    """A number that a company dials inside is not read as one of the region."""
    policy = Policy(region=region)
    typed = "tel:2125550100;phone-context=example.com"
    (phone,) = card_request(request(phone=[{"number": typed}]), policy).contact.phones
    assert (phone.number, phone.e164) == ("2125550100", None)


@pytest.mark.parametrize("part", ["1", " ", ",", "p", "x", "(", "/", "+", "\u200b", ";ext=", "%"])
def test_a_number_without_end_costs_no_time(part: str) -> None:
    """However long a number is, and whatever it repeats, it is looked at a few times."""

    def work() -> None:
        for start in ("+1650253", "tel:+1", "00"):
            assert refusals(request(phone=[{"number": start + part * 50_000}])) == []

    within_cpu_budget(2.0, work)


SPELLINGS = [
    ";ext=",
    " ext ",
    " Ext. ",
    "extension",
    " xtn:",
    "x",
    " x. ",
    "#",
    "~",
    " int ",
    ",",
    ",,",
    ";",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_extension_is_read_as_phonenumbers_reads_it(spelling: str) -> None:
    """Every spelling of an extension that the library knows is known here."""
    typed = f"+1 650 253 0000{spelling}12"
    assert phonenumbers.parse(typed, None).extension == "12"
    assert (e164(typed, "") or "").replace("pp", "p") == "+16502530000p12"


REGIONS = [
    ("US", "2125550100", "+12125550100"),
    ("US", "(212) 555-0100 x7", "+12125550100p7"),
    ("GB", "020 7946 0958", "+442079460958"),
    ("GB", "2125550100", None),
    ("US", "+44 20 7946 0958", "+442079460958"),
    ("US", "44 20 7946 0958", None),  # never guessed into another country
    ("US", "911", None),
    ("DE", "030/901820", "+4930901820"),
    ("DE", "030/901820,123", "+4930901820p123"),
    ("DE", "030/901820/901821", None),
    ("DE", "tel:030-901820", None),  # `read` takes the scheme off
]


@pytest.mark.parametrize(("region", "typed", "written"), REGIONS)
def test_a_region_reads_numbers_without_plus(region: str, typed: str, written: str | None) -> None:
    """With default_region set any number valid there is written in E.164."""
    assert e164(typed, region) == written


def test_a_region_without_numbers_is_refused_at_start() -> None:
    """A default region that no telephone numbers are known of is the operator's mistake."""
    with pytest.raises(ValueError, match="XX"):
        Policy(region="XX")


def _slowly(number: str) -> str | None:
    """What phonenumbers alone makes of it."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def test_a_number_of_any_country_is_what_phonenumbers_says() -> None:
    """The short way to E.164 and the library's own agree on numbers of every country and type."""
    source = random.Random(4711)
    numbers = set()
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            for kind in phonenumbers.PhoneNumberType.values():
                example = phonenumbers.example_number_for_type(region, kind)
                if example is not None:
                    numbers.add(phonenumbers.format_number(example, 0))
        numbers |= {f"+{code}{source.randrange(10**size)}" for size in range(4, 13)}
        numbers |= {f"+{code}{lead}{source.randrange(10**9)}" for lead in ("0", "1", "8", "15")}
    assert len(numbers) > 3000
    wrong = {number for number in numbers if e164(number, "") != _slowly(number)}
    assert wrong == set()
    assert sum(e164(number, "") is not None for number in numbers) > 900
