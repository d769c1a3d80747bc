"""The stage `disclosure`: what the public editions of a province's units show for a year, decided for all of them at once.

It reads the exact indicators of every unit and leaves, for each unit and for the province, the same tables without the
figures that are withheld; the notebooks of public editions are given nothing else. Decided year by year: what an earlier
year withholds, a later one withholds too where it looks back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from baocao.analysis import disclosure, indicators, settings, units
from baocao.analysis.stages import DISCLOSURE, INDICATORS, PUBLISHED, Stage
from baocao.analysis.units import Unit
from baocao.errors import InputError
from baocao.messages import _

TABLES = ("indicators", "series", "targets")
PATTERN = "pattern.parquet"


@dataclass(frozen=True)
class _Exact:
    """A unit and the tables that `2_indicators` left for it."""

    unit: Unit
    tables: Mapping[str, pd.DataFrame]


def disclose(stage: Stage, work: Path, part: Path) -> None:
    """Decide what is withheld, and write every unit's public tables into folders of `part` named as the units' are.

    Raises `InputError` if the figures of a unit of the province are still waited for: what it sends later could tell,
    by what is left of the totals, what is withheld of the others now.
    """
    choices = _choices(stage)
    whole = units.resolve(stage.unit, stage.year, stage.data)
    sent = [needed for needed in stage.needs if needed.notebook == INDICATORS]
    _refuse_waiting(stage, {needed.unit for needed in sent}, choices)
    exact = [_read(needed, work) for needed in sent]
