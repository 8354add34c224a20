"""One change of a SuperOffice entity in its content types."""

from typing import Any
from urllib.parse import urlencode

XML = b"""\xef\xbb\xbf<?xml version="1.0"?>
<ContactEntity xmlns="http://www.superoffice.example/" xmlns:i="urn:xsi">
  <ContactId>7</ContactId><Name>Dare &amp; Group</Name><OrgNr i:nil="true"/><Kananame/>
  <Emails>
    <EntityElement><Value>a@example.com</Value></EntityElement>
    <EntityElement><Value>b@example.com</Value><Description>x</Description></EntityElement>
  </Emails>
  <Country><CountryId> 578 </CountryId><TwoLetterISOCountry>NO</TwoLetterISOCountry></Country>
  <Category/>
  <Persons><Person><Firstname>Kari</Firstname><UsePersonAddress>True</UsePersonAddress></Person>
  </Persons>
  <NoMailing>1</NoMailing><Xstop></Xstop><Unknown><X/></Unknown>
  <DbiLastModified>2026-01-15T12:00:00Z</DbiLastModified><DbiLastSyncronized/>
  <Address><Wgs84Latitude>59.91</Wgs84Latitude><LocalizedAddress><ArrayOfLocalizedField>
    <LocalizedField><Name>City</Name><Value>Oslo</Value></LocalizedField>
  </ArrayOfLocalizedField></LocalizedAddress><Street><City>Oslo</City></Street></Address>
  <Source>-4</Source><Domains><string>a.example</string><string>b.example</string></Domains>
  <CustomFields><KeyValueOfstringstring><Key>SuperOffice:1</Key><Value>blue</Value>
  </KeyValueOfstringstring></CustomFields>
</ContactEntity>"""

FIELDS = urlencode(
    [
        ("Name", "Dare & Group"),
        ("emails[0].value", "a@example.com"),
        ("Emails[7][Value]", "b@example.com"),
        ("Emails[7][Description]", "x"),
        ("Country.CountryId", "578"),
        ("Country[TwoLetterISOCountry]", "NO"),
        ("Persons[0].Firstname", "Kari"),
        ("Persons[0].UsePersonAddress", "true"),
        ("NoMailing", "True"),
        ("DbiLastModified", "2026-01-15T12:00:00Z"),
        ("Address.Wgs84Latitude", "59.91"),
        ("Address.LocalizedAddress[0][0].Name", "City"),
        ("Address.LocalizedAddress[0][0].Value", "Oslo"),
        ("Address.Street.City", "Oslo"),
        ("Source", "-4"),
        ("Domains", "a.example"),
        ("Domains", "b.example"),
        ("CustomFields[SuperOffice:1]", "blue"),
        ("Deleted", ""),
        ("Unknown[x].y", "z"),
        ("", "nothing"),
    ]
).encode()

OPERATIONS: list[dict[str, Any]] = [
    {"op": "replace", "path": "/name", "value": "Dare & Group"},
    {"op": "add", "path": "/Emails/-", "value": {"value": "b@example.com", "description": "x"}},
    {"op": "add", "path": "/EMAILS/0", "value": {"Value": "a@example.com"}},
    {"op": "add", "path": "/Country", "value": {"CountryId": 578}},
    {"op": "add", "path": "/Country/twoletterISOcountry", "value": "NO"},
    {"op": "add", "path": "/Persons/0", "value": {"Firstname": "Kari", "Lastname": "Li"}},
    {"op": "test", "path": "/Persons/0/Lastname", "value": "Li"},
    {"op": "remove", "path": "/Persons/0/Lastname"},
    {"op": "add", "path": "/Persons/0/UsePersonAddress", "value": True},
    {"op": "add", "path": "/NoMailing", "value": True},
    {"op": "add", "path": "/DbiLastModified", "value": "2026-01-15T12:00:00Z"},
    {"op": "add", "path": "/Address", "value": {"Street": {"City": "Oslo"}}},
    {"op": "add", "path": "/Address/Wgs84Latitude", "value": 59.91},
    {
        "op": "add",
        "path": "/Address/LocalizedAddress",
        "value": [[{"name": "City", "value": "Oslo"}]],
    },
    {"op": "add", "path": "/Source", "value": -4},
    {"op": "add", "path": "/BounceEmails/-", "value": "a.example"},
    {"op": "move", "from": "/BounceEmails/0", "path": "/Domains/-"},
    {"op": "copy", "from": "/Domains/0", "path": "/Domains/1"},
    {"op": "replace", "path": "/Domains/1", "value": "b.example"},
    {"op": "add", "path": "/CustomFields/SuperOffice:1", "value": "blue"},
]
