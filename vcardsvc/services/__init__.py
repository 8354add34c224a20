"""The use cases, without HTTP: cards, contacts, links, keys, rate limits.

`executor` runs their blocking work; `health` collects why something is not served.
"""
