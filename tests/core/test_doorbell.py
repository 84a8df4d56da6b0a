"""The embedded broker: no reader meets half a message, and no folder is so broken that a worker ends."""

import json
from collections import Counter
from multiprocessing import get_context
from queue import Empty

import pytest
from kombu import Connection, Producer, Queue
from kombu.exceptions import ChannelError, OperationalError

fork = get_context("fork")


def connect(folder):
    options = {"folder": str(folder), "polling_interval": 0.01}
    return Connection("filesystem://localhost", transport="qms.core.doorbell:Transport", transport_options=options)


def bell(connection, name="bell"):
    return Queue(name, routing_key=name)(connection.default_channel)


def put(connection, *numbers, queue="bell"):
    declared = bell(connection, queue)
    declared.declare()
    for number in numbers:
        Producer(connection.default_channel).publish({"number": number}, routing_key=queue, exchange="")


def take_all(connection, queue="bell"):
    waiting = bell(connection, queue)
    return [message.payload["number"] for message in iter(lambda: waiting.get(no_ack=True), None)]


def _write(folder, first, count):
    with connect(folder) as connection:
        put(connection, *range(first, first + count))


def _read(folder, results, wanted):
    taken = []
    with connect(folder) as connection:
        while wanted.value > 0:
            message = bell(connection).get(no_ack=True)
            if message is not None:
                taken.append(message.payload["number"])
                with wanted.get_lock():
                    wanted.value -= 1
    results.put(taken)


def test_racing_writers_and_readers_hand_over_each_message_once_and_none_empty(tmp_path):
    wanted, results = fork.Value("i", 1200), fork.Queue()
    readers = [fork.Process(target=_read, args=(tmp_path, results, wanted)) for _ in range(4)]
    writers = [fork.Process(target=_write, args=(tmp_path, first, 300)) for first in (0, 300, 600, 900)]
    for process in readers + writers:
        process.start()
    taken = Counter(number for _ in readers for number in results.get(timeout=60))
    for process in readers + writers:
        process.join(timeout=30)
    assert [process.exitcode for process in readers + writers] == [0] * 8
    assert taken == Counter(range(1200))
    assert list(tmp_path.glob("broken/*")) == []


def test_messages_come_out_in_the_order_they_went_in(tmp_path):
    with connect(tmp_path) as connection:
        put(connection, 3, 1, 2)
        assert take_all(connection) == [3, 1, 2]


def test_each_queue_has_its_own_messages(tmp_path):
    with connect(tmp_path) as connection:
        put(connection, 1, queue="one")
        put(connection, 2, queue="two")
        assert [take_all(connection, "one"), take_all(connection, "two")] == [[1], [2]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[]",
        b'"bell"',
        b"{}",
        b'{"body": "", "properties": null}',
        b'{"body": "abcde", "properties": {"body_encoding": "base64", "delivery_tag": "1"}}',
    ],
)
def test_what_is_not_a_message_is_kept_aside_and_the_next_one_is_read(tmp_path, content, caplog):
    with connect(tmp_path) as connection:
        put(connection, 1)
        (tmp_path / "queues" / "bell" / "0.msg").write_bytes(content)
        assert take_all(connection) == [1]
    assert (tmp_path / "broken" / "0.msg").read_bytes() == content
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_folder_deleted_while_in_use_is_made_again(tmp_path):
    folder = tmp_path / "broker"
    with connect(folder) as connection:
        put(connection, 1)
        for path in sorted(folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        folder.rmdir()
        assert take_all(connection) == []
        put(connection, 2)
        assert take_all(connection) == [2]


def test_a_folder_that_cannot_be_written_is_a_broker_that_is_down(tmp_path):
    folder = tmp_path / "broker"
    folder.write_text("a file in the way")
    with connect(folder) as connection, pytest.raises(OperationalError):
        connection.ensure_connection(max_retries=0)


def test_a_folder_that_turns_unwritable_refuses_the_message_and_gives_none(tmp_path):
    folder = tmp_path / "broker"
    with connect(folder) as connection:
        channel = connection.default_channel
        for path in (folder / "unfinished", folder):
            path.rmdir()
        folder.write_text("a file in the way")
        with pytest.raises(ChannelError):
            channel._put("bell", {})
        with pytest.raises(Empty):
            channel._get("bell")


def test_an_unfinished_message_is_no_message(tmp_path):
    with connect(tmp_path) as connection:
        put(connection, 1)
        (tmp_path / "unfinished" / "bell-0").write_bytes(b'{"body"')
        assert take_all(connection) == [1]


def test_a_queue_name_cannot_leave_the_folder(tmp_path):
    with connect(tmp_path / "broker") as connection:
        for name in ("../outside", "", "a/b", ".hidden"):
            with pytest.raises(ChannelError):
                connection.default_channel._put(name, {})
    assert [path.name for path in tmp_path.iterdir()] == ["broker"]


def test_a_queue_can_be_counted_and_emptied(tmp_path):
    with connect(tmp_path) as connection:
        put(connection, 1, 2)
        assert bell(connection).queue_declare().message_count == 2
        assert bell(connection).purge() == 2
        assert take_all(connection) == []


def test_a_message_not_acknowledged_comes_back_when_the_reader_closes(tmp_path):
    with connect(tmp_path) as connection:
        put(connection, 1)
        assert json.loads(bell(connection).get(no_ack=False).body) == {"number": 1}
    with connect(tmp_path) as connection:
        assert take_all(connection) == [1]
