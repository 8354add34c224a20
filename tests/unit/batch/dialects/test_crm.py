"""The names of columns in the exports of CRMs, newsletters and networks, as FIELDs."""

from collections.abc import Mapping

import pytest

from tests.support.column_names import column_key, columns, no_fields
from vcardsvc.batch.dialects import crm

HUBSPOT_HEADER = (
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,"
    "Lead Status,Job Title,Associated Company,Street Address,City,State/Region,Postal Code,"
    "Country/Region,Website URL,Create Date,Last Activity Date"
)

SALESFORCE_REPORT_HEADER = (
    "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,"
    "Mailing State/Province,Mailing Zip/Postal Code,Mailing Country,Phone,Fax,Mobile,Email,"
    "Account Owner"
)

SALESFORCE_EXPORT_HEADER = (
    "Id,IsDeleted,MasterRecordId,AccountId,LastName,FirstName,Salutation,MiddleName,Suffix,"
    "OtherStreet,OtherCity,OtherState,OtherPostalCode,OtherCountry,MailingStreet,MailingCity,"
    "MailingState,MailingPostalCode,MailingCountry,Phone,Fax,MobilePhone,HomePhone,OtherPhone,"
    "AssistantPhone,ReportsToId,Email,Title,Department,AssistantName,LeadSource,Birthdate,"
    "Description,OwnerId,CreatedDate"
)

ZOHO_HEADER = (
    "Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Account Name.id,"
    "Account Name,Email,Title,Department,Phone,Home Phone,Other Phone,Fax,Mobile,Date of Birth,"
    "Secondary Email,Created Time,Contact Name,Mailing Street,Mailing City,Mailing State,"
    "Mailing Zip,Mailing Country,Description,Email Opt Out,Salutation,Tag"
)

MAILCHIMP_HEADER = (
    "Email Address,First Name,Last Name,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,"
    "OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
    "LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)

LINKEDIN_HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"

YAHOO_HEADER = (
    "First,Middle,Last,Nickname,Email,Category,Distribution Lists,Messenger ID,Home,Work,Pager,"
    "Fax,Mobile,Other,Yahoo! Phone,Primary,Alternate Email 1,Alternate Email 2,"
    "Personal Website,Business Website,Title,Company,Work Address,Work City,Work State,"
    "Work ZIP,Work Country,Home Address,Home City,Home State,Home ZIP,Home Country,Birthday,"
    "Anniversary,Custom 1,Custom 2,Custom 3,Comments"
)

TABLES = [
    pytest.param(crm.HUBSPOT, HUBSPOT_HEADER, id="hubspot"),
    pytest.param(crm.SALESFORCE_REPORT, SALESFORCE_REPORT_HEADER, id="salesforce-report"),
    pytest.param(crm.SALESFORCE_EXPORT, SALESFORCE_EXPORT_HEADER, id="salesforce-export"),
    pytest.param(crm.ZOHO, ZOHO_HEADER, id="zoho"),
    pytest.param(crm.MAILCHIMP, MAILCHIMP_HEADER, id="mailchimp"),
    pytest.param(crm.LINKEDIN, LINKEDIN_HEADER, id="linkedin"),
    pytest.param(crm.YAHOO, YAHOO_HEADER, id="yahoo"),
]


@pytest.mark.parametrize(("table", "_header"), TABLES)
def test_every_column_is_a_field(table: Mapping[str, str], _header: str) -> None:
    """A program's table names FIELDs alone."""
    assert no_fields(table) == {}


@pytest.mark.parametrize(("table", "_header"), TABLES)
def test_names_are_normalized(table: Mapping[str, str], _header: str) -> None:
    """A name is case-folded, its inner blanks collapsed."""
    assert [name for name in table if name != column_key(name)] == []


@pytest.mark.parametrize(("table", "header"), TABLES)
def test_every_column_of_an_export_is_known(table: Mapping[str, str], header: str) -> None:
    """The header of an export has no column that its table lacks."""
    assert [one for one in columns(header) if column_key(one) not in table] == []


@pytest.mark.parametrize(
    ("table", "name", "field"),
    [
        pytest.param(crm.HUBSPOT, "Contact owner", "ignore", id="hubspot-owner"),
        pytest.param(crm.HUBSPOT, "Phone Number", "phone", id="hubspot-phone"),
        pytest.param(crm.SALESFORCE_REPORT, "Title", "title", id="salesforce-title"),
        pytest.param(crm.SALESFORCE_REPORT, "Phone", "phone.work", id="salesforce-phone"),
        pytest.param(
            crm.SALESFORCE_REPORT, "Mailing Street", "address.street", id="salesforce-mailing"
        ),
        pytest.param(
            crm.SALESFORCE_EXPORT, "OtherCity", "address.other.city", id="salesforce-other"
        ),
        pytest.param(crm.SALESFORCE_EXPORT, "IsDeleted", "deleted", id="salesforce-deleted"),
        pytest.param(crm.SALESFORCE_EXPORT, "AccountId", "ignore", id="salesforce-account"),
        pytest.param(crm.ZOHO, "Record Id", "uid", id="zoho-record"),
        pytest.param(crm.ZOHO, "Account Name.id", "ignore", id="zoho-account-id"),
        pytest.param(crm.MAILCHIMP, "REGION", "ignore", id="mailchimp-region"),
        pytest.param(crm.MAILCHIMP, "EUID", "uid", id="mailchimp-euid"),
        pytest.param(crm.YAHOO, "Title", "title", id="yahoo-title"),
        pytest.param(crm.YAHOO, "Home", "phone.home", id="yahoo-home"),
        pytest.param(crm.YAHOO, "Work Post Code", "address.work.postal-code", id="yahoo-british"),
    ],
)
def test_column_that_is_easily_mistaken(table: Mapping[str, str], name: str, field: str) -> None:
    """A name that reads like another has the FIELD of its program."""
    assert table[column_key(name)] == field
