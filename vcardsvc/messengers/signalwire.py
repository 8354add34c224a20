"""Writes a contact as the parameters of a SignalWire message with the card as its media, in JSON.

The payload is the request without sender and recipient. The API is Twilio's: each member is a form
parameter, each entry of a list one of its own.

Source: https://developer.signalwire.com/rest/compatibility-api/endpoints/create-message
"""

from typing import Final

from vcardsvc.messengers import twilio
from vcardsvc.messengers.message import LOST_BY_MMS, LinkWriter
from vcardsvc.messengers.names import CAPTION

LIMITS: Final = f"`Body` {CAPTION} characters (ours); SignalWire advises media of 500 KB"
LOST: Final = LOST_BY_MMS

write: Final[LinkWriter] = twilio.write
