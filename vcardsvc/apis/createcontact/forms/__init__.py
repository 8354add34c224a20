"""Serves createcontact from HTML forms, in both of their encodings."""

from vcardsvc.apis.createcontact.forms.bounded_body import BoundedBody
from vcardsvc.apis.createcontact.forms.parsing import MULTIPART, boundary_of
from vcardsvc.apis.createcontact.forms.routes import HtmlFormApi

__all__ = ["MULTIPART", "BoundedBody", "HtmlFormApi", "boundary_of"]
