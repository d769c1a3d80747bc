"""Ten thousand messy files: each is read as its true table, or a finding says where it is not.

    python benchmarks/proof_messy.py [FILES]

The files, and what they are held against, are those of `tests/test_messy.py`. The result is `results/messy.md`; exit
code 1 if a difference was silent, a file of harmless habits only got an error, or anything but a refusal was raised.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

import provenance
from messy import FORMATS, HABITS, OUTCOMES, judge, make, random_recipe

SEED = 10_000
RAISED = "raised"


def main(files: int) -> int:
    """Make and read so many files; returns the exit code."""
    by_habit: dict[str, Counter[str]] = defaultdict(Counter)
    by_format: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    harmless: Counter[str] = Counter()
    needless: Counter[str] = Counter()
    wrong: list[str] = []

    begun = time.monotonic()
    chance = Random(SEED)
    with tempfile.TemporaryDirectory(prefix="baocao-messy-") as folder:
        for number in range(files):
            recipe = random_recipe(chance)
            try:
                draft, path = make(recipe, Path(folder))
                verdict = judge(draft, path)
            except Exception as error:  # noqa: BLE001 - whatever is raised is a result here
                total[RAISED] += 1
                wrong.append(f"{type(error).__name__}: {error}: {recipe}")
                continue
            for counter in (total, by_format[recipe.format], *(by_habit[name] for name in draft.applied)):
                counter[verdict.outcome] += 1
            if all(HABITS[name].harmless for name in draft.applied):
                harmless.update(["", *draft.applied])
                needless.update(["", *draft.applied] if verdict.needless else [])
            wrong.extend(f"{what}: {recipe}" for what in (*verdict.silent, *verdict.needless))
            if (number + 1) % 500 == 0:
                print(f"{number + 1}/{files}", len(wrong), "wrong", flush=True)
    summary = (
        f"{total.total()} files of {len(HABITS)} habits in {', '.join(FORMATS)}: "
        f"{', '.join(f'{total[outcome]} {outcome}' for outcome in OUTCOMES)}; {total[RAISED]} raised anything else. "
        f"Of {harmless['']} files of harmless habits only, {needless['']} got an error."
    )
    rows = [_row(f"`{name}`", by_format[name]) for name in FORMATS]
    rows += [
        _row(
            f"{each.what.rstrip('.')}{f' ({needless[name]} of {harmless[name]})' if each.harmless else ' †'}",
            by_habit[name],
        )
        for name, each in HABITS.items()
    ]
    text = f"""# Messy files

{summary}

{provenance.described()}Seconds: {time.monotonic() - begun:.0f}; seed {SEED}.

A file went through several habits and counts in the row of each. † may cost an error. After a harmless habit stands how
many of the files of harmless habits only got an error all the same.

| habit | files | {" | ".join(OUTCOMES)} |
|---|{"---|" * (len(OUTCOMES) + 1)}
"""
    provenance.write("messy.md", text + "\n".join([*rows, *(f"\n- {each}" for each in wrong[:20])]) + "\n")
    print(summary, *wrong[:20], sep="\n")
    return 1 if wrong else 0


def _row(name: str, counted: Counter[str]) -> str:
    return f"| {name} | {counted.total()} | {' | '.join(str(counted[outcome]) for outcome in OUTCOMES)} |"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
