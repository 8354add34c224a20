"""Writes a card in terms of vCard 4.0 as text of any version, for the readers of a profile.

Strategy: `adaptation` turns each property into those that the version knows, this module writes
their prefixes, `content_line` values and lines. Most properties have a type or none, and nothing
else; their prefixes are kept by profile.
"""

import re
from base64 import b64encode
from typing import Final

from msgspec import structs

from vcardsvc.model.card import Binary, Card, CardLoss, Property, Value
from vcardsvc.model.request import Version
from vcardsvc.vcard.adapt_card import Placed, adapt_card, misdialled_numbers, unread_dates
from vcardsvc.vcard.adaptation import ADAPTATIONS, Adaptation, Adapted
from vcardsvc.vcard.apple_labels import wrapped
from vcardsvc.vcard.card_losses import (
    CONTROLS,
    GROUP_BROKEN,
    GROUP_LOST,
    GROUP_UNREAD,
    LABEL_LOST,
    LABEL_TWICE,
    LISTS_V21,
    MEDIA_TYPE_BROKEN,
    NAME_BROKEN,
    PARAMETER_BROKEN,
    PARAMETER_V21,
    RANK_LOST,
    TYPE_V21,
    URI_ENCODED,
    V40_PARAMETERS,
    CardPlaces,
)
from vcardsvc.vcard.card_shrink import shrink_card
from vcardsvc.vcard.content_line import (
    NAME,
    Content,
    Line,
    clean_value,
    cleaned,
    flat_components,
    flat_list,
    flat_text,
    flat_uri,
    flat_verbatim,
    is_list,
    parameter_value,
    physical_octets,
    quick_flat,
)
from vcardsvc.vcard.date_forms import basic_offset
from vcardsvc.vcard.kinds import DEFAULT_KINDS, MEDIA_TYPES
from vcardsvc.vcard.losses import LossKind
from vcardsvc.vcard.profile import Profile, type_parameters
from vcardsvc.vcard.targets import UNIVERSAL
from vcardsvc.vcard.text import LINE, base64_line, fold

_BEGINNINGS: Final[dict[Version, bytes]] = {
    "2.1": b"BEGIN:VCARD\r\nVERSION:2.1",
    "3.0": b"BEGIN:VCARD\r\nVERSION:3.0",
    "4.0": b"BEGIN:VCARD\r\nVERSION:4.0",
}
_END: Final = b"END:VCARD\r\n"

SPELLINGS: Final = {"X-ABLABEL": "X-ABLabel", "X-ABSHOWAS": "X-ABShowAs", "WAID": "waid"}
"""Names of properties and parameters as the readers' programs write them."""

FRAME: Final = frozenset(("BEGIN", "END", "VERSION"))
"""Names of lines that are no properties."""

_SAID: Final = frozenset(("TYPE", "PREF", "VALUE", "ENCODING", "CHARSET"))
"""Parameters that the attributes of a property say."""

_MEDIA: Final = frozenset(("PHOTO", "LOGO", "SOUND", "KEY"))
"""Properties whose value is octets unless VALUE says otherwise, before 4.0."""

_RECOGNIZED: Final = frozenset(
    (
        "UID", "TEL", "RELATED", "GEO", "REV", "CREATED", "SOCIALPROFILE", "X-SOCIALPROFILE",
        "X-ADDRESSBOOKSERVER-MEMBER",
    )
)  # fmt: skip
"""Properties whose type of value is seen by the value, and that have no VALUE before 4.0."""

_TYPED: Final = frozenset(("TEL", "EMAIL", "ADR"))
"""Properties whose own label is a type with X-: in a group, three readers do not see them."""

_UNLABELLED: Final = _TYPED | {"URL"}
"""Properties whose own label is left out where the reader has none."""

_UNADAPTED: Final = {"N": 5, "ADR": 7, "TEL": 0}
"""Properties that are written as they stand if they have no parameters and at most so many
components."""

_WORDS_V21: Final = frozenset(
    ("7BIT", "8BIT", "BASE64", "B", "Q", "QUOTED-PRINTABLE", "INLINE", "URL", "CONTENT-ID", "CID")
)
"""Bare words of 2.1 that are an ENCODING or a VALUE, and no type."""

_LANGUAGE_V21: Final = re.compile(r"[A-Za-z]+-[A-Za-z]+")
"""The languages that Android reads in 2.1; over any other it refuses the card."""

_VALUE_V21: Final = re.compile(r"[!#-+./-9<>-~-]*")
"""Values of parameters in 2.1, which has no quotes."""

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")

_MEDIA_WORDS: Final = {media_type: word for word, media_type in reversed(MEDIA_TYPES.items())}
"""The first word of TYPE for each media type."""

_SHORT: Final = 100
"""The longest prefix that is kept."""
_MANY: Final = 1_000
"""How many prefixes are kept: cards of strangers must not fill the memory."""

_FULL_NAME: Final = (3, 1, 2, 0, 4)
"""The components of N in the order in which FN has them."""

_NAMES: Final = ("ORG", "NICKNAME", "EMAIL", "TEL")
"""Whose text is the name of a card without FN and N, the first that it has."""


def card_text(
    card: Card, profile: Profile = UNIVERSAL, region: str = ""
) -> tuple[tuple[bytes, ...], tuple[CardLoss, ...]]:
    """Return the octets, in pieces, of the card for the profile's reader, and the losses.

    The octets depend on the card, the profile, the region and the release alone. `region` is the
    one of numbers without a country code, for the target that names accounts of numbers. Raises
    CannotRender if the card cannot be cut to the ceiling of the profile.
    """
    properties = _with_names(card.properties, profile.version)
    if profile.is_lossless:
        writer = _Writer(profile, properties)
        losses = [*misdialled_numbers(properties), *unread_dates(properties), *writer.losses]
        return writer.octets(), _card_losses(losses, properties)
    placed, losses = adapt_card(properties, profile, region)
    if profile.ceiling and profile.cut:
        placed, more = shrink_card(placed, lambda each: _size(each, profile), profile.ceiling)
        losses += more
    writer = _Writer(profile, tuple([prop for _, prop in placed]))
    losses += [(placed[at][0], kind) for at, kind in writer.losses]
    return writer.octets(), _card_losses(losses, properties)


def version_text(card: Card, profile: Profile) -> tuple[tuple[bytes, ...], tuple[CardLoss, ...]]:
    """Return the octets of the card in the profile's version, and the losses of the version alone:
    nothing is adapted to a reader."""
    properties = _with_names(card.properties, profile.version)
    writer = _Writer(profile, properties)
    return writer.octets(), _card_losses(writer.losses, properties)


def _size(placed: list[Placed], profile: Profile) -> int:
    """Return the bytes of the card with these properties."""
    return sum(map(len, _Writer(profile, tuple([prop for _, prop in placed])).octets()))


def extra_lines(
    extra: tuple[Property, ...], profile: Profile, groups_used: int
) -> tuple[list[Line], tuple[CardLoss, ...]]:
    """Return lines for further properties of a contact's card, without octets, and the losses.

    `groups_used` is the number of groups (`item1`, ...) in the other lines of the card.
    `content_line.physical_lines` writes the lines.
    """
    writer = _Writer(profile, extra, groups_used)
    return writer.lines, _card_losses(writer.losses, extra)


def _card_losses(
    losses: list[tuple[int, LossKind]], properties: tuple[Property, ...]
) -> tuple[CardLoss, ...]:
    """Return the losses of the properties at these places."""
    if not losses:
        return ()
    places = CardPlaces(properties)
    return tuple(places.loss(at, kind.code, kind.reason) for at, kind in dict.fromkeys(losses))


def with_full_name(card: Card) -> Card:
    """Return the card with FN, which 4.0 requires, made of its other names if it is missing."""
    return structs.replace(card, properties=_with_names(card.properties, "4.0"))


def _with_names(properties: tuple[Property, ...], version: Version) -> tuple[Property, ...]:
    """Return the properties with FN, and before 4.0 with N, each made of the other if it is
    missing."""
    names = {prop.name for prop in properties}
    needs_n = "N" not in names and version != "4.0"
    if "FN" in names and not needs_n:
        return properties
    first = {prop.name: prop for prop in reversed(properties)}
    full_name = _text(first["FN"]) if "FN" in names else ""
    if not full_name and "N" in names:
        components = first["N"].value
        if isinstance(components, tuple):
            parts = [components[at] for at in _FULL_NAME if at < len(components)]
            full_name = " ".join(
                [each if isinstance(each, str) else " ".join(each) for each in parts]
            )
            full_name = " ".join(full_name.split())
    if not full_name:
        full_name = next(
            (text for name in _NAMES if name in first and (text := _text(first[name]))), ""
        )
    added = []
    if needs_n:
        is_company = "ORG" in first and _text(first["ORG"]) == full_name
        given = () if is_company or not full_name else (full_name,)
        name = Property(name="N", value=((), given, (), (), ()))
        sorting = first.get("SORT-STRING")
        if sorting and not (sorting.params or sorting.types or sorting.label):
            # A reader takes it for that of the name, behind which it is written then.
            name = structs.replace(name, params=(("SORT-AS", (_text(sorting),)),))
            properties = tuple([prop for prop in properties if prop is not sorting])
        added.append(name)
    if "FN" not in names:
        # In front of N, where it stands if N alone is there.
        added.insert(0, Property(name="FN", value=full_name))
    return (*added, *properties)


def _text(prop: Property) -> str:
    """Return the first text of a value."""
    value: Value | tuple[object, ...] = prop.value
    while isinstance(value, tuple):
        value = next(filter(None, value), "")  # type: ignore[assignment]  # a text or a component
    return value if isinstance(value, str) else ""


def _envelopes(properties: tuple[Property, ...]) -> frozenset[int]:
    """Return the places of the addresses whose LABEL a reader finds when it is a property.

    It belongs to the first address of the same types that has none; without one it is an address of
    its own, which therefore stands behind the others.
    """
    last = {
        prop.types: at for at, prop in enumerate(properties) if prop.name == "ADR" and _text(prop)
    }
    without = {prop.types for prop in properties if prop.name == "ADR" and not prop.param("LABEL")}
    found, seen = set(), set()
    for at, prop in enumerate(properties):
        if prop.name != "ADR":
            continue
        if not prop.param("LABEL"):
            seen.add(prop.types)
        elif _text(prop):
            if prop.types not in seen:
                found.add(at)
        elif prop.types not in without and at > last.get(prop.types, -1):
            found.add(at)
    return frozenset(found)


class _Writer:
    """Writes the lines of a card, and lists the losses by place in `properties`."""

    def __init__(
        self, profile: Profile, properties: tuple[Property, ...], groups_used: int = 0
    ) -> None:
        self.profile = profile
        self.lines: list[Line] = []
        self.losses: list[tuple[int, LossKind]] = []
        self._properties = properties
        self._adaptations = ADAPTATIONS[profile.version]
        self._groups: dict[str, str | None] = {}
        self._left: dict[str, bool] = {}
        self._items = groups_used
        self._labelled: set[str] = set()
        self._binaries: list[tuple[int, bytes]] = []
        self._maybe_envelopes: frozenset[int] | None = None
        self._maybe_ranks: dict[str, int] | None = None
        self._maybe_kinds: int | None = None
        self._find_groups()
        self._write()

    def _write(self) -> None:
        lines, prefixes = self.lines, self.profile.card_prefixes
        version = self.profile.version
        quick, bare = version != "2.1", version == "4.0"
        for at, prop in enumerate(self._properties):
            if quick and prop.pref < 2 and not (prop.params or prop.group):
                # The usual property: its prefix is known, and its value needs no look.
                name, kind = prop.name, prop.kind
                prefix = prefixes.get((name, prop.types, kind, prop.pref))
                if prefix is not None:
                    flat = quick_flat(prop.value, kind, _UNADAPTED.get(name, 99), bare=bare)
                    if flat is not None and not prop.label:
                        lines.append((prefix, flat))
                        continue
                    if flat is not None and self._is_grouped(name, prop.label):
                        self._put_labelled(prefix, flat, prop.label)
                        continue
            self._adapt(at, prop)

    def _find_groups(self) -> None:
        """Find the groups that are written, with the label that their properties share (None if
        they differ), and those that are left, with whether several properties were in them.

        A property leaves the others of its group with a label that they have not. A reader takes
        the group away from a property that is alone there with its label or country; so it gets the
        group that it gets when it is read and written again.
        """
        members: dict[str, list[tuple[str, bool]]] = {}
        for at, prop in enumerate(self._properties):
            if prop.group:
                written, _ = self._adapted(at, prop)
                if written:
                    label = cleaned(written[0].label)
                    if label and self._label_style(written[0].name, label, prop.group) == "none":
                        label = ""
                    member = (label, written[-1].name == "X-ABADR")
                    members.setdefault(prop.group.lower(), []).append(member)
        for group, found in members.items():
            labels = {label for label, _ in found}
            staying = found if len(labels) == 1 else [one for one in found if not one[0]]
            if len(staying) > 1 or staying == [("", False)]:
                self._groups[group] = labels.pop() if len(labels) == 1 else None
            else:
                self._left[group] = len(found) > 1

    def octets(self) -> tuple[bytes, ...]:
        """Return the card in pieces."""
        written = physical_octets(self.lines, self.profile)
        start = _BEGINNINGS[self.profile.version]
        if not self._binaries:
            return (b"\r\n".join([start, *written, _END]),)
        pieces = [start + b"\r\n"]
        begin = 0
        for end, octets in self._binaries:
            pieces.append(b"\r\n".join([*written[begin:end], b""]))
            pieces.append(octets)
            begin = end
        pieces.append(b"\r\n".join([*written[begin:], b""]))
        return (*filter(None, pieces), _END)

    def _lose(self, at: int, kind: LossKind) -> None:
        self.losses.append((at, kind))

    def _adapt(self, at: int, prop: Property) -> None:
        """Write a property as its version has it."""
        if not NAME.fullmatch(prop.name) or prop.name in FRAME:
            self._lose(at, NAME_BROKEN)
            return
        if prop.group and (several := self._left.get(prop.group.lower())) is not None:
            prop = structs.replace(prop, group="")
            if several:
                self._lose(at, GROUP_LOST)
        written, kinds = self._adapted(at, prop)
        for kind in kinds:
            self._lose(at, kind)
        if written and written[-1].name == "X-ABADR":
            written = self._grouped(written)
        for each in written:
            self._put(at, each)

    def _adapted(self, at: int, prop: Property) -> Adapted:
        """Return the properties that are written for one; several kinds of a card as they stand,
        of which a reader would keep one under another name."""
        adaptation = self._adaptations.get(prop.name)
        if adaptation is None or (prop.name == "KIND" and self._kinds() > 1):
            return (prop,), ()
        if prop.name == "ADR" and prop.param("LABEL") and at not in self._envelopes():
            return self._with_envelope(prop, adaptation)
        return adaptation(prop, self.profile)

    def _with_envelope(self, prop: Property, adaptation: Adaptation) -> Adapted:
        """Return an address with its parameter LABEL, which as a property would belong to another
        address; in 2.1 without it."""
        if self.profile.version == "2.1" and not _text(prop):
            return (), (LABEL_TWICE,)
        label = (("LABEL", (prop.param("LABEL"),)),)
        params = tuple(each for each in prop.params if each[0] != "LABEL")
        (first, *more), kinds = adaptation(structs.replace(prop, params=params), self.profile)
        if self.profile.version == "2.1":
            return (first, *more), (*kinds, LABEL_TWICE)
        return (structs.replace(first, params=first.params + label), *more), kinds

    def _grouped(self, written: tuple[Property, ...]) -> tuple[Property, ...]:
        """Return an address and its X-ABADR in one group."""
        group = written[0].group or self._new_group()
        self._groups.setdefault(group.lower(), cleaned(written[0].label))
        return tuple(
            each if each.name == "LABEL" else structs.replace(each, group=group) for each in written
        )

    def _envelopes(self) -> frozenset[int]:
        if self._maybe_envelopes is None:
            self._maybe_envelopes = _envelopes(self._properties)
        return self._maybe_envelopes

    def _kinds(self) -> int:
        if self._maybe_kinds is None:
            self._maybe_kinds = sum(prop.name == "KIND" for prop in self._properties)
        return self._maybe_kinds

    def _new_group(self) -> str:
        self._items += 1
        while f"item{self._items}" in self._groups:
            self._items += 1
        return f"item{self._items}"

    def _put(self, at: int, prop: Property) -> None:
        """Write a property under its own name, and its label."""
        before = len(self.losses)
        if prop.label and self.profile.labels == "none" and prop.name in _UNLABELLED:
            # A reader takes such a type for the label that is left out.
            types = tuple(each for each in prop.types if not each.startswith("x-"))
            prop = structs.replace(prop, types=types)
        group, word, line = self._place(at, prop)
        prefix = group and f"{group}."
        prefix += self._head(at, prop, word)
        if isinstance(prop.value, Binary):
            self._put_octets(at, prefix, prop.value)
        else:
            self.lines.append((f"{prefix}:", self._flat(at, prop, prop.value)))
            usual = prop.pref < 2 and not (prop.params or prop.label or prop.group)
            if usual and (prop.name not in self._adaptations or prop.name in _UNADAPTED):
                self._keep(prop, f"{prefix}:", before)
        if line:
            self.lines.append((f"{group}.X-ABLabel:", flat_text(line, self.profile)))

    def _is_grouped(self, name: str, label: str) -> bool:
        """Return whether a label without controls, of a property without a group, is written as
        an X-ABLabel."""
        return label.isprintable() and self._label_style(name, label, "") == "grouped"

    def _put_labelled(self, prefix: str, flat: str, label: str) -> None:
        """Write a line and its X-ABLabel in a new group."""
        group = self._new_group()
        self._labelled.add(group)
        self.lines.append((f"{group}.{prefix}", flat))
        self.lines.append((f"{group}.X-ABLabel:", flat_text(wrapped(label), self.profile)))

    def _keep(self, prop: Property, prefix: str, losses_before: int) -> None:
        """Keep the prefix for the next property with this name, kind, rank and these types. The
        first rank is written as it is whatever other ranks the card has."""
        if (prop.name == "TEL" and prop.kind != "text") or prop.name == "TZ":
            return
        prefixes = self.profile.card_prefixes
        if len(self.losses) == losses_before and len(prefix) <= _SHORT and len(prefixes) < _MANY:
            prefixes[prop.name, prop.types, prop.kind, prop.pref] = prefix

    def _place(self, at: int, prop: Property) -> tuple[str, str, str]:
        """Return the group of a property, its label as a type, and the text of its X-ABLabel."""
        group, label = prop.group, cleaned(prop.label)
        if label != prop.label:
            self._lose(at, CONTROLS)
        if group and not NAME.fullmatch(group):
            self._lose(at, GROUP_BROKEN)
            group = ""
        if group and not self.profile.groups:
            self._lose(at, GROUP_UNREAD)
            group = ""
        if not label:
            return group, "", ""
        style = self._label_style(prop.name, label, group)
        if style == "none":
            self._lose(at, LABEL_LOST)
            return group, "", ""
        if group and self._groups.get(group.lower()) != label:
            self._lose(at, GROUP_LOST)
            group = ""
            style = self._label_style(prop.name, label, group)
        if style == "typed":
            return group, f"X-{label}", ""
        group = group or self._new_group()
        if group.lower() in self._labelled:
            return group, "", ""
        self._labelled.add(group.lower())
        return group, "", wrapped(label)

    def _label_style(self, name: str, label: str, group: str) -> str:
        """Return how the label of a property of this name is written."""
        style = self.profile.labels
        if style == "none" and name in _UNLABELLED:
            return style
        is_word = self.profile.version != "2.1" or NAME.fullmatch(label)  # as a bare type is
        if style == "typed" and name in _TYPED and not group and is_word:
            return style
        return "grouped" if self.profile.groups else "none"

    def _head(self, at: int, prop: Property, word: str) -> str:
        """Return name and parameters of a line, without its colon."""
        head = SPELLINGS.get(prop.name, prop.name)
        v40, v21 = self.profile.version == "4.0", self.profile.version == "2.1"
        types = [word] if word else []  # an empty one costs the whole file on Android
        if prop.name == "X-SOCIALPROFILE":
            types += filter(None, prop.types)  # the service, as it was written
        else:
            types += [each.upper() if each.isascii() else each for each in prop.types if each]
        if prop.name == "EMAIL" and not word and "INTERNET" in self.profile.email_types["work"]:
            types += ["INTERNET"] if types and types[0] in ("WORK", "HOME") else []
        if prop.pref and v40:
            head += f";PREF={min(max(prop.pref, 1), 100)}"
        elif prop.pref:
            if self._is_preferred(prop):
                types.append("PREF")
            else:
                self._lose(at, RANK_LOST)
        if v21:
            bare = [each for each in types if NAME.fullmatch(each) and each not in _WORDS_V21]
            if len(bare) != len(types):
                self._lose(at, TYPE_V21)
            head += type_parameters(tuple(bare), self.profile.style)
        elif types:
            head += type_parameters(tuple(map(parameter_value, types)), self.profile.style)
        head += self._value_type(prop)
        for name, values in prop.params:
            head += self._parameter(at, name, values)
        return head

    def _is_preferred(self, prop: Property) -> bool:
        """Return whether no property of this name is preferred to this one."""
        if prop.pref == 1:
            return True
        if self._maybe_ranks is None:
            ranks: dict[str, int] = {}
            for each in self._properties:
                if each.pref:
                    ranks[each.name] = min(each.pref, ranks.get(each.name, 100))
            self._maybe_ranks = ranks
        return self._maybe_ranks.get(prop.name, prop.pref) >= prop.pref

    def _value_type(self, prop: Property) -> str:
        kind = prop.kind
        if isinstance(prop.value, Binary) or kind in ("binary", "vcard", "unknown"):
            return ";VALUE=uri" if self._is_strange_data(prop) else ""
        if self.profile.version != "4.0":
            if prop.name in _RECOGNIZED:
                return ""
            if kind == "uri" and (prop.name in _MEDIA or prop.name not in DEFAULT_KINDS):
                return ";VALUE=URL" if self.profile.version == "2.1" else ";VALUE=uri"
            if prop.name == "TZ":
                return "" if kind == "utc-offset" else f";VALUE={kind}"
        elif prop.name == "TZ" and isinstance(prop.value, str) and basic_offset(prop.value.strip()):
            return f";VALUE={kind}"  # without it a reader takes a text for an offset
        return "" if kind == DEFAULT_KINDS.get(prop.name, "unknown") else f";VALUE={kind}"

    def _is_strange_data(self, prop: Property) -> bool:
        """Return whether octets are a data: URI in a property whose value is otherwise no URI."""
        return (
            isinstance(prop.value, Binary)
            and self.profile.version == "4.0"
            and DEFAULT_KINDS.get(prop.name) != "uri"
        )

    def _parameter(self, at: int, name: str, values: tuple[str, ...]) -> str:
        """Return a parameter with its semicolon, "" if this version has none such."""
        version = self.profile.version
        upper = name.upper()
        if not NAME.fullmatch(name) or upper in _SAID:
            self._lose(at, PARAMETER_BROKEN)
            return ""
        if version != "4.0" and upper in V40_PARAMETERS:
            self._lose(at, V40_PARAMETERS[upper])
            return ""
        spelled = SPELLINGS.get(upper, name)
        if version == "2.1":
            known = upper.startswith("X-") or (
                upper == "LANGUAGE" and len(values) == 1 and _LANGUAGE_V21.fullmatch(values[0])
            )
            if not known or not all(map(_VALUE_V21.fullmatch, values)):
                self._lose(at, PARAMETER_V21)
                return ""
            return f";{spelled}={','.join(values)}"
        if any(cleaned(value) != value for value in values):
            self._lose(at, CONTROLS)
        if upper == "LABEL":  # RFC 6350 section 6.3.1: a backslash and n are a line break there
            values = tuple(value.replace("\\n", "\n").replace("\\N", "\n") for value in values)
        return f";{spelled}={','.join(map(parameter_value, values))}"

    def _flat(self, at: int, prop: Property, whole: Content) -> str:
        """Return the flat value of a property."""
        value = clean_value(whole)
        if value is not whole and value != whole:
            self._lose(at, CONTROLS)
        profile = self.profile
        if isinstance(value, str):
            if prop.kind == "uri":
                flat = flat_uri(value, profile)
                if "\n" in value or flat.count("%5C") > value.count("%5C"):
                    self._lose(at, URI_ENCODED)
                return flat
            if prop.kind == "unknown" and prop.name not in DEFAULT_KINDS:
                return flat_verbatim(value, profile)
            return flat_text(value, profile)
        if is_list(value):
            return flat_list(value, profile)
        if profile.version == "2.1" and any(len(each) > 1 for each in value):
            self._lose(at, LISTS_V21)
        return flat_components(value, profile, " " if prop.name == "N" else ", ")

    def _put_octets(self, at: int, prefix: str, binary: Binary) -> None:
        """Write a property whose value is octets."""
        data, media_type = binary.data, binary.media_type.lower()
        version = self.profile.version
        if media_type and not _MEDIA_TYPE.fullmatch(media_type):
            self._lose(at, MEDIA_TYPE_BROKEN)
            media_type = ""
        if version == "4.0":
            prefix += f":data:{media_type};base64,"
        else:
            word = _MEDIA_WORDS.get(media_type, "").upper()
            prefix += ";ENCODING=BASE64" if version == "2.1" else ";ENCODING=b"
            if word:
                prefix += f";{word}:" if version == "2.1" else f";TYPE={word}:"
            elif media_type and version == "3.0":
                prefix += f";MEDIATYPE={media_type}:"
            else:
                if media_type:
                    self._lose(at, MEDIA_TYPE_BROKEN)
                prefix += ":"
        if len(prefix) < LINE and prefix.isascii():
            octets = base64_line(prefix.encode(), data, self.profile)
        else:
            octets = (fold(prefix + b64encode(data).decode()) + "\r\n").encode()
            octets += b"\r\n" if version == "2.1" else b""
        self._binaries.append((len(self.lines), octets))
