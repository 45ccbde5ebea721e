"""Processes of a trial: each on free ports of the loopback, each ended by its own id."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(method, url, body=None, timeout=10):
    """The decoded JSON of an answer; a refusal is raised with what it says."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
    except urllib.error.HTTPError as refusal:
        raise RuntimeError(f"{method} {url}: {refusal.code} {refusal.read().decode()}") from None
    return json.loads(text) if text.strip().startswith((b"{", b"[")) else text.decode()


def wait_for(what, check, seconds):
    """Polls until `check` gives something; what it raises meanwhile is shown when time is up."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            if found := check():
                return found
        except (OSError, RuntimeError) as error:
            last = error
        time.sleep(0.1)
    raise TimeoutError(f"not within {seconds} s: {what}" + (f" ({last})" if last else ""))


class Process:
    def __init__(self, name, arguments, directory, **environment):
        self.name, self.log = name, pathlib.Path(directory) / f"{name}.log"
        self.child = subprocess.Popen(
            arguments,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=os.environ | environment,
        )

    def end(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def start_mlserver(version, directory):
    """MLServer with one model, in one process; returns it and its port."""
    home = pathlib.Path(directory) / version
    home.mkdir()
    port, grpc, metrics = free_port(), free_port(), free_port()
    settings = {
        "host": "127.0.0.1", "http_port": port, "grpc_port": grpc, "metrics_port": metrics, "parallel_workers": 0,
        "debug": False,
    }
    model = {
        "name": "digits", "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": str(pathlib.Path(directory) / f"{version}.joblib"), "version": version},
    }
    (home / "settings.json").write_text(json.dumps(settings))
    (home / "model-settings.json").write_text(json.dumps(model))
    command = [str(pathlib.Path(sys.executable).parent / "mlserver"), "start", "."]
    server = Process(f"mlserver-{version}", command, home, PYTHONPATH=str(HERE), OMP_NUM_THREADS="1")
    ready = f"http://127.0.0.1:{port}/v2/models/digits/ready"
    wait_for(f"{version} is ready", lambda: call("GET", ready) is not None, 60)
    return server, port


def start_serin(binary, directory):
    """Both planes with an embedded database; returns the process, the gateway's port and the control API's address."""
    gateway, control = free_port(), free_port()
    server = Process(
        "serin",
        [
            binary, "serve", "--data-dir", f"{directory}/serin", "--listen", f"127.0.0.1:{gateway}",
            "--control", f"127.0.0.1:{control}",
        ],
        directory,
    )
    api = f"http://127.0.0.1:{control}"
    wait_for("serin is ready", lambda: call("GET", api + "/readyz"), 60)
    return server, gateway, api
