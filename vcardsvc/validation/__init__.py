"""Checks fields of requests: names, telephone numbers, URLs, countries, origins."""
