"""SuperOffice over a contact book: the archive, its filters and orders; PUT, PATCH and DELETE."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from vcardsvc.app import create_app
from vcardsvc.formats.xml import xml_tree
from vcardsvc.settings import ApiKey, Settings
from vcardsvc.store import Store

PATH: Final = "/superoffice/api/v1/Contact"
KEY: Final = "key-of-mine-0123456789"
BASIC: Final = {"authorization": f"Basic {b64encode(f'tim:{KEY}'.encode()).decode()}"}

COMPANIES: Final[list[dict[str, Any]]] = [
    {"Name": "Acme", "Department": "Sales", "OrgNr": "502352",
     "Category": {"Id": 2, "Value": "VIP"},
     "Emails": [{"Value": "a@acme.example"}, {"Value": "b@acme.example"}], "NoMailing": True},
    {"Name": "O'Brien & Co", "Category": {"Id": 10, "Value": "Lead"}, "Number1": "12",
     "Address": {"Street": {"City": "Oslo"}}, "Country": {"CountryId": 578, "Name": "Norway"}},
    {"Name": "ACME Nordic", "Department": "Support", "Category": {"Id": 2, "Value": "VIP"},
     "Number1": "9", "Description": "Line one\nline two", "Source": 12,
     "CustomFields": {"SuperOffice:1": "blue"}},
    {"Name": "Gone AS", "Deleted": 1, "Department": "Sales"},
    {"Name": "Ærlig Straße",
     "Address": {"LocalizedAddress": [[{"Name": "City", "Value": "Bergen"}]]},
     "Source": 9, "Domains": ["acme.example"]},
    {"Persons": [{"Firstname": "Nobody", "Lastname": "Named"}], "Number1": "100%_\\"},
]  # fmt: skip
"""Companies, the first is number 1."""


@pytest.fixture(scope="module")
def client(new_module_url: Callable[[], str]) -> Iterator[TestClient]:
    """Yield a client of a service with these companies."""
    where = new_module_url()
    Store(where).migrate()
    with _serving(where) as client:
        for company in COMPANIES:
            assert client.post(PATH, json=company).status_code == 200
        yield client


@pytest.fixture
def empty(database_url: str) -> Iterator[TestClient]:
    """Yield a client of a service without companies."""
    with _serving(database_url) as client:
        yield client


def _serving(where: str) -> TestClient:
    keys = (ApiKey(name="mine", key=KEY),)
    application = create_app(Settings(api_keys=keys, database_url=where, log_requests=False))
    return TestClient(
        application, base_url="http://127.0.0.1", headers=BASIC, raise_server_exceptions=False
    )


def _rows(client: TestClient, **options: Any) -> list[dict[str, Any]]:
    """Return the rows of a list."""
    response = client.get(PATH, params={f"${name}": value for name, value in options.items()})
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["value"]
    return rows


def _ids(client: TestClient, **options: Any) -> list[int]:
    return [row["PrimaryKey"] for row in _rows(client, select="contactId", **options)]


ALL: Final = [1, 2, 3, 5, 6]
"""Number 4 is marked as deleted."""

FILTERS: Final[dict[str, list[int]]] = {
    "name eq 'Acme'": [1],
    "Name EQ 'ACME'": [1],
    "name = 'acme'": [1],
    "name='acme'": [1],
    "name is 'acme'": [1],
    "name equals 'acme'": [1],
    "name eq 'O''Brien & Co'": [2],
    "name eq 'ærlig strasse'": [5],
    "name eq ''": [6],
    "name eq null": [6],
    "contains(name, 'acme')": [1, 3],
    "Contains( Name ,'nord')": [3],
    "name contains 'acme'": [1, 3],
    "substringof('acme', name)": [1, 3],
    "startswith(name,'a')": [1, 3],
    "name begins 'o''b'": [2],
    "number1 contains '%'": [6],
    "number1 contains '_'": [6],
    "number1 contains '\\'": [6],
    "number1 eq '100%_\\'": [6],
    "number1 eq 12": [2],
    "department eq 'Sales'": [1],
    "orgnr eq 502352": [1],
    "description contains 'line two'": [3],
    "category/id eq 2": [1, 3],
    "category eq 2": [1, 3],
    "category eq 'Lead'": [2],
    "Category/Value contains 'vi'": [1, 3],
    "category/id eq 0": [5, 6],
    "country eq 578": [2],
    "country/name eq 'norway'": [2],
    "address/street/city eq 'oslo'": [2],
    "address/street/city eq 'Bergen'": [5],
    "noMailing eq true": [1],
    "noMailing eq 1": [1],
    "noMailing eq false": [2, 3, 5, 6],
    "noMailing eq 'True'": [1],
    "emails/value eq 'b@acme.example'": [1],
    "email/emailAddress eq 'a@acme.example'": [1],
    "emails eq 'acme.example'": [],
    "emails contains 'acme'": [1],
    "emails begins 'b@'": [1],
    "emails begins 'acme'": [],
    "domains eq 'acme.example'": [5],
    "contactId eq 3": [3],
    "contactid eq '3'": [3],
    "contactId eq 4": [],
    "contactId eq 0": [],
    "contactId eq -1": [],
    "deleted eq 1": [],
    "source eq 9": [5],
    "name eq 'acme' or name eq 'ACME Nordic'": [1, 3],
    "name eq 'acme' and department eq 'support'": [],
    "name contains 'acme' and department eq 'support'": [3],
    "name eq 'acme' or number1 eq '12' and category eq 10": [1, 2],
    "(name eq 'acme' or number1 eq '12') and category eq 10": [2],
    "((((name eq 'acme'))))": [1],
    "(contactId eq 1 or contactId eq 2) and (noMailing eq true or country eq 578)": [1, 2],
    "name eq 'acme' OR contactId eq 5 Or contactId eq 999": [1, 5],
    "name eq 'nobody'": [],
    "name eq '\U0001f600'": [],
    "name eq '\0'": [],
    "   ": ALL,
}


@pytest.mark.parametrize("filter_text", FILTERS)
def test_a_filter_selects_companies(client: TestClient, filter_text: str) -> None:
    """Columns, keywords and texts are compared without regard to case, and quotes are doubled;
    companies marked as deleted are in no list."""
    assert _ids(client, filter=filter_text) == FILTERS[filter_text]


ORDERS: Final[dict[str, list[int]]] = {
    "contactId": ALL,
    "contactId desc": ALL[::-1],
    "name": [6, 1, 3, 2, 5],
    "Name DESC": [5, 2, 3, 1, 6],
    "number1": [1, 5, 6, 2, 3],
    "source": [1, 2, 6, 5, 3],
    "source desc": [3, 5, 1, 2, 6],
    "category/id desc,name": [2, 1, 3, 6, 5],
    "category asc, contactId desc": [6, 5, 2, 3, 1],
    "noMailing desc, contactId desc": [1, 6, 5, 3, 2],
    "registeredDate desc": ALL[::-1],
    "updatedDate": ALL,
}


@pytest.mark.parametrize("order", ORDERS)
def test_a_list_is_ordered(client: TestClient, order: str) -> None:
    """Texts are ordered without regard to case, numbers as numbers, then by id; the pages of one
    row make the same order."""
    assert _ids(client, orderBy=order) == ORDERS[order]
    pages = [_ids(client, orderBy=order, top=1, skip=skip) for skip in range(6)]
    assert [row for page in pages for row in page] == ORDERS[order]


def test_rows_have_the_selected_columns(client: TestClient) -> None:
    """A row has the number, the name of the entity, and the columns by the caller's names."""
    (row,) = _rows(
        client,
        select="name,department,category/id,CATEGORY,contactId,emails,noMailing,country/name",
        filter="contactId eq 1",
    )
    assert row == {
        "PrimaryKey": 1,
        "EntityName": "contact",
        "name": "Acme",
        "department": "Sales",
        "category/id": 2,
        "CATEGORY": "VIP",
        "contactId": 1,
        "emails": "a@acme.example, b@acme.example",
        "noMailing": True,
        "country/name": "",
    }
    (row,) = _rows(
        client, select="customFields/SuperOffice:1,customFields/x", filter="source eq 12"
    )
    assert list(row.values()) == [3, "contact", "blue", None]


def test_rows_have_the_usual_columns(client: TestClient) -> None:
    """Without $select a row has all columns but lists and dictionaries; objects are their texts."""
    row = _rows(client)[0]
    assert {"contactId", "name", "department", "category", "business", "noMailing"} <= set(row)
    assert (row["name"], row["category"], row["createdDate"][-6:]) == ("Acme", "VIP", "+00:00")
    assert "persons" not in row


def test_a_response_links_the_next_page(client: TestClient) -> None:
    """odata.nextLink leads through all pages with the same options, and the last page has none."""
    query = {"$select": "name,category/id", "$filter": "name contains 'a' or name eq ''",
             "$top": "2", "$orderBy": "contactId desc"}  # fmt: skip
    page = client.get(PATH, params=query).json()
    ids = [row["PrimaryKey"] for row in page["value"]]
    assert page["odata.metadata"] == "http://127.0.0.1/superoffice/api/v1/archive$metadata"
    links = []
    while link := page["odata.nextLink"]:
        links.append(parse_qs(urlsplit(link).query))
        page = client.get(link).json()
        ids += [row["PrimaryKey"] for row in page["value"]]
    assert ids == [6, 5, 3, 1]
    assert links == [{name: [value] for name, value in query.items()} | {"$skip": ["2"]}]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({"top": 2}, [1, 2]),
        ({"top": 2, "skip": 1}, [2, 3]),
        ({"skip": 3}, [5, 6]),
        ({"top": 0}, []),
        ({"top": 5_000}, ALL),
        ({"skip": 2**31 - 1}, []),
        ({"top": " "}, ALL),
        ({"mode": "Slim", "entities": "contact", "output": "Display"}, ALL),
    ],
)
def test_a_page_can_start_anywhere(
    client: TestClient, options: dict[str, Any], ids: list[int]
) -> None:
    """A page has $top rows after $skip others, which need not be a multiple of $top."""
    assert _ids(client, **options) == ids


def _refusal(client: TestClient, **options: Any) -> str:
    response = client.get(PATH, params={f"${name}": value for name, value in options.items()})
    error = response.json()
    assert (response.status_code, error["ErrorType"]) == (400, "SoInvalidArgumentException")
    return str(error["ErrorMessage"])


WRONG: Final[dict[str, tuple[int, str]]] = {
    "name": (5, "The operators are"),
    "name eq": (8, "A value is"),
    "name ne 'a'": (6, "The operators are"),
    "name eq acme": (9, "A value is"),
    "name eq 'acme": (9, "A text has a quote"),
    "name eq 'a' 'b'": (13, "A filter goes on"),
    "name eq 'a' xor name eq 'b'": (13, "A filter goes on"),
    "name eq 'a' and": (16, "There must be the name of a column"),
    "(name eq 'a'": (13, "There must be )"),
    "name eq 'a')": (12, "A filter goes on"),
    ")": (1, "There must be the name of a column"),
    "eq eq eq": (7, "A value is"),
    "foo eq 'a'": (1, "There is no column"),
    "'name' eq 'a'": (1, "There must be the name of a column"),
    "persons eq 'a'": (1, "There is no column"),
    "createdDate eq '2020-01-01'": (1, "There is no column"),
    "customFields/a eq 'b'": (1, "There is no column"),
    "updatedBy eq 1": (1, "There is no column"),
    "contactId eq 'x'": (14, "This column is a whole number"),
    "contactId contains 1": (20, "Only texts contain"),
    "noMailing eq 'maybe'": (14, "This column is true or false"),
    "name contains ''": (15, "What a column contains"),
    "contains(name 'a')": (15, "There must be ,"),
    "contains(name,'a'": (18, "There must be )"),
    "contains('a',name)": (14, "A value is"),
    "endswith(name,'a')": (9, "The operators are"),
    "contactId eq 1.5": (14, "A value is"),
    "contactId eq 99999999999": (14, "A value is"),
    f"{'(' * 21}name eq 'a'{')' * 21}": (21, "20 parentheses"),
    " or ".join(["name eq 'a'"] * 51): (50 * 15 + 1, "It has 50 comparisons"),
    "x" * 8_001: (8_001, "It holds 8000 characters"),
    "\ufffd\u202e'": (3, "A text has a quote"),
}


@pytest.mark.parametrize("filter_text", WRONG)
def test_a_wrong_filter_is_refused_with_its_position(client: TestClient, filter_text: str) -> None:
    """The message has the position, counted from one, and the fault there."""
    place, why = WRONG[filter_text]
    assert _refusal(client, filter=filter_text).startswith(f"$filter, position {place}: {why}")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"select": "name,foo"}, "$select: Name 2 is no column."),
        ({"select": ",".join(["name"] * 501)}, "$select: It has 500 names at most."),
        ({"orderBy": "name,foo"}, "$orderBy: Name 2 is no column to order by."),
        ({"orderBy": "name up"}, "$orderBy: Behind name 1 stands asc or desc."),
        ({"orderBy": "name desc desc"}, "$orderBy: Behind name 1 stands asc or desc."),
        ({"orderBy": "dbiLastModified"}, "$orderBy: Name 1 is no column to order by."),
        ({"orderBy": "a,b,c,d,e,f"}, "$orderBy: It has 5 columns at most."),
        ({"orderBy": ","}, "$orderBy: Name 1 is no column to order by."),
        ({"top": "-1"}, "$top: It is a whole number."),
        ({"top": "many"}, "$top: It is a whole number."),
        ({"skip": "9999999999"}, "$skip: It is a whole number."),
        ({"top": "9" * 400}, "$top: It is a whole number."),
        ({"skip": "1.5"}, "$skip: It is a whole number."),
        ({"top": ["1", "2"]}, "$top: It stands once."),
        ({"mode": "Full"}, "$mode: Of its values are served: slim."),
        ({"entities": "contact,person"}, "$entities: Of its values are served: contact."),
        ({"context": "x"}, "$context: It is not served."),
    ],
)
def test_a_wrong_option_is_refused(client: TestClient, options: dict[str, Any], why: str) -> None:
    """Options and values that are not served are refused, never ignored."""
    assert _refusal(client, **options) == why


def test_a_list_can_be_xml(client: TestClient) -> None:
    """A list is XML by Accept, or by $format, which is preferred; columns are elements with names
    that XML allows."""
    query = {"$select": "name,category/id,2x", "$top": "1"}
    assert client.get(PATH, params=query).status_code == 400
    query["$select"] = "name,category/id,customFields/SuperOffice:1"
    by_accept = client.get(PATH, params=query, headers={"accept": "text/xml"})
    by_option = client.get(PATH, params={**query, "$format": "XML"})
    assert by_accept.headers["content-type"] == "text/xml; charset=utf-8"
    assert by_option.headers["content-type"] == "application/xml; charset=utf-8"
    for response in (by_accept, by_option):
        root = xml_tree(response.content)
        (value,) = root.all("value")
        (row,) = value.all("Row")
        assert (root.name, [(one.name, one.text) for one in row.children]) == (
            "ODataSlimResponse",
            [
                ("PrimaryKey", "1"),
                ("EntityName", "contact"),
                ("name", "Acme"),
                ("category_id", "2"),
                ("customFields_SuperOffice_1", ""),
            ],
        )
    as_json = client.get(PATH, params={**query, "$format": "json"}, headers={"accept": "text/xml"})
    assert as_json.json()["value"][0]["name"] == "Acme"


def _names(response: httpx2.Response) -> list[str]:
    assert response.headers["content-type"] == "text/vcard; charset=utf-8"
    return [line[3:] for line in response.text.split("\r\n") if line.startswith("FN:")]


EVERYBODY: Final = ["Acme", "O'Brien & Co", "ACME Nordic", "Ærlig Straße", "Nobody Named"]


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        (f"{PATH}.vcf", {}, EVERYBODY),
        (f"{PATH}.vcf", {"$filter": "category eq 2"}, [EVERYBODY[0], EVERYBODY[2]]),
        (PATH, {"target": "apple", "$top": "2", "$skip": "1"}, EVERYBODY[1:3]),
        (f"{PATH}/", {"version": "4.0", "$orderBy": "name desc", "$top": "1"}, EVERYBODY[3:4]),
        (f"{PATH}.vcf", {"$filter": "name eq 'Gone AS'"}, []),
        (f"{PATH}/4.vcf", {}, ["Gone AS"]),
    ],
)
def test_a_list_can_be_cards(
    client: TestClient, path: str, query: dict[str, str], names: list[str]
) -> None:
    """A list can be the cards of a filter's companies; a company marked as deleted has a card only
    by its number."""
    assert _names(client.get(path, params=query)) == names


def test_a_company_marked_as_deleted_is_shown_by_its_number(client: TestClient) -> None:
    """GET by number returns a company that is marked as deleted, with the mark."""
    assert client.get(f"{PATH}/4").json()["Deleted"] == 1


def test_the_links_of_an_entity_work(client: TestClient) -> None:
    """_Links.Archive is the list, and _Links.Self the entity."""
    links = client.get(f"{PATH}/1").json()["_Links"]
    assert len(client.get(links["Archive"]).json()["value"]) == len(ALL)
    assert client.get(links["Self"]).json()["ContactId"] == 1


def _created(client: TestClient, **members: Any) -> dict[str, Any]:
    created: dict[str, Any] = client.post(PATH, json={"Name": "Acme", **members}).json()
    return created


def test_put_replaces_an_entity(empty: TestClient) -> None:
    """PUT replaces all members; the number, the UID of the card and the time of creation stay, and
    filters find the new values."""
    created = _created(empty, Department="Sales", Emails=[{"Value": "a@example.com"}])
    uid = empty.get(f"{PATH}/{created['ContactId']}.vcf").text.split("UID:")[1][:46]
    at = f"{PATH}/{created['ContactId']}"
    response = empty.put(f"{at}?$select=name,department", json={"Name": "Nova", "OrgNr": "7"})
    assert response.status_code == 200
    shown = response.json()
    assert (shown["Name"], shown["Department"], shown["OrgNr"]) == ("Nova", "", None)
    after = empty.get(at).json()
    assert (after["Emails"], after["OrgNr"]) == ([], "7")
    assert (after["CreatedDate"], after["ContactId"]) == (
        created["CreatedDate"],
        created["ContactId"],
    )
    assert uid in empty.get(f"{at}.vcf").text
    assert _ids(empty, filter="name eq 'acme'") == []
    assert _ids(empty, filter="name eq 'nova' and orgNr eq '7'") == [created["ContactId"]]


def test_an_entity_can_be_read_changed_and_sent_back(empty: TestClient) -> None:
    """After GET, a change of one member and PUT of all, the equivalent members have changed too."""
    created = _created(empty, Address={"Street": {"Address1": "S 1", "City": "Oslo"}},
                 UserDefinedFields={"SuperOffice:1": "a"})  # fmt: skip
    at = f"{PATH}/{created['ContactId']}"
    entity = empty.get(at).json()
    entity["Address"]["LocalizedAddress"][1][0]["Value"] = "Bergen"
    entity["UserDefinedFields"]["SuperOffice:1"] = "b"
    entity["Category"] = {"Id": 3}
    first = empty.put(at, json=entity).json()
    assert first["Address"]["Street"]["City"] == "Bergen"
    assert first["Address"]["Formatted"] == "S 1\nBergen"
    assert (first["CustomFields"], first["Category"]["Id"]) == ({"SuperOffice:1": "b"}, 3)
    first["CustomFields"]["SuperOffice:1"] = "c"
    second = empty.put(at, json=first).json()
    assert second["UserDefinedFields"] == {"SuperOffice:1": "c"}
    assert "Bergen" in empty.get(f"{at}.vcf").text


PATCHES: Final = {
    "operations as JSON": (
        "PATCH", "application/json",
        b'[{"op":"replace","path":"/Category/Id","value":7},{"op":"add","path":"/Domains/-",'
        b'"value":"a.example"}]',
    ),
    "operations": (
        "PATCH", "application/json-patch+json",
        b'[{"op":"test","path":"/name","value":"Acme"},{"op":"replace","path":"/Category/Id",'
        b'"value":7},{"op":"add","path":"/Domains/-","value":"a.example"}]',
    ),
    "operations by PUT": (
        "PUT", "application/json-patch+json",
        b'[{"op":"replace","path":"/Category","value":{"Id":7}},{"op":"add","path":"/Domains",'
        b'"value":["a.example"]}]',
    ),
    "a part": ("PATCH", "application/json", b'{"category":{"id":7},"domains":["a.example"]}'),
    "a part by PUT": (
        "PUT", "application/merge-patch+json", b'{"Category":{"Id":7},"Domains":["a.example"]}',
    ),
    "a part in XML": (
        "PATCH", "application/xml",
        b"<ContactEntity><Category><Id>7</Id></Category><Domains><string>a.example</string>"
        b"</Domains></ContactEntity>",
    ),
    "a part as a form": (
        "PATCH", "application/x-www-form-urlencoded", b"Category.Id=7&Domains=a.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PATCHES)
def test_patch_changes_a_part_of_an_entity(empty: TestClient, case: str) -> None:
    """PATCH in each form, and PUT of a patch, change the named members and no others."""
    method, content_type, body = PATCHES[case]
    created = _created(empty, Department="Sales", Category={"Id": 1, "Value": "VIP"})
    response = empty.request(
        method,
        f"{PATH}/{created['ContactId']}",
        content=body,
        headers={"content-type": content_type},
    )
    shown = response.json()
    assert response.status_code == 200
    assert (shown["Name"], shown["Department"], shown["Category"]["Id"], shown["Domains"]) == (
        "Acme",
        "Sales",
        7,
        ["a.example"],
    )
    stays = "" if case == "operations by PUT" else "VIP"
    assert shown["Category"]["Value"] == stays


def test_null_removes_a_member(empty: TestClient) -> None:
    """Null in a merge patch (RFC 7396) gives a member its empty value."""
    created = _created(empty, Department="Sales", CustomFields={"a": "b", "c": "d"})
    at = f"{PATH}/{created['ContactId']}"
    shown = empty.patch(at, json={"Department": None, "CustomFields": {"a": None}}).json()
    assert (shown["Department"], shown["CustomFields"]) == ("", {"c": "d"})


def test_delete_removes_an_entity(empty: TestClient) -> None:
    """DELETE is 204 without a body; every call for the entity after it is 404."""
    contact_id = _created(empty)["ContactId"]
    response = empty.delete(f"{PATH}/{contact_id}")
    assert (response.status_code, response.content) == (204, b"")
    assert _ids(empty) == []
    for missing in (empty.get(f"{PATH}/{contact_id}"), empty.delete(f"{PATH}/{contact_id}"),
                  empty.put(f"{PATH}/{contact_id}", json={"Name": "A"})):  # fmt: skip
        assert missing.status_code == 404
        assert missing.json()["ErrorMessage"] == f"Contact id {contact_id} not found"


def test_the_mark_as_deleted_can_be_removed(empty: TestClient) -> None:
    """A company that PUT marks as deleted leaves the lists, and comes back without the mark."""
    contact_id = _created(empty)["ContactId"]
    for mark, ids in ((3, []), (0, [contact_id])):
        assert (
            empty.put(f"{PATH}/{contact_id}", json={"Name": "A", "Deleted": mark}).status_code
            == 200
        )
        assert _ids(empty) == ids


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_entity_changed_since_is_not_changed(empty: TestClient, method: str) -> None:
    """If-Unmodified-Since is 412 with a time before the last change, and changes nothing with a
    later one."""
    at = f"{PATH}/{_created(empty)['ContactId']}"
    body = None if method == "DELETE" else json.dumps({"Name": "B"})
    headers = {"content-type": "application/json"}
    early = {**headers, "if-unmodified-since": "Fri, 01 Jan 2010 00:00:00 GMT"}
    late = {**headers, "if-unmodified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    refused = empty.request(method, at, content=body, headers=early)
    assert (refused.status_code, refused.json()["ErrorType"]) == (
        412,
        "SoIllegalOperationException",
    )
    assert empty.get(at).json()["Name"] == "Acme"
    assert empty.request(method, at, content=body, headers=late).status_code in (200, 204)


@pytest.mark.parametrize(
    ("method", "body", "why"),
    [
        ("PUT", {"Department": "x"}, "Name: A contact must have a name, or a person with one."),
        ("PUT", {"Name": 5}, "Name: It must be a String."),
        ("PATCH", {"Name": ""}, "Name: A contact must have a name, or a person with one."),
        ("PATCH", {"Category": "x"}, "Category: It must be an object."),
        ("PATCH", [{"op": "remove", "path": "/Emails/0"}], "[0]: There is nothing at this path."),
        ("PATCH", 3, "The request body is missing or is not an entity. It must be an object."),
    ],
)
def test_an_invalid_change_is_refused(empty: TestClient, method: str, body: Any, why: str) -> None:
    """A change is refused like a new entity, and leaves the entity unchanged."""
    at = f"{PATH}/{_created(empty)['ContactId']}"
    before = empty.get(at).json()
    response = empty.request(method, at, json=body)
    assert (response.status_code, response.json()["ErrorMessage"]) == (400, why)
    assert empty.get(at).json() == before


def test_the_response_to_a_change_can_be_cards(empty: TestClient) -> None:
    """With Accept: text/vcard the response to a change is the card after it."""
    at = f"{PATH}/{_created(empty)['ContactId']}"
    response = empty.put(at, json={"Name": "Nova"}, headers={"accept": "text/vcard"})
    assert _names(response) == ["Nova"]
    assert _names(empty.patch(f"{at}?version=4.0", json={"Name": "Vega"})) == ["Vega"]


def test_long_values_are_found_by_their_beginning(empty: TestClient) -> None:
    """Filters compare the first 500 characters of a text in any script; longer texts are stored
    whole."""
    long = "\U0001f600Ж" * 400
    created = _created(
        empty, Description=long, Domains=[f"{n}.{'x' * 90}.example" for n in range(20)]
    )
    assert _ids(empty, filter=f"description eq '{long[:500]}'") == [created["ContactId"]]
    assert _ids(empty, filter=f"description contains '{long[100:180]}'") == [created["ContactId"]]
    assert _ids(empty, filter=f"domains eq '0.{'x' * 90}.example'") == [created["ContactId"]]
    assert empty.get(f"{PATH}/{created['ContactId']}").json()["Description"] == long
