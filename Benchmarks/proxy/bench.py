"""Measures serin's gateway beside nginx and HAProxy, and the rows it writes. See the README beside this directory."""

import argparse
import dataclasses
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import report
from comparison import CASES, Conditions, compare
from contenders import Serin, make_contenders
from processes import BenchFailure
from rows import measure_rows
from stage import raise_stage

REPOSITORY = Path(__file__).resolve().parents[2]


def read_arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("binary", nargs="?", type=Path, default=REPOSITORY / ".build/release/serin",
                        help="a release build of serin; the repository's own when absent")
    parser.add_argument("--quick", action="store_true", help="one short run of everything: does it work at all?")
    parser.add_argument("--cases", default=",".join([*CASES, "rows"]), help="default: %(default)s")
    parser.add_argument("--only", default="nginx,haproxy,serin", help="proxies to compare; default: %(default)s")
    parser.add_argument("--repetitions", type=int, default=5, metavar="N")
    parser.add_argument("--seconds", type=int, default=5, metavar="S", help="of load in a run; default: %(default)s")
    parser.add_argument("--quiet", type=float, default=0.1, metavar="CORES",
                        help="a run is disturbed, and repeated, when others used more; default: %(default)s")
    parser.add_argument("--attempts", type=int, default=4, metavar="N", help="at most, for a disturbed run")
    parser.add_argument("--load-cpu", type=int, default=0, metavar="CPU", help="for everything but the proxy")
    parser.add_argument("--proxy-cpu", type=int, default=1, metavar="CPU", help="for the proxy alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="append every run as a line")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.repetitions, arguments.seconds, arguments.attempts = 1, 2, 1
    if not 1 <= arguments.repetitions <= 100 or not 1 <= arguments.seconds <= 600 or not 1 <= arguments.attempts <= 20:
        parser.error("--repetitions is 1 to 100, --seconds 1 to 600, --attempts 1 to 20")
    return arguments


def require_machine(arguments):
    if not os.access(arguments.binary, os.X_OK) or arguments.binary.is_dir():
        raise BenchFailure(f"{arguments.binary} is no program; build one: swift build -c release --product serin")
    here = os.sched_getaffinity(0)
    wanted = {arguments.load_cpu, arguments.proxy_cpu}
    if len(wanted) < 2 or not wanted <= here:
        raise BenchFailure(f"two different CPUs of {sorted(here)} are needed: see --load-cpu and --proxy-cpu")


def bench(arguments, scratch):
    cases = arguments.cases.split(",")
    unknown = [case for case in cases if case not in CASES and case != "rows"]
    if unknown:
        raise BenchFailure(f"unknown case {unknown[0]}; there are {', '.join([*CASES, 'rows'])}")
    compared = [case for case in cases if case in CASES]
    binary = arguments.binary.resolve()
    contenders = make_contenders(arguments.only.split(","), binary)
    conditions = Conditions(
        arguments.load_cpu, arguments.proxy_cpu, arguments.seconds, arguments.quiet, arguments.attempts)
    runs, rows = [], []
    try:
        with raise_stage(binary, arguments.load_cpu, scratch) as stage:
            for run in compare(stage, contenders, compared, arguments.repetitions, conditions):
                report.print_run(run)
                runs.append(run)
            if "rows" in cases:
                seconds = 6 if arguments.quick else 20
                rows.extend(measure_rows(stage, Serin("serin", binary), seconds, conditions))
    finally:
        # What was measured before something failed is worth seeing, too.
        tell(runs, rows, compared, [contender.name for contender in contenders], arguments.json)


def tell(runs, rows, cases, proxies, json_file):
    if runs:
        report.print_comparison(runs, cases, proxies)
        report.print_ratios(runs, cases, "serin", [name for name in proxies if name != "serin"])
    if rows:
        report.print_rows(rows)
    if json_file:
        with open(json_file, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(dataclasses.asdict(run)) + "\n" for run in [*runs, *rows])


def main():
    arguments = read_arguments()
    # A terminated benchmark ends what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scratch = Path(tempfile.mkdtemp(prefix="serin-bench-"))
    # nginx's worker and PostgreSQL have accounts of their own.
    scratch.chmod(0o755)
    try:
        require_machine(arguments)
        bench(arguments, scratch)
    except BenchFailure as failure:
        sys.exit(f"Benchmarks/run: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
