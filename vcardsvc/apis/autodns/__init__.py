"""Serves AutoDNS's API (InterNetX): contacts of domains, in JSON and through the XML gateway."""

from vcardsvc.apis.autodns.errors import CODES
from vcardsvc.apis.autodns.routes import Autodns

__all__ = ["CODES", "Autodns"]
