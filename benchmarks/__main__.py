"""`python -m benchmarks`: every figure of speed and memory that the project states, measured on this machine."""

from __future__ import annotations

import argparse
import os
import platform

import numba

from benchmarks import bandwidth, branching, city, kernel, worlds

MOST_STEPS = 5


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
    say(f"residents kernel ({people / 1e6:g} million residents)", f"{rates.kernel / 1e6:.0f} million turns/s")
    say(
        f"  at {rates.bytes_per_resident} bytes a turn, of {city.turn_weeks()} weeks",
        f"{moved / memory.most:.0%} of memory bandwidth",
    )
    say(
        "  the same rule in NumPy",
        f"{rates.numpy / 1e6:.1f} million/s: the kernel is {rates.kernel / rates.numpy:.0f}x",
    )
    say("  the same rule in Mesa", f"{rates.mesa / 1e6:.2f} million/s: the kernel is {rates.kernel / rates.mesa:.0f}x")
    say("  kernel and NumPy agree to the bit", "yes" if rates.agrees else "NO")


def karachi(scale: int) -> None:
    """One simulation from the first week to the last, warm, in a process of its own."""
    timed = city.measure(scale)
    say(f"{city.SCENARIO} 1:{scale} ({timed.residents:,} residents, {timed.weeks} weeks)", f"{timed.seconds:.1f} s")
    say("  a week besides the residents kernel", f"{timed.besides_residents_ms:.2f} ms")
    dearest = sorted(timed.steps.items(), key=lambda step: -step[1])[:MOST_STEPS]
    say("  dearest steps, ms a week", ", ".join(f"{name} {1e3 * cost:.2f}" for name, cost in dearest))
    say("  peak memory", f"{timed.peak_bytes / 2**20:.0f} MiB")


def plans() -> None:
    """Ten plans branched off one past, on one core."""
    timed = branching.measure()
    say(f"{branching.SCENARIO} 1:{branching.SCALE} on one core, 1978-2020", f"{timed.whole:.1f} s")
    say("  ten plans from 2013: past, branches", f"{timed.past:.1f}, {timed.branches:.1f} s")
    say("  against one past and the branches' own weeks", f"{timed.ratio:.2f}x")


def many() -> None:
    """Many worlds on two cores, and a second Dask worker."""
    timed = worlds.measure()
    say(f"{timed.worlds} worlds of {worlds.SCENARIO} 1:{worlds.SCALE} on two cores", f"{timed.seconds:.0f} s")
    say("  a thousand at that rate", f"{timed.minutes_for_a_thousand:.0f} min")
    half, end = timed.half_way / 2**20, timed.at_the_end / 2**20
    say("  peak memory of the driver, half way and at the end", f"{half:.0f}, {end:.0f} MiB")
    say("  two Dask workers against one", f"{timed.second_worker:.2f}x")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--residents", type=int, default=kernel.PEOPLE, help="size of the kernel's city")
    options.add_argument("--scales", type=int, nargs="*", default=city.SCALES, help="adults a resident stands for")
    asked = options.parse_args()
    machine()
    residents(asked.residents)
    for scale in asked.scales:
        karachi(scale)
    plans()
    many()


if __name__ == "__main__":
    main()
