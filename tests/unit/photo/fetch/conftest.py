"""Fixtures of fetching."""

from tests.support.fetching import dialled

__all__ = ["dialled"]
