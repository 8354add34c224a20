"""Fetches photos from the public internet, never from private networks.

Strategy: one parser reads every URL, the caller's and each redirect's (`url`). A name is resolved
once, and the address is checked where it is dialled, so that it cannot change in between
(`address`, `connect`). Time and bytes are counted while reading (`fetcher`). httpx and httpcore
send the requests, without proxy, cookie or setting of the environment (`client`). No error and no
log line holds a URL, host or address.
"""

from vcardsvc.photo.fetch.fetcher import Fetcher
from vcardsvc.photo.fetch.policy import Cause, FetchPolicy, IPAddress, Network, Resolver

__all__ = ["Cause", "FetchPolicy", "Fetcher", "IPAddress", "Network", "Resolver"]
