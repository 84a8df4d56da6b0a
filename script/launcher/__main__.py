"""Runs one of the commands: `python -m script.launcher server|manage|test ARGS`."""

import signal
import sys

from script.launcher import manage, server, test
from script.launcher.common import Stop

COMMANDS = {"server": server.main, "manage": manage.main, "test": test.main}


def main() -> int:
    """Run the command named first; a Stop becomes its words and exit code 1, Ctrl-C and SIGTERM become 130."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    name, *arguments = sys.argv[1:]
    try:
        return COMMANDS[name](arguments)
    except Stop as stop:
        print(f"script/{name}: {stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"script/{name}: interrupted.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
