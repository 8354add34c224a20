"""Serves the createcontact action: requests in JSON or HTML forms, responses with cards."""

from vcardsvc.apis.createcontact.routes import JsonApi

__all__ = ["JsonApi"]
