"""The use cases, without HTTP: cards, conversions, contacts, links, keys, rate limits.

`rendering` is what cards and conversions share; `executor` runs blocking work; `health` collects
why something is not served.
"""
