"""Writes contacts as payloads of messaging platforms, one module a platform.

A payload is the platform's request without keys, sender and recipient.
"""
