"""Serin beside its peers: every proxy meets the same load on the same core, in turns."""

import math
import time
from dataclasses import dataclass

from contenders import require_right_answers
from load import Load, run_load
from processes import BenchFailure, MachineWatch, cpu_seconds, resident_mebibytes
from stage import CANARY_SHARE

CASES = {
    "small": Load(path="/small", body_bytes=300),
    "big": Load(path="/big", body_bytes=16_384),
    "rate": Load(path="/small", body_bytes=300, per_connection=75),
}


@dataclass(frozen=True)
class Run:
    """One proxy under one load, once."""

    case: str
    proxy: str
    repetition: int
    cpu_us: float
    """Time on a core per request, of all the proxy's threads and children."""
    per_second: float
    p50_us: float
    p99_us: float
    rss_mib: float
    """Resident after the load."""
    canary_share: float
    """As the model servers saw it."""
    share_is_off: bool
    """Further from 5 % than four standard deviations of a fair coin."""
    errors: int
    busy: float
    """How much of its core the proxy used: where it is far below 1, the load generator was the limit."""
    others: float
    """Cores that processes which aren't the benchmark's used meanwhile."""
    disturbed: bool


@dataclass(frozen=True)
class Conditions:
    load_cpu: int
    proxy_cpu: int
    seconds: int
    quiet: float
    """A run is disturbed when others used more than this many cores."""
    attempts: int
    """How often a disturbed run is tried at most; the least disturbed try is kept."""


def compare(stage, contenders, cases, repetitions, conditions):
    """Yields the runs: the first repetition of every proxy, then the second, each time beginning with another one."""
    for case in cases:
        for repetition in range(repetitions):
            first = repetition % len(contenders)
            for contender in contenders[first:] + contenders[:first]:
                yield _measure(stage, contender, case, repetition, conditions)
        stage.require_open_rollout()


def _measure(stage, contender, case, repetition, conditions):
    load = CASES[case]
    name = f"{contender.name}-{case}-{repetition + 1}"
    with contender.running(stage, conditions.proxy_cpu, name) as (process, port):
        require_right_answers(port, contender.name)
        # Connections, pools and allocators fill before anything is counted.
        run_load(load, port, 1, conditions.load_cpu, stage.scratch)
        tries = []
        while len(tries) < conditions.attempts and not (tries and not tries[-1].disturbed):
            tries.append(_measure_once(stage, process, port, contender.name, case, repetition, conditions))
        process.require_running()
        return min(tries, key=lambda run: run.others)


def _measure_once(stage, process, port, proxy, case, repetition, conditions):
    watch = MachineWatch([process.pid, *stage.pids])
    stable_before, canary_before = stage.answered()
    cpu_before, started = cpu_seconds(process.pid), time.monotonic()
    result = run_load(CASES[case], port, conditions.seconds, conditions.load_cpu, stage.scratch)
    elapsed, used = time.monotonic() - started, cpu_seconds(process.pid) - cpu_before
    others = watch.cores_used_by_others()
    stable_after, canary_after = stage.answered()
    canary = canary_after - canary_before
    served = canary + stable_after - stable_before
    if served == 0:
        raise BenchFailure(f"{proxy} sent no request to the model servers")
    share = canary / served
    return Run(
        case=case,
        proxy=proxy,
        repetition=repetition,
        cpu_us=used / served * 1e6,
        per_second=result.per_second,
        p50_us=result.p50_us,
        p99_us=result.p99_us,
        rss_mib=resident_mebibytes(process.pid),
        canary_share=share,
        share_is_off=abs(share - CANARY_SHARE) > 4 * math.sqrt(CANARY_SHARE * (1 - CANARY_SHARE) / served),
        errors=result.errors,
        busy=used / elapsed,
        others=others,
        disturbed=others > conditions.quiet,
    )
