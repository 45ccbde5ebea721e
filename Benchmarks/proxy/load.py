"""The two load generators: wrk as fast as the proxy goes, clients.c at random times of a fixed rate."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from processes import BenchFailure, compile_program

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Load:
    """What clients do."""

    path: str
    body_bytes: int
    connections: int = 64
    per_second: float | None = None
    """Requests that come due, at random times; None for as many as the proxy takes."""


@dataclass(frozen=True)
class LoadResult:
    requests: int
    """Answered with 200."""
    seconds: float
    errors: int
    """Other answers, and requests without one."""
    p50_us: float
    p99_us: float
    detail: dict | None = None
    """Everything that clients.c tells."""

    @property
    def per_second(self):
        return self.requests / self.seconds


def run_load(load, port, seconds, cpu, scratch, seed=1):
    if load.per_second is None:
        return _as_fast_as_possible(load, port, seconds, cpu)
    command = ["taskset", "-c", str(cpu), *clients_command(load, port, seconds, scratch, seed)]
    return clients_result(_run(command, seconds))


def clients_command(load, port, seconds, scratch, seed):
    """The same seed makes requests come due at the same times."""
    program = compile_program(HERE / "clients.c", scratch)
    words = [program, port, load.connections, load.per_second, seconds, load.path, load.body_bytes, seed]
    return [str(word) for word in words]


def clients_result(output):
    told = json.loads(output.splitlines()[-1])
    return LoadResult(
        requests=told["answered"],
        seconds=told["seconds"],
        errors=told["status"] + told["refused"] + told["broken"] + told["unanswered"],
        p50_us=told["p50"],
        p99_us=told["p99"],
        detail=told,
    )


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
