"""Whether clients notice that one of two gateways behind a plain TCP balancer is restarted."""

import subprocess
import time
from contextlib import ExitStack

from contenders import Peer
from findings import figure, none_of
from load import Load, clients_command, clients_result
from processes import BenchFailure, free_port

LOADS = {
    "busy": Load(path="/small", body_bytes=300, connections=64, per_second=1_500),
    "sparse": Load(path="/small", body_bytes=300, connections=32, per_second=10),
}
DRAIN_DELAY = 5
"""Seconds that a gateway accepts after SIGTERM: its default."""
PAUSE = 3
"""Seconds that both gateways serve between two restarts."""


def measure_restart(stage, serin, conditions, seconds):
    ports = {"one": free_port(), "two": free_port()}
    with ExitStack() as stack:
        gateways = {}
        for name, port in ports.items():
            gateways[name] = _start(stage, serin, conditions, name, port)
        stack.callback(lambda: [gateway.__exit__(None, None, None) for gateway in gateways.values()])
        balancer = Peer("balancer", "balancer.cfg", ["haproxy", "-db", "-f", "{configuration}"], ports)
        _, port = stack.enter_context(balancer.running(stage, conditions.load_cpu, "balancer"))
        loads = {}
        for number, (name, load) in enumerate(LOADS.items()):
            command = clients_command(load, port, seconds, stage.scratch, seed=number + 1)
            loads[name] = subprocess.Popen(["taskset", "-c", str(conditions.load_cpu), *command],
                                           stdout=subprocess.PIPE, text=True)
            stack.callback(loads[name].kill)
        stops = _restart_in_turns(stage, serin, conditions, gateways, ports, seconds)
        results = {name: clients_result(load.communicate(timeout=60)[0]) for name, load in loads.items()}
    if not stops:
        raise BenchFailure("there was no time for a restart: give it more seconds")
    return [figure("restart", "restarts, and how long a gateway took to leave at most", f"{len(stops)}, {max(stops):.1f} s"),
            *(_finding(name, result) for name, result in results.items())]


def _start(stage, serin, conditions, name, port):
    gateway = serin.running(stage, conditions.proxy_cpu, f"{serin.name}-{name}", port=port, drain_delay=DRAIN_DELAY)
    gateway.__enter__()
    return gateway


def _restart_in_turns(stage, serin, conditions, gateways, ports, seconds):
    """Ends with both gateways up, a moment before the load does."""
    stops, end = [], time.monotonic() + seconds
    time.sleep(PAUSE)
    while time.monotonic() + 2 * PAUSE + max(stops, default=0) < end:
        name = ("one", "two")[len(stops) % 2]
        started = time.monotonic()
        gateways[name].__exit__(None, None, None)
        stops.append(time.monotonic() - started)
        gateways[name] = _start(stage, serin, conditions, name, ports[name])
        time.sleep(PAUSE)
    return stops


def _finding(name, result):
    told, load = result.detail, LOADS[name]
    note = ""
    if result.errors:
        note = ", ".join(f"{told[key]} {key}" for key in ("status", "refused", "broken", "unanswered"))
        note += f"; {told['stale']} of the broken ones on a kept connection without a byte of answer"
    total = result.requests + result.errors
    return none_of("restart", f"failed of {total} requests over {load.connections} connections", result.errors, note)
