"""Decides which addresses may be dialled: public unicast, and networks that the operator allows."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from vcardsvc.photo.fetch.policy import IPAddress, Network

UNICAST_V6 = tuple(map(IPv6Network, ("2000::/3", "64:ff9b::/96")))
"""The parts of IPv6 with public hosts: global unicast (RFC 4291), NAT64's well-known prefix."""

NOT_PUBLIC: tuple[Network, ...] = tuple(map(ipaddress.ip_network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16/32",  # public only by its number: the host agent of every Azure machine
    "2001::/23",  # Teredo, ORCHID, benchmarks: no web server is there
    "2001:db8::/32", "3ffe::/16", "3fff::/20",
)))  # fmt: skip
"""IANA's special-purpose registries, listed here since `is_global` differs between Pythons."""

CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 80),  # 6to4, RFC 3056
)
"""IPv6 prefixes whose addresses contain an IPv4 address, and the bit where it begins."""

ISATAP = 0x00005EFE
ISATAP_BITS = 0xFCFFFFFF
"""The upper half of an interface identifier whose lower half is an IPv4 address, under any prefix,
and the bits that are compared: all except universal and group (RFC 5214, 6.1)."""


def may_dial(address: IPAddress, networks: tuple[Network, ...] = ()) -> bool:
    """Return whether `address` is public unicast or in one of the allowed `networks`.

    A mapped address counts as its IPv4 address. Other forms that contain an IPv4 address are
    allowed only by a network of their own form: 10.0.0.0/8 does not allow a translator to it.
    """
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return may_dial(address.ipv4_mapped, networks)
    return any(address in network for network in networks) or _is_public(address)


def _is_public(address: IPAddress) -> bool:
    if isinstance(address, IPv6Address):
        if not any(address in network for network in UNICAST_V6):
            return False
        bits = [at for network, at in CARRIERS if address in network]
        if int(address) >> 32 & ISATAP_BITS == ISATAP:
            bits.append(0)
        if not all(_is_public(IPv4Address(int(address) >> at & 0xFFFFFFFF)) for at in bits):
            return False
    return address.is_global and not any(address in network for network in NOT_PUBLIC)
