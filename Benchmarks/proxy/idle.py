"""What an idle client connection costs in memory, and whether many of them stay as cheap."""

import resource
import time
from contextlib import ExitStack, contextmanager

from findings import at_most, figure
from kept_connection import KeptConnection, post, require_ok
from processes import BenchFailure, private_kibibytes

CONNECTIONS = 9_000
SMALL = post("/small", b"x" * 300)
BIG = post("/big", b"x" * 16_384)


def measure_idle(stage, serin, conditions):
    """Connections are opened, used once, and left; the kernel's part of their memory is not the process's."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2 * CONNECTIONS:
        raise BenchFailure(f"{CONNECTIONS} connections need `ulimit -n {2 * CONNECTIONS}`")
    with serin.running(stage, conditions.proxy_cpu, f"{serin.name}-idle") as (process, port):
        # Tables, pools and counters are there before anything is counted.
        for _ in range(20):
            with KeptConnection(port) as connection:
                for request in (SMALL, BIG) * 10:
                    require_ok(connection, request)
        before = _settled(process.pid)
        with _open_and_use(port) as connections:
            used = _settled(process.pid)
            least, most = _watch(process.pid, conditions.seconds * 2)
            for connection in connections:
                require_ok(connection, BIG)
            used_big = _settled(process.pid)
        closed = _settled(process.pid)
        with _open_and_use(port):
            again = _settled(process.pid)
        process.require_running()
    each = (used - before) / CONNECTIONS
    return [
        at_most("idle", f"memory of each of {CONNECTIONS} after its first small request", each, "KiB", 8, digits=2),
        at_most("idle", "the same after a request and an answer of 16 KiB", (used_big - before) / CONNECTIONS, "KiB", 8,
                digits=2),
        at_most("idle", f"change while they idle for {conditions.seconds * 2} s", most - least, "KiB", 1_024),
        figure("idle", "given back when all have closed", f"{used_big - closed} of {used_big - before} KiB"),
        at_most("idle", f"growth when {CONNECTIONS} others come", max(0, again - max(used, used_big)), "KiB", 1_024),
    ]


@contextmanager
def _open_and_use(port):
    """The connections, one request on each."""
    with ExitStack() as stack:
        connections = [stack.enter_context(KeptConnection(port)) for _ in range(CONNECTIONS)]
        for connection in connections:
            require_ok(connection, SMALL)
        yield connections


def _settled(pid):
    """Memory once two telemetry intervals have passed, in KiB."""
    time.sleep(2.5)
    return private_kibibytes(pid)


def _watch(pid, seconds):
    seen = []
    for _ in range(seconds):
        seen.append(private_kibibytes(pid))
        time.sleep(1)
    return min(seen), max(seen)
