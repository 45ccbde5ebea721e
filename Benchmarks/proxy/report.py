"""Tables of what was measured."""

from statistics import median

RATIOS = (("CPU per request", "cpu_us"), ("requests/s", "per_second"), ("p50", "p50_us"), ("p99", "p99_us"))


def print_run(run):
    mark = f"  disturbed: others used {run.others:.2f} cores" if run.disturbed else ""
    print(f"  {run.case:6}{run.repetition + 1:>3}  {run.proxy:10}{run.cpu_us:7.1f} µs CPU/request{run.per_second:9.0f} req/s"
          f"   p50 {run.p50_us:6.0f} µs   p99 {run.p99_us:6.0f} µs{mark}", flush=True)


def print_comparison(runs, cases, proxies):
    print("\nMedians, [least–most] of the undisturbed runs. * = all were disturbed, ! = share outside 4 σ in a run.\n")
    lines = [["case", "proxy", "runs", "CPU µs/request", "requests/s", "p50 µs", "p99 µs", "RSS MiB", "canary %", "errors",
              "busy", "others"]]
    for case in cases:
        for proxy in proxies:
            mine = [run for run in runs if run.case == case and run.proxy == proxy]
            if mine:
                lines.append(_comparison_line(case, proxy, mine))
    print_table(lines, texts=2)


def _comparison_line(case, proxy, runs):
    quiet = [run for run in runs if not run.disturbed]
    chosen = quiet or runs

    def values(key):
        return [getattr(run, key) for run in chosen]

    share = f"{median(values('canary_share')) * 100:.2f}" + ("!" if any(values("share_is_off")) else "")
    return [case, proxy, f"{len(chosen)}" + ("" if quiet else "*"), _spread(values("cpu_us"), 1),
            _spread(values("per_second"), 0), _spread(values("p50_us"), 0), _spread(values("p99_us"), 0), f"{median(values('rss_mib')):.1f}", share, str(sum(run.errors for run in runs)),
            f"{median(values('busy')):.2f}", f"{median(values('others')):.2f}"]


def print_ratios(runs, cases, ours, peers):
    """Each build of ours beside each peer, and beside the builds named before it."""
    lines = [["case", "proxy", "beside", "pairs", *(title for title, _ in RATIOS)]]
    for case in cases:
        for index, own in enumerate(ours):
            for other in [*peers, *ours[:index]]:
                pairs = _pairs(runs, case, own, other)
                if pairs:
                    lines.append(_ratio_line(case, own, other, pairs))
    if len(lines) > 1:
        print("\nRatios, pair by pair of the same repetition: median, [least–most]. * = from disturbed runs.\n")
        print_table(lines, texts=3)


def _ratio_line(case, own, other, pairs):
    quiet = [pair for pair in pairs if not any(run.disturbed for run in pair)]
    chosen = quiet or pairs
    cells = []
    for _, key in RATIOS:
        ratios = [getattr(mine, key) / getattr(other, key) for mine, other in chosen if getattr(other, key) > 0]
        # At a fixed rate everybody answers as many.
        cells.append("–" if key == "per_second" and case in ("rate", "half") else _spread(ratios, 2))
    return [case, own, other, f"{len(chosen)}" + ("" if quiet else "*"), *cells]


def _pairs(runs, case, own, peer):
    at = {(run.repetition, run.proxy): run for run in runs if run.case == case}
    repetitions = sorted({repetition for repetition, _ in at})
    return [(at[r, own], at[r, peer]) for r in repetitions if (r, own) in at and (r, peer) in at]


def _spread(values, digits):
    if not values:
        return "–"
    return f"{median(values):.{digits}f} [{min(values):.{digits}f}–{max(values):.{digits}f}]"


def print_rows(runs):
    print("\nRows of telemetry that one gateway wrote, with one open rollout.\n")
    lines = [["asked/s", "requests/s", "errors", "windows/s", "cells/s", "rows/s", "bytes/cell", "served", "counted"]]
    for run in runs:
        lines.append([
            str(run.asked_per_second), f"{run.per_second:.0f}", str(run.errors), f"{run.windows_per_second:.2f}",
            f"{run.cells_per_second:.2f}", f"{run.windows_per_second + run.cells_per_second:.2f}",
            f"{run.bytes_per_cell:.0f}", str(run.served), str(run.counted),
        ])
    print_table(lines, texts=0)


def print_table(lines, texts):
    """The first `texts` columns flush left, the numbers flush right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [cell.ljust(width) if column < texts else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip(), flush=True)


def print_findings(findings):
    lines = [["case", "what", "measured", "promised", ""]]
    for finding in findings:
        verdict = ("holds" if finding.holds else "BROKEN") if finding.promise else ""
        lines.append([finding.case, finding.what, finding.value, finding.promise, verdict])
    print()
    print_table(lines, texts=5)
    for finding in findings:
        if finding.note:
            print(f"\n{finding.case}, {finding.what}: {finding.note}")
