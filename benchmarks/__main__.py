"""`python -m benchmarks`: every figure of speed and memory that the project states, measured on this machine."""

from __future__ import annotations

import argparse
import os
import platform

import numba

from benchmarks import bandwidth, kernel


def say(what: str, figure: str) -> None:
    """One line of the table."""
    print(f"{what:<46}{figure}", flush=True)


def machine() -> None:
    """What this ran on."""
    versions = f"Python {platform.python_version()}, Numba {numba.__version__}"
    say("machine", f"{platform.machine()}, {os.cpu_count()} cores, {numba.get_num_threads()} threads; {versions}")


def residents(people: int) -> None:
    """The kernel against memory, NumPy and Mesa."""
    memory = bandwidth.measure()
    say("memory bandwidth (STREAM copy, triad)", f"{memory.copy / 1e9:.1f}, {memory.triad / 1e9:.1f} GB/s")
    rates = kernel.measure(people)
    moved = rates.kernel * rates.bytes_per_resident
    say(f"residents kernel ({people / 1e6:g} million residents)", f"{rates.kernel / 1e6:.0f} million resident-weeks/s")
    say(f"  at {rates.bytes_per_resident} bytes a resident-week", f"{moved / memory.most:.0%} of memory bandwidth")
    say(
        "  the same rule in NumPy",
        f"{rates.numpy / 1e6:.1f} million/s: the kernel is {rates.kernel / rates.numpy:.0f}x",
    )
    say("  the same rule in Mesa", f"{rates.mesa / 1e6:.2f} million/s: the kernel is {rates.kernel / rates.mesa:.0f}x")
    say("  kernel and NumPy agree to the bit", "yes" if rates.agrees else "NO")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--residents", type=int, default=kernel.PEOPLE, help="size of the kernel's city")
    asked = options.parse_args()
    machine()
    residents(asked.residents)


if __name__ == "__main__":
    main()
