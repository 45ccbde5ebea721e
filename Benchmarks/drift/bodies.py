"""Writes the bodies that are decoded: bodies.py DIRECTORY. 32 rows each, from one seed."""
import json
import pathlib
import sys

import numpy

directory = pathlib.Path(sys.argv[1])
random = numpy.random.default_rng(3)
doubles = numpy.exp(random.normal(0, 0.6, (32, 64)))
singles = doubles.astype(numpy.float32)
digits = random.integers(0, 17, (32, 64))

BODIES = {
    # Numbers as Python writes them: 15 to 17 digits.
    "double": {"inputs": [{"name": "x", "shape": [32, 64], "datatype": "FP64", "data": doubles.ravel().tolist()}]},
    "single": {"instances": [[float(str(value)) for value in row] for row in singles]},
    "digits": {"instances": digits.tolist()},
    "records": {
        "dataframe_records": [
            {
                **{f"feature_{place}": float(doubles[row, place]) for place in range(7)},
                "job": ["cook", "driver", "nurse", "clerk"][row % 4],
                "city": f"k{row}",
                "count": row,
            }
            for row in range(32)
        ]
    },
}
for name, body in BODIES.items():
    (directory / f"{name}.json").write_text(json.dumps(body))
