"""Fixtures of decoding."""

from tests.support.decoding import decoder, runner

__all__ = ["decoder", "runner"]
