"""`python script/health.py HOST:PORT PART ...`: exit 0 when /healthz says that none of these parts is down, else 1.

The health checks of docker-compose.yml; as good for a monitor. Needs nothing but Python.
"""

import json
import sys
from http.client import HTTPConnection, HTTPException

# The name and the scheme that a proxy would pass on: without them production redirects or refuses.
HEADERS = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https"}
WELL = {"ok", "late"}


def states(server: str) -> dict[str, str]:
    """Return what /healthz says of each part; raise OSError, HTTPException or ValueError when it does not answer so."""
    connection = HTTPConnection(server, timeout=5)
    connection.request("GET", "/healthz", headers=HEADERS)
    return dict(json.loads(connection.getresponse().read()))


def main(server: str, *parts: str) -> int:
    """Print the state of each part asked for, and return 1 when one of them is not well."""
    try:
        found = states(server)
    except (OSError, HTTPException, ValueError) as error:
        print(f"{server} does not answer: {error}")
        return 1
    for part in parts:
        print(f"{part}: {found.get(part, 'unknown')}")
    return 0 if all(found.get(part) in WELL for part in parts) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
