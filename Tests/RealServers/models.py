"""The versions that are put on trial: scikit-learn models on the digits that the library bundles.

Pickled by reference to this module, so a model server needs it on its path.
"""

import hashlib
import pathlib
import time

import joblib
import numpy
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def dice(rows):
    """A number in 0…1 for each row, always the same for the same row."""
    digests = (hashlib.sha256(numpy.ascontiguousarray(row, dtype="<f4").tobytes()).digest() for row in rows)
    return numpy.array([int.from_bytes(digest[:8], "big") / 2**64 for digest in digests])


class Faulty:
    """A good model with one fault."""

    def __init__(self, model, fault):
        self.model, self.fault = model, fault

    def predict(self, rows):
        rows = numpy.asarray(rows)
        answers = self.model.predict(rows)
        chance = dice(rows)
        if self.fault == "worse":
            # Wrong on every seventh row, in all directions: the shares of the classes stay what they are.
            return numpy.where(chance < 0.15, (answers + 1 + (chance * 1e6).astype(int) % 9) % 10, answers)
        if self.fault == "slower":
            time.sleep(0.02)
        if self.fault == "erring" and (chance < 0.15).any():
            raise ValueError("this version can't read such a digit")
        if self.fault == "shifted":
            return numpy.where((answers == 8) | (answers == 9), 3, answers)
        return answers


def train(directory):
    digits = load_digits()
    x, x_test, y, y_test = train_test_split(digits.data, digits.target, test_size=0.5, random_state=7)
    first = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)).fit(x, y)
    second = make_pipeline(StandardScaler(), LogisticRegression(C=0.2, max_iter=500)).fit(x, y)
    versions = {"first": first, "equal": second}
    versions |= {fault: Faulty(second, fault) for fault in ("worse", "slower", "erring", "shifted")}
    for name, model in versions.items():
        joblib.dump(model, pathlib.Path(directory) / f"{name}.joblib")
    return x_test.astype(float), y_test
