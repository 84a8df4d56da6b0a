"""`python script/health.py [--cert FILE] [https://]HOST:PORT PART ...`: exit 0 when these parts are well, else 1.

Asks /healthz. --cert names the server's own certificate, where no authority vouches for it; any name may stand in it.
The health checks of docker-compose.yml; as good for a monitor. Needs nothing but Python.
"""

import argparse
import json
import ssl
import sys
from http.client import HTTPConnection, HTTPException, HTTPSConnection

# The name and the scheme that a proxy would pass on: without them production redirects or refuses.
HEADERS = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https"}
WELL = {"ok", "late"}


def connect(server: str, cert: str | None) -> HTTPConnection:
    """Return a connection to HOST:PORT, https where the address says so; raise OSError for a certificate unread."""
    scheme, _, place = server.rpartition("://")
    if scheme != "https":
        return HTTPConnection(place, timeout=5)
    trusting = ssl.create_default_context(cafile=cert)
    if cert:
        # This very certificate is trusted, whoever has signed it and whatever name it was made for.
        trusting.check_hostname = False
        trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return HTTPSConnection(place, timeout=5, context=trusting)


def states(server: str, cert: str | None = None) -> dict[str, str]:
    """Return what /healthz says of each part; raise OSError, HTTPException or ValueError when it does not answer so."""
    connection = connect(server.rstrip("/"), cert)
    connection.request("GET", "/healthz", headers=HEADERS)
    return dict(json.loads(connection.getresponse().read()))


def main(arguments: list[str]) -> int:
    """Print the state of each part asked for, and return 1 when one of them is not well."""
    parser = argparse.ArgumentParser(prog="script/health.py", description="Asks a server how it is.")
    parser.add_argument("--cert", metavar="FILE", help="the server's own certificate, PEM")
    parser.add_argument("server", metavar="[https://]HOST:PORT")
    parser.add_argument("parts", metavar="PART", nargs="*", help="database, broker, worker, beat")
    asked = parser.parse_args(arguments)
    try:
        found = states(asked.server, asked.cert)
    except (OSError, HTTPException, ValueError) as error:
        print(f"{asked.server} does not answer: {error}")
        return 1
    for part in asked.parts:
        print(f"{part}: {found.get(part, 'unknown')}")
    return 0 if all(found.get(part) in WELL for part in asked.parts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
