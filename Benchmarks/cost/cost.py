#!/usr/bin/env python3
"""Counts what a proxied request costs and compares it with what it may: cost.py BINARY [--update].

BINARY is a release build of proxy-cost. Counted are instructions, by callgrind, and allocations, by a library that is preloaded:
both hardly depend on the machine or on what else runs there. Exits with 1 when something costs more than limits.json allows.
"""
import argparse
import json
import mmap
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
LIMITS = HERE / "limits.json"
sys.path.insert(0, str(HERE.parent / "proxy"))

from kept_connection import KeptConnection, post, require_ok  # noqa: E402
from processes import BenchFailure, compile_program, fetch  # noqa: E402

WORKS = ["requestHead", "answerHead", "chunkedBody", "exchange"]
REQUESTS = {
    "small": post("/fraud/small", b"x" * 300, "Content-Type: application/json\r\nAccept: */*\r\n"),
    "big": post("/fraud/big", b"x" * 16_384, "Content-Type: application/json\r\nAccept: */*\r\n"),
}
# Hashes that are seeded anew for each process would make counts vary.
ENVIRONMENT = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}


def main():
    parser = argparse.ArgumentParser(prog="make cost", description=__doc__)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--update", action="store_true", help="make what is measured the limit")
    arguments = parser.parse_args()
    limits = json.loads(LIMITS.read_text())
    if platform.machine() != limits["machine"]:
        print(f"make cost: the limits are for {limits['machine']}; this is {platform.machine()}")
        return 0
    if not shutil.which("valgrind"):
        raise BenchFailure("valgrind is not installed")
    with tempfile.TemporaryDirectory(prefix="serin-cost-") as scratch:
        measured = measure(without_debug_information(arguments.binary, Path(scratch)), Path(scratch))
    if arguments.update:
        limits.update(measured)
        LIMITS.write_text(json.dumps(limits, indent=2) + "\n")
    return tell(measured, limits)


def without_debug_information(binary, scratch):
    """Older valgrinds stumble over the debug information of newer compilers."""
    stripped = scratch / binary.name
    subprocess.run(["strip", "--strip-debug", "-o", stripped, binary], check=True)
    return stripped


def measure(binary, scratch):
    instructions = {work: instructions_of_work(binary, work) for work in WORKS}
    allocations = {}
    with upstreams(scratch) as ports:
        for name, request in REQUESTS.items():
            allocations[name] = allocations_of_request(binary, ports, request, scratch)
            instructions[f"{name} request"] = instructions_of_request(binary, ports, request, scratch)
    return {"instructions": instructions, "allocations": allocations}


def tell(measured, limits):
    over = []
    print(f"{'':14}{'':>16}{'measured':>10}{'limit':>10}")
    for kind, unit in (("instructions", "instructions"), ("allocations", "allocations")):
        for name, value in measured[kind].items():
            limit = limits[kind].get(name)
            tolerance = limits["tolerance"][kind]["work" if name in WORKS else "request"]
            slack = tolerance * (limit or 0)
            if limit is None or value > limit + slack:
                verdict = "OVER"
                over.append(name)
            else:
                verdict = "lower the limit" if value < limit - slack else ""
            print(f"{name:14}{unit:>16}{value:>10g}{limit if limit is not None else '–':>10}  {verdict}".rstrip())
    if over:
        print(f"make cost: more than {LIMITS.name} allows: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


# Instructions


def instructions_of_work(binary, work, count=2_000):
    """Of one time, from the difference between doing it `count` times and twice as often."""
    once, twice = (collected([binary, work, str(number)]) for number in (count, 2 * count))
    return round((twice - once) / count)


def instructions_of_request(binary, ports, request, scratch, count=500, attempts=3):
    """What a whole gateway does for one request in user space, on a connection that is kept.

    What it does each tick and each second is taken off. The median of some attempts: where bytes come in other pieces than usual,
    there is more to do, or less.
    """
    log = scratch / "callgrind.log"
    callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}"]

    def total(requests, seconds):
        """Instructions of a gateway's life with so many requests and so much silence, and how long both took."""
        with gateway(callgrind, binary, ports) as port:
            send(port, request, 50)
            start = time.monotonic()
            send(port, request, requests)
            time.sleep(seconds)
            elapsed = time.monotonic() - start
        return collected_in(log.read_text()), elapsed

    def attempt():
        (some, some_time), (more, more_time), (idle, idle_time) = total(count, 0), total(2 * count, 0), total(count, 3)
        background = (idle - some) / (idle_time - some_time)
        return (more - some - background * (more_time - some_time)) / count

    return round(statistics.median(attempt() for _ in range(attempts)))


def collected(command):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                          capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode != 0:
        raise BenchFailure(f"{command} failed:\n{done.stderr[-1000:]}")
    return collected_in(done.stderr)


def collected_in(log):
    found = re.search(r"Collected : (\d+)", log)
    if not found:
        raise BenchFailure(f"callgrind told no count:\n{log[-1000:]}")
    return int(found[1])


# Allocations


def allocations_of_request(binary, ports, request, scratch, count=500, batches=12):
    """The least of some batches: once a second the gateway does other things, too."""
    library = scratch / "malloc_counter.so"
    if not library.exists():
        compile_program(HERE / "malloc_counter.c", scratch, "-shared", "-fPIC", "-ldl").rename(library)
    counts = scratch / "malloc-counts"
    counts.write_bytes(bytes(8))
    with open(counts, "r+b") as file, mmap.mmap(file.fileno(), 8) as memory:
        preload = {"LD_PRELOAD": str(library), "MALLOC_COUNTS": str(counts)}
        with gateway([], binary, ports, preload) as port, KeptConnection(port) as connection:
            seen = []
            for _ in range(batches + 1):
                before = int.from_bytes(memory[:], sys.byteorder)
                for _ in range(count):
                    require_ok(connection, request)
                seen.append(int.from_bytes(memory[:], sys.byteorder) - before)
    # The first batch fills what is kept.
    return round(min(seen[1:]) / count, 2)


# What is measured


@contextmanager
def upstreams(scratch):
    program = compile_program(HERE.parent / "proxy/upstream.c", scratch)
    with subprocess.Popen([program], stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout.readline().split()
        finally:
            process.kill()


@contextmanager
def gateway(prefix, binary, ports, environment=None):
    command = [*prefix, binary, "gateway", *(port.decode() for port in ports)]
    variables = {**ENVIRONMENT, **(environment or {})}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables) as process:
        try:
            port = process.stdout.readline()
            if not port:
                raise BenchFailure("the gateway did not start")
            wait_for_routes(int(port))
            yield int(port)
            process.stdin.close()
            process.wait(60)
        finally:
            process.kill()


def wait_for_routes(port, patience=30):
    end = time.monotonic() + patience
    while fetch(port, "/-/readyz")[0] != 200:
        if time.monotonic() > end:
            raise BenchFailure("the gateway did not get ready")
        time.sleep(0.02)


def send(port, request, count):
    with KeptConnection(port, timeout=60) as connection:
        for _ in range(count):
            require_ok(connection, request)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchFailure as failure:
        sys.exit(f"make cost: {failure}")
