"""Payloads of messaging platforms, one file a platform."""
