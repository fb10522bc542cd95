"""Where a webhook may go: out into the world, over TLS, and never back into the house.

A name is looked up, every address it has must be a public one, and the connection then goes to the
address that was looked at: a name that answers otherwise the next moment gains nothing. In the
demo, and only there, this machine itself may be told, also without TLS.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from coordination.errors import Invalid
from coordination.settings import settings

LONGEST = 500
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address in other clothes
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class UnfitAddress(Invalid):
    """An address that no webhook goes to."""

    def __init__(self, message: str) -> None:
        super().__init__(message, url=message)


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was looked up: `url` names the IP, `host` goes into Host and TLS."""

    url: str
    host: str  # as in the Host header, with its port
    name: str  # as the certificate must say


async def target_of(url: str) -> Target:
    """Where to connect for this URL. UnfitAddress."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    local = settings().demo
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise UnfitAddress("回调地址要以 https:// 开头。")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise UnfitAddress("回调地址的端口不对。") from None
    if not name or parts.username or parts.password or len(url) > LONGEST or parts.fragment:
        raise UnfitAddress("回调地址不对：要有主机名，不能带用户名、密码或 #。")
    found = await _looked_up(name, port)
    if not all(_is_open(one, local) for one in found):
        raise UnfitAddress("回调地址指向内部网络，不能使用。")
    if parts.scheme == "http" and not all(one.is_loopback for one in found):
        raise UnfitAddress("回调地址要以 https:// 开头。")
    ip = f"[{found[0]}]" if found[0].version == 6 else str(found[0])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(f"{parts.scheme}://{ip}:{port}{path}", parts.netloc, name)


async def _looked_up(name: str, port: int) -> list[Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnfitAddress("找不到回调地址的主机，请核对。") from None
    return [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def _is_open(address: Address, local: bool) -> bool:
    """Whether it lies outside: public, and not another address in disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _is_open(address.ipv4_mapped, local)
        if address.sixtofour or address.teredo or address in NAT64:
            return False
    if local and address.is_loopback:
        return True
    return address.is_global and not address.is_multicast
