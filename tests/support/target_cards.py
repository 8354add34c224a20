"""A contact with everything that targets differ in, and its lines for a target."""

from typing import Final

from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard import adapted, profile, write

VERSIONS: Final[tuple[Version, ...]] = ("2.1", "3.0", "4.0")

PHONES: Final = (
    Phone(number="+44 20 7946 0958 x12", label="work", e164="+442079460958p12"),
    Phone(number="020 7946 0958 ext. 7", label="home"),
    Phone(number="+1 650 253 0000", label="mobile", e164="+16502530000"),
    Phone(number="+16502530001", label="fax", e164="+16502530001"),
    Phone(number="1-800-FLOWERS", label="pager"),
    Phone(number="1-800-FLOWERS", label="main"),
    Phone(number="(+44) 20 7946 0000", label="main"),
    Phone(number="555,9", label="other"),
)

FULL: Final = Contact(
    first="Zoë",
    last="Ó Néill",
    suffix="M.D.; Ph.D.",
    organization="Brandt, Sons; Co\\",
    title="Head of Sales",
    note="One, two;\nthree\\n",
    phones=PHONES,
    emails=(
        Email(address="z@work.example"),
        Email(address="z@home.example", label="home"),
        Email(address="zoe@work.example"),
        Email(address="zoe@home.example", label="home"),
    ),
    addresses=(
        Address(text="Weg 1; Hof\nKöln, Deutschland", country="de"),
        Address(text="1 High Street", label="home"),
        Address(text="2 High Street", label="home"),
    ),
    websites=(
        Website(url="https://zoe.example"),
        Website(url="https://shop.example", label="Shop"),
        Website(url="https://blog.example", label="Blog"),
        Website(url="https://odd.example", label="a;b,c\\"),
    ),
    uid="crm;7",
)
"""A person with everything that readers differ about."""


def lines_of(contact: Contact, target: Target, version: Version | None = None) -> list[str]:
    """The lines of this target's card between BEGIN and END, unfolded."""
    chosen = profile(target, version or "")
    card = write(adapted(contact, chosen)[0], chosen).octets.decode()
    first, *lines, last, end = card.replace("\r\n ", "").split("\r\n")
    assert (first, last, end) == ("BEGIN:VCARD", "END:VCARD", "")
    return lines
