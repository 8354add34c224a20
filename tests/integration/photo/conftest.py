"""Fixtures of decoding."""

from tests.support.decoding import runner

__all__ = ["runner"]
