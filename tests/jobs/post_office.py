"""A real SMTP server on the loopback that a test can tell how to behave."""

import asyncio
import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class PostOffice:
    """Keeps what it takes; answers "250" unless a test says otherwise for an address."""

    def __init__(self):
        self.taken = []
        self.recipient_answers = {}
        self.data_answers = {}
        self.hang_up_on = set()
        self.seconds = 0.0
        self.connections = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.recipient_answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        address = envelope.rcpt_tos[0]
        answer = self.data_answers.get(address, "250 OK")
        if answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(self.seconds)
        if address in self.hang_up_on:
            server.transport.abort()
        return answer


def opened(office):
    """Return a running server for a post office, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
