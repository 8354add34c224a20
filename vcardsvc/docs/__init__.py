"""List the pages of the documentation, which are the Markdown files of this folder.

    /docs            the first page          /docs/NAME.md       the same page as Markdown
    /docs/NAME       every other page        /docs/search.json   the index of the search
    /docs/reference  the API reference
    /llms.txt        all pages with a line about each, for programs

`PAGES` is the table of contents, `PATHS` has every path. `documents` renders a page at its first
request; importing this package loads nothing.
"""

from dataclasses import dataclass
from typing import Final

ROOT: Final = "/docs"
REFERENCE: Final = f"{ROOT}/reference"
SEARCH: Final = f"{ROOT}/search.json"
LLMS: Final = "/llms.txt"
INDEX: Final = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Holds a page: its name in paths and as a file (`vendors/autodns`), its title in lists, its
    group, and one line about it."""

    name: str
    title: str
    group: str
    summary: str

    @property
    def path(self) -> str:
        """The path of the page."""
        return ROOT if self.name == INDEX else f"{ROOT}/{self.name}"

    @property
    def text_path(self) -> str:
        """The path of its Markdown."""
        return f"{ROOT}/{self.name}.md"


_START, _CARDS, _BOOK, _RUN, _CODE = (
    "Start", "Make cards", "Contact book", "Run the service", "Work on the code",
)  # fmt: skip

PAGES: Final = tuple(
    Page(group=group, name=name, title=title, summary=summary)
    for group, name, title, summary in (
        (_START, INDEX, "Overview",
         "What the service does, and where to read more."),
        (_START, "quickstart", "Quickstart",
         "Install it, make a first card, with and without a server."),
        (_START, "command-line", "Command line",
         "Every command; cards from files; `check`, which reads any card."),
        (_CARDS, "createcontact", "createcontact",
         "The request: members, rules, query options; the response."),
        (_CARDS, "failures", "Failures",
         "The failure JSON, every code with its HTTP status, every code of a note."),
        (_CARDS, "targets", "Targets and versions",
         "A card for one phone, mail program or messenger; vCard 2.1, 3.0, 4.0."),
        (_CARDS, "links-and-qr", "Forms, links, QR codes",
         "jCard, xCard, JSContact, QR codes, and links to a card."),
        (_CARDS, "convert-and-check", "Convert and check",
         "Any card or contact in, any form out; what is wrong with a card."),
        (_CARDS, "lists", "A whole list",
         "An export of Google, Outlook, a CRM, or a sheet in, a card for each row out."),
        (_CARDS, "bots", "Bots",
         "Send a contact through one of nineteen messaging platforms."),
        (_CARDS, "clients", "Typed clients",
         "Generate a client for Python or TypeScript, and make a card with it."),
        (_CARDS, "agents", "Agents",
         "Tools for agents over MCP, on your machine or at `/mcp`."),
        (_CARDS, "forms-and-web", "Page, forms, scripts",
         "The page at `/`; forms and scripts on a site of yours."),
        (_BOOK, "contact-book", "The contact book",
         "Accounts, cards from any call, listing, exporting, backup."),
        (_BOOK, "vendors/autodns", "AutoDNS",
         "The AutoDNS calls in JSON and XML: rules, decisions, codes."),
        (_BOOK, "vendors/domainchief", "Domain Chief",
         "The Domain Chief calls: rules, decisions, codes."),
        (_BOOK, "vendors/superoffice", "SuperOffice",
         "The SuperOffice calls: rules, decisions, codes."),
        (_BOOK, "vendors/marketingcloud", "Marketing Cloud",
         "The Marketing Cloud call: rules, decisions, codes."),
        (_RUN, "settings", "Settings",
         "Every environment variable with its default."),
        (_RUN, "keys-and-limits", "Keys and rate limits",
         "Secret and publishable keys, rate limits, what is stored."),
        (_RUN, "deployment", "Deployment",
         "Behind a proxy: workers, health, overload, stopping, photos, backup."),
        (_RUN, "deploy-container", "Containers",
         "Containerfile, compose file with PostgreSQL, Redis and nginx; the list of components."),
        (_RUN, "deploy-systemd", "systemd",
         "A unit without rights: install, upgrade, check."),
        (_RUN, "deploy-proxies", "nginx and Caddy",
         "Proxies with TLS, large bodies and lists that flow."),
        (_RUN, "deploy-kubernetes", "Kubernetes",
         "Deployment with probes, Ingress, scaling, disruption."),
        (_RUN, "deploy-monitoring", "Monitoring",
         "Prometheus, alerts with unit tests, a Grafana dashboard."),
        (_RUN, "benchmarks", "Benchmarks",
         "How fast it is, against what, and the command for each figure."),
        (_CODE, "architecture", "Architecture",
         "Layers, the eight steps of a request, terms, decisions, traps."),
        (_CODE, "contributing", "Contributing",
         "How to test, and to add a target, a messenger, an API or a code."),
    )
)  # fmt: skip
"""Every page in its order. The reference has no file and follows them."""

PATHS: Final = (
    *(path for page in PAGES for path in (page.path, page.text_path)),
    REFERENCE,
    SEARCH,
    LLMS,
)
"""Every path of the documentation."""
