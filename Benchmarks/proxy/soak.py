"""Whether memory stays where it is under everything that clients and model servers do, good and bad."""

import os
import random
import socket
import struct
import subprocess
import threading
import time
from collections import Counter
from contextlib import ExitStack
from statistics import median

from findings import at_most, figure, none_of
from kept_connection import KeptConnection, post, require_ok
from load import Load, clients_command, clients_result
from processes import BenchFailure, private_kibibytes

LOADS = {
    "small": Load(path="/small", body_bytes=300, connections=32, per_second=1_500),
    "big": Load(path="/big", body_bytes=16_384, connections=8, per_second=150),
}
TROUBLEMAKERS = 4
SEED = 20_261_121


def measure_soak(stage, serin, conditions, seconds):
    with serin.running(stage, conditions.proxy_cpu, f"{serin.name}-soak") as (process, port), ExitStack() as stack:
        descriptors = _descriptors(process.pid)
        loads = {name: _start_load(stack, stage, load, port, seconds, conditions) for name, load in LOADS.items()}
        crowd = [Troublemaker(port, SEED + number) for number in range(TROUBLEMAKERS)]
        for member in crowd:
            member.start()
        memory = _watch(process, seconds)
        for member in crowd:
            member.stop()
        results = {name: clients_result(load.communicate(timeout=60)[0]) for name, load in loads.items()}
        time.sleep(6)  # Connections to model servers are kept for a while without a request.
        left = _descriptors(process.pid) - descriptors
        process.require_running()
    return [*_memory_findings(memory), *_load_findings(results, crowd),
            at_most("soak", "descriptors that stay open", max(0, left), "", 8)]


def _start_load(stack, stage, load, port, seconds, conditions):
    command = ["taskset", "-c", str(conditions.load_cpu), *clients_command(load, port, seconds, stage.scratch, SEED)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    stack.callback(started.kill)
    return started


def _watch(process, seconds):
    memory, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        process.require_running()
        memory.append(private_kibibytes(process.pid))
        time.sleep(min(1, seconds / 60))
    return memory


def _memory_findings(memory):
    """The first fifth fills tables, pools and allocators."""
    steady = memory[len(memory) // 5:]
    tenth = max(1, len(memory) // 10)
    early, late = median(steady[:tenth]), median(steady[-tenth:])
    return [
        figure("soak", "memory at the start, after a fifth of the time, at the end, at most",
               f"{memory[0]}, {early:.0f}, {late:.0f}, {max(memory)} KiB"),
        at_most("soak", "growth after the first fifth", late - early, "KiB", 1_024),
    ]


def _load_findings(results, crowd):
    findings = [none_of("soak", f"errors in {result.requests} {name} requests", result.errors, _told(result))
                for name, result in results.items()]
    done = Counter()
    for member in crowd:
        done += member.done
    surprises = [surprise for member in crowd for surprise in member.surprises]
    note = ", ".join(f"{count} {name}" for name, count in sorted(done.items()))
    if surprises:
        note += f"; the first surprise: {surprises[0]}"
    return [*findings, none_of("soak", f"surprises in {sum(done.values())} odd exchanges", len(surprises), note)]


def _told(result):
    return str(result.detail) if result.errors else ""


def _descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Troublemaker(threading.Thread):
    """A client that draws, again and again, one of the things that clients and model servers do wrong."""

    def __init__(self, port, seed):
        super().__init__(daemon=True)
        self.done = Counter()
        self.surprises = []
        self._port = port
        self._random = random.Random(seed)
        self._ends = threading.Event()

    def stop(self):
        self._ends.set()
        self.join(30)

    def run(self):
        while not self._ends.is_set():
            name = self._random.choice(list(TROUBLES))
            try:
                with KeptConnection(self._port) as connection:
                    TROUBLES[name](self, connection)
            except (OSError, BenchFailure, ValueError) as error:
                self.surprises.append(f"{name}: {error!r}")
            self.done[name] += 1
            self._ends.wait(0.01)

    def _expect(self, connection, request, *statuses):
        status, body = connection.exchange(request)
        if status not in statuses:
            raise BenchFailure(f"answered with {status}: {body[:200]!r}")

    # What clients do

    def one_request(self, connection):
        require_ok(connection, post("/small", b"x" * self._random.randrange(2_000), "Connection: close\r\n"))

    def chunked_request(self, connection):
        body = b"".join(b"%x\r\n%s\r\n" % (size, b"x" * size) for size in range(1, self._random.randrange(2, 60)))
        head = b"POST /odd/close HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        require_ok(connection, head + body + b"0\r\n\r\n")

    def two_at_once(self, connection):
        connection.socket.sendall(post("/small", b"{}"))
        require_ok(connection, post("/big", b"{}"))
        require_ok(connection, b"")

    def leave_in_head(self, connection):
        request = post("/small", b"x" * 300)
        connection.socket.sendall(request[:self._random.randrange(1, 60)])

    def leave_in_body(self, connection):
        connection.socket.sendall(post("/big", bytes(65_536))[:self._random.randrange(200, 60_000)])
        self._reset(connection)

    def leave_before_the_answer(self, connection):
        connection.socket.sendall(post("/odd/wait?seconds=0.2", b"{}"))
        time.sleep(self._random.random() * 0.05)
        self._reset(connection)

    def leave_in_the_answer(self, connection):
        connection.socket.sendall(post("/odd/download?bytes=4000000", b"{}"))
        connection.read_until(b"\r\n\r\n")
        self._reset(connection)

    def no_request(self, connection):
        self._expect(connection, b"\x16\x03\x01 this is none\r\n\r\n", 400)

    def huge_head(self, connection):
        self._expect(connection, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nx: " + b"x" * 200_000, 431)

    def _reset(self, connection):
        if self._random.random() < 0.5:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    # What model servers do

    def server_error(self, connection):
        self._expect(connection, post("/odd/error", b"{}"), 500)

    def server_garbage(self, connection):
        self._expect(connection, post("/odd/garbage", b"{}"), 502)

    def server_close(self, connection):
        require_ok(connection, post("/odd/close", b"{}"))

    def server_break(self, connection):
        try:
            connection.exchange(post("/odd/break", b"{}"))
        except ConnectionError:
            return
        raise BenchFailure("an answer that broke off looked whole")


TROUBLES = {
    "requests on a connection of their own": Troublemaker.one_request,
    "chunked": Troublemaker.chunked_request,
    "pipelined": Troublemaker.two_at_once,
    "left in the head": Troublemaker.leave_in_head,
    "left in the body": Troublemaker.leave_in_body,
    "left before the answer": Troublemaker.leave_before_the_answer,
    "left in the answer": Troublemaker.leave_in_the_answer,
    "malformed": Troublemaker.no_request,
    "too large a head": Troublemaker.huge_head,
    "server errors": Troublemaker.server_error,
    "server garbage": Troublemaker.server_garbage,
    "server closes": Troublemaker.server_close,
    "server breaks": Troublemaker.server_break,
}
