"""Lists the words for related people: types of RELATED, labels, numbers of Android's rows."""

from typing import Final

RELATIONS: Final[dict[str, str]] = {
    **{
        word: word
        for word in (
            "contact", "acquaintance", "friend", "met", "co-worker", "colleague", "co-resident",
            "neighbor", "child", "parent", "sibling", "spouse", "kin", "muse", "crush", "date",
            "sweetheart", "me", "agent", "emergency",
        )
    },
    "partner": "spouse",
    "domestic partner": "spouse",
    "husband": "spouse",
    "wife": "spouse",
    "son": "child",
    "daughter": "child",
    "children": "child",
    "mother": "parent",
    "father": "parent",
    "brother": "sibling",
    "sister": "sibling",
    "relative": "kin",
    "assistant": "agent",
}  # fmt: skip
"""The type of RELATED (RFC 6350 section 6.6.6) of each label in lower case."""

ANDROID_RELATIONS: Final = {
    str(number): label
    for number, label in enumerate(
        (
            "Assistant", "Brother", "Child", "Domestic Partner", "Father", "Friend", "Manager",
            "Mother", "Parent", "Partner", "Referred by", "Relative", "Sister", "Spouse",
        ),
        start=1,
    )
}  # fmt: skip
"""Labels by the number of a row's type (ContactsContract.CommonDataKinds.Relation)."""
