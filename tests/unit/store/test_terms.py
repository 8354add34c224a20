"""The words that entries are found by: the same rules cut an entry and a query."""

import pytest

from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.store.search_terms import (
    MAX_TERMS,
    QUERY_WORDS,
    QUERY_WORDS_READ,
    TERM_LENGTH,
    TEXT_READ,
    entry_terms,
    is_searched_whole,
    query_words,
)

SAMPLE = Contact(
    first="José",
    last="Müller-Lüdenscheidt",
    prefix="Dr.",
    organization="Straße & Söhne GmbH",
    unit="ﬁnance",
    title="Account Manager",
    note="not searched",
    phones=(Phone(number="020 7946-0000", e164="+442079460000p12"), Phone(number="ext. 7")),
    emails=(Email(address="J.Mueller@Example.com"),),
    addresses=(Address(text="12 Main St", locality="Łódź", code="SW1A 1AA", nation="England"),),
    websites=(Website(url="https://www.example.org:8443/path?q=1"), Website(url="shop.example")),
)
TERMS = {
    "h", "123", "jose", "muller", "ludenscheidt", "dr", "strasse", "sohne", "gmbh", "finance",
    "account", "manager", "02079460000", "442079460000", "7", "j", "mueller", "example", "com",
    "12", "main", "st", "łodz", "sw1a", "1aa", "england", "www", "org", "shop", "gold", "kunde",
}  # fmt: skip


def test_the_words_of_an_entry() -> None:
    """Names, company, title, mail, hosts, addresses, numbers, handle and metadata's values."""
    found = entry_terms([SAMPLE], "H-123", {"status": "Gold-Kunde"})
    assert len(found) == len(set(found))
    assert set(found) == TERMS


FOUND = {
    "jose": ("jose",),
    "JOSÉ  muell": ("jose", "muell"),
    "Strasse": ("strasse",),
    "straße": ("strasse",),
    "020 7946 0000": ("02079460000",),
    "(020) 7946-00": ("0207946" "00",),
    "+44 20": ("4420",),
    "0171 55": ("017155",),
    "7946 0000": ("79460000",),
    "12 Main": ("12", "main"),
    "12 1050 Wien": ("12", "1050", "wien"),
    "j.mueller@example.com": ("j", "mueller", "example", "com"),
    "a a A á": ("a",),
    "": (),
    " \t ": (),
    "!?-": (),
    "İstanbul": ("istanbul",),
    "ｆｕｌｌ": ("full",),
    "李 小龍": ("李", "小龍"),
    "x_y": ("x", "y"),
}  # fmt: skip


@pytest.mark.parametrize("query", FOUND)
def test_the_words_of_a_query(query: str) -> None:
    """Cut like an entry's; a number with its blanks is one word, a house and a code are two."""
    assert query_words(query) == FOUND[query]


@pytest.mark.parametrize(
    "query",
    [
        "jose", "JOSE MULLER", "müll", "straße", "soh gmb", "020 7946", "0207946", "+44 20 7946",
        "j.mueller@example.com", "example.org", "main st", "sw1a", "h-123", "gold", "finance",
    ],
)  # fmt: skip
def test_what_stands_in_an_entry_finds_it(query: str) -> None:
    """Every word of such a query begins a term."""
    found = entry_terms([SAMPLE], "H-123", {"status": "Gold-Kunde"})
    words = query_words(query)
    assert words
    assert [word for word in words if not any(term.startswith(word) for term in found)] == []


def test_a_word_that_another_begins_with_asks_nothing_more() -> None:
    """Whatever has the longer one has it too; each would cost a look at every contact."""
    assert query_words("c co com comm mills commo u2 u") == ("mills", "commo", "u2")
    assert query_words("ann Ann ANN") == ("ann",)


def test_there_are_ceilings() -> None:
    """So many words of an entry and of a query, none of them longer than so much."""
    many = Contact(first=" ".join(f"w{n}" for n in range(150)), last=" ".join("abcdefgh" * 99))
    people = [many, *(Contact(first=f"p{n}") for n in range(300))]
    assert len(entry_terms(people, "", {})) == MAX_TERMS
    assert entry_terms([Contact(first="y" * 900)], "", {}) == ("y" * TERM_LENGTH,)
    assert query_words("y" * 900) == ("y" * TERM_LENGTH,)
    assert len(query_words(" ".join(f"w{n}" for n in range(50)))) == QUERY_WORDS


@pytest.mark.parametrize(
    ("query", "is_whole"),
    [
        ("ann", True),
        ("a b c d e f g h", True),
        ("a b c d e f g h hh", True),
        ("a b c d e f g h i", False),
        ("y" * TERM_LENGTH, True),
        ("y" * TERM_LENGTH + "y", False),
        ("", False),
        ("- ! _", False),
        ("ann" + " " * TEXT_READ, False),
        (" ".join("ab" * n for n in range(1, QUERY_WORDS_READ)), False),
    ],
)
def test_a_query_may_be_searched_in_part(query: str, is_whole: bool) -> None:
    """What erases needs to know it: what is not compared restricts nothing."""
    assert is_searched_whole(query) == is_whole


@pytest.mark.parametrize(
    "text", ["\u0301\u0315" * 130_000, "ﷺ" * 260_000, "1 " * 130_000, "(" * 260_000, "+1-" * 90_000]
)
def test_a_hostile_text_costs_little(text: str) -> None:
    """A text as long as a request is cut into words at once."""

    def work() -> None:
        entry_terms([Contact(first=text, phones=(Phone(number=text),))], text, {"a": text})
        query_words(text)

    within_cpu_budget(1.0, work)
