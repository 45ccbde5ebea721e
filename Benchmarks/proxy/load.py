"""The two load generators: wrk as fast as the proxy goes, h2load at a fixed rate."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from processes import BenchFailure

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Load:
    """What clients do."""

    path: str
    body_bytes: int
    connections: int = 64
    per_connection: int | None = None
    """Requests a second on each connection; None for as many as the proxy takes."""


@dataclass(frozen=True)
class LoadResult:
    requests: int
    """Answered with 200."""
    seconds: float
    errors: int
    """Other answers, and requests without one."""
    p50_us: float
    p99_us: float

    @property
    def per_second(self):
        return self.requests / self.seconds


def run_load(load, port, seconds, cpu, scratch):
    if load.per_connection is None:
        return _as_fast_as_possible(load, port, seconds, cpu)
    return _at_a_fixed_rate(load, port, seconds, cpu, scratch)


def _run(command, seconds, **options):
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, **options)
    except subprocess.TimeoutExpired as error:
        raise BenchFailure(f"{command[3]} did not end") from error
    if ended.returncode != 0:
        raise BenchFailure(f"{command[3]} failed:\n{ended.stdout[-500:]}{ended.stderr[-500:]}")
    return ended.stdout


def _as_fast_as_possible(load, port, seconds, cpu):
    command = ["taskset", "-c", str(cpu), "wrk", "--threads", "1", "--connections", str(load.connections),
               "--duration", f"{seconds}s", "--timeout", "5s", "--script", str(HERE / "load.lua"),
               f"http://127.0.0.1:{port}{load.path}"]
    output = _run(command, seconds, env={**os.environ, "BODY_BYTES": str(load.body_bytes)})
    measured = json.loads(output.splitlines()[-1])
    return LoadResult(
        requests=measured["requests"] - measured["status"],
        seconds=measured["microseconds"] / 1e6,
        errors=measured["status"] + measured["broken"],
        p50_us=measured["p50"],
        p99_us=measured["p99"],
    )


def _at_a_fixed_rate(load, port, seconds, cpu, scratch):
    body = Path(scratch) / "h2load-body"
    body.write_text(json_body(load.body_bytes))
    log = Path(scratch) / "h2load-log"
    log.unlink(missing_ok=True)
    command = ["taskset", "-c", str(cpu), "h2load", "--h1", "--threads=1", f"--clients={load.connections}",
               f"--rps={load.per_connection}", f"--duration={seconds}", f"--log-file={log}", f"--data={body}",
               "--header=content-type: application/json", f"http://127.0.0.1:{port}{load.path}"]
    _run(command, seconds)
    starts, latencies, errors = [], [], 0
    for line in log.read_text().splitlines():
        start, status, latency = map(int, line.split()[:3])
        starts.append(start)
        if status == 200:
            latencies.append(latency)
        else:
            errors += 1
    if not latencies:
        raise BenchFailure("h2load got no answer at all")
    latencies.sort()
    return LoadResult(
        requests=len(latencies),
        seconds=(max(starts) - min(starts)) / 1e6,
        errors=errors,
        p50_us=latencies[len(latencies) // 2],
        p99_us=latencies[len(latencies) * 99 // 100],
    )


def json_body(size):
    opening, closing = '{"inputs":[{"name":"x","data":[0.5', "]}]}"
    numbers = ",0.5" * ((size - len(opening) - len(closing)) // 4)
    return (opening + numbers).ljust(size - len(closing)) + closing
