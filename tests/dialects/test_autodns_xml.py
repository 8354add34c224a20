"""The XML gateway of AutoDNS: keys in the body, one task or many, a result for each."""

from dataclasses import replace
from typing import Any

import pytest

from tests.dialects.autodns import (
    GATEWAY,
    HANDLE,
    HEAD,
    ROUTES,
    STID,
    VENDOR,
    ask,
    created,
    done,
    draft,
    entry,
    problems,
    refused,
    request,
    task,
    tree,
)
from vcardsvc.apis.base import Request, Response
from vcardsvc.errors import E100, E403, E404, E503, Code, Problem, Refused
from vcardsvc.model.address_book import Bulk, CommandResult, Create, Delete, Get, Update

CREATE = f"<code>0301</code>{HANDLE}"
ADA = "<handle><type>PERSON</type><fname>Ada</fname><lname>Sample</lname></handle>"


def _tasks(body: bytes) -> Any:
    return task("gateway", ask(body))


def _results(reply: Response) -> list[dict[str, Any]]:
    return [dict(children) for name, children in tree(reply)[1] if name == "result"]


def _codes(reply: Response) -> list[str]:
    return [dict(result["status"])["code"] for result in _results(reply)]


def test_the_vendors_sample_is_answered_with_one_result() -> None:
    """Task 0301 with an auth block gives the contact, S0301 and its id (seed: 2.5)."""
    reply = created("gateway", ask(request(CREATE)))
    assert reply.status == 200
    assert tree(reply) == (
        "response",
        [
            (
                "result",
                [
                    (
                        "data",
                        [
                            (
                                "handle",
                                [
                                    ("id", "23151437"),
                                    ("alias", "johndoe"),
                                    ("type", "PERSON"),
                                    ("organization", "Company"),
                                    ("title", "Dr."),
                                    ("city", "example city"),
                                    ("country", "DE"),
                                    ("state", ""),
                                    ("email", "johndoe@example.com"),
                                    ("protection", "B"),
                                    ("fname", "john"),
                                    ("lname", "doe"),
                                    ("address", "example stret"),
                                    ("pcode", "12345"),
                                    ("phone", "+1-123-12345"),
                                    ("fax", "+1-123-12345"),
                                    ("owner", [("user", "customer"), ("context", "4")]),
                                    ("updater", [("user", "customer"), ("context", "4")]),
                                    ("created", "2019-06-28 12:52:48"),
                                    ("updated", "2019-06-28 12:52:48"),
                                ],
                            )
                        ],
                    ),
                    (
                        "status",
                        [
                            ("code", "S0301"),
                            ("text", "Domain contact was created successfully."),
                            ("type", "success"),
                            ("object", [("type", "handle"), ("value", "23151437")]),
                        ],
                    ),
                ],
            ),
            ("stid", STID),
        ],
    )


KEYS = [
    (request(CREATE), {}, b"YOUR_KEY"),
    (request(CREATE, head="<auth><password> k </password></auth>"), {}, b"k"),
    (request(CREATE, head=""), {b"authorization": b"Basic YTpi"}, b"b"),
    (request(CREATE), {b"authorization": b"Basic YTpi"}, b"YOUR_KEY"),
    (request(CREATE, head="<auth><user>customer</user></auth>"), {}, None),
    (request(CREATE, head="<auth_session><hash>x</hash></auth_session>"), {}, None),
    (b"", {}, None),
]


@pytest.mark.parametrize(("body", "headers", "key"), KEYS)
def test_the_key_is_the_password_of_the_auth_block(
    body: bytes, headers: dict[bytes, bytes], key: bytes | None
) -> None:
    """The body's password comes first, then that of HTTP Basic."""
    assert VENDOR.credential(GATEWAY, Request(body=body, headers=headers)) == key


UNREADABLE = {
    b"<request>": "It must be plain XML in UTF-8",
    b"<request><auth><password>a&b</password></auth></request>": "It must be plain XML in UTF-8",
    b"<!DOCTYPE a []><a/>": "It must be plain XML in UTF-8",
    b"<request>\xff</request>": "It must be plain XML in UTF-8",
    b"\xff": "The body itself must be the XML of a request.",
    b" \n\xef\xbb\xbf": "The body itself must be the XML of a request.",
    b" {}": "It looks like JSON, which POST /contact takes.",
    b"[]": "It looks like JSON, which POST /contact takes.",
    b'--x\r\ncontent-disposition: form-data; name="xml"\r\n\r\n': "It looks like multipart/form",
    b"xml=%3Crequest%3E": "It looks like a form.",
    b"xml=<request/>": "It looks like a form.",
    b"%3Crequest%3E%3C%2Frequest%3E": "It looks like a form.",
    b"x" * 200_000: "The body itself must be the XML of a request.",
}


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:20]))
def test_a_body_that_is_no_xml_is_refused_before_the_key(body: bytes) -> None:
    """What does not parse is 400 with one result, in the vendor's codes; the help says why."""
    with pytest.raises(Refused) as raised:
        VENDOR.credential(GATEWAY, Request(body=body))
    reply = VENDOR.error_response(GATEWAY, Request(body=body), raised.value.problems)
    [result] = _results(reply)
    status, message = dict(result["status"]), dict(result["msg"])
    assert (reply.status, status["code"], status["text"], status["type"]) == (
        400,
        "E00000",
        "Errors occurred during processing.",
        "error",
    )
    assert (message["code"], message["text"], message["object"]) == (
        "EF00000",
        "Parser error.",
        [("type", "XML parser"), ("value", "")],
    )
    assert UNREADABLE[body] in message["help"]


def test_a_request_begins_behind_a_byte_order_mark_and_blanks() -> None:
    """What stands before the first element tells nothing."""
    for before in (b"\xef\xbb\xbf", b" \n", b"<?xml version='1.0'?>\n<!-- a -->"):
        assert _tasks(before + request(CREATE)) == _tasks(request(CREATE))


FORCED = [
    ("<key>force_handle_create</key>", True),
    ("<key>force_handle_create></key>", True),
    ("<force_handle_create>1</force_handle_create>", True),
    ("<force_handle_create>0</force_handle_create>", False),
    ("<key>other</key>", False),
    ("", False),
]


@pytest.mark.parametrize(("said", "forced"), FORCED)
def test_a_second_contact_of_a_name_is_forced_by_a_key(said: str, forced: bool) -> None:
    """The key below the task, the page's stray > too, or an element of its name (seed: 2.5)."""
    found = _tasks(request(f"{CREATE}{said}"))
    assert [one.forced for one in found.drafts] == [forced]
    inside = CREATE.replace("</handle>", f"{said}</handle>")
    assert [one.forced for one in _tasks(request(inside)).drafts] == [forced]


def test_xml_and_json_read_the_same_contact() -> None:
    """Members have other names and forms in XML; the contact is the same."""
    handle = (
        "<handle><alias>a</alias><type>ORG</type><organization>Mill</organization>"
        "<address>One 1</address><address>Two 2</address><nic_ref>de</nic_ref>"
        "<remarks>A comment</remarks><protection>A</protection><domainsafe>1</domainsafe>"
        "<extension><general><gender>F</gender><tag>x</tag><tag>y</tag></general></extension>"
        "</handle><confirm_owner_consent>true</confirm_owner_consent>"
    )
    found = _tasks(request(f"<code>301</code>{handle}"))
    assert found.drafts[0] == draft(
        {
            "alias": "a",
            "type": "ORG",
            "organization": "Mill",
            "address": ["One 1", "Two 2"],
            "nicRef": [{"name": "de"}],
            "remarks": ["A comment"],
            "protection": "SHOW_ALL",
            "domainsafe": True,
            "confirmOwnerConsent": True,
            "extensions": {"general": {"gender": "F", "tag": ["x", "y"]}},
        }
    )
    handle_back = _results(created("gateway", ask(request(f"<code>301</code>{handle}"))))[0]
    words = dict(handle_back["data"][0][1])
    assert words["extension"] == [("general", [("gender", "F"), ("tag", "x"), ("tag", "y")])]
    assert (words["nic_ref"], words["protection"], words["domainsafe"]) == ("de", "A", "true")


def test_good_tasks_are_kept_though_others_fail() -> None:
    """Each task has its result, in order, with its own id."""
    bad = f"<code>0301</code><ctid>two</ctid>{ADA.replace('Ada', '1')}"
    body = request(
        f"<code>0301</code><ctid>one</ctid>{ADA}", bad, "<code>0101</code>", "<code>0304</code>",
        "<code>0302</code>", "<code>0303</code><handle><id>x</id></handle>", CREATE,
    )  # fmt: skip
    found = _tasks(body)
    assert isinstance(found, Create)
    assert [one.vendor_fields["lname"] for one in found.drafts] == ["Sample", "doe"]
    reply = created("gateway", ask(body))
    assert (reply.status, reply.failed) == (200, True)
    assert _codes(reply) == [
        "S0301", "EF03017", "E00000", "EF030110", "EF030110", "EF030110", "S0301",
    ]  # fmt: skip
    assert [result.get("ctid") for result in _results(reply)][:3] == ["one", "two", None]
    kinds = [dict(result["status"])["type"] for result in _results(reply)]
    assert kinds == ["success", *["error"] * 5, "success"]


def _handle(id: int, inside: str = "") -> str:
    return f"<handle><id>{id}</id>{inside}</handle>"


MIXED = request(
    f"<code>0301</code><ctid>a</ctid>{ADA}",
    f"<code>0304</code><ctid>b</ctid>{_handle(1)}",
    f"<code>0302</code><ctid>c</ctid>{_handle(2, '<lname>New</lname>')}",
    f"<code>0303</code><ctid>d</ctid>{_handle(3)}",
    "<code>0304</code><ctid>e</ctid><handle><alias>johndoe</alias></handle>",
    f"<code>0302</code><ctid>f</ctid>{_handle(4, '<lname>1</lname>')}",
    f"<code>0205</code><ctid>g</ctid>{ADA}",
    f"<code>0301</code><ctid>h</ctid>{ADA.replace('Ada', 'Ida')}",
    f"<code>0301</code><ctid>i</ctid>{ADA.replace('Ada', 'Eda')}",
)


def test_tasks_of_any_codes_stand_in_one_request() -> None:
    """In the order of the request; those that create one after the other are kept in one step."""
    found = _tasks(MIXED)
    assert isinstance(found, Bulk)
    assert [type(one) for one in found.commands] == [Create, Get, Update, Delete, Get, Create]
    kept = [one for one in found.commands if isinstance(one, Create)]
    assert [[made.vendor_fields["fname"] for made in one.drafts] for one in kept] == [
        ["Ada"],
        ["Ida", "Eda"],
    ]
    assert [one.ref for one in found.commands if not isinstance(one, Create)] == [1, 2, 3, ""]


def test_each_task_is_answered_in_its_place_by_its_own_operation() -> None:
    """What one came to tells nothing of another; a fault has the code of its own call."""
    here = entry(draft({"lname": "Sample"}), 7)
    gone = (Problem(code=E404, cause="entry"),)
    away = (Problem(code=E503, status=503, retry_after=5),)
    one = CommandResult(entries=(here,))
    created_two = CommandResult(entries=(here, here), fresh=(True, True))
    first = CommandResult(entries=(here,), fresh=(True,))
    reply = done(
        "gateway", ask(MIXED), CommandResult(results=(first, one, gone, one, away, created_two))
    )
    assert reply.status == 200
    assert reply.failed
    assert _codes(reply) == [
        "S0301", "S0304", "EF03016", "S0303", "EF03013", "EF03018", "E00000", "S0301", "S0301",
    ]  # fmt: skip
    assert [result["ctid"] for result in _results(reply)] == [*"abcdefghi"]
    values = [dict(dict(result["status"])["object"])["value"] for result in _results(reply)]
    assert values == ["7", "7", "2", "7", "johndoe", "4", "", "7", "7"]
    unserved = dict(_results(reply)[6]["msg"])
    assert (unserved["code"], unserved["text"]) == ("E00000", "Errors occurred during processing.")
    assert "0301 create, 0302 update, 0303 delete, 0304 info" in unserved["help"]


def test_what_is_kept_is_never_answered_as_failed() -> None:
    """Where the second of two steps met a store that was away, the first has its success."""
    here = entry(draft({"lname": "Sample"}), 7)
    body = request(CREATE, f"<code>0303</code>{_handle(3)}", CREATE, CREATE)
    away = (Problem(code=E503, status=503, retry_after=5),)
    first = CommandResult(entries=(here,), fresh=(True,))
    reply = done("gateway", ask(body), CommandResult(results=(first, away, away)))
    assert _codes(reply) == ["S0301", "EF03013", "EF03013", "EF03013"]


def test_when_every_task_fails_the_book_has_no_part_in_it() -> None:
    """The answer is there without anything being kept."""
    wrong = f"<code>0301</code>{ADA.replace('Sample', '')}"
    reply = VENDOR.read(GATEWAY, ask(request(wrong, wrong)))
    assert isinstance(reply, Response)
    assert (reply.status, _codes(reply)) == (200, ["EF03018", "EF03018"])


def test_every_problem_of_a_task_is_a_message() -> None:
    """The status has the first problem, the messages have all."""
    wrong = "<code>0301</code><ctid>c</ctid><handle><phone>1</phone><fax>1</fax></handle>"
    result = _results(refused("gateway", ask(request(wrong))))[0]
    assert dict(result["status"])["code"] == "EF03010"
    assert result["ctid"] == "c"
    reply = refused("gateway", ask(request(wrong)))
    assert (reply.status, reply.failed) == (200, True)
    messages = [children for name, children in tree(reply)[1][0][1] if name == "msg"]
    assert [(dict(one)["code"], dict(one)["object"]) for one in messages] == [
        ("EF03010", [("type", "phone"), ("value", "/phone")]),
        ("EF03011", [("type", "fax"), ("value", "/fax")]),
        ("EF03018", [("type", "lname"), ("value", "/lname")]),
    ]


def test_an_address_for_replies_is_noted() -> None:
    """The text of the notification stands beside the success (seed: 2.4, N0301)."""
    body = request(f"{CREATE}<reply_to>a@example.com</reply_to>")
    messages = dict(_results(created("gateway", ask(body)))[0]["msg"])
    assert (messages["code"], messages["text"], messages["type"]) == (
        "N0301",
        "Domain contact request has been started successfully.",
        "notify",
    )
    wrong = request(f"{CREATE}<reply_to>nobody</reply_to>")
    assert _codes(refused("gateway", ask(wrong))) == ["E0301"]


def test_a_request_speaks_german_when_it_says_so() -> None:
    """The language of a request is the one of its answer."""
    body = request(CREATE, head=f"{HEAD}<language>de</language>")
    status = dict(_results(created("gateway", ask(body)))[0]["status"])
    assert status["text"] == "Domain-Kontakt wurde erfolgreich angelegt."


def test_a_request_names_its_owner() -> None:
    """The owner block is echoed; it widens nothing."""
    owner = "<owner><user>sub</user><context>9</context></owner>"
    found = _tasks(request(CREATE, head=f"{HEAD}{owner}"))
    assert found.drafts[0].vendor_fields["owner"] == {"context": 9, "user": "sub"}
    assert found.drafts[0].vendor_fields["updater"] == {"context": 4, "user": "customer"}


def test_a_single_task_shows_changes_and_deletes() -> None:
    """0304, 0302 and 0303 name the contact by its id, 0304 by its alias too."""
    show = request("<code>0304</code><handle><id>7</id></handle>")
    change = request(f"<code>0302</code>{ADA.replace('<handle>', '<handle><id>7</id>')}")
    remove = request("<code>0303</code><handle><id>7</id></handle>")
    alias = request("<code>0304</code><handle><alias>johndoe</alias></handle>")
    assert isinstance(_tasks(show), Get)
    assert isinstance(_tasks(change), Update)
    assert isinstance(_tasks(remove), Delete)
    assert replace(_tasks(alias), context=None) == Get(metadata={"alias": "johndoe"})
    kept = CommandResult(entries=(entry(draft({"lname": "Sample"}), 7),))
    for body, code in [(show, "S0304"), (change, "S0302"), (remove, "S0303"), (alias, "S0304")]:
        assert _codes(done("gateway", ask(body), kept)) == [code]
    unknown = Problem(code=E404, cause="entry")
    told = VENDOR.error_response(ROUTES["gateway"], ask(alias), (unknown,))
    assert _codes(told) == ["EF03016"]


def test_a_contact_is_sought_by_its_alias_as_it_is_kept() -> None:
    """Composed like every text, trimmed, and without regard to case."""
    body = request("<code>0304</code><handle><alias> Jose\u0301 </alias></handle>")
    assert replace(_tasks(body), context=None) == Get(metadata={"alias": "jos\u00e9"})


@pytest.mark.parametrize("code", ["0302", "0303"])
def test_an_alias_alone_changes_and_deletes_nothing(code: str) -> None:
    """Several contacts may have it; the answer says what is wanted instead, and of which it was."""
    body = request(f"<code>{code}</code><handle><alias>johndoe</alias></handle>")
    reply = refused("gateway", ask(body))
    result = _results(reply)[0]
    status = dict(result["status"])
    assert (status["code"], status["text"], status["object"]) == (
        "EF030110",
        "ID or alias of the domain contact have to be entered.",
        [("type", "handle"), ("value", "johndoe")],
    )
    assert dict(result["msg"])["help"] == "A task of this code takes the ID."


def test_white_space_around_a_text_is_the_layout_of_the_request() -> None:
    """A request that a program has indented says the same."""
    told = "<handle>\n <fname>\n  Ada\n </fname>\n <lname>\n\tSample\n </lname>\n</handle>"
    assert _tasks(request(f"<code>0301</code>{told}")).drafts[0] == draft(
        {"fname": "Ada", "lname": "Sample"}
    )


UNNAMED = ["0302", "0303", "0304"]


@pytest.mark.parametrize("code", UNNAMED)
def test_a_task_needs_the_id_of_its_contact(code: str) -> None:
    """Neither id nor alias is EF030110 (seed: 2.4)."""
    reply = refused("gateway", ask(request(f"<code>{code}</code>{ADA}")))
    assert (reply.status, _codes(reply)) == (200, ["EF030110"])


REQUESTS = [
    (b"<request/>", "E00000", "EF00000"),
    (b"<other><task><code>0301</code></task></other>", "E00000", "EF00000"),
    (request(*["<code>0301</code>"] * 101), "E00000", "EF00000"),
    (request("<code>9999</code>"), "E00000", "E00000"),
    (request("<handle/>"), "E00000", "E00000"),
    (request(CREATE, head="<auth><context>four</context></auth>"), "E0301", "E0301"),
    (request("<code>0304</code>", head="<auth><context>x</context></auth>"), "E0304", "E0304"),
]


@pytest.mark.parametrize(("body", "code", "message"), REQUESTS)
def test_a_request_without_a_task_that_is_served_is_refused(
    body: bytes, code: str, message: str
) -> None:
    """No task, too many, an unknown code, a wrong context: one result that says so."""
    reply = refused("gateway", ask(body))
    assert (reply.status, _codes(reply)) == (200, [code])
    assert dict(_results(reply)[0]["msg"])["code"] == message


DOOR = [
    (Problem(code=Code(name="E104", status=401, info="x", when="y")), 401, "E0301"),
    (Problem(code=E403), 403, "EF03016"),
    (Problem(code=E100, status=413), 413, "E0301"),
    (Problem(code=E503), 500, "EF03014"),
    (Problem(code=E503, status=503, retry_after=5), 503, "EF03013"),
    (Problem(code=Code(name="E1", status=429, info="x", when="y"), retry_after=7), 429, "E0301"),
]


@pytest.mark.parametrize(("problem", "status", "code"), DOOR)
@pytest.mark.parametrize("body", [b"", request(CREATE)])
def test_what_the_door_refuses_keeps_its_status(
    problem: Problem, status: int, code: str, body: bytes
) -> None:
    """Outside of the tasks XML has the HTTP status of its fault."""
    reply = VENDOR.error_response(GATEWAY, ask(body), (problem,))
    assert (reply.status, _codes(reply)) == (status, [code])
    headers = dict(reply.headers)
    said = b"%d" % problem.retry_after if problem.retry_after else None
    assert headers.get(b"retry-after") == said
    assert (b"www-authenticate" in headers) == (status == 401)


UNREAD = [(401, None), (429, None), (503, None), (403, "c"), (406, "c")]


@pytest.mark.parametrize(("status", "ctid"), UNREAD)
def test_a_body_without_a_key_is_not_read_again(status: int, ctid: str | None) -> None:
    """Its answer names no task: to read large ones for nobody would keep everybody waiting."""
    problem = Problem(code=Code(name="E1", status=status, info="x", when="y"))
    reply = VENDOR.error_response(GATEWAY, ask(request(f"{CREATE}<ctid>c</ctid>")), (problem,))
    assert [result.get("ctid") for result in _results(reply)] == [ctid]


def test_an_unknown_contact_and_a_foreign_one_read_the_same() -> None:
    """What the book does not find is EF03016, in HTTP 200 as every fault of a task."""
    body = request("<code>0303</code><handle><id>7</id></handle>")
    reply = VENDOR.error_response(GATEWAY, ask(body), (Problem(code=E404),))
    assert (reply.status, _codes(reply)) == (200, ["EF03016"])
    assert dict(_results(reply)[0]["status"])["object"] == [("type", "handle"), ("value", "7")]
    assert problems("gateway", ask(body)) == ()


def test_a_path_that_is_none_answers_xml_in_xml() -> None:
    """Without a route the body's type says which of the two is spoken."""
    reply = VENDOR.error_response(None, ask(request(CREATE)), (Problem(code=E404),))
    assert (reply.status, _codes(reply)) == (404, ["E00000"])
    assert "Served are: POST /contact, " in dict(_results(reply)[0]["msg"])["help"]
