"""One peer's work on the same data: peers.py PEER ROWS [BODY ...], a JSON object a line on standard output.

Reference and current are lognormal columns of ROWS values; imports and data are outside the clock.
"""
import json
import pathlib
import sys
import time

ROWS = int(sys.argv[2])


def measure(peer, work, function, rows=None, repetitions=2):
    walls, cpus = [], []
    for _ in range(repetitions):
        wall, cpu = time.perf_counter(), time.process_time()
        value = function()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    line = {"peer": peer, "work": work, "rows": rows or ROWS, "wall_s": walls, "cpu_s": cpus, "value": str(value)[:40]}
    print(json.dumps(line), flush=True)


def columns():
    import numpy

    random = numpy.random.default_rng(1)
    return numpy.exp(random.normal(0, 0.6, ROWS)), numpy.exp(random.normal(0.02, 0.62, ROWS))


def frame():
    """What serin's benchmark profiles, too: seven floating columns, two of words, one of whole numbers."""
    import numpy
    import pandas

    random = numpy.random.default_rng(2)
    floating = {f"f{place}": numpy.exp(random.normal(0, 0.6, ROWS)) for place in range(7)}
    words = {
        "c0": random.choice(numpy.array(["a", "b", "c", "d"]), ROWS),
        "c1": random.choice(numpy.array([f"k{place}" for place in range(50)]), ROWS),
    }
    return pandas.DataFrame({**floating, **words, "i0": random.integers(0, 1000, ROWS)})


def decode():
    import numpy
    import orjson

    def matrix(body):
        if "instances" in body:
            return numpy.array(body["instances"], dtype=numpy.float64)
        if "inputs" in body:
            tensor = body["inputs"][0]
            return numpy.array(tensor["data"], dtype=numpy.float64).reshape(tensor["shape"])
        rows = body["dataframe_records"]
        return {name: numpy.array([row[name] for row in rows]) for name in rows[0]}

    for path in map(pathlib.Path, sys.argv[3:]):
        body = path.read_bytes()
        rounds = max(2, (64 << 20) // len(body))

        def work():
            for _ in range(rounds):
                values = matrix(orjson.loads(body))
            return len(values)

        measure(f"orjson {orjson.__version__}", f"orjson + numpy {path.name}", work, rows=rounds)


def scipy():
    import numpy
    import scipy
    from scipy import stats

    reference, current = columns()
    peer = f"scipy {scipy.__version__}"
    edges = numpy.quantile(reference, numpy.arange(1, 10) / 10)
    shares = numpy.bincount(numpy.searchsorted(edges, reference), minlength=10) / ROWS

    def psi():
        now = numpy.bincount(numpy.searchsorted(edges, current), minlength=10) / ROWS
        return float(((now - shares) * numpy.log(now / shares)).sum())

    measure(peer, "KS of raw values", lambda: stats.ks_2samp(reference, current, method="asymp").statistic)
    measure(peer, "Wasserstein of raw values", lambda: stats.wasserstein_distance(reference, current))
    measure(peer, "PSI in 10 bins that are known", psi)
    measure(peer, "histogram in 64 equal bins", lambda: numpy.histogram(current, 64, range=(0, 20))[0].sum())


def evidently():
    import evidently
    import pandas
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    reference, current = (pandas.Series(values, name="x").to_frame() for values in columns())
    definition = DataDefinition(numerical_columns=["x"])
    old = Dataset.from_pandas(reference, data_definition=definition)
    new = Dataset.from_pandas(current, data_definition=definition)
    for method in ("psi", "ks", "wasserstein"):
        measure(
            f"evidently {evidently.__version__}",
            f"drift report of 1 column, {method}",
            lambda: Report([DataDriftPreset(method=method)]).run(new, old) is None,
        )


def nannyml():
    import nannyml
    import pandas

    reference, current = (pandas.DataFrame({"x": values}) for values in columns())
    for method in ("kolmogorov_smirnov", "wasserstein", "jensen_shannon"):
        calculator = nannyml.UnivariateDriftCalculator(
            column_names=["x"], continuous_methods=[method], chunk_number=1
        )
        calculator.fit(reference)
        measure(f"nannyml {nannyml.__version__}", f"{method} of 1 column", lambda: calculator.calculate(current) is None)


def whylogs():
    from importlib import metadata

    from whylogs.core import DatasetProfile

    table = frame()
    peer = f"whylogs {metadata.version('whylogs')}"

    def track(part):
        profile = DatasetProfile()
        profile.track(part)
        return profile.view().get_column("f0").to_summary_dict()["counts/n"]

    measure(peer, "profile.track of 10 columns", lambda: track(table))
    one = table[["f0"]]
    measure(peer, "profile.track of 1 column", lambda: track(one))


def river():
    import random

    import river
    from river import drift

    generator = random.Random(1)
    values = [generator.lognormvariate(0, 0.6) for _ in range(ROWS)]
    flags = [1.0 if value > 2.5 else 0.0 for value in values]

    def run(detector, stream):
        found = 0
        for value in stream:
            detector.update(value)
            found += detector.drift_detected
        return found

    peer = f"river {river.__version__}"
    measure(peer, "ADWIN of a stream of 0 and 1", lambda: run(drift.ADWIN(), flags))
    measure(peer, "Page-Hinkley of 1 column", lambda: run(drift.PageHinkley(), values))


if __name__ == "__main__":
    peers = {"decode": decode, "scipy": scipy, "evidently": evidently, "nannyml": nannyml, "whylogs": whylogs, "river": river}
    peers[sys.argv[1]]()
