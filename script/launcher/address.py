"""Where the web server listens, under which names it answers, and what is refused before anything is set up."""

import errno
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from script.launcher.common import Stop, is_given

PLAIN_HTTP = (
    "Note: without --cert FILE and --key FILE passwords travel unprotected, and what needs a secure connection "
    "(passkeys, offline pages) is hidden."
)
ONLY_THESE = (
    "Note: this server answers only to {names}: set QMS_ALLOWED_HOSTS to the names that people type, and QMS_BASE_URL "
    "to the address that mails and QR codes give."
)
NOT_FROM_ELSEWHERE = "Note: mails and QR codes give {url}, which leads nowhere from another machine: set QMS_BASE_URL."


@dataclass(frozen=True)
class Address:
    """Host and port to listen on, with certificate and key when it is TLS."""

    host: str
    port: int
    cert: str | None = None
    key: str | None = None

    @property
    def local(self) -> bool:
        """Say whether only this machine can reach it."""
        return _is_loopback(self.host)

    @property
    def everywhere(self) -> bool:
        """Say whether it stands for every address of this machine."""
        return _has(self.host, "is_unspecified")

    @property
    def bind(self) -> str:
        """Return host and port as gunicorn reads them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the address for people. On this machine it is a name, because passkeys refuse bare IP addresses."""
        name = "localhost" if self.local else socket.getfqdn() if self.everywhere else self.host
        shown = f"[{name}]" if ":" in name else name
        return f"{'https' if self.cert else 'http'}://{shown}:{self.port}"

    @property
    def asked(self) -> str:
        """Return the address that a client on this machine asks."""
        host = "localhost" if self.everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.cert else 'http'}://{host}:{self.port}"

    def names(self) -> list[str]:
        """Return the host names to answer to: this machine's own, besides the loopback's."""
        own = {"127.0.0.1", "localhost", "[::1]"}
        if not self.local:
            own |= {socket.gethostname(), socket.getfqdn(), *_own_addresses()}
            own |= set() if self.everywhere else {f"[{self.host}]" if ":" in self.host else self.host}
        return sorted(own)

    def notes(self, hosts: Sequence[str], url: str, given: Mapping[str, str]) -> list[str]:
        """Return what keeps other machines from using it, by its names, by the address in mails, and without TLS."""
        if self.local:
            return []
        notes = [] if self.cert else [PLAIN_HTTP]
        if not is_given("QMS_ALLOWED_HOSTS", given):
            notes.append(ONLY_THESE.format(names=_in_words(hosts)))
        elif not is_given("QMS_BASE_URL", given) and _is_loopback(urlsplit(url).hostname or ""):
            notes.append(NOT_FROM_ELSEWHERE.format(url=url))
        return notes

    def check(self) -> None:
        """Raise Stop with words for half a pair of TLS files, a file that cannot be read, and a port that is taken."""
        if bool(self.cert) != bool(self.key):
            raise Stop("--cert and --key go together: the certificate and its private key, both as PEM files.")
        if self.cert and self.key:
            _check_pair(self.cert, self.key)
        try:
            self._try_to_listen()
        except OSError as error:
            raise Stop(self._refusal(error)) from error

    def _try_to_listen(self) -> None:
        family, kind, *_, place = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)

    def _refusal(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return f"Port {self.port} is taken by another program. Choose another one with --port."
        if error.errno == errno.EACCES:
            return f"Port {self.port} is reserved to the administrator. Choose one from 1024 on with --port."
        return f"--host {self.host} is not an address of this machine ({error.strerror})."


def _check_pair(cert: str, key: str) -> None:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        raise Stop(
            f"{cert} and {key} are not a certificate and its private key, in PEM, without a password."
        ) from error
    except OSError as error:
        raise Stop(f"{cert} or {key} cannot be read: {error.strerror}.") from error


def _has(host: str, quality: str) -> bool:
    with suppress(ValueError):
        return bool(getattr(ip_address(host), quality))
    return False


def _is_loopback(name: str) -> bool:
    return name == "localhost" or _has(name.strip("[]"), "is_loopback")


def _in_words(hosts: Sequence[str]) -> str:
    """Return the names for a sentence; the loopback's are one thing for people."""
    return " and ".join(["localhost", *(name for name in hosts if not _is_loopback(name))])


def _own_addresses() -> list[str]:
    with suppress(OSError):
        return socket.gethostbyname_ex(socket.gethostname())[2]
    return []
