"""AutoDNS's XML gateway: keys in the body, one task or many, a result for each."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.autodns import (
    API,
    GATEWAY,
    HANDLE,
    HEAD,
    ROUTES,
    STID,
    command_of,
    created_response,
    draft_of,
    entry_of,
    error_response,
    problems_of,
    request_of,
    response_of,
    xml_of,
    xml_request,
)
from vcardsvc.apis.base import Request, Response
from vcardsvc.errors import E100, E403, E404, E503, Code, Problem, Refused
from vcardsvc.model.address_book import Bulk, CommandResult, Create, Delete, Get, Update

CREATE = f"<code>0301</code>{HANDLE}"
ADA = "<handle><type>PERSON</type><fname>Ada</fname><lname>Sample</lname></handle>"


def _command(body: bytes) -> Any:
    return command_of("gateway", request_of(body))


def _results(response: Response) -> list[dict[str, Any]]:
    return [dict(children) for name, children in xml_of(response)[1] if name == "result"]


def _result_codes(response: Response) -> list[str]:
    return [dict(result["status"])["code"] for result in _results(response)]


def test_the_vendors_sample_gets_one_result() -> None:
    """Task 0301 with an auth block returns the contact, S0301 and its id (seed: 2.5)."""
    response = created_response("gateway", request_of(xml_request(CREATE)))
    assert response.status == 200
    assert xml_of(response) == (
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
    (xml_request(CREATE), {}, b"YOUR_KEY"),
    (xml_request(CREATE, head="<auth><password> k </password></auth>"), {}, b"k"),
    (xml_request(CREATE, head=""), {b"authorization": b"Basic YTpi"}, b"b"),
    (xml_request(CREATE), {b"authorization": b"Basic YTpi"}, b"YOUR_KEY"),
    (xml_request(CREATE, head="<auth><user>customer</user></auth>"), {}, None),
    (xml_request(CREATE, head="<auth_session><hash>x</hash></auth_session>"), {}, None),
    (b"", {}, None),
]


@pytest.mark.parametrize(("body", "headers", "key"), KEYS)
def test_the_key_is_the_password_of_the_auth_block(
    body: bytes, headers: dict[bytes, bytes], key: bytes | None
) -> None:
    """The body's password comes before that of HTTP Basic."""
    assert API.credential(GATEWAY, Request(body=body, headers=headers)) == key


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
def test_an_unreadable_body_is_refused_before_the_key(body: bytes) -> None:
    """The response is 400 with one result, the vendor's codes, and the reason as help."""
    with pytest.raises(Refused) as raised:
        API.credential(GATEWAY, Request(body=body))
    response = API.error_response(GATEWAY, Request(body=body), raised.value.problems)
    [result] = _results(response)
    status, message = dict(result["status"]), dict(result["msg"])
    assert (response.status, status["code"], status["text"], status["type"]) == (
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


def test_a_request_may_follow_a_byte_order_mark_and_blanks() -> None:
    """The octets before the first element have no meaning."""
    for before in (b"\xef\xbb\xbf", b" \n", b"<?xml version='1.0'?>\n<!-- a -->"):
        assert _command(before + xml_request(CREATE)) == _command(xml_request(CREATE))


FORCED = [
    ("<key>force_handle_create</key>", True),
    ("<key>force_handle_create></key>", True),
    ("<force_handle_create>1</force_handle_create>", True),
    ("<force_handle_create>0</force_handle_create>", False),
    ("<key>other</key>", False),
    ("", False),
]


@pytest.mark.parametrize(("key", "forced"), FORCED)
def test_a_key_forces_a_second_contact_of_a_name(key: str, forced: bool) -> None:
    """The key stands below the task or the handle, also with the page's stray >, or is an element
    (seed: 2.5)."""
    command = _command(xml_request(f"{CREATE}{key}"))
    assert [draft.forced for draft in command.drafts] == [forced]
    inside = CREATE.replace("</handle>", f"{key}</handle>")
    assert [draft.forced for draft in _command(xml_request(inside)).drafts] == [forced]


def test_xml_and_json_read_the_same_contact() -> None:
    """Members have other names and forms in XML, and the contact is the same."""
    handle = (
        "<handle><alias>a</alias><type>ORG</type><organization>Mill</organization>"
        "<address>One 1</address><address>Two 2</address><nic_ref>de</nic_ref>"
        "<remarks>A comment</remarks><protection>A</protection><domainsafe>1</domainsafe>"
        "<extension><general><gender>F</gender><tag>x</tag><tag>y</tag></general></extension>"
        "</handle><confirm_owner_consent>true</confirm_owner_consent>"
    )
    command = _command(xml_request(f"<code>301</code>{handle}"))
    assert command.drafts[0] == draft_of(
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
    handle_back = _results(
        created_response("gateway", request_of(xml_request(f"<code>301</code>{handle}")))
    )[0]
    elements = dict(handle_back["data"][0][1])
    assert elements["extension"] == [("general", [("gender", "F"), ("tag", "x"), ("tag", "y")])]
    assert (elements["nic_ref"], elements["protection"], elements["domainsafe"]) == (
        "de",
        "A",
        "true",
    )


def test_good_tasks_are_carried_out_though_others_fail() -> None:
    """Each task has its result, in order, with its own id."""
    bad = f"<code>0301</code><ctid>two</ctid>{ADA.replace('Ada', '1')}"
    body = xml_request(
        f"<code>0301</code><ctid>one</ctid>{ADA}", bad, "<code>0101</code>", "<code>0304</code>",
        "<code>0302</code>", "<code>0303</code><handle><id>x</id></handle>", CREATE,
    )  # fmt: skip
    command = _command(body)
    assert isinstance(command, Create)
    assert [draft.vendor_fields["lname"] for draft in command.drafts] == ["Sample", "doe"]
    response = created_response("gateway", request_of(body))
    assert (response.status, response.failed) == (200, True)
    assert _result_codes(response) == [
        "S0301", "EF03017", "E00000", "EF030110", "EF030110", "EF030110", "S0301",
    ]  # fmt: skip
    assert [result.get("ctid") for result in _results(response)][:3] == ["one", "two", None]
    kinds = [dict(result["status"])["type"] for result in _results(response)]
    assert kinds == ["success", *["error"] * 5, "success"]


def _handle(id: int, inside: str = "") -> str:
    return f"<handle><id>{id}</id>{inside}</handle>"


MIXED = xml_request(
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
    """Commands keep the order of the request, and consecutive creates are one command."""
    command = _command(MIXED)
    assert isinstance(command, Bulk)
    assert [type(one) for one in command.commands] == [Create, Get, Update, Delete, Get, Create]
    creates = [one for one in command.commands if isinstance(one, Create)]
    assert [[draft.vendor_fields["fname"] for draft in one.drafts] for one in creates] == [
        ["Ada"],
        ["Ida", "Eda"],
    ]
    assert [one.ref for one in command.commands if not isinstance(one, Create)] == [1, 2, 3, ""]


def test_each_task_has_its_own_result_in_its_place() -> None:
    """A result does not depend on other tasks, and a fault has the code of its own operation."""
    here = entry_of(draft_of({"lname": "Sample"}), 7)
    gone = (Problem(code=E404, cause="entry"),)
    away = (Problem(code=E503, status=503, retry_after=5),)
    one = CommandResult(entries=(here,))
    created_two = CommandResult(entries=(here, here), fresh=(True, True))
    first = CommandResult(entries=(here,), fresh=(True,))
    response = response_of(
        "gateway",
        request_of(MIXED),
        CommandResult(results=(first, one, gone, one, away, created_two)),
    )
    assert response.status == 200
    assert response.failed
    assert _result_codes(response) == [
        "S0301", "S0304", "EF03016", "S0303", "EF03013", "EF03018", "E00000", "S0301", "S0301",
    ]  # fmt: skip
    assert [result["ctid"] for result in _results(response)] == [*"abcdefghi"]
    values = [dict(dict(result["status"])["object"])["value"] for result in _results(response)]
    assert values == ["7", "7", "2", "7", "johndoe", "4", "", "7", "7"]
    unserved = dict(_results(response)[6]["msg"])
    assert (unserved["code"], unserved["text"]) == ("E00000", "Errors occurred during processing.")
    assert "0301 create, 0302 update, 0303 delete, 0304 info" in unserved["help"]


def test_a_created_contact_never_has_a_failed_result() -> None:
    """If the store goes away after the first command, the first result is a success."""
    here = entry_of(draft_of({"lname": "Sample"}), 7)
    body = xml_request(CREATE, f"<code>0303</code>{_handle(3)}", CREATE, CREATE)
    away = (Problem(code=E503, status=503, retry_after=5),)
    first = CommandResult(entries=(here,), fresh=(True,))
    response = response_of("gateway", request_of(body), CommandResult(results=(first, away, away)))
    assert _result_codes(response) == ["S0301", "EF03013", "EF03013", "EF03013"]


def test_a_request_whose_tasks_all_fail_needs_no_contact_book() -> None:
    """Reading the request returns the response itself."""
    wrong = f"<code>0301</code>{ADA.replace('Sample', '')}"
    response = API.read(GATEWAY, request_of(xml_request(wrong, wrong)))
    assert isinstance(response, Response)
    assert (response.status, _result_codes(response)) == (200, ["EF03018", "EF03018"])


def test_every_problem_of_a_task_is_a_message() -> None:
    """The status has the first problem, and the messages have all."""
    wrong = "<code>0301</code><ctid>c</ctid><handle><phone>1</phone><fax>1</fax></handle>"
    result = _results(error_response("gateway", request_of(xml_request(wrong))))[0]
    assert dict(result["status"])["code"] == "EF03010"
    assert result["ctid"] == "c"
    response = error_response("gateway", request_of(xml_request(wrong)))
    assert (response.status, response.failed) == (200, True)
    messages = [children for name, children in xml_of(response)[1][0][1] if name == "msg"]
    assert [(dict(one)["code"], dict(one)["object"]) for one in messages] == [
        ("EF03010", [("type", "phone"), ("value", "/phone")]),
        ("EF03011", [("type", "fax"), ("value", "/fax")]),
        ("EF03018", [("type", "lname"), ("value", "/lname")]),
    ]


def test_an_address_for_replies_is_noted() -> None:
    """The notification stands beside the success (seed: 2.4, N0301)."""
    body = xml_request(f"{CREATE}<reply_to>a@example.com</reply_to>")
    messages = dict(_results(created_response("gateway", request_of(body)))[0]["msg"])
    assert (messages["code"], messages["text"], messages["type"]) == (
        "N0301",
        "Domain contact request has been started successfully.",
        "notify",
    )
    wrong = xml_request(f"{CREATE}<reply_to>nobody</reply_to>")
    assert _result_codes(error_response("gateway", request_of(wrong))) == ["E0301"]


def test_a_request_chooses_its_language() -> None:
    """The texts are in the language of the request's language element."""
    body = xml_request(CREATE, head=f"{HEAD}<language>de</language>")
    status = dict(_results(created_response("gateway", request_of(body)))[0]["status"])
    assert status["text"] == "Domain-Kontakt wurde erfolgreich angelegt."


def test_a_request_names_its_owner() -> None:
    """The owner block is echoed, and widens no access."""
    owner = "<owner><user>sub</user><context>9</context></owner>"
    (draft,) = _command(xml_request(CREATE, head=f"{HEAD}{owner}")).drafts
    assert draft.vendor_fields["owner"] == {"context": 9, "user": "sub"}
    assert draft.vendor_fields["updater"] == {"context": 4, "user": "customer"}


def test_a_single_task_shows_updates_and_deletes() -> None:
    """0304, 0302 and 0303 name the contact by its id, and 0304 also by its alias."""
    show = xml_request("<code>0304</code><handle><id>7</id></handle>")
    change = xml_request(f"<code>0302</code>{ADA.replace('<handle>', '<handle><id>7</id>')}")
    remove = xml_request("<code>0303</code><handle><id>7</id></handle>")
    alias = xml_request("<code>0304</code><handle><alias>johndoe</alias></handle>")
    assert isinstance(_command(show), Get)
    assert isinstance(_command(change), Update)
    assert isinstance(_command(remove), Delete)
    assert replace(_command(alias), context=None) == Get(metadata={"alias": "johndoe"})
    result = CommandResult(entries=(entry_of(draft_of({"lname": "Sample"}), 7),))
    for body, code in [(show, "S0304"), (change, "S0302"), (remove, "S0303"), (alias, "S0304")]:
        assert _result_codes(response_of("gateway", request_of(body), result)) == [code]
    unknown = Problem(code=E404, cause="entry")
    response = API.error_response(ROUTES["gateway"], request_of(alias), (unknown,))
    assert _result_codes(response) == ["EF03016"]


def test_an_alias_is_searched_in_its_stored_form() -> None:
    """The alias is composed, trimmed and folded before the search."""
    body = xml_request("<code>0304</code><handle><alias> Jose\u0301 </alias></handle>")
    assert replace(_command(body), context=None) == Get(metadata={"alias": "jos\u00e9"})


@pytest.mark.parametrize("code", ["0302", "0303"])
def test_an_alias_alone_updates_and_deletes_nothing(code: str) -> None:
    """Several contacts may have it, so the response demands the id and repeats the alias."""
    body = xml_request(f"<code>{code}</code><handle><alias>johndoe</alias></handle>")
    response = error_response("gateway", request_of(body))
    result = _results(response)[0]
    status = dict(result["status"])
    assert (status["code"], status["text"], status["object"]) == (
        "EF030110",
        "ID or alias of the domain contact have to be entered.",
        [("type", "handle"), ("value", "johndoe")],
    )
    assert dict(result["msg"])["help"] == "A task of this code takes the ID."


def test_white_space_around_a_text_is_layout() -> None:
    """An indented request has the same contact."""
    handle = "<handle>\n <fname>\n  Ada\n </fname>\n <lname>\n\tSample\n </lname>\n</handle>"
    assert _command(xml_request(f"<code>0301</code>{handle}")).drafts[0] == draft_of(
        {"fname": "Ada", "lname": "Sample"}
    )


UNNAMED = ["0302", "0303", "0304"]


@pytest.mark.parametrize("code", UNNAMED)
def test_a_task_needs_the_id_of_its_contact(code: str) -> None:
    """A task with neither id nor alias is EF030110 (seed: 2.4)."""
    response = error_response("gateway", request_of(xml_request(f"<code>{code}</code>{ADA}")))
    assert (response.status, _result_codes(response)) == (200, ["EF030110"])


REQUESTS = [
    (b"<request/>", "E00000", "EF00000"),
    (b"<other><task><code>0301</code></task></other>", "E00000", "EF00000"),
    (xml_request(*["<code>0301</code>"] * 101), "E00000", "EF00000"),
    (xml_request("<code>9999</code>"), "E00000", "E00000"),
    (xml_request("<handle/>"), "E00000", "E00000"),
    (xml_request(CREATE, head="<auth><context>four</context></auth>"), "E0301", "E0301"),
    (xml_request("<code>0304</code>", head="<auth><context>x</context></auth>"), "E0304", "E0304"),
]


@pytest.mark.parametrize(("body", "code", "message"), REQUESTS)
def test_a_request_without_a_task_that_is_served_is_refused(
    body: bytes, code: str, message: str
) -> None:
    """No task, too many, an unknown code or a wrong context give one result with the reason."""
    response = error_response("gateway", request_of(body))
    assert (response.status, _result_codes(response)) == (200, [code])
    assert dict(_results(response)[0]["msg"])["code"] == message


REFUSALS = [
    (Problem(code=Code(name="E104", status=401, info="x", when="y")), 401, "E0301"),
    (Problem(code=E403), 403, "EF03016"),
    (Problem(code=E100, status=413), 413, "E0301"),
    (Problem(code=E503), 500, "EF03014"),
    (Problem(code=E503, status=503, retry_after=5), 503, "EF03013"),
    (Problem(code=Code(name="E1", status=429, info="x", when="y"), retry_after=7), 429, "E0301"),
]


@pytest.mark.parametrize(("problem", "status", "code"), REFUSALS)
@pytest.mark.parametrize("body", [b"", xml_request(CREATE)])
def test_a_refusal_of_the_edge_keeps_its_status(
    problem: Problem, status: int, code: str, body: bytes
) -> None:
    """A request refused before its tasks are read has the HTTP status of its fault."""
    response = API.error_response(GATEWAY, request_of(body), (problem,))
    assert (response.status, _result_codes(response)) == (status, [code])
    headers = dict(response.headers)
    retry_after = b"%d" % problem.retry_after if problem.retry_after else None
    assert headers.get(b"retry-after") == retry_after
    assert (b"www-authenticate" in headers) == (status == 401)


UNREAD = [(401, None), (429, None), (503, None), (403, "c"), (406, "c")]


@pytest.mark.parametrize(("status", "ctid"), UNREAD)
def test_a_body_without_a_key_is_not_parsed_again(status: int, ctid: str | None) -> None:
    """Its response names no task, because callers without a key could delay all others."""
    problem = Problem(code=Code(name="E1", status=status, info="x", when="y"))
    response = API.error_response(
        GATEWAY, request_of(xml_request(f"{CREATE}<ctid>c</ctid>")), (problem,)
    )
    assert [result.get("ctid") for result in _results(response)] == [ctid]


def test_an_unknown_contact_is_as_a_foreign_one() -> None:
    """An id that is not in the account's contact book is EF03016 under HTTP 200."""
    body = xml_request("<code>0303</code><handle><id>7</id></handle>")
    response = API.error_response(GATEWAY, request_of(body), (Problem(code=E404),))
    assert (response.status, _result_codes(response)) == (200, ["EF03016"])
    assert dict(_results(response)[0]["status"])["object"] == [("type", "handle"), ("value", "7")]
    assert problems_of("gateway", request_of(body)) == ()


def test_an_unknown_path_gets_xml_for_xml() -> None:
    """Without a route the content type of the body decides the response's."""
    response = API.error_response(None, request_of(xml_request(CREATE)), (Problem(code=E404),))
    assert (response.status, _result_codes(response)) == (404, ["E00000"])
    assert "Served are: POST /contact, " in dict(_results(response)[0]["msg"])["help"]
