"""Processes pinned to one core, and what the kernel knows about the time they took."""

import os
import resource
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class BenchFailure(Exception):
    """Something kept the benchmark from measuring; the text says what, and what to do."""


class PinnedProcess:
    """A child process on one core; leaving its context ends it."""

    def __init__(self, name, cpu, command, log, stdout=None, patience=15):
        self.name = name
        self._patience = patience
        self.log = Path(log)
        self._log_file = open(log, "ab")
        self.popen = subprocess.Popen(
            ["taskset", "-c", str(cpu), *map(str, command)],
            stdin=subprocess.DEVNULL, stdout=stdout or self._log_file, stderr=self._log_file,
        )

    @property
    def pid(self):
        return self.popen.pid

    def require_running(self):
        status = self.popen.poll()
        if status is not None:
            raise BenchFailure(f"{self.name} ended with status {status}:\n{self.log_tail()}")

    def log_tail(self, lines=12):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, with_signal=signal.SIGTERM):
        """Asks the process to end; kills it, and says so, when it doesn't within its patience, in seconds."""
        if self.popen.poll() is None:
            self.popen.send_signal(with_signal)
            try:
                self.popen.wait(self._patience)
            except subprocess.TimeoutExpired:
                print(f"  {self.name} did not end within {self._patience} s of its signal and was killed", flush=True)
                self.popen.kill()
                self.popen.wait()
        self._log_file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def compile_program(source, scratch, *options):
    """The program made of one C file, compiled once in a run of the benchmark."""
    program = Path(scratch) / source.stem
    if not program.exists():
        built = subprocess.run(["gcc", "-O2", "-o", program, source, "-lm", *options], capture_output=True, text=True)
        if built.returncode != 0:
            raise BenchFailure(f"{source.name} can't be compiled:\n{built.stderr}")
    return program


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(port, path, body=None, timeout=5):
    """One request to 127.0.0.1; returns status, headers and body, whatever the status."""
    # Whatever proxy the environment names, this goes to the machine itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body)
    if body is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with opener.open(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def wait_until(condition, process, what, patience=20):
    """Polls `condition`, whose OSErrors mean "not yet", while `process` runs."""
    deadline = time.monotonic() + patience
    while True:
        process.require_running()
        try:
            if condition():
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise BenchFailure(f"{what} did not happen within {patience} s:\n{process.log_tail()}")
        time.sleep(0.02)


def family(pid):
    """The process and everything below it."""
    pids = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                pids += family(int(child))
    except OSError:
        pass
    return pids


def cpu_seconds(pid):
    """Time on a core of every living thread of a process and its children, to the nanosecond."""
    nanoseconds = 0
    for member in family(pid):
        for task in Path(f"/proc/{member}/task").glob("*/schedstat"):
            try:
                nanoseconds += int(task.read_text().split()[0])
            except OSError:
                pass
    return nanoseconds / 1e9


def resident_mebibytes(pid):
    return sum(_status_kibibytes(member, "VmRSS") for member in family(pid)) / 1024


def private_kibibytes(pid):
    """Memory of one process that no file is behind: heap and stacks, as far as they are resident."""
    return _status_kibibytes(pid, "RssAnon")


class PeakMemory:
    """How far a process's resident memory rises above where it was when this was made."""

    def __init__(self, pid):
        self._pid = pid
        # 5 sets the high-water mark back to what is resident now.
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        self._start = _status_kibibytes(pid, "VmRSS")

    @property
    def growth_kibibytes(self):
        return max(0, _status_kibibytes(self._pid, "VmHWM") - self._start)


def _status_kibibytes(pid, field):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith(field + ":"))


class MachineWatch:
    """Tells how much of the machine others used, which is what disturbs a measurement."""

    def __init__(self, own_pids):
        self._own_pids = own_pids
        self._start = time.monotonic()
        self._busy = self._busy_seconds()
        self._own = self._own_seconds()

    def cores_used_by_others(self):
        """Mean since the start; good to a few hundredths, since the kernel counts in ticks."""
        others = (self._busy_seconds() - self._busy) - (self._own_seconds() - self._own)
        return max(0.0, others / (time.monotonic() - self._start))

    @staticmethod
    def _busy_seconds():
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        idle, waiting = fields[3], fields[4]
        return (sum(fields) - idle - waiting) / TICKS_PER_SECOND

    def _own_seconds(self):
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime + sum(map(cpu_seconds, self._own_pids)) + time.process_time()
