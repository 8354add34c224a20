"""Maps the labels of phones, e-mails, addresses and websites to values of TYPE."""

from collections.abc import Mapping
from typing import Final

Types = tuple[str, ...]

PHONE_FIELDS: Final[Mapping[str, Types]] = {
    "work": ("work",),
    "home": ("home",),
    "mobile": ("cell",),
    "fax": ("fax",),
    "work-fax": ("work", "fax"),
    "home-fax": ("home", "fax"),
    "other-fax": ("fax",),
    "pager": ("pager",),
    "main": ("main",),
    "other": ("other",),
    "work-mobile": ("work", "cell"),
    "home-mobile": ("home", "cell"),
    "car": ("car",),
    "isdn": ("isdn",),
    "tty": ("textphone",),
}
"""The types of a number by the label of its field; another label is one of the contact's own."""

OTHERS_PHONES: Final[Mapping[str, str]] = {
    "callback": "Callback",
    "assistant": "Assistant's phone",
    "telex": "Telex",
}
"""Numbers that do not call the person: each is a text of the card under this label."""

_PLACES: Final = ("work", "home", "other")
"""The labels of fields that are places."""

_WORDS: Final[Mapping[str, Types]] = {
    **PHONE_FIELDS,
    **{
        word: types
        for words, types in (
            ("business office job work arbeit beruflich dienstlich geschäftlich büro travail bureau"
             " professionnel trabajo oficina lavoro ufficio trabalho werk zakelijk praca służbowy"
             " arbete jobb työ práce munka iş рабочий работа 仕事 勤務先 会社 工作 公司 회사",
             ("work",)),
            ("home private privat privé zuhause domicile maison casa particular personal personale"
             " thuis dom domowy hem hjem koti domů otthon ev домашний дом 自宅 住家 家 집",
             ("home",)),
            ("mobile cell cellular handy mobil mobiltelefon portable móvil movil celular cellulare"
             " telemóvel mobiel gsm komórka komórkowy matkapuhelin mobilní cep мобильный 携帯 手机"
             " 手機 휴대전화 iphone", ("cell",)),
            ("fax telefax faks факс ファックス 传真 傳真", ("fax",)),
            ("workfax businessfax", ("work", "fax")),
            ("homefax privatefax", ("home", "fax")),
            ("pager piepser beeper beeper téléavertisseur buscapersonas 呼叫器", ("pager",)),
            ("main primary hauptnummer principal principale", ("main",)),
            ("other andere sonstige autre otro otra altro outro overig inny annat andet muu jiné"
             " egyéb diğer другое その他 其他 기타", ("other",)),
        )
        for word in words.split()
    },
    "": (),
    "voice": ("voice",),
    "internet": (),
}  # fmt: skip
"""The types of a label in lower case, without blanks, hyphens and underscores, in the languages of
Google's exports."""


def place_of(label: str) -> Types:
    """Return the types of the label of a field; () where it is one of the contact's own."""
    return (label,) if label in _PLACES else ()


def types_of(label: str) -> tuple[Types, str]:
    """Return the types of a label as people see it, or the label where it is their own."""
    words = label.casefold().replace(" ", "").replace("-", "").replace("_", "")
    types = _WORDS.get(words)
    return ((), label) if types is None else (types, "")
