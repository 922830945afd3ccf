"""``python -m tests.mutation [--target NAME] [--only PATH[:LINE]]``: prints the mutants that no test kills."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.mutation import runs
from tests.mutation.equivalents import EQUIVALENTS, Equivalent, read_equivalents
from tests.mutation.mutants import Mutant, find_mutants, plain_source
from tests.mutation.runs import Fate
from tests.mutation.targets import TARGETS, Target

PROJECT = Path(__file__).resolve().parents[2]


def main() -> int:
    arguments = _parser().parse_args()
    target = TARGETS[arguments.target]
    runs.prepare()
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copies = runs.Copies(PROJECT, Path(folder).resolve(), arguments.processes)
        equivalents = tuple(e for e in read_equivalents(EQUIVALENTS) if e.path in target.modules)
        found = [mutant for path in target.modules for mutant in find_mutants(path, copies.read(path))]
        chosen = _chosen(found, arguments)
        if arguments.list:
            print(*chosen, sep="\n")
            return 0
        limits = _limits(copies, target, is_quick=arguments.quick)
        return _report(copies, target, chosen, limits, equivalents, is_whole=len(chosen) == len(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "--target", choices=TARGETS, default="recording", help="which modules, with their tests (default recording)"
    )
    parser.add_argument("--only", metavar="PATH[:LINE]", action="append", help="mutants of one module or line")
    parser.add_argument("--sample", metavar="N", type=int, help="only so many, chosen at random")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="chooses the sample (default 0)")
    parser.add_argument("--processes", metavar="N", type=int, default=2, help="test runs at a time (default 2)")
    parser.add_argument("--quick", action="store_true", help="leave out the tests that search for counterexamples")
    parser.add_argument("--list", action="store_true", help="list the mutants and run nothing")
    return parser


def _chosen(found: list[Mutant], arguments: argparse.Namespace) -> list[Mutant]:
    if arguments.only:
        found = [m for m in found if any(_is_meant(m, place) for place in arguments.only)]
    if arguments.sample is not None and arguments.sample < len(found):
        chosen = set(random.Random(arguments.seed).sample(range(len(found)), arguments.sample))
        found = [mutant for number, mutant in enumerate(found) if number in chosen]
    if not found:
        sys.exit("no mutant is chosen")
    return found


def _is_meant(mutant: Mutant, place: str) -> bool:
    path, _, line = place.partition(":")
    return mutant.path.endswith(path) and line in ("", str(mutant.line))


def _limits(copies: runs.Copies, target: Target, *, is_quick: bool) -> tuple[float, ...]:
    """Return the seconds to allow each tier: all pass without a mutant, and a planted fault is found."""
    plain = {path: plain_source(copies.read(path)) for path in target.modules}
    limits = []
    for tier in (runs.QUICK,) if is_quick else (runs.QUICK, runs.SEARCHING):
        # The first run compiles the tests as well.
        is_green, seconds, output = runs.passes(copies.project, copies.slots[0], runs.tests_of(tier, target, ""), plain)
        if not is_green:
            sys.exit(f"{output}\nthe tests fail without any mutant")
        limits.append(60 + 5 * seconds)
        print(f"the {('quick', 'searching')[len(limits) - 1]} tests pass in {seconds:.1f} s", flush=True)
    planted = target.planted[0]
    fault = {planted: target.plant(copies.read(planted))}
    is_green, _, output = runs.passes(copies.project, copies.slots[0], target.quick, fault)
    if is_green:
        sys.exit(f"{output}\na planted fault is not found: the tests do not run what is mutated")
    return (limits[0], *limits)


def _report(
    copies: runs.Copies,
    target: Target,
    chosen: list[Mutant],
    limits: tuple[float, ...],
    equivalents: tuple[Equivalent, ...],
    *,
    is_whole: bool,
) -> int:
    fates: Counter[str] = Counter()
    used: set[Equivalent] = set()
    started = time.monotonic()
    for mutant, fate, printed in runs.run(copies, target, chosen, limits):
        explained = [e for e in equivalents if e.explains(mutant)]
        used.update(explained)
        if explained and fate is not Fate.KILLED:
            # Slow tests of a busy machine kill nothing.
            fates["explained"] += 1
        elif fate is Fate.SURVIVED:
            fates["survived"] += 1
            print(f"survived  {mutant}", flush=True)
        else:
            fates[fate] += 1
            if explained:
                fates["stale"] += 1
                print(f"{printed}\nkilled, though explained as equivalent: {mutant}", flush=True)
    stale = [e for e in equivalents if e not in used] if is_whole else []
    for equivalent in stale:
        print(f"explains no mutant: {EQUIVALENTS.name}:{equivalent.line}: {equivalent.original}", flush=True)
    print(
        f"{len(chosen)} mutants in {time.monotonic() - started:.0f} s: {fates['killed']} killed,"
        f" {fates['timed out']} timed out, {fates['explained']} explained, {fates['survived']} survived"
    )
    return 1 if fates["survived"] or fates["stale"] or stale else 0


if __name__ == "__main__":
    sys.exit(main())
