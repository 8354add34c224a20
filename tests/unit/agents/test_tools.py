"""The tools through the SDK's own client, in memory: cards, links, notes, and what to mend."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
import zxingcpp
from mcp import Client, MCPError
from mcp.types import (
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)
from PIL import Image

from tests.support.agents import ADA, ERAS, tools_of
from tests.support.contact_requests import APPLESEED, card_request
from tests.support.service import Inside, inside
from vcardsvc.agents import sdk
from vcardsvc.agents.arguments import PROBLEMS
from vcardsvc.agents.schemas import CHECK, CONVERT, CREATE, TARGETS
from vcardsvc.agents.tools import Tools
from vcardsvc.store import Store
from vcardsvc.vcard import PROFILES, write

MODES: Final = {ERAS[0]: "legacy", ERAS[1]: "auto"}
"""How the client begins, by the version that it then speaks."""

CARD: Final = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Nowak;Ada;;;\r\nFN:Ada Nowak\r\nEND:VCARD\r\n"


@pytest.fixture(scope="module")
def app() -> Iterator[Inside]:
    """The application, whose services the tools call."""
    with inside() as created:
        yield created


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """One that keeps links."""
    url = f"sqlite:///{tmp_path_factory.mktemp('agents')}/links.db"
    with contextlib.closing(Store(url)) as store:
        store.migrate()
    with inside(database_url=url) as created:
        yield created


async def _called(tools: Tools, name: str, arguments: Any, mode: str) -> CallToolResult:
    async with Client(sdk.server(tools), mode=mode) as client:
        return await client.call_tool(name, arguments)


def call(app: Inside, name: str, arguments: Any, era: str = ERAS[0]) -> CallToolResult:
    """The result of a call by the SDK's client."""
    return app.runner.run(_called(tools_of(app.context), name, arguments, MODES[era]))


def text_of(result: CallToolResult, index: int = 0) -> str:
    """The text of a block of a result."""
    block = result.content[index]
    if isinstance(block, EmbeddedResource):
        assert isinstance(block.resource, TextResourceContents)
        return block.resource.text
    assert isinstance(block, TextContent)
    return block.text


def problems(result: CallToolResult) -> list[tuple[str, str | None]]:
    """The code and field of each problem of a failure, whose text has all of them."""
    assert result.is_error
    failure = result.structured_content
    assert failure is not None
    assert failure["status"] == "failure"
    for one in failure["errors"]:
        assert f"- {one['error-code']}" in text_of(result)
        assert one["error-info"] in text_of(result)
        assert one.get("field", "") in text_of(result)
    return [(one["error-code"], one.get("field")) for one in failure["errors"]]


@pytest.mark.parametrize("era", ERAS)
def test_a_card_is_an_embedded_resource(app: Inside, era: str) -> None:
    """It is the card that POST / makes, with its media type, and its notes as values and text."""
    result = call(app, CREATE, {"contact": ADA}, era)

    block = result.content[0]
    assert isinstance(block, EmbeddedResource)
    made = card_request({"action": "createcontact", **ADA})
    assert text_of(result) == write(made.contact).octets.decode()
    assert (block.resource.uri, block.resource.mime_type) == ("vcard:///contact.vcf", "text/vcard")
    assert result.structured_content == {
        "notes": [
            {
                "field": "/contact/phone/0/number",
                "code": "e164",
                "reason": "the number was written in international form (E.164)",
            }
        ]
    }
    assert "- /contact/phone/0/number: e164, the number was" in text_of(result, 1)
    assert not result.is_error


def test_the_example_of_the_action_is_a_card(app: Inside) -> None:
    """Its members are the arguments, and its photo-url is fetched: this host is not there."""
    contact = {name: one for name, one in APPLESEED.items() if name != "action"}
    dropped = call(app, CREATE, {"contact": contact, "photo": "none", "target": "outlook"})
    assert "FN:John Appleseed Jr." in text_of(dropped)
    with_action = call(app, CREATE, {"contact": APPLESEED, "photo": "none"})
    assert "FN:John Appleseed Jr." in text_of(with_action)


def test_a_link_is_a_resource_link(linked: Inside) -> None:
    """It has its address, its media type and its size, and its end as a value."""
    result = call(linked, CREATE, {"contact": ADA, "as": "link", "ttl": 60, "once": True})

    block = result.content[0]
    assert isinstance(block, ResourceLink)
    assert block.uri.startswith("https://cards.example.com/c/")
    assert (block.name, block.mime_type) == ("contact.vcf", "text/vcard")
    assert result.structured_content is not None
    assert set(result.structured_content) == {"url", "expires", "size", "content-type", "notes"}
    assert result.structured_content["url"] == block.uri
    assert result.structured_content["size"] == block.size


def test_no_link_without_a_store(app: Inside) -> None:
    """The failure says what is missing."""
    assert problems(call(app, CREATE, {"contact": ADA, "as": "link"})) == [("E406", None)]


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("jcard", "application/vcard+json"),
        ("xcard", "application/vcard+xml"),
        ("jscontact", "application/jscontact+json"),
        ("whatsapp", "application/json"),
    ],
)
def test_other_forms_have_their_media_types(app: Inside, form: str, media_type: str) -> None:
    """From a contact and from a card alike."""
    for name, given in ((CREATE, {"contact": ADA}), (CONVERT, {"cards": CARD})):
        block = call(app, name, {**given, "as": form}).content[0]
        assert isinstance(block, EmbeddedResource)
        assert block.resource.mime_type == media_type


def test_a_qr_code_is_an_image(app: Inside, tmp_path: Any) -> None:
    """It is a PNG, which an agent can show, and it holds the card."""
    block = call(app, CREATE, {"contact": ADA, "as": "qr"}).content[0]
    assert isinstance(block, ImageContent)
    assert block.mime_type == "image/png"
    path = tmp_path / "code.png"
    path.write_bytes(base64.b64decode(block.data))
    with Image.open(path) as image:
        (found,) = zxingcpp.read_barcodes(image.convert("L"))
    assert found.text.startswith("BEGIN:VCARD")


def test_a_report_is_a_value(app: Inside) -> None:
    """What each target loses, as a value and as text."""
    for name, given in ((CREATE, {"contact": ADA}), (CONVERT, {"cards": CARD})):
        result = call(app, name, {**given, "as": "report"})
        assert result.structured_content is not None
        targets = [one["target"] for one in result.structured_content["targets"]]
        assert targets == list(PROFILES)
        assert json.loads(text_of(result)) == result.structured_content


@pytest.mark.parametrize(
    ("cards", "source"),
    [
        (CARD, None),
        (f"\ufeff\n{CARD}", None),
        ('["vcard",[["version",{},"text","4.0"],["fn",{},"text","Ada Nowak"]]]', None),
        (["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Ada Nowak"]]], None),
        ('{"name": {"first-name": "Ada", "last-name": "Nowak"}}', "createcontact"),
        ({"name": {"first-name": "Ada", "last-name": "Nowak"}}, "createcontact"),
        (
            '<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard><fn><text>Ada Nowak</text>'
            "</fn></vcard></vcards>",
            None,
        ),
    ],
)
def test_cards_of_any_format_are_read(app: Inside, cards: Any, source: str | None) -> None:
    """As text, or as the JSON that they are."""
    given = {"cards": cards, **({"from": source} if source else {})}
    assert "FN:Ada Nowak" in text_of(call(app, CONVERT, given))
    checked = call(app, CHECK, given).structured_content
    assert checked is not None
    assert {"name": "Name", "text": "Ada Nowak"} in checked["cards"][0]["says"]


def test_letters_beyond_ascii_stay_as_they_are(app: Inside) -> None:
    """Text that came in JSON is Unicode, whatever encoding the card names."""
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1:Łukasz\r\nEND:VCARD\r\n"
    assert "N:Łukasz;;;;" in text_of(call(app, CONVERT, {"cards": card}))


def test_faults_are_found_and_mended(app: Inside) -> None:
    """The findings are values; with fix the card comes back without them, and each is noted."""
    broken = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:1\nEND:VCARD"
    found = call(app, CHECK, {"cards": broken}).structured_content
    assert found is not None
    codes = {one["code"] for one in found["cards"][0]["findings"]}
    assert {"n-missing", "loose-line-end"} <= codes
    mended = call(app, CHECK, {"cards": broken, "fix": True})
    assert "N:;Ada;;;" in text_of(mended) or "N:Ada" in text_of(mended)
    assert mended.structured_content is not None
    assert "n-missing" in {one["code"] for one in mended.structured_content["notes"]}


def test_the_targets_are_those_of_the_program(app: Inside) -> None:
    """Every one with its version and what it changes."""
    value = call(app, TARGETS, {}).structured_content
    assert value == {
        "targets": [
            {"target": one.name, "version": one.version, "changes": one.doc}
            for one in PROFILES.values()
        ]
    }


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        (CREATE, {}, [("E100", "/contact")]),
        (CREATE, {"contact": None}, [("E100", "/contact")]),
        (CREATE, {"contact": "Ada"}, [("E1524", "/contact")]),
        (CREATE, {"contact": {}}, [("E1515", "/contact/name")]),
        (CREATE, {"contact": {"action": "x"}}, [("E101", "/contact/action")]),
        (
            CREATE,
            {"contact": {"name": {"first-name": "A/a"}, "phone": 1}, "target": "x", "a/b": 1},
            [
                ("E1527", "/a~1b"),
                ("E1527", "/target"),
                ("E1516", "/contact/name/first-name"),
                ("E1524", "/contact/phone"),
            ],
        ),
        (CREATE, {"contact": ADA, "ttl": [1], "once": {}}, [("E1524", "/ttl"), ("E1524", "/once")]),
        (CREATE, {"contact": ADA, "ttl": 0}, [("E1527", "/ttl")]),
        (
            CREATE,
            {"contact": {**ADA, "photo-url": "http://127.0.0.1/a"}},
            [("E1520", "/contact/photo-url")],
        ),
        (
            CREATE,
            {"contact": {"name": {"first-name": "A"}}, "as": "telegram"},
            [("E406", "/contact/phone")],
        ),
        (CONVERT, {}, [("E100", "/cards")]),
        (CONVERT, {"cards": ""}, [("E100", None)]),
        (CONVERT, {"cards": "Dear Sir"}, [("E1539", None)]),
        (CONVERT, {"cards": "{}"}, [("E1527", "/from")]),
        (CONVERT, {"cards": "{"}, [("E108", None)]),
        (
            CONVERT,
            {"cards": {"name": {"first-name": "A/a"}}, "from": "createcontact", "as": "x"},
            [("E1527", "/as")],
        ),
        (
            CONVERT,
            {"cards": {"name": {"first-name": "A/a"}}, "from": "createcontact"},
            [("E1516", "/cards/name/first-name")],
        ),
        (CHECK, {"cards": CARD, "as": "jcard"}, [("E1527", "/as")]),
        (CHECK, {"cards": CARD, "fix": "perhaps"}, [("E1527", "/fix")]),
        (TARGETS, {"target": "apple"}, [("E1527", "/target")]),
    ],
)
def test_a_failure_says_what_to_mend(
    app: Inside, era: str, name: str, arguments: Any, expected: list[tuple[str, str | None]]
) -> None:
    """Every problem at once, each with its code and its place in the arguments."""
    assert problems(call(app, name, arguments, era)) == expected


@pytest.mark.parametrize("era", ERAS)
def test_an_unknown_tool_is_an_error_of_the_protocol(app: Inside, era: str) -> None:
    """The code is that of invalid parameters."""

    async def refusal() -> MCPError:
        async with Client(sdk.server(tools_of(app.context)), mode=MODES[era]) as client:
            with pytest.raises(MCPError) as raised:
                await client.call_tool("make_coffee", {})
            return raised.value

    fault = app.runner.run(refusal())
    assert (fault.code, fault.message) == (-32602, "Unknown tool: make_coffee")


def test_arguments_have_the_ceilings_of_bodies(app: Inside) -> None:
    """A contact that of a createcontact body, cards that of cards to convert; both are named."""
    long = {"contact": {**ADA, "note": "x" * 300_000}}
    assert problems(call(app, CREATE, long)) == [("E100", None)]
    names = {"target": "x" * 300_000}
    assert problems(call(app, TARGETS, names)) == [("E100", None)]
    cards = {"cards": f"{CARD}NOTE:{'x' * 5_300_000}"}
    result = call(app, CONVERT, cards)
    assert problems(result) == [("E100", None)]
    assert "VCARDSVC_CONVERT_LIMIT" in text_of(result)


def test_a_contact_is_measured_as_it_was_sent(app: Inside) -> None:
    """Escapes, in which a letter has six octets, do not count."""
    addressed = {"address": "\N{GREEK SMALL LETTER ALPHA}" * 100}
    contact = {**ADA, "address": [addressed] * 20}
    assert len(json.dumps(contact, ensure_ascii=False).encode()) < 6_000 < len(json.dumps(contact))
    with inside(body_limit=6_000) as small:
        result = call(small, CREATE, {"contact": contact})
        assert not result.is_error, result


def test_the_problems_of_arguments_have_a_limit(app: Inside) -> None:
    """However many arguments there are that no tool has."""
    unknown = {f"{number}": 1 for number in range(10_000)}
    result = call(app, CREATE, {"contact": ADA, **unknown})
    assert result.structured_content is not None
    assert len(result.structured_content["errors"]) == PROBLEMS
    assert len(result.model_dump_json()) < 100_000


@pytest.mark.parametrize(
    "arguments",
    [
        b'{"contact": %s, "contact": %s}',
        b'{"contact": %s, "\\u0063ontact": %s}',
        b'{"\\u0063ontact": %s, "contact": %s}',
    ],
)
def test_a_contact_stands_once(app: Inside, arguments: bytes) -> None:
    """However its name is written."""
    one = json.dumps(ADA).encode()
    result = asyncio.run(tools_of(app.context).call(CREATE, arguments % (one, one)))
    assert [problem.code.name for problem in result.problems] == ["E108"]


def test_a_fault_of_ours_is_told_and_not_shown(app: Inside) -> None:
    """The caller reads E503; the operator gets the fault."""
    faults: list[BaseException] = []

    def broken(_: Any) -> str:
        raise ValueError("secret")

    tools = tools_of(app.context)
    settings = {name: getattr(tools, name) for name in tools.__struct_fields__}
    tools = Tools(**{**settings, "base_url": broken, "on_fault": faults.append})
    result = app.runner.run(_called(tools, CREATE, {"contact": ADA, "as": "link"}, "legacy"))
    assert problems(result) == [("E503", None)]
    assert "secret" not in result.model_dump_json()
    assert [str(fault) for fault in faults] == ["secret"]


def test_both_eras_list_the_same_tools(app: Inside) -> None:
    """The list is that of the schemas."""

    async def listed(mode: str) -> list[str]:
        async with Client(sdk.server(tools_of(app.context)), mode=mode) as client:
            return [one.name for one in (await client.list_tools()).tools]

    both = [app.runner.run(listed(mode)) for mode in MODES.values()]
    assert both == [[CREATE, CONVERT, CHECK, TARGETS]] * 2


def test_lone_surrogates_and_endless_numbers_are_refused(app: Inside) -> None:
    """What the SDK's parser lets through is no JSON for us."""
    tools = tools_of(app.context)
    for arguments in (
        b'{"contact": {"name": {"first-name": "\\ud800"}}}',
        b'{"contact": {"name": {"first-name": NaN}}}',
        b'{"contact": {"name": {"first-name": "A", "first-name": "B"}}}',
        b'{"contact": ' + b'{"a":' * 60 + b"1" + b"}" * 61,
        b'{"contact": {"name": {"first-name": "\xff"}}}',
    ):
        result = asyncio.run(tools.call(CREATE, arguments))
        assert [problem.code.name for problem in result.problems] == ["E108"], arguments
