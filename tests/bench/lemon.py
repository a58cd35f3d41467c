"""LEMON's network simplex as a program of the bench's own, where it can be built."""

import shutil
import subprocess
from pathlib import Path

import numpy as np

from tests.bench.network import Network

SOURCE = Path(__file__).with_name("lemon_flow.cpp")
HEADER = "lemon/network_simplex.h"


def built(folder: Path) -> Path | None:
    """The program, compiled into a folder; None, with a line that says why not."""
    compiler = shutil.which("g++")
    if not compiler:
        return _skipped("there is no g++")
    asked = subprocess.run(
        [compiler, "-E", "-x", "c++", "-"],
        input=f"#include <{HEADER}>".encode(),
        capture_output=True,
    )
    if asked.returncode:
        return _skipped(f"there is no {HEADER} (Debian: liblemon-dev)")
    program = folder / "lemon_flow"
    options = ["-O3", "-march=native", "-std=c++17"]
    subprocess.run([compiler, *options, "-o", program, SOURCE], check=True)
    return program


def write(network: Network, path: Path) -> None:
    """The file that the program reads; its arcs go by supply."""
    counts = [len(network.mass), len(network.slot_cap)]
    counts += [len(network.capacity), len(network.cost)]
    columns = (
        np.array(counts),
        network.mass,
        network.slot_cap,
        network.slot_demand,
        network.capacity,
        network.supply,
        network.slot,
        network.cost,
    )
    with path.open("wb") as file:
        for column in columns:
            column.astype(np.int64).tofile(file)


def _skipped(reason: str) -> None:
    print(f"LEMON is left out: {reason}.")
