"""Further properties of a contact's card, as lines."""

from vcardsvc.model.card import Property
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Version
from vcardsvc.vcard import adapted, profile
from vcardsvc.vcard.card_losses import DATE_APPLE, YEAR_1604
from vcardsvc.vcard.card_text import extra_lines
from vcardsvc.vcard.content_line import physical_lines

EXTRA = (
    Property(name="NICKNAME", value=("Anni",)),
    Property(name="BDAY", value="19900514", kind="date-and-or-time"),
    Property(name="ANNIVERSARY", value="--0514", kind="date-and-or-time"),
    Property(name="ROLE", value="Chair"),
    Property(name="X-PHONETIC-FIRST-NAME", value="Anna"),
    Property(name="CATEGORIES", value=("Friends", "a, b")),
    Property(
        name="SOCIALPROFILE",
        value="https://example.com/a",
        kind="uri",
        params=(("SERVICE-TYPE", ("example",)), ("USERNAME", ("a",))),
    ),
    Property(name="RELATED", value="Bert", types=("spouse",)),
)


def written(version: Version) -> list[str]:
    """The lines of EXTRA in the universal card."""
    target = profile("universal", version)
    lines, losses = extra_lines(EXTRA, target, 2)
    reasons = [YEAR_1604.reason] if version == "3.0" else []
    assert [loss.reason for loss in losses] == reasons  # of the anniversary without its year
    return physical_lines(lines, target)


def test_lines_of_older_versions_have_the_names_that_their_readers_know() -> None:
    """Groups are numbered after those of the card."""
    assert written("3.0") == [
        "NICKNAME:Anni",
        "BDAY:1990-05-14",
        "item3.X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-05-14",
        "item3.X-ABLabel:_$!<Anniversary>!$_",
        "ROLE:Chair",
        "X-PHONETIC-FIRST-NAME:Anna",
        "CATEGORIES:Friends,a\\, b",
        "X-SOCIALPROFILE;TYPE=example;X-USER=a:https://example.com/a",
        "item4.X-ABRELATEDNAMES:Bert",
        "item4.X-ABLabel:_$!<Spouse>!$_",
    ]


def test_lines_of_version_4_have_its_names() -> None:
    """Nothing is adapted."""
    assert written("4.0") == [
        "NICKNAME:Anni",
        "BDAY:19900514",
        "ANNIVERSARY:--0514",
        "ROLE:Chair",
        "X-PHONETIC-FIRST-NAME:Anna",
        "CATEGORIES:Friends,a\\, b",
        "SOCIALPROFILE;SERVICE-TYPE=example;USERNAME=a:https://example.com/a",
        "RELATED;TYPE=SPOUSE;VALUE=text:Bert",
    ]


def test_a_date_that_a_reader_drops_is_named_for_the_universal_card() -> None:
    """Apple drops a year alone; others show the year that stands for none."""
    extra = tuple(
        Property(name=name, value=value, kind="date-and-or-time")
        for name, value in (("BDAY", "1990"), ("ANNIVERSARY", "--0229"))
    )
    _, losses = adapted(Contact(first="Ann", extra=extra), profile("universal"))
    assert [(loss.part, loss.index, loss.reason) for loss in losses] == [
        ("extra", 0, DATE_APPLE.reason),
        ("extra", 1, YEAR_1604.reason),
    ]
