"""What the proxy adds to a stream of chunks, each of which a user waits for."""

import time

from findings import Finding
from kept_connection import KeptConnection, post
from processes import BenchFailure

STREAMS = 40
CHUNKS = 25
PAUSE = 0.02
"""Seconds between two chunks: as a language model with 50 tokens a second."""


def measure_stream(stage, serin, conditions):
    """Streams through the proxy and directly take turns; times are from the server's send to the client's receipt."""
    with serin.running(stage, conditions.proxy_cpu, f"{serin.name}-stream") as (process, port):
        kinds = {"direct": KeptConnection(stage.odd_port), "proxied": KeptConnection(port)}
        prefix = {"direct": "", "proxied": "/odd"}
        first = {name: [] for name in kinds}
        chunk = {name: [] for name in kinds}
        request = {name: post(f"{prefix[name]}/stream?chunks={CHUNKS}&pause={PAUSE}", b"{}") for name in kinds}
        for repetition in range(STREAMS + 1):
            for name in sorted(kinds, reverse=bool(repetition % 2)):
                begun, delays = _stream(kinds[name], request[name])
                # The first of each opens the connections behind the proxy.
                if repetition > 0:
                    first[name].append(begun)
                    chunk[name] += delays
        process.require_running()
    return [*_added("the first byte of a stream", first), *_added("a chunk", chunk)]


def _stream(connection, request):
    """Microseconds to the first byte of the answer, and from the sending of each chunk to its receipt."""
    start = time.monotonic_ns()
    connection.socket.sendall(request)
    head = connection.read_until(b"\r\n")
    begun = (time.monotonic_ns() - start) / 1e3
    if not head.startswith(b"HTTP/1.1 200 "):
        raise BenchFailure(f"a stream was answered with {head!r}")
    connection.read_until(b"\r\n\r\n")
    delays = []
    while size := int(connection.read_until(b"\r\n"), 16):
        data = connection.read(size + 2)
        now = time.monotonic_ns()
        delays.append((now - int(data.split(b" ")[1])) / 1e3)
    connection.read_until(b"\r\n")
    return begun, delays


def _added(what, times):
    findings = []
    for title, of in (("p50", 0.5), ("p99", 0.99)):
        direct, proxied = (sorted(times[name])[int(len(times[name]) * of)] for name in ("direct", "proxied"))
        value = f"{proxied - direct:.0f} µs ({direct:.0f} direct, {proxied:.0f} through serin)"
        promised = title == "p50"
        findings.append(Finding("stream", f"added to {what}, {title} of {len(times['direct'])}", value,
                                "at most 1000 µs" if promised else "", not promised or proxied - direct <= 1_000))
    return findings
