"""Runs one of the commands: `python -m script.launcher server|manage|test ARGS`."""

import signal
import sys

from script.launcher import manage, server, test
from script.launcher.common import VENV, Stop

COMMANDS = {"server": server.main, "manage": manage.main, "test": test.main}


def main() -> int:
    """Run the command named first; return 1, after words, for a Stop and for a file that is refused, 130 for Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    name, *arguments = sys.argv[1:]
    try:
        return COMMANDS[name](arguments)
    except Stop as stop:
        print(f"script/{name}: {stop}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"script/{name}: {_words(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"script/{name}: interrupted.", file=sys.stderr)
        return 130


def _words(error: OSError) -> str:
    words = f"{error.filename or 'the system'}: {error.strerror or error}."
    if isinstance(error, PermissionError) and str(VENV) in str(error.filename):
        words += f" Another user made {VENV}: run as that user, or give it away (chown -R USER {VENV.parent})."
    return words


if __name__ == "__main__":
    sys.exit(main())
