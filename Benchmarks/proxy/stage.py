"""Everything around the proxy under test: model servers, a temporary PostgreSQL, and serin's controller."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from processes import BenchFailure, PinnedProcess, compile_program, fetch, free_port, wait_until

HERE = Path(__file__).parent
MODEL = "bench"
CANARY_SHARE = 0.05


@dataclass
class Stage:
    """Runs on the load generator's core, for as long as the benchmark does."""

    scratch: Path
    stable_port: int
    canary_port: int
    odd_port: int
    """Of odd_server.py, which serves everything below /odd."""
    database: "Database"
    control_port: int
    pids: list[int] = field(default_factory=list)

    def answered(self):
        """Requests the two model servers have answered so far: stable's, canary's."""
        counts = json.loads(fetch(self.stable_port, "/counts")[2])
        return counts["stable"], counts["canary"]

    def require_open_rollout(self):
        """The split is only measured while the rollout is open at 5 %."""
        model = json.loads(fetch(self.control_port, f"/v1/models/{MODEL}")[2])
        if model.get("canaryWeight") != CANARY_SHARE * 10_000:
            rollout = json.dumps(model.get("rollout"))[:800]
            raise BenchFailure(f"the rollout did not stay open at 5 %; the figures mean nothing: {rollout}")


@contextmanager
def raise_stage(binary, cpu, scratch):
    with ExitStack() as stack:
        upstream, stable_port, canary_port = _start_upstream(stack, cpu, scratch)
        odd, odd_port = _start_odd_server(stack, cpu, scratch)
        database = stack.enter_context(run_database(cpu, scratch))
        controller, control_port = _start_controller(stack, binary, cpu, scratch, database)
        _register(control_port, stable_port, canary_port)
        _register_odd(control_port, odd_port)
        pids = [upstream.pid, odd.pid, database.process.pid, controller.pid]
        yield Stage(scratch, stable_port, canary_port, odd_port, database, control_port, pids)


def _start_upstream(stack, cpu, scratch):
    program = compile_program(HERE / "upstream.c", scratch)
    log = scratch / "upstream.log"
    process = PinnedProcess("the model servers", cpu, [program], log, stdout=subprocess.PIPE)
    stack.enter_context(process)
    ports = process.popen.stdout.readline().split()
    if len(ports) != 2:
        raise BenchFailure(f"the model servers did not start:\n{process.log_tail()}")
    return process, int(ports[0]), int(ports[1])


def _start_odd_server(stack, cpu, scratch):
    log = scratch / "odd-server.log"
    process = PinnedProcess("the odd model server", cpu, [sys.executable, HERE / "odd_server.py"], log, stdout=subprocess.PIPE)
    stack.enter_context(process)
    port = process.popen.stdout.readline()
    if not port:
        raise BenchFailure(f"the odd model server did not start:\n{process.log_tail()}")
    return process, int(port)


def _start_controller(stack, binary, cpu, scratch, database):
    port = free_port()
    command = [binary, "controller", "--control", f"127.0.0.1:{port}", "--database-url", database.url, "--migrate",
               "--data-dir", scratch / "controller", "--name", "bench", "--log-level", "warning"]
    process = PinnedProcess("serin controller", cpu, command, scratch / "controller.log")
    stack.enter_context(process)
    wait_until(lambda: fetch(port, "/readyz")[0] == 200, process, "the controller getting ready", patience=60)
    return process, port


def _register(control_port, stable_port, canary_port):
    _post(control_port, "/v1/models", {"name": MODEL, "route": {"host": "127.0.0.1", "pathPrefix": "/"}})
    plan = json.loads((HERE / "plan.json").read_text())
    for version, port in (("stable", stable_port), ("canary", canary_port)):
        _post(control_port, f"/v1/models/{MODEL}/versions",
              {"version": version, "upstreams": [f"http://127.0.0.1:{port}"], "plan": plan})


def _register_odd(control_port, odd_port):
    """A model of one version, so that its errors end no rollout."""
    _post(control_port, "/v1/models", {"name": "odd", "route": {"host": "127.0.0.1", "pathPrefix": "/odd"}})
    _post(control_port, "/v1/models/odd/versions", {"version": "only", "upstreams": [f"http://127.0.0.1:{odd_port}"]})


def _post(port, path, document):
    status, _, body = fetch(port, path, json.dumps(document).encode(), timeout=20)
    if status not in (200, 201):
        raise BenchFailure(f"POST {path} was answered with {status}: {body.decode(errors='replace')}")


# The database


@dataclass(frozen=True)
class Database:
    process: PinnedProcess
    directory: Path
    user: str

    @property
    def url(self):
        return f"postgresql:///postgres?host={self.directory}&user={self.user}"

    def rows(self, query):
        """The rows of a query, each a list of texts."""
        command = ["psql", "--no-psqlrc", "--no-align", "--tuples-only", "--field-separator=\t",
                   "--set=ON_ERROR_STOP=1", "--command", query, self.url]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if ended.returncode != 0:
            raise BenchFailure(f"a query failed: {ended.stderr.strip()}")
        return [line.split("\t") for line in ended.stdout.splitlines()]


@contextmanager
def run_database(cpu, scratch):
    """A cluster of its own, on a unix socket only, with PostgreSQL's defaults for durability."""
    programs = _postgres_programs()
    directory = scratch / "database"
    directory.mkdir(mode=0o700)
    prefix, user = [], "bench"
    if os.geteuid() == 0:
        # The server refuses to run as root.
        shutil.chown(directory, "postgres", "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    cluster = directory / "cluster"
    created = subprocess.run(
        [*prefix, programs / "initdb", "--auth=trust", f"--username={user}", "--encoding=UTF8", "--locale=C", cluster],
        capture_output=True, text=True, cwd="/",
    )
    if created.returncode != 0:
        raise BenchFailure(f"initdb failed:\n{created.stderr}")
    settings = ["listen_addresses=", f"unix_socket_directories={directory}", "shared_buffers=64MB", "max_connections=40"]
    command = [*prefix, programs / "postgres", "-D", cluster, *(word for setting in settings for word in ("-c", setting))]
    process = PinnedProcess("PostgreSQL", cpu, command, scratch / "database.log", patience=30)
    try:
        database = Database(process, directory, user)
        ready = ["pg_isready", "--quiet", "--dbname", database.url]
        wait_until(lambda: subprocess.run(ready).returncode == 0, process, "PostgreSQL getting ready", patience=60)
        yield database
    finally:
        # SIGINT is PostgreSQL's fast shutdown: it doesn't wait for clients.
        process.stop(signal.SIGINT)


def _postgres_programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise BenchFailure("PostgreSQL's server is not installed. On Debian: apt-get install postgresql")
