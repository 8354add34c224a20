"""Frozen values without behaviour: contacts, requests for cards, address books."""
