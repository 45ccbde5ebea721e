"""Whether two event loops work as cheaply as one: they do when nothing on a request's path is shared."""

from statistics import median

from contenders import require_right_answers
from findings import Finding
from load import Load, run_load
from processes import cpu_seconds

LOADS = {
    "as fast as it goes": lambda loops: Load(path="/small", body_bytes=300),
    # A loop that has less to do finds less at each wake-up: as much for each as for one.
    "at 5 000 requests/s for each loop": lambda loops: Load("/small", 300, connections=32 * loops, per_second=5_000 * loops),
}


def measure_loops(stage, serin, conditions, repetitions):
    """Proxy, clients and model servers share both CPUs, with one loop as with two."""
    cpus = f"{min(conditions.load_cpu, conditions.proxy_cpu)},{max(conditions.load_cpu, conditions.proxy_cpu)}"
    findings = []
    for title, load in LOADS.items():
        ratios, costs = [], {1: [], 2: []}
        for repetition in range(repetitions):
            pair = {}
            for count in (1, 2) if repetition % 2 == 0 else (2, 1):
                name = f"{serin.name}-loops-{len(findings)}-{repetition + 1}-{count}"
                pair[count] = _cost(stage, serin, load(count), count, cpus, name, conditions.seconds, repetition)
                costs[count].append(pair[count])
            ratios.append(pair[2] / pair[1])
        value = (f"{median(ratios):.2f} [{min(ratios):.2f}–{max(ratios):.2f}] "
                 f"({median(costs[1]):.1f} µs, {median(costs[2]):.1f} µs)")
        findings.append(Finding("loops", f"CPU per request, two loops beside one, {title}", value,
                                "at most 1.1", median(ratios) <= 1.1))
    return findings


def _cost(stage, serin, load, count, cpus, name, seconds, seed):
    with serin.running(stage, cpus, name, loops=count) as (process, port):
        require_right_answers(port, serin.name)
        run_load(load, port, 1, cpus, stage.scratch)
        served, used = sum(stage.answered()), cpu_seconds(process.pid)
        run_load(load, port, seconds, cpus, stage.scratch, seed=seed + 1)
        return (cpu_seconds(process.pid) - used) / (sum(stage.answered()) - served) * 1e6
