"""Measures serin's gateway beside nginx, HAProxy and Envoy, and the rows it writes. See the README beside this directory."""

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
from bodies import measure_bodies
from comparison import CASES, Conditions, compare
from contenders import NAMES, Serin, make_contenders
from idle import measure_idle
from loops import measure_loops
from processes import BenchFailure
from restart import measure_restart
from rows import measure_rows
from soak import measure_soak
from stage import raise_stage
from stream import measure_stream

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAMS = REPOSITORY / ".build/bench-proxy"
PROMISES = {
    "loops": lambda stage, serin, conditions, arguments: measure_loops(stage, serin, conditions, arguments.repetitions),
    "idle": lambda stage, serin, conditions, arguments: measure_idle(stage, serin, conditions),
    "bodies": lambda stage, serin, conditions, arguments: measure_bodies(stage, serin, conditions),
    "stream": lambda stage, serin, conditions, arguments: measure_stream(stage, serin, conditions),
    "soak": lambda stage, serin, conditions, arguments: measure_soak(stage, serin, conditions, arguments.long),
    "restart": lambda stage, serin, conditions, arguments: measure_restart(stage, serin, conditions, arguments.long),
}
"""Cases that measure builds of serin alone, against what is promised."""


def read_arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("binary", nargs="?", type=Path, default=REPOSITORY / ".build/release/serin",
                        help="a release build of serin; the repository's own when absent")
    parser.add_argument("--quick", action="store_true", help="one short run of everything: does it work at all?")
    parser.add_argument("--cases", default=",".join([*CASES, "rows"]),
                        help=f"default: %(default)s; beside them there are {', '.join(PROMISES)}; `all` for every one")
    parser.add_argument("--only", default=",".join(NAMES), help="proxies to compare; default: %(default)s")
    parser.add_argument("--add", action="append", default=[], type=other_build, metavar="NAME=BINARY",
                        help="another build of serin to compare; may be given more than once")
    parser.add_argument("--rate", type=int, metavar="N",
                        help="requests a second in the case rate")
    parser.add_argument("--repetitions", type=int, default=5, metavar="N")
    parser.add_argument("--seconds", type=int, default=5, metavar="S", help="of load in a run; default: %(default)s")
    parser.add_argument("--quiet", type=float, default=0.1, metavar="CORES",
                        help="a run is disturbed, and repeated, when others used more; default: %(default)s")
    parser.add_argument("--attempts", type=int, default=4, metavar="N", help="at most, for a disturbed run")
    parser.add_argument("--long", type=int, default=600, metavar="S", help="seconds of soak and restart; default: %(default)s")
    parser.add_argument("--load-cpu", type=int, default=0, metavar="CPU", help="for everything but the proxy")
    parser.add_argument("--proxy-cpu", type=int, default=1, metavar="CPU", help="for the proxy alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="append every run as a line")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.repetitions, arguments.seconds, arguments.attempts = 1, 2, 1
    if not 1 <= arguments.repetitions <= 100 or not 1 <= arguments.seconds <= 600 or not 1 <= arguments.attempts <= 20:
        parser.error("--repetitions is 1 to 100, --seconds 1 to 600, --attempts 1 to 20")
    return arguments


def other_build(text):
    name, separator, binary = text.partition("=")
    if not name or not separator:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=BINARY")
    return name, Path(binary).resolve()


def require_machine(arguments):
    for binary in [arguments.binary, *dict(arguments.add).values()]:
        if not os.access(binary, os.X_OK) or binary.is_dir():
            raise BenchFailure(f"{binary} is no program; build one: swift build -c release --product serin")
    here = os.sched_getaffinity(0)
    wanted = {arguments.load_cpu, arguments.proxy_cpu}
    if len(wanted) < 2 or not wanted <= here:
        raise BenchFailure(f"two different CPUs of {sorted(here)} are needed: see --load-cpu and --proxy-cpu")


def chosen_cases(text):
    known = [*CASES, "rows", *PROMISES]
    cases = known if text == "all" else text.split(",")
    unknown = [case for case in cases if case not in known]
    if unknown:
        raise BenchFailure(f"unknown case {unknown[0]}; there are {', '.join(known)}")
    return cases


def bench(arguments, scratch):
    """Returns whether every promise that was looked at holds."""
    cases = chosen_cases(arguments.cases)
    compared = [case for case in cases if case in CASES]
    binary = arguments.binary.resolve()
    contenders = make_contenders(arguments.only.split(","), binary, dict(arguments.add), PROGRAMS)
    conditions = Conditions(arguments.load_cpu, arguments.proxy_cpu, arguments.seconds, arguments.quiet,
                            arguments.attempts, arguments.rate)
    runs, rows, findings = [], [], []
    try:
        with raise_stage(binary, arguments.load_cpu, scratch) as stage:
            for run in compare(stage, contenders, compared, arguments.repetitions, conditions):
                report.print_run(run)
                runs.append(run)
            if "rows" in cases:
                seconds = 6 if arguments.quick else 20
                rows.extend(measure_rows(stage, Serin("serin", binary), seconds, conditions))
            for case in [case for case in cases if case in PROMISES]:
                for own in contenders:
                    if isinstance(own, Serin):
                        findings += PROMISES[case](stage, own, conditions, arguments)
    finally:
        # What was measured before something failed is worth seeing, too.
        tell(runs, rows, findings, compared, contenders, arguments.json)
    return all(finding.holds for finding in findings)


def tell(runs, rows, findings, cases, contenders, json_file):
    if runs:
        report.print_comparison(runs, cases, [contender.name for contender in contenders])
        ours = [contender.name for contender in contenders if isinstance(contender, Serin)]
        peers = [contender.name for contender in contenders if contender.name not in ours]
        report.print_ratios(runs, cases, ours, peers)
    if rows:
        report.print_rows(rows)
    if findings:
        report.print_findings(findings)
    if json_file:
        with open(json_file, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(dataclasses.asdict(run)) + "\n" for run in [*runs, *rows, *findings])


def main():
    arguments = read_arguments()
    # A terminated benchmark ends what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scratch = Path(tempfile.mkdtemp(prefix="serin-bench-"))
    # nginx's worker and PostgreSQL have accounts of their own.
    scratch.chmod(0o755)
    try:
        require_machine(arguments)
        if not bench(arguments, scratch):
            sys.exit(1)
    except BenchFailure as failure:
        sys.exit(f"Benchmarks/run: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
