"""Each rule about a field, as a table."""

import pytest

from tests.support.contact_requests import STRICT, card_request, line, notes, refusals, request
from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.errors import Refused
from vcardsvc.validation.fields import Policy

BIDI = ["a\u202eb", "\u2066a\u2069"]

RELAXED = Policy(names="relaxed")

NAMES_THAT_PASS = [
    "John",
    "John Paul",
    "J. R. R.",
    "John 2",
    "José",
    "Müller",
    "李",
    "小龙",
    "Łukasz",
    "नेहा",
    "शर्मा",
    "Nguyễn",
    "Ολυμπία",
    "محمد",
    "שלמה",
    "ประยุทธ์",
    "ក្រុម",
    "ᎠᏂᏴᏫᏯ",
    "Ǆ",  # a titlecase digraph is a letter
    "ʻOkina",  # U+02BB is a modifier letter
    "٣",  # a decimal digit of another script
    "ශ්‍රී",  # ZWJ between a mark and a letter
    "می‌خواهم",  # ZWNJ between two letters
    "e\u0301",  # decomposed: one letter after NFC
    "x\u0302\u0323",  # marks on marks
    "𝒥𝑜𝒽𝓃",
]

NAMES_THAT_FAIL = [
    ("O'Brien", "'"),
    ("O’Brien", "’"),
    ("Jean-Luc", "-"),
    ("Peña (née Díaz)", "("),
    ("John_", "_"),
    ("John,", ","),
    ("John😀", "😀"),
    ("½", "½"),  # a number, not a digit
    ("Ⅷ", "Ⅷ"),
    ("a\u00a0b", "\u00a0"),  # only U+0020 is a space
    ("\u0301a", "\u0301"),  # a mark without a letter
    ("1\u0301", "\u0301"),  # a mark on a digit
    ("\u200dab", "\u200d"),  # a joiner with nothing before it
    ("ab\u200d", "\u200d"),  # a joiner with nothing after it
    ("a\u200d\u200db", "\u200d"),
    ("a\u200d1", "\u200d"),
    ("a b\u200c.", "\u200c"),
    ("\ufeffJohn", "\ufeff"),
    ("\u202eJohn", "\u202e"),
]


@pytest.mark.parametrize("name", NAMES_THAT_PASS)
def test_names_of_the_world_pass(name: str) -> None:
    """Letters of every script, with their marks and joiners, make a name."""
    assert refusals(request(name={"first-name": name})) == []
    assert refusals(request(name={"last-name": name})) == []


@pytest.mark.parametrize(("name", "shown"), NAMES_THAT_FAIL)
def test_anything_else_fails_and_is_shown(name: str, shown: str) -> None:
    """The first character that a name may not hold is shown, with its code point."""
    with pytest.raises(Refused) as caught:
        card_request(request(name={"first-name": "Ann", "last-name": name}))
    (problem,) = caught.value.problems
    assert (problem.code.name, problem.field) == ("E1516", "/name/last-name")
    assert f'"{shown}" (U+{ord(shown):04X}' in problem.info


@pytest.mark.parametrize("name", ["O'Brien", "Jean-Luc", "Peña (née Díaz)", "💃", "a\u200eb"])
def test_the_relaxed_rule_lets_people_be_called_what_they_are(name: str) -> None:
    """Any printable text is a name when the operator says so."""
    assert refusals(request(name={"last-name": name}), RELAXED) == []


@pytest.mark.parametrize("name", ["\ue000", "\U000e0fff", "a\nb", "a\x00", *BIDI])
def test_the_relaxed_rule_still_refuses_what_cannot_be_printed(name: str) -> None:
    """Private-use and unassigned code points, controls and turns of the text are no name."""
    assert refusals(request(name={"last-name": name}), RELAXED) != []


def test_digits_of_other_scripts_become_ascii() -> None:
    """A phone dials ASCII digits only; a number in other digits loses none of them."""
    (phone,) = card_request(request(phone=[{"number": "٠٢٠ ७९४६"}])).contact.phones
    assert phone.number == "020 7946"


WEBSITES = [
    ("https://example.com", "https://example.com"),
    ("HTTP://EXAMPLE.COM/", "HTTP://EXAMPLE.COM/"),
    ("example.com", "example.com"),
    ("example.com:8080/a", "example.com:8080/a"),
    ("www.example.com:80", "www.example.com:80"),
    ("//example.com/a", "//example.com/a"),
    ("example.com/a:b", "example.com/a:b"),
    ("/a?b=javascript:c", "/a?b=javascript:c"),
    ("[2001:db8::1]:80/", "[2001:db8::1]:80/"),
    ("https://example.com/a b", "https://example.com/a%20b"),
    ("https://example.com/a,b;c", "https://example.com/a%2Cb%3Bc"),
    ('https://example.com/<"\\>', "https://example.com/%3C%22%5C%3E"),
    ("https://example.com/\u00a0\u3000x", "https://example.com/%C2%A0%E3%80%80x"),
    ("https://例え.jp/道", "https://例え.jp/道"),
    ("https://example.com/a|b?x={y}^z`", "https://example.com/a%7Cb?x=%7By%7D%5Ez%60"),
    ("https://example.com/[x]?[y]#[z]", "https://example.com/%5Bx%5D?%5By%5D#%5Bz%5D"),
    ("example.com/[x]", "example.com/%5Bx%5D"),
    ("https://[2001:db8::1]:80/[x]", "https://[2001:db8::1]:80/%5Bx%5D"),
    ("https://u|v@[::1]", "https://u%7Cv@[::1]"),
    ("//[::ffff:192.0.2.1]?", "//[::ffff:192.0.2.1]?"),
    ("https://[x]/", "https://%5Bx%5D/"),
    ("https://[::1]x/", "https://%5B::1%5Dx/"),
    ("https://example.com/[::1]", "https://example.com/%5B::1%5D"),
    ("https://example.com/100%", "https://example.com/100%25"),
    ("https://example.com/%zz%20%C3%A9", "https://example.com/%25zz%20%C3%A9"),
    (
        "https://example.com/a'b(c)*d!e$f&g=h+i@j:k~l",
        "https://example.com/a'b(c)*d!e$f&g=h+i@j:k~l",
    ),
]

UNSEEN = [
    ("\u202ahttps://example.com\u202c", "https://example.com"),
    ("\ufeff https://example.com/\u200b \u00ad", "https://example.com/"),
    ("\u2060example.com", "example.com"),
]


@pytest.mark.parametrize(("typed", "written"), UNSEEN)
def test_a_website_neither_begins_nor_ends_with_what_is_not_seen(typed: str, written: str) -> None:
    """Invisible characters at both ends are dropped, as blanks are, without a note."""
    body = request(website=[{"url": typed}])
    assert line(body, "URL") == f"URL:{written}"
    assert notes(body) == []


EMAILS = [
    ("ann@example.com", "ann@example.com", ""),
    ("Ann@Example.COM", "Ann@Example.COM", ""),
    ("ann+x@例え.jp", "ann+x@例え.jp", ""),
    ("Ann <ann@example.com>", "Ann <ann@example.com>", ""),
    ('"a@b"@example.com', '"a@b"@example.com', ""),
    ("\u200eann@example.com\u200b", "ann@example.com", ""),
    ("\u202a \u00adann@example.com \ufeff\u202c", "ann@example.com", ""),
    ("a\u200bnn@example.com", "a\u200bnn@example.com", ""),
    ("mailto:ann@example.com", "ann@example.com", ""),
    ("MailTo: ann@example.com", "ann@example.com", ""),
    ("\u200bmailto:\u200bann%2Bx@example.com", "ann+x@example.com", ""),
    ("mailto:ann%0A@example.com", "ann%0A@example.com", ""),
    ("mailto:ann@example.com?subject=Hi", "ann@example.com", "ignored"),
    ("mailto:ann@example.com?", "ann@example.com", ""),
    ("mailto:", "mailto:", "doubtful"),
    ("mailto:?subject=Hi", "mailto:?subject=Hi", "doubtful"),
    ("ann", "ann", "doubtful"),
    ("ann@", "ann@", "doubtful"),
    ("@example.com", "@example.com", "doubtful"),
    ("ann@\u200b", "ann@", "doubtful"),
    ("@", "@", "doubtful"),
    ("a@b@c", "a@b@c", "doubtful"),
    ("ann@example.com, bob@example.com", "ann@example.com, bob@example.com", "doubtful"),
    ("ann(at)example.com", "ann(at)example.com", "doubtful"),
]


@pytest.mark.parametrize(("typed", "kept", "code"), EMAILS)
def test_an_email_is_kept_and_doubted(typed: str, kept: str, code: str) -> None:
    """`mailto:` and what is not seen go, all else is as typed; what is no address is noted."""
    body = request(email=[{"id": typed}])
    (email,) = card_request(body).contact.emails
    assert email.address == kept
    assert notes(body) == ([("email/0/id", code)] if code else [])


@pytest.mark.parametrize("part", ["@", '"', "\\", "a@", "\u200b", "mailto:", "%"])
def test_an_email_without_end_costs_no_time(part: str) -> None:
    """However long an address is, and whatever it repeats, it is looked at a few times."""

    def work() -> None:
        for start in ("a", '"', "mailto:"):
            assert refusals(request(email=[{"id": start + part * 80_000}])) == []

    within_cpu_budget(2.0, work)


SCHEMES = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\u200bscript:alert(1)",
    "\u200djavascript:alert(1)",
    "data:text/html,x",
    "ftp://example.com",
    "mailto:john@example.com",
    "tel:+1",
    "localhost:8080",
    "a.b:80x",
    "x-a.b+c:1",
]


@pytest.mark.parametrize(("typed", "written"), WEBSITES)
def test_a_website_is_kept_but_for_what_an_address_cannot_hold(typed: str, written: str) -> None:
    """What RFC 3986 has no place for, and the comma and semicolon, are percent-encoded with a
    note; all else stands as typed."""
    body = request(website=[{"url": typed}])
    assert line(body, "URL") == f"URL:{written}"
    assert notes(body) == ([] if typed == written else [("website/0/url", "encoded")])


@pytest.mark.parametrize("typed", SCHEMES)
def test_a_card_carries_no_scheme_but_http(typed: str) -> None:
    """A scheme other than http and https is refused, in whatever disguise."""
    assert refusals(request(website=[{"url": typed}])) == [("E1526", "/website/0/url")]


def test_trimming_takes_white_space_of_all_kinds_and_no_control() -> None:
    """Outer blanks go, whatever script they are of."""
    body = request(organization="\u3000\u00a0 Acme\u2003\n", note="\r\n a\r\nb \u2028")
    contact = card_request(body, STRICT).contact
    assert (contact.organization, contact.note) == ("Acme", "a\nb")


def test_marks_without_end_cost_no_time() -> None:
    """Composing is quadratic in marks in a row, so a text of nothing else is left as it is."""
    note = "a" + "\u0301\u0327" * 40_000
    body = request(note=note, organization="e\u0301" * 100)
    contact = within_cpu_budget(2.0, lambda: card_request(body)).contact
    assert contact.note == note
    assert contact.organization == "é" * 100


@pytest.mark.parametrize(
    "part", ["a.", ".", "a+", ":", "1", "a:1", "\u200b", "//", "[", "[:", "%", "é."]
)
def test_a_website_without_end_costs_no_time(part: str) -> None:
    """No address, however long and whatever it repeats, is looked at more than a few times."""
    body = request(website=[{"url": "a" + part * 80_000 + ":x"}, {"url": part * 80_000}])
    within_cpu_budget(2.0, lambda: refusals(body))


@pytest.mark.parametrize("label", ["homepage", "HomePage", None, " HOMEPAGE "])
def test_a_homepage_is_the_same_as_no_label(label: str | None) -> None:
    """The default label in any case makes the same contact, so the same UID."""
    body = request(website=[{"url": "https://example.com", "label": label}])
    assert card_request(body) == card_request(request(website=[{"url": "https://example.com"}]))
