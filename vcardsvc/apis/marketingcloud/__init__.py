"""Salesforce Marketing Cloud: its calls that create and change a contact, and those for a token.

    POST  /contacts/v1/contacts {"contactKey", "contactID", "attributeSets": [{"name", "items":
        [{"values": [{"name", "value"}]}]}]}
    PATCH /contacts/v1/contacts the same; changes a contact that exists, else creates it
    POST  /v2/token {"grant_type": "client_credentials", "client_id", "client_secret"}
    POST  /v1/requestToken {"clientId", "clientSecret"}

contactKey and contactID are unique, each for itself: a contact is found by its contactID, else by
its contactKey. The contactID is the caller's; the contactId of a response is the service's.

Source: the vendor's page of the call, and its pages on errors, rate limits and access tokens.
"""

from vcardsvc.apis.marketingcloud.errors import CODES
from vcardsvc.apis.marketingcloud.routes import MarketingCloud

__all__ = ["CODES", "MarketingCloud"]
