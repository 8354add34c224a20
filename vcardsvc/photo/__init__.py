"""Fetches photos from public addresses, and decodes them in processes that can be killed."""
