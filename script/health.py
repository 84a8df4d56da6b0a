"""`python script/health.py [--cert FILE] [--name NAME] [https://]HOST:PORT PART ...`: exit 0 if all are well.

Asks /healthz. --cert names the server's own certificate, where no authority vouches for it; any name may stand in it.
--name is one that the server answers to (QMS_ALLOWED_HOSTS), where 127.0.0.1 is none of them.
The health checks of docker-compose.yml; as good for a monitor. Needs nothing but Python.
"""

import argparse
import json
import ssl
import sys
from http.client import HTTPConnection, HTTPException, HTTPSConnection

LOOPBACK = "127.0.0.1"
WELL = {"ok", "late"}


def connect(server: str, trusting: ssl.SSLContext | None = None) -> HTTPConnection:
    """Return a connection to HOST:PORT, https where the address says so."""
    scheme, _, place = server.rstrip("/").rpartition("://")
    return (
        HTTPSConnection(place, timeout=5, context=trusting) if scheme == "https" else HTTPConnection(place, timeout=5)
    )


def trust(cert: str | None) -> ssl.SSLContext:
    """Return what is trusted: the system's authorities, and this certificate, whoever signed it and whatever its name.

    Raises OSError for a certificate that cannot be read.
    """
    trusting = ssl.create_default_context(cafile=cert)
    if cert:
        trusting.check_hostname = False
        trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return trusting


def states(connection: HTTPConnection, name: str = LOOPBACK) -> dict[str, str]:
    """Return what /healthz says of each part; raise OSError, HTTPException or ValueError when it does not answer so.

    The name and the scheme are those that a proxy would pass on: without them production redirects or refuses.
    """
    connection.request("GET", "/healthz", headers={"Host": name, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    try:
        return dict(json.loads(answer.read()))
    except ValueError as error:
        raise ValueError(f"/healthz answers {answer.status} ({answer.reason}).") from error


def main(arguments: list[str]) -> int:
    """Print the state of each part asked for, and return 1 when one of them is not well."""
    parser = argparse.ArgumentParser(prog="script/health.py", description="Asks a server how it is.")
    parser.add_argument("--cert", metavar="FILE", help="the server's own certificate, PEM")
    parser.add_argument("--name", default=LOOPBACK, help="a name that the server answers to (127.0.0.1)")
    parser.add_argument("server", metavar="[https://]HOST:PORT")
    parser.add_argument("parts", metavar="PART", nargs="*", help="database, broker, worker, beat")
    asked = parser.parse_args(arguments)
    try:
        found = states(connect(asked.server, trust(asked.cert)), asked.name)
    except (OSError, HTTPException, ValueError) as error:
        print(f"{asked.server} does not answer: {error}")
        return 1
    for part in asked.parts:
        print(f"{part}: {found.get(part, 'unknown')}")
    return 0 if all(found.get(part) in WELL for part in asked.parts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
