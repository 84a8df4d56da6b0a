"""What comes from the operating system: looked for everywhere, installed where we are root on Debian."""

import ctypes
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from script.launcher.common import Job, Stop, job, say


def _library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _command(name: str) -> bool:
    return shutil.which(name) is not None


def _file(pattern: str) -> bool:
    return any(Path("/usr").glob(pattern))


THERE: dict[str, Callable[[], bool]] = {
    "libpango-1.0-0": partial(_library, "libpango-1.0.so.0"),
    "libpangoft2-1.0-0": partial(_library, "libpangoft2-1.0.so.0"),
    "libharfbuzz-subset0": partial(_library, "libharfbuzz-subset.so.0"),
    "fonts-dejavu-core": partial(_file, "share/fonts/**/DejaVuSans.ttf"),
    "fonts-noto-cjk": partial(_file, "share/fonts/**/NotoSansCJK-Regular.ttc"),
    "chromium": partial(_command, "chromium"),
    "postgresql": partial(_file, "lib/postgresql/*/bin/initdb"),
    "redis-server": partial(_command, "redis-server"),
    "poppler-utils": partial(_command, "pdftoppm"),
    "gettext": partial(_command, "msgfmt"),
}
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
FONTS = ("fonts-dejavu-core", "fonts-noto-cjk")
PRINT = (*PANGO, *FONTS, "poppler-utils", "gettext")
STORES = ("postgresql", "redis-server")


def missing(packages: Iterable[str]) -> list[str]:
    """Return those of the packages of THERE whose library, font or command is not on this machine."""
    return [name for name in packages if not THERE[name]()]


def require(packages: Iterable[str]) -> None:
    """Raise Stop, with the command that mends it, when one of the packages is missing."""
    lacking = " ".join(missing(packages))
    if lacking:
        raise Stop(f"not installed: {lacking} (as root: apt-get install {lacking})")


def may_install() -> bool:
    """Say whether apt is there and we are root."""
    return os.geteuid() == 0 and _command("apt-get")


def installing(packages: Iterable[str]) -> AbstractContextManager[Job]:
    """Start the installation of these Debian packages; the caller finishes the job."""
    command = f"apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends {' '.join(packages)}"
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return job("apt-get install", ["sh", "-c", f"{command} || {{ apt-get update && {command}; }}"], env)


def install(packages: list[str]) -> bool:
    """Install packages where that is allowed; say whether that was done."""
    if not may_install():
        return False
    say(f"Installing from Debian: {', '.join(packages)}")
    try:
        with installing(packages) as running:
            running.finish()
    except Stop as stop:
        say(str(stop))
        return False
    return True
