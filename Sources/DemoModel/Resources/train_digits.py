#!/usr/bin/env python3
"""Trains the two classifiers of the demonstration and writes digits.json beside this file.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python train_digits.py

Data: Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits [Dataset]. UCI Machine Learning
Repository. https://doi.org/10.24432/C50P49. Licence: CC BY 4.0. scikit-learn carries its 1797-row test part,
8x8 pixels of 0...16, as load_digits().

Everything is seeded: the same scikit-learn writes the same bytes. The stored predictions are those of
scikit-learn with the rounded weights that digits.json holds, so another implementation can be compared exactly.
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

SEED = 20
HELD_OUT_ROWS = 500
DARKEST_PIXEL = 16
# Weights are stored as integer thousandths: three decimals cost no held-out prediction its accuracy.
WEIGHT_SCALE = 1000
# One character per pixel: 0...16.
PIXEL_ALPHABET = "0123456789abcdefg"


def main():
    pixels, labels = load_digits(return_X_y=True)
    train_pixels, held_pixels, train_labels, held_labels = train_test_split(
        pixels, labels, test_size=HELD_OUT_ROWS, stratify=labels, random_state=SEED
    )
    train_inputs, held_inputs = train_pixels / DARKEST_PIXEL, held_pixels / DARKEST_PIXEL

    v1 = LogisticRegression(C=1.0, max_iter=5000, tol=1e-6).fit(train_inputs, train_labels)
    v2 = MLPClassifier(
        hidden_layer_sizes=(24,), alpha=0.3, solver="lbfgs", max_iter=2000, random_state=SEED
    ).fit(train_inputs, train_labels)
    round_weights(v1, v2)

    versions = {
        "v1": {"layers": [layer(v1.coef_, v1.intercept_, "softmax")]},
        "v2": {
            "layers": [
                layer(weights.T, biases, activation)
                for weights, biases, activation in zip(v2.coefs_, v2.intercepts_, ("relu", "softmax"))
            ]
        },
    }
    for name, model in (("v1", v1), ("v2", v2)):
        predictions = model.predict(held_inputs)
        versions[name]["heldOutPredictions"] = "".join(map(str, predictions))
        versions[name]["firstRowProbabilities"] = [round(float(p), 9) for p in model.predict_proba(held_inputs[:1])[0]]
        correct = int((predictions == held_labels).sum())
        print(f"{name}: {correct} of {HELD_OUT_ROWS} held-out rows right ({correct / HELD_OUT_ROWS:.1%}), "
              f"training accuracy {model.score(train_inputs, train_labels):.1%}")
    agreement = numpy.mean(v1.predict(held_inputs) == v2.predict(held_inputs))
    print(f"v1 and v2 agree on {agreement:.1%} of the held-out rows (scikit-learn {sklearn.__version__})")

    archive = {
        "source": "Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits [Dataset]. "
        "UCI Machine Learning Repository. https://doi.org/10.24432/C50P49",
        "licence": "CC BY 4.0",
        "darkestPixel": DARKEST_PIXEL,
        "weightScale": WEIGHT_SCALE,
        "versions": versions,
        "heldOutLabels": "".join(map(str, held_labels)),
        "heldOutRows": ["".join(PIXEL_ALPHABET[int(pixel)] for pixel in row) for row in held_pixels],
    }
    path = pathlib.Path(__file__).with_name("digits.json")
    path.write_text(json.dumps(archive, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


def rounded(array):
    return numpy.rint(array * WEIGHT_SCALE) / WEIGHT_SCALE


def round_weights(v1, v2):
    v1.coef_, v1.intercept_ = rounded(v1.coef_), rounded(v1.intercept_)
    v2.coefs_ = [rounded(weights) for weights in v2.coefs_]
    v2.intercepts_ = [rounded(biases) for biases in v2.intercepts_]


def layer(weights, biases, activation):
    """One dense layer; `weights` has a row per output."""
    return {
        "activation": activation,
        "weights": [[round(value * WEIGHT_SCALE) for value in row] for row in weights],
        "biases": [round(value * WEIGHT_SCALE) for value in biases],
    }


if __name__ == "__main__":
    main()
