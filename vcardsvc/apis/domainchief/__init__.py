"""Serves Domain Chief's API: contacts of domains, as a registrar's clients create and list them."""

from vcardsvc.apis.domainchief.errors import CODES
from vcardsvc.apis.domainchief.routes import Domainchief

__all__ = ["CODES", "Domainchief"]
