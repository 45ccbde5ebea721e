"""Serin beside its peers: every proxy meets the same load on the same core, in turns."""

import math
import time
from dataclasses import dataclass, replace
from statistics import median

from contenders import require_right_answers
from load import Load, run_load
from processes import BenchFailure, MachineWatch, cpu_seconds, resident_mebibytes
from stage import CANARY_SHARE

CASES = {
    "small": Load(path="/small", body_bytes=300),
    "big": Load(path="/big", body_bytes=16_384),
    "rate": Load(path="/small", body_bytes=300, per_second=4_800),
    "half": Load(path="/small", body_bytes=300, per_second=15_000),
}
GAUGE = "haproxy"
"""The case `half` is half of what this peer can do; where it doesn't take part, what stands above."""


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
    rate: float | None
    """Requests a second in the case `rate`, instead of what stands there."""


def compare(stage, contenders, cases, repetitions, conditions):
    """Yields the runs: the first repetition of every proxy, then the second, each time beginning with another one."""
    runs = []
    for case in cases:
        load, able = CASES[case], contenders
        if case == "half":
            load, able = _half_load(stage, contenders, runs, conditions)
        elif load.per_second and conditions.rate:
            load = replace(load, per_second=conditions.rate)
        for repetition in range(repetitions):
            first = repetition % len(able)
            for contender in able[first:] + able[:first]:
                runs.append(_measure(stage, contender, case, load, repetition, conditions))
                yield runs[-1]
        stage.require_open_rollout()


def _half_load(stage, contenders, runs, conditions):
    """The load, and the proxies that can take it without being full."""

    def capacity(contender):
        seen = [run.per_second for run in runs if (run.case, run.proxy) == ("small", contender.name)]
        return median(seen) if seen else None

    gauge = next((contender for contender in contenders if contender.name == GAUGE), None)
    load = CASES["half"]
    if gauge:
        full = capacity(gauge) or _measure(stage, gauge, "small", CASES["small"], 0, conditions).per_second
        load = replace(load, per_second=round(full / 2))
    able = [contender for contender in contenders if (capacity(contender) or math.inf) * 0.9 > load.per_second]
    print(f"  half: {load.per_second:.0f} requests a second", flush=True)
    for contender in contenders:
        if contender not in able:
            print(f"  half: without {contender.name}, which that load would fill", flush=True)
    return load, able


def _measure(stage, contender, case, load, repetition, conditions):
    name = f"{contender.name}-{case}-{repetition + 1}"
    with contender.running(stage, conditions.proxy_cpu, name) as (process, port):
        require_right_answers(port, contender.name)
        # Connections, pools and allocators fill before anything is counted.
        run_load(load, port, 1, conditions.load_cpu, stage.scratch)
        tries = []
        while len(tries) < conditions.attempts and not (tries and not tries[-1].disturbed):
            tries.append(_measure_once(stage, process, port, contender.name, case, load, repetition, conditions))
        process.require_running()
        return min(tries, key=lambda run: run.others)


def _measure_once(stage, process, port, proxy, case, load, repetition, conditions):
    watch = MachineWatch([process.pid, *stage.pids])
    stable_before, canary_before = stage.answered()
    cpu_before, started = cpu_seconds(process.pid), time.monotonic()
    result = run_load(load, port, conditions.seconds, conditions.load_cpu, stage.scratch, seed=repetition + 1)
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
