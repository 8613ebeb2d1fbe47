"""A POST to an address that somebody typed in, from a server that stands inside a network.

Whoever may register an address must not reach, through us, what only our network reaches. So the name is resolved
once, all that it resolves to has to be public, and the connection goes to exactly that: a name cannot be public when
it is checked and private when it is used. Nothing is asked of a proxy, no redirect is followed, and of the answer
nothing but the status is read.
"""

import socket
import ssl
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Network, ip_address
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

#: Seconds: to be connected, for each try; to answer.
CONNECT_SECONDS, ANSWER_SECONDS = 3, 10

#: Whoever answers a byte at a time is cut off some time after that, whatever has come.
CUT_SECONDS = ANSWER_SECONDS + 2

#: So many of the addresses of a name are tried.
MOST_TRIED = 4

#: An address of IPv4, written as one of IPv6 by a gateway between both (RFC 6052).
NAT64 = IPv6Network("64:ff9b::/96")

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class Refused(Exception):
    """Nothing is sent there: the address is of another form, or leads into a private network. Does not quote it."""


def may_be_sent_to(url: str) -> bool:
    """Whether the form of an address is one to which anything is sent: https, without a user's name and password.
    While somebody develops, on this machine, http too.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_secure = parts.scheme == "https" or (
        parts.scheme == "http" and settings.DEBUG and host in THIS_MACHINE
    )
    return is_secure and bool(host) and "@" not in parts.netloc


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and of one machine."""
    ip = ip_address(address.partition("%")[0])
    if ip.version == 6:
        # It leads to an address of IPv4, and that one counts.
        hidden = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else ip.ipv4_mapped or ip.sixtofour
        ip = hidden or ip
    return ip.is_global and not ip.is_multicast


def addresses(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the order in which they should be tried.

    Raises socket.gaierror where there is none, and Refused where one of them is private and the settings do
    not name the host.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    resolved = list(dict.fromkeys(str(address[0]) for *_kind, address in found))
    if host.rstrip(".") not in settings.WEBHOOK_PRIVATE_HOSTS and not all(map(is_public, resolved)):
        raise Refused
    return resolved[:MOST_TRIED]


class _Guarded(HTTPConnection):
    """Connects to the addresses that were checked, and is cut off in time."""

    watch: Timer | None = None

    def _new_conn(self) -> socket.socket:
        host, failure = self._dns_host, None
        try:
            for address in addresses(host.strip("[]"), self.port):
                self._dns_host = address
                try:
                    return super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError) as error:
                    failure = error
        except socket.gaierror as error:
            raise NewConnectionError(self, "The name is unknown.") from error
        finally:
            # The certificate, and the header Host, have to be those of the name.
            self._dns_host = host
        raise failure or NewConnectionError(self, "The name has no address.")

    def connect(self) -> None:
        super().connect()
        self.watch = Timer(CUT_SECONDS, _cut, [self.sock])
        self.watch.daemon = True
        self.watch.start()

    def close(self) -> None:
        if self.watch:
            self.watch.cancel()
        super().close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


class _GuardedSecure(_Guarded, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _GuardedSecure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        # The machine's own authorities too, for a receiver inside the administration's network.
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        # No proxy and no password from the environment.
        self.trust_env = False
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())

    def get_redirect_target(self, resp: Any) -> None:
        """None: every answer is the last one. Otherwise the whole body of a redirect would be read."""


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status with which a receiver answers.

    Raises Refused, and what requests raises where there is no answer: ConnectTimeout, ReadTimeout, SSLError,
    ConnectionError.
    """
    if not may_be_sent_to(url):
        raise Refused
    timeout = (CONNECT_SECONDS, ANSWER_SECONDS)
    with (
        _Session() as session,
        session.post(url, body, headers=headers, timeout=timeout, stream=True) as answer,
    ):
        return answer.status_code
