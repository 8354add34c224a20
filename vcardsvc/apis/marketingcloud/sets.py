"""The attribute sets of Marketing Cloud: which there are, what each needs, how a value is judged.

    "attributeSets": [{"name": "Email Addresses", "items": [{"values": [{"name": "Email Address",
        "value": "acruz@example.com"}, {"name": "HTML Enabled", "value": true}]}]}]

Source: the vendor's page of the call. Its table puts `values` right into a set, its example into
`items`: both are read. Sets and attributes beside the table's are the account's own (attribute
groups, profile attributes) and kept as they are. What must never enter here: what a card says.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.marketingcloud.faults import FORMAT, PROBLEMS, REQUIRED, VALUE, WRONG_TYPE
from vcardsvc.validation import phones
from vcardsvc.validation.fields import Field, Validator
from vcardsvc.validation.invisible import BLANKS

Row = Mapping[str, Any]
"""The attributes of one item, by name: str, bool, int or float."""

Sets = Mapping[str, tuple[Row, ...]]
"""The items of every attribute set, by the set's name, in the request's order."""

NAME: Final = 128
"""Characters of an attribute's name: those of the vendor's data model (ours to insist on)."""

TEXT: Final = 4000
"""Characters of a value: the vendor's widest text column (ours to insist on)."""

EMAIL: Final = 254
"""Characters of an e-mail address (RFC 5321 section 4.5.3.1.3, less the angle brackets)."""

ITEMS: Final = 100
"""Items of a set, all of which are on the card. Ours to insist on: a card of thousands takes half a
minute to be cut to a target's ceiling."""

NUMBER: Final = 10**38
"""What a number stays below: the vendor's widest decimal column has 38 digits."""

COUNTRIES_WITHOUT_NUMBERS: Final = frozenset(("AQ", "BV", "GS", "HM", "PN", "TF", "UM"))
"""Codes of ISO 3166-1 that have no telephone numbers of their own; all others do."""

_LABEL: Final = r'[^\s@.,:;<>()"\[\]\\]'
_EMAIL: Final = re.compile(rf'[^\s@,:;<>()"\[\]\\]{{1,64}}@(?:{_LABEL}{{1,63}}\.)+{_LABEL}{{2,63}}')
_MOBILE: Final = re.compile(r"[+\uff0b]?[\s().\-/\u2010-\u2013]*\d[\d\s().\-/\u2010-\u2013]*")
_WHATSAPP: Final = re.compile(r"(?:(?:group|mobile)connect\s+)?whatsapp\b")
"""How the vendor's own sets for WhatsApp begin; an account's group may have the word elsewhere."""

_FLAGS: Final = {"true": True, "false": False}
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute that is judged: its name, its check, and what else the vendor calls it."""

    name: str
    check: Callable[[Validator, Any, Field], Any]
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSet:
    """A set: its attributes, the other sets that must be there with it, and what else the vendor
    calls it. One without attributes is the account's own."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def _line(validator: Validator, value: Any, field: Field) -> str:
    """A text of one line."""
    return _fitting(validator, validator.line(value, field), TEXT, field)


def _block(validator: Validator, value: Any, field: Field) -> str:
    """A text."""
    return _fitting(validator, validator.block(value, field), TEXT, field)


def _fitting(validator: Validator, text: str, most: int, field: Field) -> str:
    if len(text) > most:
        validator.refuse(VALUE, field, "too-long", f"It holds {most} characters at most.")
    return text


def _flag(validator: Validator, value: Any, field: Field) -> Any:
    """A Boolean, or its word in any case."""
    if type(value) is str:
        value = _FLAGS.get(value.strip(BLANKS).lower(), value)
    if type(value) is not bool:
        validator.refuse(WRONG_TYPE, field, "not-a-boolean", "It must be true or false.")
    return value


def _number(validator: Validator, value: Any, field: Field) -> Any:
    """A number, or the text of one."""
    if type(value) is str:
        value = _parsed(value.strip(BLANKS))
    if type(value) is not int and type(value) is not float:
        validator.refuse(WRONG_TYPE, field, "not-a-number", "It must be a number.")
    elif abs(value) >= NUMBER:
        validator.refuse(VALUE, field, "too-large", "It has 38 digits at most.")
    return value


def _parsed(text: str) -> Any:
    """The number that a text is; the text where it is none."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _code(validator: Validator, value: Any, field: Field) -> Any:
    """What names a thing elsewhere: a text or a number."""
    if type(value) is int or type(value) is float:
        return _number(validator, value, field)
    return _line(validator, value, field)


def _own(validator: Validator, value: Any, field: Field) -> Any:
    """A value of an attribute that the account made."""
    if type(value) is str:
        return _block(validator, value, field)
    if type(value) is dict or type(value) is list:
        detail = "It must be a string, a boolean or a number."
        validator.refuse(WRONG_TYPE, field, "not-a-value", detail)
        return ""
    return value if type(value) is bool else _number(validator, value, field)


def _email(validator: Validator, value: Any, field: Field) -> str:
    address = validator.line(value, field)
    if address and (len(address) > EMAIL or not _EMAIL.fullmatch(address)):
        validator.refuse(FORMAT, field, "email", "It must be an e-mail address.")
    return address


def _mobile(validator: Validator, value: Any, field: Field) -> str:
    number = str(value) if type(value) is int and 0 < value < NUMBER else value
    number, _ = validator.phone(number, field)
    if number and (len(number) > phones.PARSED or not _MOBILE.fullmatch(number)):
        validator.refuse(FORMAT, field, "mobile", "It must be a telephone number.")
    return number


def _country(validator: Validator, value: Any, field: Field) -> str:
    code = validator.line(value, field).upper()
    if code and not phones.has_numbers(code) and code not in COUNTRIES_WITHOUT_NUMBERS:
        detail = "Locale must be a country code of two letters."
        validator.refuse(VALUE, field, "country", detail)
    return code


EMAIL_ADDRESSES: Final = "Email Addresses"
EMAIL_DEMOGRAPHICS: Final = "Email Demographics"
MOBILE_CONNECT: Final = "MobileConnect Demographics"
MOBILE_PUSH: Final = "MobilePush Demographics"
LINE_ADDRESSES: Final = "GroupConnect LINE Addresses"
LINE_SUBSCRIPTIONS: Final = "GroupConnect LINE Subscriptions"
LINE_DEMOGRAPHICS: Final = "GroupConnect LINE Demographics"

SETS: Final = (
    AttributeSet(
        name=EMAIL_ADDRESSES,
        attributes=(
            Attribute(name="Email Address", check=_email, required=True),
            Attribute(name="HTML Enabled", check=_flag, required=True),
        ),
    ),
    AttributeSet(
        name=EMAIL_DEMOGRAPHICS,
        attributes=(
            Attribute(name="Last Name", check=_line),
            Attribute(name="First Name", check=_line),
        ),
        needs=(EMAIL_ADDRESSES,),
    ),
    AttributeSet(
        name=MOBILE_CONNECT,
        attributes=(
            Attribute(name="Mobile Number", check=_mobile, required=True),
            Attribute(name="Locale", check=_country, required=True),
            Attribute(name="Status", check=_number),
        ),
    ),
    AttributeSet(
        name=MOBILE_PUSH,
        attributes=(
            Attribute(name="Device ID", check=_code),
            # The vendor's prose says ApplicationID, its example Application.
            Attribute(
                name="Application", check=_code, required=True,
                also=("applicationid", "application id"),
            ),
        ),
    ),
    AttributeSet(
        name=LINE_ADDRESSES,
        # The vendor's prose has these three names without GroupConnect, its example with it.
        also=("LINE Addresses",),
        attributes=(Attribute(name="Address ID", check=_code, required=True),),
    ),
    AttributeSet(
        name=LINE_SUBSCRIPTIONS,
        also=("LINE Subscriptions",),
        attributes=(
            Attribute(name="Address ID", check=_code, required=True),
            Attribute(name="Channel ID", check=_code, required=True),
        ),
    ),
    AttributeSet(
        name=LINE_DEMOGRAPHICS,
        also=("LINE Demographics",),
        attributes=(
            Attribute(name="Address ID", check=_code),
            Attribute(name="Display Name", check=_line),
            Attribute(name="Picture Url", check=_line),
            Attribute(name="Status Message", check=_block),
        ),
        needs=(LINE_ADDRESSES, LINE_SUBSCRIPTIONS),
    ),
)  # fmt: skip

CREATING: Final = (
    (EMAIL_ADDRESSES,),
    (MOBILE_CONNECT,),
    (MOBILE_PUSH,),
    (LINE_ADDRESSES, LINE_SUBSCRIPTIONS),
)
"""What makes a contact; a call has one of these at least."""

_SETS: Final = {name: one for one in SETS for name in map(str.casefold, (one.name, *one.also))}
_NAMED: Final = {
    one.name: {
        name: attribute
        for attribute in one.attributes
        for name in (attribute.name.casefold(), *attribute.also)
    }
    for one in SETS
}


def attribute_sets(validator: Validator, value: Any, *, whole: bool = True) -> Sets:
    """Every attribute set of a request; its problems go into `reading`, in the request's order.

    A request that is not `whole` changes a contact: neither sets nor attributes are missing in it.
    """
    found: dict[str, tuple[Row, ...]] = {}
    seen: set[str] = set()
    at: Field = ("attributeSets",)
    if not value and (value is None or type(value) is list):
        validator.refuse(REQUIRED, at, "no-sets", "An attribute set must be given.")
        return found
    before = len(validator.problems)
    for index, one in _objects(validator, value, at):
        maybe_set = _named(validator, one.get("name"), (*at, index))
        if maybe_set is None:
            continue
        if maybe_set.name.casefold() in seen:
            detail = "Each call accepts only one instance of each attribute set."
            validator.refuse(VALUE, (*at, index), "set-twice", detail)
            continue
        seen.add(maybe_set.name.casefold())
        found[maybe_set.name] = _rows(validator, one, maybe_set, (*at, index), whole=whole)
    if whole:
        _together(validator, found, unread=len(validator.problems) > before)
    return found


def merged(kept: Sets, sent: Sets) -> Sets:
    """The sets of a contact after a change, those that were sent first. Where a set has one item,
    then and now, its attributes are merged; else the items that were sent replace the others."""
    names = {name.casefold(): name for name in kept}
    after: dict[str, tuple[Row, ...]] = {}
    for name, rows in sent.items():
        old = kept[names.pop(name.casefold())] if name.casefold() in names else ()
        both = len(old) == 1 and len(rows) == 1
        after[name] = (_overlaid(old[0], rows[0]),) if both else rows or old
    return {**after, **{name: kept[name] for name in names.values()}}


def _overlaid(kept: Row, sent: Row) -> Row:
    """The attributes of both, the sent ones where both have one of a name."""
    named = {name.casefold() for name in sent}
    return {**{name: one for name, one in kept.items() if name.casefold() not in named}, **sent}


def spelled(found: Sets) -> list[dict[str, Any]]:
    """The sets as the vendor writes them. Mirrors `attribute_sets`."""
    return [
        {
            "name": name,
            "items": [
                {"values": [{"name": key, "value": value} for key, value in row.items()]}
                for row in rows
            ],
        }
        for name, rows in found.items()
    ]


def unspelled(words: Any) -> Sets:
    """The sets that `spelled` wrote."""
    return {
        one["name"]: tuple(
            {pair["name"]: pair["value"] for pair in item["values"]} for item in one["items"]
        )
        for one in words
    }


def _objects(validator: Validator, value: Any, at: Field) -> Iterator[tuple[int, dict[str, Any]]]:
    """(index, object) of an array's objects; absent reads as empty. Raises Refused when there are
    more problems than are told: a body of 120,000 of them would take a second."""
    if value is not None and type(value) is not list:
        validator.refuse(WRONG_TYPE, at, "not-an-array", "It must be an array.")
        return
    for index, one in enumerate(value or ()):
        if len(validator.problems) >= PROBLEMS:
            validator.raise_problems()
        if type(one) is dict:
            yield index, one
        else:
            validator.refuse(WRONG_TYPE, (*at, index), "not-an-object", "It must be an object.")


def _named(validator: Validator, value: Any, at: Field) -> AttributeSet | None:
    """The set of this name: the vendor's, or one that the account made."""
    before = len(validator.problems)
    said = validator.line(value, (*at, "name"))
    name = said.casefold()
    if name in _SETS:
        return _SETS[name]
    if not name:
        if len(validator.problems) == before:
            validator.refuse(REQUIRED, (*at, "name"), "no-name", "An attribute set has a name.")
    elif _WHATSAPP.match(name):
        validator.refuse(VALUE, (*at, "name"), "whatsapp", "WhatsApp is not supported.")
    elif len(said) > NAME:
        detail = f"A name holds {NAME} characters at most."
        validator.refuse(VALUE, (*at, "name"), "too-long", detail)
    else:
        return AttributeSet(name=said)
    return None


def _rows(
    validator: Validator, one: Mapping[str, Any], this: AttributeSet, at: Field, *, whole: bool
) -> tuple[Row, ...]:
    """The items of a set; one that holds `values` itself has one item of them."""
    if type(one.get("items")) is list and len(one["items"]) > ITEMS:
        detail = f"It holds {ITEMS} items at most."
        validator.refuse(VALUE, (*at, "items"), "too-many", detail)
        return ()
    rows = [
        _row(validator, item.get("values"), this, (*at, "items", index), whole=whole)
        for index, item in _objects(validator, one.get("items"), (*at, "items"))
    ]
    if one.get("values") is not None or not one.get("items"):
        rows.append(_row(validator, one.get("values"), this, at, whole=whole))
    return tuple(rows)


def _row(validator: Validator, value: Any, this: AttributeSet, at: Field, *, whole: bool) -> Row:
    """The attributes of one item that have a value."""
    row: dict[str, Any] = {}
    seen: set[str] = set()
    for index, pair in _objects(validator, value, (*at, "values")):
        here = (*at, "values", index)
        name, check = _attribute(validator, pair.get("name"), this, here)
        said = pair.get("value")
        if not name or said is None or (type(said) is str and not said.strip(BLANKS)):
            continue
        if name.casefold() in seen:
            validator.refuse(VALUE, here, "attribute-twice", "The attribute is given twice.")
            continue
        seen.add(name.casefold())
        row[name] = check(validator, said, (*here, "value"))
    readable = value is None or type(value) is list
    for attribute in this.attributes if whole and readable else ():
        if attribute.required and attribute.name.casefold() not in seen:
            detail = f"{this.name} must include {attribute.name}."
            validator.refuse(REQUIRED, at, "no-attribute", detail)
    return row


def _attribute(
    validator: Validator, value: Any, this: AttributeSet, at: Field
) -> tuple[str, Callable[[Validator, Any, Field], Any]]:
    """An attribute's name, as the vendor spells it, and its check; no name when it was refused."""
    before = len(validator.problems)
    name = validator.line(value, (*at, "name"))
    if not name and len(validator.problems) == before:
        validator.refuse(REQUIRED, (*at, "name"), "no-name", "An attribute has a name.")
    if len(name) > NAME:
        detail = f"A name holds {NAME} characters at most."
        validator.refuse(VALUE, (*at, "name"), "too-long", detail)
        return "", _own
    known = _NAMED.get(this.name, {}).get(name.casefold())
    return (known.name, known.check) if known else (name, _own)


def _together(validator: Validator, found: Sets, *, unread: bool) -> None:
    """What each set needs beside it, and what makes a contact; that is not asked after a request
    of which some sets could not be read."""
    for name in found:
        maybe_set = _SETS.get(name.casefold())
        missing = [one for one in maybe_set.needs if one not in found] if maybe_set else []
        if missing:
            detail = f"{name} must be sent with {' and '.join(missing)}."
            validator.refuse(REQUIRED, ("attributeSets",), "set-missing", detail)
            unread = True
    if not unread and not any(all(one in found for one in some) for some in CREATING):
        choices = "; ".join(" and ".join(some) for some in CREATING)
        detail = f"A contact has at least one of: {choices}."
        validator.refuse(REQUIRED, ("attributeSets",), "not-creating", detail)
