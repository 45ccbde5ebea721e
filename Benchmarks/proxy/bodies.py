"""How much memory a large body takes on its way when the other side is slower."""

import time

from findings import at_most
from kept_connection import KeptConnection
from processes import BenchFailure, PeakMemory

SIZE = 1 << 30
PER_SECOND = 200
"""MiB a second that the slow side takes; the fast one does several times as many."""
BLOCK = bytes(1 << 18)


def measure_bodies(stage, serin, conditions):
    findings = []
    with serin.running(stage, conditions.proxy_cpu, f"{serin.name}-bodies") as (process, port):
        for name, transfer in TRANSFERS.items():
            # The first large body of a process makes its allocators take what they keep.
            transfer(port, SIZE >> 6)
            time.sleep(1.5)
            peak = PeakMemory(process.pid)
            start = time.monotonic()
            transfer(port, SIZE)
            rate = SIZE / (1 << 20) / (time.monotonic() - start)
            what = f"peak growth, {name} of 1 GiB at {rate:.0f} MiB/s"
            findings.append(at_most("bodies", what, peak.growth_kibibytes, "KiB", 1_024))
        process.require_running()
    return findings


def _upload(port, size):
    head = f"POST /odd/upload?mebibytes={PER_SECOND} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n"
    _send(port, head, (BLOCK for _ in range(size // len(BLOCK))), size)


def _upload_chunked(port, size):
    head = f"POST /odd/upload?mebibytes={PER_SECOND} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(BLOCK), BLOCK)
    _send(port, head, (chunk for _ in range(size // len(BLOCK))), size, ending=b"0\r\n\r\n")


def _send(port, head, blocks, size, ending=b""):
    with KeptConnection(port, timeout=60) as connection:
        connection.socket.sendall(head.encode())
        for block in blocks:
            connection.socket.sendall(block)
        status, body = connection.exchange(ending)
        if (status, body) != (200, str(size).encode()):
            raise BenchFailure(f"an upload of {size} bytes was answered with {status}: {body[:300]!r}")


def _download(port, size):
    with KeptConnection(port, timeout=60) as connection:
        connection.socket.sendall(
            f"POST /odd/download?bytes={size} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n".encode())
        head = connection.read_until(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise BenchFailure(f"a download was answered with {head[:300]!r}")
        buffer, start = bytearray(len(BLOCK)), time.monotonic()
        left = size - connection.take_unread()
        while left > 0:
            count = connection.socket.recv_into(buffer)
            if count == 0:
                raise BenchFailure(f"a download ended {left} bytes early")
            left -= count
            pause = start + (size - left) / (PER_SECOND << 20) - time.monotonic()
            if pause > 0:
                time.sleep(pause)


TRANSFERS = {"upload": _upload, "chunked upload": _upload_chunked, "download": _download}
