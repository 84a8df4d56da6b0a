"""The doorbell of the embedded way to run: a Celery transport on files that no reader can meet half written.

Kombu's own filesystem transport creates a message and then writes it, so that a reader can meet it empty, and an
empty message ends a worker. Here a message is written beside its place and renamed into it; whoever
unlinks it has it. Losing all of it loses nothing: the jobs stand in the database.

Settings name it: `broker_transport = "qms.core.doorbell:Transport"`, with the folder in the transport options.
"""

import logging
import re
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu import exceptions
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

_QUEUE_NAME = re.compile(r"\A\w[\w.@-]*\Z", re.ASCII)
_NOT_A_MESSAGE = (ValueError, KeyError, TypeError, AttributeError)


class Channel(virtual.Channel):
    """One folder a queue, one file a message, oldest first."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.folder = Path(connection.client.transport_options["folder"])
        self._check_folder()

    def _check_folder(self) -> None:
        probe = self._beside("probe")
        try:
            self._write(probe, b"")
            probe.unlink()
        except OSError as error:
            raise exceptions.ConnectionError(f"The broker's folder {self.folder} cannot be written: {error}") from error

    def _queue(self, queue: str) -> Path:
        if not _QUEUE_NAME.match(queue):
            raise exceptions.ChannelError(f"{queue!r} is not the name of a queue")
        return self.folder / "queues" / queue

    def _beside(self, name: str) -> Path:
        return self.folder / "unfinished" / f"{name}-{uuid4().hex}"

    def _write(self, file: Path, content: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        beside = self._beside(queue)
        place = self._queue(queue) / f"{time.time_ns():020}-{uuid4().hex}.msg"
        try:
            self._write(beside, dumps(message).encode())
            place.parent.mkdir(parents=True, exist_ok=True)
            beside.rename(place)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise exceptions.ChannelError(f"The message for {queue} cannot be written: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for file in self._waiting(queue):
            message = self._take(file)
            if message is not None:
                return message
        raise Empty

    def _waiting(self, queue: str) -> list[Path]:
        try:
            return sorted(self._queue(queue).glob("*.msg"))
        except OSError:
            return []

    def _take(self, file: Path) -> dict[str, Any] | None:
        """Return the message if it is ours: of several readers only one can unlink it."""
        try:
            content = file.read_bytes()
            file.unlink()
        except OSError:
            return None
        try:
            message: dict[str, Any] = loads(content.decode())
            self.Message(message, channel=self)
        except _NOT_A_MESSAGE as error:
            self._keep_aside(file.name, content, error)
            return None
        return message

    def _keep_aside(self, name: str, content: bytes, error: Exception) -> None:
        logger.error("%s in the broker's folder is not a message (%r); it is kept in 'broken'.", name, error)
        try:
            self._write(self.folder / "broken" / name, content)
        except OSError:
            logger.exception("%s could not be kept.", name)

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        files = self._waiting(queue)
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)


class Transport(virtual.Transport):
    """Direct queues only. Without fanout Celery offers no remote control here, and nothing needs it."""

    Channel = Channel
    global_state = virtual.BrokerState()
    driver_type = "filesystem"
    driver_name = "doorbell"
    default_port = 0

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = self.global_state

    def driver_version(self) -> str:
        """Return the version of the transport, as Celery's reports ask for it."""
        return "1"
