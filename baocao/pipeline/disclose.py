"""The stage `disclosure`: what the public editions of a province's units show for a year, decided for all at once.

It reads the exact indicators of every unit and leaves, for each unit and for the province, the same tables without the
figures that are withheld: the notebooks of public editions are given nothing else. What an earlier year withholds stays
withheld where a later year looks back at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from baocao.analysis import disclosure, rollup, settings, units
from baocao.analysis.indicators import Dictionary, load_targets, to_csv
from baocao.analysis.stages import DISCLOSURE, INDICATORS, PUBLISHED, WHOLE, Stage
from baocao.analysis.units import Unit
from baocao.errors import InputError
from baocao.messages import _

NAMES = ("indicators", "series", "targets", "definitions")
"""The tables of `2_indicators` that public editions read; only the first two hold figures of the unit."""
PATTERNS = "patterns.parquet"
"""What was decided for this year and those before: the columns of `disclosure.decide` and the year."""
Tables = Mapping[str, pd.DataFrame]


def disclose(stage: Stage, work: Path, part: Path) -> None:
    """Decide what is withheld, and write every unit's public tables into folders of `part` named as the units' are.

    Raises `InputError` if a unit of the province has not sent its figures yet: what it sends later could tell, by what
    it leaves of the totals, what is withheld of the others now.
    """
    choices = _choices(stage)
    expected = units.reporting(stage.province, stage.year, stage.data)
    sent = _sent(stage, stage.year, work)
    _refuse_waiting(stage, [unit for unit in expected if unit.path not in sent], choices)
    exact = {unit: _tables(sent[unit.path]) for unit in expected if unit.path in sent}
    dictionary = Dictionary.load(stage.data / "indicators.toml", {})
    whole = units.resolve(stage.unit, stage.year, stage.data)
    together = _together(stage, work, exact, expected, whole, dictionary)
    part_of = {unit.code: whole.code for unit in exact} | {
        place: unit.code for unit, tables in exact.items() for place in _places(tables) if place != unit.code
    }
    cells = _cells(exact, together, whole)
    now = disclosure.decide(
        cells,
        disclosure.relations(dictionary, part_of, cells),
        disclosure.Rules(choices.threshold),
        [
            disclosure.Version(earlier, disclosure.relations(dictionary, part_of, earlier))
            for earlier in _published(stage)
        ],
    )
    patterns = {**_earlier(stage, work), stage.year: now}
    for unit, tables in exact.items():
        public = {
            "indicators": disclosure.publish(tables["indicators"], stage.year, patterns),
            "series": disclosure.publish_series(tables["series"], patterns),
        }
        _write(part / unit.path.split("/")[1], {**tables, **public})
    _write(part / WHOLE, {"indicators": _public_totals(together, stage.year, patterns)})
    by_year = [table.assign(year=year) for year, table in patterns.items()]
    pd.concat(by_year, ignore_index=True).to_parquet(part / PATTERNS, index=False)
    now.to_csv(part / f"{PUBLISHED}.csv", index=False)


def _choices(stage: Stage) -> settings.Disclosure:
    """What the province decided about its public editions; the defaults if it has no settings for the year."""
    path = stage.inputs / "report.toml"
    return settings.load(path, stage.year).disclosure if path.is_file() else settings.Disclosure()


def _refuse_waiting(stage: Stage, missing: Sequence[Unit], choices: settings.Disclosure) -> None:
    waiting = [unit for unit in missing if unit.path.split("/")[1] not in choices.not_sending]
    if waiting:
        named = ", ".join(unit.full_name for unit in waiting[:8]) + (" ..." if len(waiting) > 8 else "")
        raise InputError(
            _("The public editions of {province} {year} wait for {count} units that have sent no figures yet: {names}.",
              province=stage.province, year=stage.year, count=len(waiting), names=named),
            _("Put their files into data/{province}/; who will not report, name in {file}, [disclosure], not_sending.",
              province=stage.province, file=f"data/{stage.unit}/{stage.year}/report.toml"),
        )  # fmt: skip


def _sent(stage: Stage, year: int, work: Path) -> dict[str, Path]:
    """The folders with the indicators of the units that sent something for a year."""
    needs = [needed for needed in stage.needs if (needed.notebook, needed.year) == (INDICATORS, year)]
    return {needed.unit: needed.folder(work) for needed in needs}


def _tables(folder: Path) -> Tables:
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in NAMES}


def _places(tables: Tables) -> list[str]:
    return list(dict.fromkeys(tables["indicators"]["place"]))


def _together(
    stage: Stage,
    work: Path,
    exact: Mapping[Unit, Tables],
    expected: Sequence[Unit],
    whole: Unit,
    dictionary: Dictionary,
) -> pd.DataFrame:
    """The roll-up's table, as `4_province` makes it."""
    targets = load_targets(stage.data / "targets.csv", dictionary)
    own = targets[(targets["province"] == stage.province) & (targets["year"] == stage.year)]
    tables = {unit.code: each["indicators"] for unit, each in exact.items()}
    folders = _sent(stage, stage.year - 1, work)
    before = units.reporting(stage.province, stage.year - 1, stage.data) if folders else []
    last = {u.code: _tables(folders[u.path])["indicators"] for u in before if u.path in folders}
    codes = [unit.code for unit in expected]
    return rollup.add_up(tables, codes, whole.code, dictionary, own, last, [unit.code for unit in before])


def _cells(exact: Mapping[Unit, Tables], together: pd.DataFrame, whole: Unit) -> pd.DataFrame:
    """Every figure that a public edition of the year could show, and which sending of a unit's figures it is from.

    What they are compared with is no part of a sending: a correction of last year leaves this year's as they were sent.
    """
    columns = ["code", "place", "value", "sensitive"]
    sendings, rows = [], []
    for tables in exact.values():
        own = tables["indicators"][columns]
        sendings.append(_digest(own[["code", "place", "value"]].to_csv(index=False)))
        rows.append(own.assign(submission=sendings[-1]))
    totals = together[together["place"] == whole.code]
    totals = totals.assign(value=totals["value"].fillna(totals["partial"]))[columns]
    rows.append(totals.assign(submission=_digest("".join(sendings))))
    return pd.concat(rows, ignore_index=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _published(stage: Stage) -> list[pd.DataFrame]:
    """What earlier versions of the year's public editions showed, as this stage wrote it then."""
    names = [name for name in stage.reads if name.startswith(PUBLISHED)]
    return [
        pd.read_csv(stage.inputs / name, dtype={"code": str, "place": str, "submission": str})
        for name in names
    ]


def _earlier(stage: Stage, work: Path) -> dict[int, pd.DataFrame]:
    """What was decided for the years before."""
    folders = [needed.folder(work) for needed in stage.needs if needed.notebook == DISCLOSURE]
    found = pd.concat([pd.read_parquet(folder / PATTERNS) for folder in folders]) if folders else None
    return {} if found is None else {int(y): rows.drop(columns="year") for y, rows in found.groupby("year")}


def _public_totals(together: pd.DataFrame, year: int, patterns: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The roll-up's table without what is withheld, of the sums of those units that sent something too."""
    whole = together["value"].notna()
    filled = together.assign(value=together["value"].fillna(together["partial"]))
    public = disclosure.publish(filled, year, patterns)
    return public.assign(
        value=public["value"].where(whole), partial=public["partial"].mask(public["suppressed"])
    )


def _write(folder: Path, tables: Tables) -> None:
    folder.mkdir()
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    (folder / "indicators.csv").write_text(to_csv(tables["indicators"]), encoding="utf-8", newline="")
