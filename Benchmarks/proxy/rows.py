"""How many rows of telemetry a gateway writes: it must not depend on how many requests there are."""

from dataclasses import dataclass

from load import Load, run_load
from processes import BenchFailure

RATES = (1_000, 10_000)
CONNECTIONS = 50


@dataclass(frozen=True)
class RowsRun:
    asked_per_second: int
    per_second: float
    errors: int
    windows_per_second: float
    cells_per_second: float
    bytes_per_cell: float
    served: int
    """Requests the model servers answered in the gateway's whole life."""
    counted: int
    """Requests in the telemetry of the gateway's whole life."""


def measure_rows(stage, serin, seconds, conditions):
    for rate in RATES:
        yield _measure(stage, serin, rate, seconds, conditions)


def _measure(stage, serin, rate, seconds, conditions):
    load = Load(path="/small", body_bytes=300, connections=CONNECTIONS, per_second=rate)
    name = f"{serin.name}-rows-{rate}"
    before = sum(stage.answered())
    with serin.running(stage, conditions.proxy_cpu, name) as (_, port):
        result = run_load(load, port, seconds, conditions.load_cpu, stage.scratch)
    # The gateway has written its last window when it ends.
    served = sum(stage.answered()) - before
    windows, cells, span, size = stage.database.rows(_steady_rows(name))[0]
    if not int(windows):
        raise BenchFailure("no window of telemetry lies wholly within the load: give it more seconds")
    counted = int(stage.database.rows(_counted_requests(name))[0][0])
    return RowsRun(
        asked_per_second=rate,
        per_second=result.per_second,
        errors=result.errors,
        windows_per_second=int(windows) / float(span),
        cells_per_second=int(cells) / float(span),
        bytes_per_cell=float(size) / int(cells),
        served=served,
        counted=counted,
    )


def _steady_rows(gateway):
    """The busy windows of one gateway, without the first two and the last, which the load only grazes."""
    return f"""
        WITH busy AS (
            SELECT w.started_at, w.ended_at, count(*) AS cells, sum(pg_column_size(c.*)) AS size,
                row_number() OVER (ORDER BY w.sequence) AS rank, row_number() OVER (ORDER BY w.sequence DESC) AS from_end
            FROM gateways g JOIN telemetry_windows w USING (replica) JOIN telemetry_cells c USING (replica, sequence)
            WHERE g.name = '{gateway}'
            GROUP BY w.replica, w.sequence
        )
        SELECT count(*), coalesce(sum(cells), 0), coalesce(sum(extract(epoch FROM ended_at - started_at)), 0),
            coalesce(sum(size), 0)
        FROM busy WHERE rank > 2 AND from_end > 1"""


def _counted_requests(gateway):
    return f"""
        SELECT coalesce(sum(c.success), 0) FROM gateways g JOIN telemetry_cells c USING (replica)
        WHERE g.name = '{gateway}'"""
