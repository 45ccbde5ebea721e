"""The proxies that are compared: each is started anew for every run, alone on its core."""

from contextlib import contextmanager
from pathlib import Path

from processes import BenchFailure, PinnedProcess, fetch, free_port, wait_until

HERE = Path(__file__).parent


class Peer:
    """A proxy of others, with a configuration of ours."""

    def __init__(self, name, template, command):
        self.name = name
        self._template = template
        self._command = command

    @contextmanager
    def running(self, stage, cpu, run):
        port = free_port()
        text = (HERE / self._template).read_text()
        values = {"port": port, "stable": stage.stable_port, "canary": stage.canary_port, "scratch": stage.scratch}
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

    @contextmanager
    def running(self, stage, cpu, run):
        port = free_port()
        command = [self._binary, "gateway", "--listen", f"127.0.0.1:{port}", "--loops", "1", "--name", run,
                   "--database-url", stage.database.url, "--data-dir", stage.scratch / "gateway", "--log-level", "warning"]
        log = stage.scratch / f"{run}.log"
        with PinnedProcess(self.name, cpu, command, log) as process:
            wait_until(lambda: fetch(port, "/-/readyz")[0] == 200, process, f"{self.name} getting ready")
            wait_until(lambda: _is_proxying(port), process, f"{self.name} knowing its routes")
            yield process, port
        if log.stat().st_size > 0:
            print(f"  {run} logged:\n{process.log_tail()}", flush=True)


def make_contenders(names, binary):
    known = {
        "nginx": Peer("nginx", "nginx.conf", ["nginx", "-e", "stderr", "-p", "{scratch}", "-c", "{configuration}"]),
        "haproxy": Peer("haproxy", "haproxy.cfg", ["haproxy", "-db", "-f", "{configuration}"]),
        "serin": Serin("serin", binary),
    }
    unknown = [name for name in names if name not in known]
    if unknown:
        raise BenchFailure(f"unknown proxy {unknown[0]}; there are {', '.join(known)}")
    return [known[name] for name in names]


def _is_proxying(port):
    return fetch(port, "/small", b"{}")[0] == 200


def require_right_answers(port, name):
    """Bodies of both sizes come back whole, from a model server."""
    for path, body, size in (("/small", b"x" * 300, 200), ("/big", b"x" * 16_384, 16_384)):
        for _ in range(3):
            status, _, answer = fetch(port, path, body)
            if status != 200 or len(answer) != size or not answer.startswith(b'{"model_version":'):
                raise BenchFailure(f"{name} answered POST {path} with {status} and {len(answer)} bytes: {answer[:200]!r}")
