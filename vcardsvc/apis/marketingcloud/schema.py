"""Defines the attribute sets of Marketing Cloud: their attributes, needs, and checks of values.

Sets and attributes outside this table are the account's own (attribute groups, profile attributes)
and are stored as they are.

Source: the vendor's page of the call.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.marketingcloud.errors import FORMAT, VALUE, WRONG_TYPE
from vcardsvc.validation import phones
from vcardsvc.validation.fields import Field, Validator
from vcardsvc.validation.invisible import BLANKS

TEXT: Final = 4000
"""Characters of a value: the vendor's widest text column; the limit is ours."""

EMAIL: Final = 254
"""Characters of an e-mail address (RFC 5321 section 4.5.3.1.3, less the angle brackets)."""

NUMBER: Final = 10**38
"""Numbers stay below this: the vendor's widest decimal column has 38 digits."""

COUNTRIES_WITHOUT_NUMBERS: Final = frozenset(("AQ", "BV", "GS", "HM", "PN", "TF", "UM"))
"""Codes of ISO 3166-1 that have no telephone numbers of their own; all others do."""

_LABEL: Final = r'[^\s@.,:;<>()"\[\]\\]'
_EMAIL: Final = re.compile(rf'[^\s@,:;<>()"\[\]\\]{{1,64}}@(?:{_LABEL}{{1,63}}\.)+{_LABEL}{{2,63}}')
_MOBILE: Final = re.compile(r"[+\uff0b]?[\s().\-/\u2010-\u2013]*\d[\d\s().\-/\u2010-\u2013]*")
_BOOLEANS: Final = {"true": True, "false": False}
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")

Check = Callable[[Validator, Any, Field], Any]
"""Returns the value of an attribute as it is stored, and records its problems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute: its name, its check, and its other names in the vendor's texts."""

    name: str
    check: Check
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSet:
    """A set: its attributes, the other sets that it needs, and its other names in the vendor's
    texts. A set without attributes is the account's own."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def _line(validator: Validator, value: Any, field: Field) -> str:
    """Return a text of one line."""
    return _limited(validator, validator.line(value, field), TEXT, field)


def _block(validator: Validator, value: Any, field: Field) -> str:
    """Return a text, which may have several lines."""
    return _limited(validator, validator.block(value, field), TEXT, field)


def _limited(validator: Validator, text: str, limit: int, field: Field) -> str:
    if len(text) > limit:
        validator.refuse(VALUE, field, "too-long", f"It holds {limit} characters at most.")
    return text


def _boolean(validator: Validator, value: Any, field: Field) -> Any:
    """Return a Boolean, which may be sent as a text in any case."""
    if type(value) is str:
        value = _BOOLEANS.get(value.strip(BLANKS).lower(), value)
    if type(value) is not bool:
        validator.refuse(WRONG_TYPE, field, "not-a-boolean", "It must be true or false.")
    return value


def _number(validator: Validator, value: Any, field: Field) -> Any:
    """Return a number, which may be sent as a text."""
    if type(value) is str:
        value = _parsed(value.strip(BLANKS))
    if type(value) is not int and type(value) is not float:
        validator.refuse(WRONG_TYPE, field, "not-a-number", "It must be a number.")
    elif abs(value) >= NUMBER:
        validator.refuse(VALUE, field, "too-large", "It has 38 digits at most.")
    return value


def _parsed(text: str) -> Any:
    """Return the number of a text, or the text if it is none."""
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _identifier(validator: Validator, value: Any, field: Field) -> Any:
    """Return an identifier of another system, a text or a number."""
    if type(value) is int or type(value) is float:
        return _number(validator, value, field)
    return _line(validator, value, field)


def any_value(validator: Validator, value: Any, field: Field) -> Any:
    """Return the value of an account's own attribute: a text, a Boolean or a number."""
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
            Attribute(name="HTML Enabled", check=_boolean, required=True),
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
            Attribute(name="Device ID", check=_identifier),
            # The vendor's prose says ApplicationID, its example Application.
            Attribute(
                name="Application", check=_identifier, required=True,
                also=("applicationid", "application id"),
            ),
        ),
    ),
    AttributeSet(
        name=LINE_ADDRESSES,
        # The vendor's prose has these three names without GroupConnect, its example with it.
        also=("LINE Addresses",),
        attributes=(Attribute(name="Address ID", check=_identifier, required=True),),
    ),
    AttributeSet(
        name=LINE_SUBSCRIPTIONS,
        also=("LINE Subscriptions",),
        attributes=(
            Attribute(name="Address ID", check=_identifier, required=True),
            Attribute(name="Channel ID", check=_identifier, required=True),
        ),
    ),
    AttributeSet(
        name=LINE_DEMOGRAPHICS,
        also=("LINE Demographics",),
        attributes=(
            Attribute(name="Address ID", check=_identifier),
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
"""The sets that create a contact; a call has at least one of these groups."""

SETS_BY_NAME: Final = {name.casefold(): one for one in SETS for name in (one.name, *one.also)}
ATTRIBUTES_BY_NAME: Final = {
    one.name: {
        name: attribute
        for attribute in one.attributes
        for name in (attribute.name.casefold(), *attribute.also)
    }
    for one in SETS
}
