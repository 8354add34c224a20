"""The samples of the vendors' calls: requests, responses, and the cards they lead to.

    samples/requests/VENDOR/NAME.http        the request, as sent
    samples/requests/VENDOR/NAME.reply.http  what came back
    samples/cards/VENDOR/NAME.vcf            the requested cards; else, where the
                                             request makes a contact, what it leads to when it is
                                             requested with Accept: text/vcard

Every sample begins with an empty contact book, but for those that go before it (AFTER). What would
differ each time is drawn from `Fixed`: the clock, the ids of contacts, handles, transactions and
messages. So a reply stands here whole, and as it was sent.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch
from uuid import UUID

from starlette.testclient import TestClient

from tests.support.samples import CARDS, SAMPLES, Message, parse, sent, serving, written
from vcardsvc import app
from vcardsvc.apis.autodns import Autodns
from vcardsvc.apis.marketingcloud import MarketingCloud
from vcardsvc.services.contacts import ContactBook
from vcardsvc.validation.fields import Policy

VENDORS: Final = ("autodns", "domainchief", "marketingcloud", "superoffice")
FOLDER: Final = SAMPLES / "requests"
CARD: Final = "text/vcard"

_TWO: Final = ("domainchief/create-company", "domainchief/create-child")

AFTER: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "autodns/create-forced",
            "autodns/create-same-name",
            "autodns/show",
            "autodns/show-as-card-outlook",
            "autodns/update",
            "autodns/delete",
            "autodns/xml-show",
            "autodns/xml-several-codes",
            "autodns/list-like",
        ),
        ("autodns/create",),
    ),
    "autodns/show-as-card": ("autodns/xml-several-forced",),
    "autodns/list-of-two": ("autodns/create", "autodns/create-forced"),
    "autodns/list-as-cards": ("autodns/create", "autodns/create-forced"),
    **dict.fromkeys(
        (
            "domainchief/create-company-again",
            "domainchief/create-child",
            "domainchief/show",
            "domainchief/show-as-card",
            "domainchief/update",
            "domainchief/update-name",
        ),
        _TWO[:1],
    ),
    **dict.fromkeys(
        (
            "domainchief/list-of-two",
            "domainchief/list-as-cards",
            "domainchief/list-by-metadata",
            "domainchief/batch-of-two",
            "domainchief/delete",
        ),
        _TWO,
    ),
    "marketingcloud/the-vendors-key-taken": ("marketingcloud/the-vendors-example",),
    "marketingcloud/the-vendors-second-call": ("marketingcloud/the-vendors-example",),
    "marketingcloud/change": ("marketingcloud/the-vendors-example",),
    **dict.fromkeys(
        (
            "superoffice/show",
            "superoffice/show-not-modified",
            "superoffice/show-xml",
            "superoffice/show-as-cards",
            "superoffice/show-as-cards-4.0",
            "superoffice/list",
            "superoffice/list-filtered",
            "superoffice/list-xml",
            "superoffice/list-as-cards",
            "superoffice/replace",
            "superoffice/update",
            "superoffice/delete",
            "superoffice/error-changed",
        ),
        ("superoffice/create-xml",),
    ),
}
"""The samples that have others before them, in the same contact book."""

MOMENT: Final = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
"""When everything happens."""

EMPTY: Final = (
    "PRAGMA foreign_keys = ON",
    "DELETE FROM entry",
    "DELETE FROM address_book",
    "DELETE FROM sqlite_sequence",
)
"""An empty contact book, whose next entry is number 1 again."""


@dataclass(slots=True, kw_only=True)
class Fixed:
    """What is drawn at random elsewhere, counted here; `counts` begin anew with every sample."""

    counts: Counter[str] = field(default_factory=Counter)

    def _next(self, kind: str) -> int:
        self.counts[kind] += 1
        return self.counts[kind]

    def uuid(self) -> UUID:
        """The identity of an entry: a UUID of the random kind."""
        return UUID(f"00000000-0000-4000-8000-{self._next('uuid'):012}")

    def message(self) -> str:
        """The id of a message."""
        return f"00000000-0000-4000-9000-{self._next('message'):012}"

    def transaction(self) -> str:
        """The id of a transaction."""
        return f"{MOMENT:%Y%m%d}-app1-{self._next('transaction')}"

    def token(self) -> str:
        """The end of an alias."""
        return f"{self._next('token'):08x}"

    def choice(self, letters: str) -> str:
        """One letter of a handle, other ones for every handle."""
        return letters[7 * self._next("letter") % len(letters)]

    def autodns(self, policy: Policy) -> Autodns:
        """The vendor with these ids."""
        return Autodns(policy=policy, stid=self.transaction, token=self.token)

    def marketingcloud(self, policy: Policy) -> MarketingCloud:
        """The vendor with these ids."""
        return MarketingCloud(policy=policy, message_id=self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The service, the file of its store, and what is drawn."""

    client: TestClient
    database: str
    fixed: Fixed = field(default_factory=Fixed)

    def ask(self, name: str, accept: str = "") -> tuple[Message, int]:
        """Return the response of today to a sample, after those that precede it, and the number of
        contacts that it created. `accept` replaces the sample's."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as connection:
            for statement in EMPTY:
                connection.execute(statement)
        self.fixed.counts.clear()
        for before in AFTER.get(name, ()):
            sent(self.client, request(before))
        there = self._contacts()
        request_message = request(name)
        if accept:
            others = tuple(pair for pair in request_message.headers if pair[0] != "accept")
            request_message = replace(request_message, headers=(*others, ("accept", accept)))
        reply = sent(self.client, request_message)
        return reply, self._contacts() - there

    def _contacts(self) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM entry").fetchone()
        return int(count)

    def answered(self, name: str) -> tuple[Message, bytes]:
        """What comes back to a sample, and the cards it leads to, b"" if to none."""
        reply, more = self.ask(name)
        if is_card(reply):
            return replace(reply, body=b""), reply.body
        again, _ = self.ask(name, CARD) if more > 0 else (reply, 0)
        return reply, again.body if is_card(again) else b""


def is_card(message: Message) -> bool:
    """Whether this is a card, or several."""
    return dict(message.headers).get("content-type", "").startswith(CARD)


def names() -> list[str]:
    """Every sample as VENDOR/NAME."""
    found = [
        f"{vendor}/{path.name.removesuffix('.http')}"
        for vendor in VENDORS
        for path in (FOLDER / vendor).glob("*.http")
    ]
    return sorted(name for name in found if not name.endswith(".reply"))


def request(name: str) -> Message:
    """A sample's request."""
    return parse((FOLDER / f"{name}.http").read_bytes())


def reply_file(name: str) -> Path:
    """Where its reply stands."""
    return FOLDER / f"{name}.reply.http"


def card_file(name: str) -> Path:
    """Where its cards stand, if there are any."""
    return CARDS / f"{name}.vcf"


def files() -> Iterator[Path]:
    """Every file of the samples, those of `names` and of no other."""
    for name in names():
        yield FOLDER / f"{name}.http"
        yield reply_file(name)
        if card_file(name).exists():
            yield card_file(name)


@contextmanager
def calls() -> Iterator[Calls]:
    """The service that the samples were recorded from."""
    fixed = Fixed()
    vendors = {"autodns_at": fixed.autodns, "marketingcloud_at": fixed.marketingcloud}
    recorded = {"clock": lambda: MOMENT}
    with ExitStack() as stack:
        stack.enter_context(patch.dict(app.VENDORS, vendors))
        stack.enter_context(patch.dict(ContactBook.__init__.__kwdefaults__, recorded))
        stack.enter_context(patch("vcardsvc.store.entries.uuid4", fixed.uuid))
        stack.enter_context(patch("vcardsvc.apis.domainchief.mapping.secrets", fixed))
        database = f"{stack.enter_context(TemporaryDirectory())}/samples.db"
        client = stack.enter_context(serving(database))
        yield Calls(client=client, database=database, fixed=fixed)


def record() -> None:
    """Write every reply and card anew."""
    with calls() as service:
        for name in names():
            reply, cards = service.answered(name)
            reply_file(name).write_bytes(written(reply))
            if cards:
                card_file(name).parent.mkdir(exist_ok=True)
                card_file(name).write_bytes(cards)
            else:
                card_file(name).unlink(missing_ok=True)
