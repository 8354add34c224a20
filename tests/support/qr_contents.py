"""Contents of QR codes."""

from tests.support.contact_requests import APPLESEED, card_request
from vcardsvc.vcard import write

CONTENTS = {
    "a-card": write(card_request(APPLESEED).contact).octets,
    "one-octet": b"x",
    "digits-alone": b"0123456789",
    "capitals-alone": b"HTTPS://E.EXAMPLE/L/ABC",
    "umlauts": "FN:Jörg Müller, Größe\r\n".encode(),
    "cjk": "FN:李小龍 山田太郎 김철수\r\n".encode(),
    "shift-jis-lookalike": "ｱﾃｱﾃｱﾃ".encode(),
    "emoji": "NOTE:😀👩‍👩‍👧‍👦🇩🇪\r\n".encode(),
    "a-backslash": b"NOTE:a\\nb\\, c\\\\000026\r\n",
    "the-most": b"NOTE:" + "ä".encode() * 426 + b"!",
}
