"""The proxies that are compared: each is started anew for every run, alone on its core."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

from envoy import find_envoy
from processes import BenchFailure, PinnedProcess, fetch, free_port, wait_until

HERE = Path(__file__).parent


class Peer:
    """A proxy of others, with a configuration of ours."""

    def __init__(self, name, template, command, values=None):
        self.name = name
        self._values = values or {}
        self._template = template
        self._command = command

    @contextmanager
    def running(self, stage, cpu, run):
        port = free_port()
        text = (HERE / self._template).read_text()
        values = {"port": port, "stable": stage.stable_port, "canary": stage.canary_port, "scratch": stage.scratch, **self._values}
        for key, value in values.items():
            text = text.replace("{{" + key + "}}", str(value))
        configuration = stage.scratch / self._template
        configuration.write_text(text)
        command = [word.format(configuration=configuration, scratch=stage.scratch) for word in self._command]
        with PinnedProcess(self.name, cpu, command, stage.scratch / f"{self.name}.log") as process:
            wait_until(lambda: _is_proxying(port), process, f"{self.name} getting ready")
            yield process, port


class Serin:
    """A gateway with all of its work on: open rollout, telemetry to the database, routes from it."""

    def __init__(self, name, binary):
        self.name = name
        self._binary = binary
        self._logged = set()
        self._knows_drain_delay = "--drain-delay" in subprocess.run(
            [binary, "gateway", "--help"], capture_output=True, text=True).stdout

    @contextmanager
    def running(self, stage, cpu, run, loops=1, port=None, drain_delay=0):
        port = port or free_port()
        command = [self._binary, "gateway", "--listen", f"127.0.0.1:{port}", "--loops", str(loops), "--name", run,
                   "--database-url", stage.database.url, "--data-dir", stage.scratch / run, "--log-level", "warning"]
        if self._knows_drain_delay:
            command += ["--drain-delay", str(drain_delay)]
        log = stage.scratch / f"{run}.log"
        with PinnedProcess(self.name, cpu, command, log, patience=60) as process:
            wait_until(lambda: fetch(port, "/-/readyz")[0] == 200, process, f"{self.name} getting ready")
            wait_until(lambda: _is_proxying(port), process, f"{self.name} knowing its routes")
            yield process, port
        self._tell_log(log)

    def _tell_log(self, log):
        """What a gateway complains of, each complaint once."""
        for line in log.read_text(errors="replace").splitlines():
            complaint = line.split(" ", 1)[-1]
            if complaint not in self._logged:
                self._logged.add(complaint)
                print(f"  {self.name} logged: {complaint}", flush=True)


PEERS = {
    "nginx": Peer("nginx", "nginx.conf", ["nginx", "-e", "stderr", "-p", "{scratch}", "-c", "{configuration}"]),
    "haproxy": Peer("haproxy", "haproxy.cfg", ["haproxy", "-db", "-f", "{configuration}"]),
}
NAMES = [*PEERS, "envoy", "serin"]


def make_contenders(names, binary, others, programs):
    """The proxies called `names`, and `others`: builds of serin, by name. What must be installed first goes to `programs`."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise BenchFailure(f"unknown proxy {unknown[0]}; there are {', '.join(NAMES)}")
    taken = [name for name in others if name in NAMES]
    if taken:
        raise BenchFailure(f"another build of serin can't be called {taken[0]}")
    contenders = [_make(name, binary, programs) for name in names]
    contenders += [Serin(name, other) for name, other in others.items()]
    return [contender for contender in contenders if contender]


def _make(name, binary, programs):
    if name == "serin":
        return Serin(name, binary)
    if name != "envoy":
        return PEERS[name]
    program = find_envoy(programs)
    if not program:
        print("envoy: left out, it could not be installed; ENVOY=PROGRAM names one", flush=True)
        return None
    options = ["--concurrency", "1", "--log-level", "error", "--disable-hot-restart"]
    return Peer(name, "envoy.yaml", [str(program), *options, "--config-path", "{configuration}"])


def _is_proxying(port):
    return fetch(port, "/small", b"{}")[0] == 200


def require_right_answers(port, name):
    """Bodies of both sizes come back whole, from a model server."""
    for path, body, size in (("/small", b"x" * 300, 200), ("/big", b"x" * 16_384, 16_384)):
        for _ in range(3):
            status, _, answer = fetch(port, path, body)
            if status != 200 or len(answer) != size or not answer.startswith(b'{"model_version":'):
                raise BenchFailure(f"{name} answered POST {path} with {status} and {len(answer)} bytes: {answer[:200]!r}")
