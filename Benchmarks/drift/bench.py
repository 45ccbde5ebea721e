#!/usr/bin/env python3
"""Measures profiles, drift and decoding beside their peers: bench.py BINARY VENVS [--rows N] [--repetitions N] [--json FILE].

BINARY is a release build of drift-benchmark; VENVS a directory in which each peer gets a virtual environment of its own, made
once. Peers take turns with serin, repetition by repetition, each on one thread; a peer that does not install is left out.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent

# What each peer needs; they don't agree on versions of what they share.
PEERS = {
    "decode": ["orjson==3.13.0", "numpy==2.4.6"],
    "scipy": ["scipy==1.17.1", "numpy==2.4.6"],
    "whylogs": ["whylogs==1.6.4", "numpy<2", "pandas<2.3"],
    "evidently": ["evidently==0.7.23", "pandas<3", "numpy<2.4"],
    "nannyml": ["nannyml==0.13.1", "statsmodels", "pandas<3", "numpy<2.4"],
    "river": ["river==0.26.1"],
}
ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "WHYLOGS_NO_ANALYTICS",
        "DO_NOT_TRACK",
    )
}
# Ours beside theirs; a ratio is theirs over ours, pair by pair of the same repetition.
PROMISES = [
    ("profile of 10 columns, a column at a time", "profile.track of 10 columns", 15),
    ("decode digits.json", "orjson + numpy digits.json", 2),
    ("decode single.json", "orjson + numpy single.json", 2),
    ("decode double.json", "orjson + numpy double.json", 2),
    ("decode records.json", "orjson + numpy records.json", 2),
]
ROWS_PER_SECOND = ("profile of 10 columns, a row at a time", 2_000_000)


def interpreter(peer, venvs):
    """The Python of a peer's environment; None when it could not be made."""
    home = venvs / peer
    python = home / "bin" / "python"
    mark = home / "complete"
    if mark.exists():
        return python
    made = subprocess.run([sys.executable, "-m", "venv", str(home)], capture_output=True, text=True)
    if made.returncode == 0:
        made = subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS[peer]],
            capture_output=True,
            text=True,
        )
    if made.returncode != 0:
        # pip names the servers it talks to: its words are not repeated.
        print(f"{peer}: left out, it could not be installed", file=sys.stderr)
        return None
    mark.touch()
    return python


def lines(command):
    """The measurements that a program prints, one JSON object a line."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **ONE_THREAD})
    if done.returncode != 0:
        print(f"{command[-1]}: failed: {done.stderr[-600:]}", file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def collect(runs, measured):
    for line in measured:
        run = runs.setdefault((line["peer"], line["work"]), {"rows": line["rows"], "wall": [], "cpu": []})
        run["wall"].append(min(line["wall_s"]))
        run["cpu"].append(min(line["cpu_s"]))


def table(runs):
    print("| peer | work | rows/s, per core | lowest–highest | CPU ms |")
    print("|---|---|---:|---:|---:|")
    for (peer, work), run in runs.items():
        rates = sorted(run["rows"] / seconds for seconds in run["cpu"] if seconds > 0)
        if not rates:
            continue
        milliseconds = 1_000 * statistics.median(run["cpu"])
        print(
            f"| {peer} | {work} | {statistics.median(rates):,.0f} | {rates[0]:,.0f}–{rates[-1]:,.0f} "
            f"| {milliseconds:,.1f} |"
        )


def ratios(runs):
    works = {work: run for (_, work), run in runs.items()}
    print("\n| ours | theirs | times as fast | lowest–highest | promised |")
    print("|---|---|---:|---:|---:|")
    for ours, theirs, promised in PROMISES:
        if ours not in works or theirs not in works:
            continue
        # Seconds a row: the repetitions of both need not cover as many.
        seconds = [[cpu / works[work]["rows"] for cpu in works[work]["cpu"]] for work in (ours, theirs)]
        pairs = sorted(their / our for our, their in zip(*seconds))
        print(f"| {ours} | {theirs} | {statistics.median(pairs):.2f} | {pairs[0]:.2f}–{pairs[-1]:.2f} | {promised} |")
    work, promised = ROWS_PER_SECOND
    if work in works:
        rates = sorted(works[work]["rows"] / cpu for cpu in works[work]["cpu"])
        print(
            f"\n{work}: {statistics.median(rates):,.0f} rows/s per core "
            f"({rates[0]:,.0f}–{rates[-1]:,.0f}), promised {promised:,}"
        )


def main():
    parser = argparse.ArgumentParser(description="Measures profiles, drift and decoding beside their peers.")
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("venvs", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated; all of them by default")
    parser.add_argument("--json", type=pathlib.Path, help="append every measurement to this file")
    arguments = parser.parse_args()

    wanted = [peer for peer in arguments.peers.split(",") if peer in PEERS]
    pythons = {peer: interpreter(peer, arguments.venvs) for peer in wanted}
    pythons = {peer: python for peer, python in pythons.items() if python}
    runs = {}
    with tempfile.TemporaryDirectory() as scratch:
        bodies = []
        if "decode" in pythons:
            subprocess.run([str(pythons["decode"]), str(HERE / "bodies.py"), scratch], check=True)
            bodies = sorted(str(path) for path in pathlib.Path(scratch).glob("*.json"))
        for repetition in range(arguments.repetitions):
            turns = ["serin", *pythons]
            turns = turns[repetition % len(turns):] + turns[:repetition % len(turns)]
            for turn in turns:
                if turn == "serin":
                    command = [str(arguments.binary), str(arguments.rows), "2", *bodies]
                else:
                    given = bodies if turn == "decode" else []
                    peers = [str(HERE / "peers.py"), turn, str(arguments.rows), *given]
                    command = [str(pythons[turn]), "-W", "ignore", *peers]
                measured = lines(command)
                collect(runs, measured)
                if arguments.json:
                    with arguments.json.open("a") as file:
                        for line in measured:
                            file.write(json.dumps({"repetition": repetition, **line}) + "\n")
    table(dict(sorted(runs.items())))
    ratios(runs)


if __name__ == "__main__":
    main()
