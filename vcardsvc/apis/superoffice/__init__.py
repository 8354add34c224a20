"""SuperOffice: its REST calls for companies (`/api/v1/Contact`), which it calls contacts.

    GET  /api/v1/Contact         rows of companies   POST   /api/v1/Contact/Validate
    POST /api/v1/Contact         create one          GET    /api/v1/Contact/default
    GET  /api/v1/Contact/{id}    one company         PUT, PATCH, DELETE /api/v1/Contact/{id}

Every property that is sent is stored and returned; no contact is ever taken for a duplicate.

Source: the vendor's reference of these calls and its pages on headers and time zones.
"""

from vcardsvc.apis.superoffice.errors import CODES
from vcardsvc.apis.superoffice.routes import SuperOffice

__all__ = ["CODES", "SuperOffice"]
