"""`fetch(url) -> bytes`: a photo from the public internet, and never anything from behind it.

Strategy: one parser reads every URL, the caller's and each redirect's (`target`). The address is
judged where it is dialled, after the one and only resolution, so a name cannot change its mind in
between (`address`, `connect`). Time and bytes are counted here, whatever the origin claims
(`fetcher`). httpx and httpcore speak HTTP below, with nothing of the caller, of the environment or
of an earlier request in it (`client`).

What must never enter here: a switch that turns the guard off, a proxy, a cookie, a second
resolution, or a URL, host or address in an error or a log line.
"""

from vcardsvc.photo.fetch.fetcher import Fetcher
from vcardsvc.photo.fetch.policy import Cause, IPAddress, Network, Policy, Resolver

__all__ = ["Cause", "Fetcher", "IPAddress", "Network", "Policy", "Resolver"]
