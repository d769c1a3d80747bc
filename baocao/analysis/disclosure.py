"""Which figures of a province and year the public edition shows, so that nobody can work out the small ones.

A sensitive count of 1 to 4 is hidden (primary). What the reader could subtract it from is hidden too (secondary),
until, with everything public, each primary cell can still be anything from 1 to 4 and each secondary cell has a range
of at least 4. Everything public means all figures that are shown, here and in earlier versions, and the relations that
the dictionary states. The ranges are the solutions of integer programs (HiGHS, through scipy).

What is protected and what cannot be: docs/decisions/0013.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from baocao.analysis.indicators import Dictionary
from baocao.errors import MisuseError
from baocao.messages import _

Cell = tuple[str, str]
"""A code and a place."""
SHOWN, PRIMARY, SECONDARY = "shown", "primary", "secondary"
_NEAR = 1e-6
_TRIED = 4
"""How many cells are tried, cheapest first, before one is hidden that does not protect another by itself."""


@dataclass(frozen=True)
class Rules:
    """Sensitive counts below `threshold` and above 0 are hidden; a secondary cell has a range of `threshold` - 1."""

    threshold: int = 5

    @property
    def largest(self) -> int:
        """The largest count that is hidden for itself, and the least range of a cell hidden for others."""
        return self.threshold - 1


@dataclass(frozen=True)
class Relation:
    """What a reader knows of some figures: the sum of coefficient x figure is equal to, at most or at least `constant`.

    With the sense "with" it limits nothing: the first cell is shown only where all the others are.
    """

    terms: tuple[tuple[Cell, float], ...]
    sense: Literal["==", "<=", ">=", "with"]
    constant: float = 0.0

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of its terms, in their order."""
        return tuple(cell for cell, _coefficient in self.terms)


@dataclass(frozen=True)
class Version:
    """An earlier version of a year: what `decide` gave for it, with its submissions, and its own `relations`."""

    pattern: pd.DataFrame
    relations: Sequence[Relation]


# ----------------------------------------------------------------------------------------------------------
# What a reader knows
# ----------------------------------------------------------------------------------------------------------


def relations(dictionary: Dictionary, part_of: Mapping[str, str], cells: pd.DataFrame) -> list[Relation]:
    """The relations between the figures of a province and year that its reader can take for granted.

    `cells` has the columns code, place and value, or is the result of `decide` for an earlier version. `part_of` says
    of which unit a commune, and of which province a unit, is a part. Figures of the parts add up to the whole;
    `sum_of`, `within`, `hidden_with`, `numerator` and `denominator` are the dictionary's. A sum that lacks a part is a
    limit. What the figures contradict is left out: nobody learns anything true from it.
    """
    states = cells["state"] if "state" in cells else [SHOWN] * len(cells)
    figures = {
        (row.code, row.place): (None if pd.isna(row.value) else float(row.value), state != SHOWN)
        for row, state in zip(cells.itertuples(index=False), states, strict=True)
    }
    given = {cell: value for cell, (value, hidden) in figures.items() if hidden or value is not None}
    places = list(dict.fromkeys(cells["place"]))
    parts: dict[str, list[str]] = defaultdict(list)
    for place in places:
        if place in part_of:
            parts[part_of[place]].append(place)
    found: list[Relation] = []
    for entry in dictionary:
        for place in places:
            own = (entry.code, place)
            depends = (entry.hidden_with, entry.numerator, entry.denominator)
            if own in figures and (counts := [(code, place) for code in depends if (code, place) in figures]):
                found.append(Relation(tuple((cell, 0.0) for cell in (own, *counts)), "with"))
        if entry.numerator:
            continue
        for whole, members in parts.items():
            found += _sum([(entry.code, place) for place in members], (entry.code, whole), given)
        for place in places:
            own, above = (entry.code, place), (entry.within, place)
            found += _sum([(code, place) for code in entry.sum_of], own, given)
            if above in given:
                found += _sum([own], above, given, exactly=False)
    return found


def _sum(
    parts: Iterable[Cell], whole: Cell, given: Mapping[Cell, float | None], exactly: bool = True
) -> Iterable[Relation]:
    """That the parts add up to the whole, or else that they are no more than it; nothing if they are more."""
    known = [cell for cell in parts if cell in given]
    if whole not in given or not known:
        return
    terms = (*((cell, 1.0) for cell in known), (whole, -1.0))
    gap = sum(coefficient * (given[cell] or 0.0) for cell, coefficient in terms)
    parts_hidden = any(given[cell] is None for cell in known)
    whole_hidden = given[whole] is None
    if exactly and (
        abs(gap) <= _NEAR
        or (gap > 0 and whole_hidden)
        or (gap < 0 and parts_hidden)
        or (parts_hidden and whole_hidden)
    ):
        yield Relation(terms, "==")
    elif gap <= _NEAR or whole_hidden:
        yield Relation(terms, "<=")


# ----------------------------------------------------------------------------------------------------------
# The decision
# ----------------------------------------------------------------------------------------------------------


def decide(
    cells: pd.DataFrame,
    relations: Sequence[Relation],
    rules: Rules,
    published: Sequence[Version] = (),
) -> pd.DataFrame:
    """Which cells of a province and year are shown: code, place, value (missing where hidden) and state.

    `cells` has the columns code, place, value (missing: there is no figure), sensitive and, where there are earlier
    versions, submission: which sending of the place's figures it comes from (equal: nothing was corrected). A figure
    once shown stays shown and one once hidden stays hidden, as long as the place has not sent others; what earlier
    versions hid stays protected, too.

    A state is "shown", "primary" or "secondary". Percentages and amounts follow the counts they depend on.
    """
    system = _System(cells, relations, rules, published)
    hidden = system.search()
    kind = {system.cell[n]: PRIMARY if n in system.primary else SECONDARY for n in hidden if n in system.now}
    state = [kind.get(cell, SHOWN) for cell in zip(cells["code"], cells["place"], strict=True)]
    table = cells[["code", "place", "value"]].reset_index(drop=True)
    table["value"] = table["value"].astype("Float64").mask([s != SHOWN for s in state])
    if "submission" in cells:
        table["submission"] = list(cells["submission"])
    return table.assign(state=state)


def bounds(
    cells: pd.DataFrame,
    pattern: pd.DataFrame,
    relations: Sequence[Relation],
    published: Sequence[Version] = (),
) -> pd.DataFrame:
    """What a reader can work out about the hidden cells of a pattern: code, place, low, high.

    `high` is infinite where nothing limits a figure. Percentages are not among them: they follow from others.
    """
    system = _System(cells, relations, Rules(), published)
    states = {(row.code, row.place): row.state for row in pattern.itertuples(index=False)}
    hidden = {number for number in system.now if states[system.cell[number]] != SHOWN}
    found: dict[int, tuple[float, float]] = {}
    for component in system.components(hidden | system.always_hidden):
        program = _Program(system, component)
        found |= {number: program.range(number) for number in component if number in hidden}
    rows = [(*system.cell[number], *found[number]) for number in sorted(found)]
    return pd.DataFrame(rows, columns=["code", "place", "low", "high"])


class _System:
    """All figures that a reader knows or looks for, by number, and the relations between them.

    An earlier version's figure is one of its own only if the place has sent others since.
    """

    def __init__(
        self,
        cells: pd.DataFrame,
        relations: Sequence[Relation],
        rules: Rules,
        published: Sequence[Version],
    ) -> None:
        self.rules = rules
        self.cell: list[Cell] = []
        self.value: list[float | None] = []
        self.primary: set[int] = set()
        self.known: set[int] = set()
        self.always_hidden: set[int] = set()
        self.sensitive: set[int] = set()
        self.rows: list[tuple[dict[int, float], str, float]] = []
        self.rows_of: dict[int, list[int]] = defaultdict(list)
        self._seen: set[object] = set()
        self._given_away: set[int] = set()
        """Hidden cells that earlier versions leave no way to protect."""
        self._protected: set[tuple[int, ...]] = set()
        self._numbers: dict[tuple[str, str, object], int] = {}
        self._add_now(cells.sort_values(["code", "place"]))
        self.now = range(len(self.cell))
        numbers = dict(zip(self.cell, self.now, strict=True))
        self._relate(relations, numbers)
        self.shown_with = [
            (numbers[first], [numbers[cell] for cell in others])
            for relation in relations
            if relation.sense == "with"
            for first, *others in [relation.cells]
        ]
        for version in published:
            self._relate(version.relations, self._add_earlier(version.pattern))
        self.always_hidden -= self.known
        self.primary -= self.known
        self._derived = {first for first, _others in self.shown_with if not self.rows_of[first]}
        self._totals = self._find_totals(relations, numbers)
        self.whole = self._whole_numbers()
        self.solutions = _Solutions(self.value)

    def _add_now(self, cells: pd.DataFrame) -> None:
        submissions = cells["submission"] if "submission" in cells else [None] * len(cells)
        for row, submission in zip(cells.itertuples(index=False), submissions, strict=True):
            number = self._number((row.code, row.place), submission)
            self.value[number] = None if pd.isna(row.value) else float(row.value)
            if row.sensitive:
                self.sensitive.add(number)
                if not pd.isna(row.value) and 0 < row.value < self.rules.threshold:
                    self.primary.add(number)
        if len(self.cell) != len(cells):
            raise MisuseError(
                _("A figure stands twice among those of a province and year."), _("Keep one row for each.")
            )

    def _add_earlier(self, earlier: pd.DataFrame) -> dict[Cell, int]:
        numbers = {}
        for row in earlier.itertuples(index=False):
            number = numbers[row.code, row.place] = self._number((row.code, row.place), row.submission)
            if row.state == SHOWN:
                self.value[number] = None if pd.isna(row.value) else float(row.value)
                self.known.add(number)
            else:
                self.always_hidden.add(number)
                if row.state == PRIMARY:
                    self.primary.add(number)
        return numbers

    def _number(self, cell: Cell, submission: object) -> int:
        number = self._numbers.setdefault((*cell, submission), len(self.cell))
        if number == len(self.cell):
            self.cell.append(cell)
            self.value.append(None)
        return number

    def _relate(self, relations: Sequence[Relation], numbers: Mapping[Cell, int]) -> None:
        for relation in sorted(relations, key=lambda r: (r.sense, r.terms)):
            terms = {numbers[cell]: coefficient for cell, coefficient in relation.terms}
            key = (frozenset(terms.items()), relation.sense, relation.constant)
            if relation.sense == "with" or key in self._seen:
                continue
            self._seen.add(key)
            for number in terms:
                self.rows_of[number].append(len(self.rows))
            self.rows.append((terms, relation.sense, relation.constant))

    def _find_totals(self, relations: Sequence[Relation], numbers: Mapping[Cell, int]) -> set[int]:
        """The cells of the whole province: what others add up to, and no part of anything."""
        sums = [r for r in relations if r.sense == "==" and len({code for code, _place in r.cells}) == 1]
        wholes = {cell for r in sums for cell, coefficient in r.terms if coefficient < 0}
        parts = {cell for r in sums for cell, coefficient in r.terms if coefficient > 0}
        return {numbers[cell] for cell in wholes - parts}

    def _whole_numbers(self) -> list[bool]:
        broken = {
            code
            for (code, _place), value in zip(self.cell, self.value, strict=True)
            if value is not None and value != int(value)
        }
        return [code not in broken for code, _place in self.cell]

    # -- patterns ------------------------------------------------------------------------------------------

    def search(self) -> set[int]:
        """The cells to hide: first more and more, until all are protected, then no more than that takes."""
        needed = (self.primary | self.always_hidden) - self.known
        chosen: set[int] = set()
        while (weak := self._first_unprotected(hidden := self._with_dependents(needed | chosen))) is not None:
            further = self._further(weak, hidden)
            if further is None:
                self._given_away.add(weak)
            else:
                chosen.add(further)
        for cell in sorted(chosen, key=lambda n: (-(self.value[n] or 0.0), self.cell[n])):
            if self._first_unprotected(self._with_dependents(needed | (chosen - {cell}))) is None:
                chosen.discard(cell)
        return self._with_dependents(needed | chosen)

    def _first_unprotected(self, hidden: set[int]) -> int | None:
        for component in self.components(hidden):
            if tuple(component) not in self._protected:
                weak = self._unprotected(component)
                if weak is not None:
                    return weak
                self._protected.add(tuple(component))
        return None

    def _near(self, cells: Iterable[int]) -> set[int]:
        """These cells and all that share a relation with them."""
        cells = set(cells)
        return cells | {n for cell in cells for row in self.rows_of[cell] for n in self.rows[row][0]}

    def _with_dependents(self, hidden: set[int]) -> set[int]:
        hidden = set(hidden)
        while True:
            more = {
                first
                for first, others in self.shown_with
                if first not in hidden and first not in self.known and hidden.intersection(others)
                if self.value[first] is not None
            }
            if not more:
                return hidden
            hidden |= more

    def _further(self, weak: int, hidden: set[int]) -> int | None:
        """The cheapest cell whose hiding protects this one, or else the cheapest that may help."""
        candidates = self._candidates(weak, hidden)
        for candidate in candidates[:_TRIED]:
            component = self._component(weak, self._with_dependents(hidden | {candidate}))
            if self._unprotected(component, weak) is None:
                return candidate
        return candidates[0] if candidates else None

    def _candidates(self, weak: int, hidden: set[int]) -> list[int]:
        """The cells that may be hidden to protect one, cheapest first.

        They stand in a relation in which it is the only one hidden: a sum, or else a limit, or else any.
        """
        alone = [
            self.rows[row] for row in self.rows_of[weak] if len(hidden.intersection(self.rows[row][0])) == 1
        ]
        around = self._component(weak, hidden)
        groups = [
            *([terms] for terms, sense, _constant in alone if sense == "=="),
            [terms for terms, _sense, _constant in alone],
            [self.rows[row][0] for row in self.rows_of[weak]],
            [self.rows[row][0] for number in around for row in self.rows_of[number]],
        ]
        for group in groups:
            free = set().union(*group) - hidden - self.known if group else set()
            if there := {n for n in free if n in self.now and self.value[n] is not None}:
                return sorted(there, key=lambda n: self._cost(n, hidden))
        return []

    def _cost(self, number: int, hidden: set[int]) -> tuple[int, int, bool, float, Cell]:
        """Sensitive figures before totals, zeros and neutral ones; those first whose own equations give less away."""
        value, total = self.value[number] or 0.0, number in self._totals
        kind = 3 if number not in self.sensitive else 2 if value == 0 else 1 if total else 0
        equations = [self.rows[row][0] for row in self.rows_of[number] if self.rows[row][1] == "=="]
        alone = sum(1 for terms in equations if not hidden.intersection(terms))
        return kind, alone, total or value < self.rules.largest, value, self.cell[number]

    def components(self, hidden: set[int]) -> list[list[int]]:
        """The hidden cells in groups that no relation connects, percentages left out."""
        found: list[list[int]] = []
        seen: set[int] = set()
        for start in sorted(hidden - self._derived):
            if start not in seen:
                found.append(self._component(start, hidden))
                seen.update(found[-1])
        return found

    def _component(self, start: int, hidden: set[int]) -> list[int]:
        group, edge = {start}, {start}
        while edge:
            edge = (self._near(edge) & hidden) - group
            group |= edge
        return sorted(group)

    def _unprotected(self, component: list[int], only: int | None = None) -> int | None:
        """The first cell of a component whose range is too narrow."""
        program = _Program(self, component)
        asked = sorted(component, key=lambda n: (n not in self.primary, n)) if only is None else [only]
        for number in asked:
            if number not in self._given_away and not program.reaches(number, self._wide_enough(number)):
                return number
        return None

    def _wide_enough(self, number: int) -> Callable[[float, float], bool]:
        largest = self.rules.largest
        if number in self.primary:
            return lambda low, high: low <= 1 + _NEAR and high >= largest - _NEAR
        return lambda low, high: high - low >= largest - _NEAR


class _Program:
    """The integer program of one component: its hidden cells are the variables, everything shown is a constant."""

    def __init__(self, system: _System, component: list[int]) -> None:
        self.column = {number: column for column, number in enumerate(component)}
        self.whole = np.array([system.whole[number] for number in component], dtype=float)
        rows = sorted({row for number in component for row in system.rows_of[number]})
        matrix = np.zeros((len(rows), len(component)))
        low, high = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
        size = 0.0
        for line, row in enumerate(rows):
            terms, sense, constant = system.rows[row]
            for number, coefficient in terms.items():
                size += abs(system.value[number] or 0.0)
                if number in self.column:
                    matrix[line, self.column[number]] = coefficient
                else:
                    constant -= coefficient * (system.value[number] or 0.0)
            if sense in ("==", ">="):
                low[line] = constant
            if sense in ("==", "<="):
                high[line] = constant
        self.limits = LinearConstraint(matrix, low, high) if rows else None
        self.beyond = 100.0 + 2 * size
        """More than any figure can be that something shown limits: sums have no coefficients but 1 and -1."""
        self.names = [system.cell[number] for number in component]
        self._solutions = system.solutions
        self._component = component
        self._least, self._most = self._solutions.range(component)

    def reaches(self, number: int, enough: Callable[[float, float], bool]) -> bool:
        """Whether the range of a cell is wide enough; figures already found for other cells may show it."""
        column = self.column[number]
        for sign in (0, 1, -1):
            if sign:
                self._solve(column, sign)
            if enough(self._least[column], self._most[column]):
                return True
        return False

    def range(self, number: int) -> tuple[float, float]:
        """The smallest and the largest figure that a cell can have; infinite where nothing limits it."""
        column = self.column[number]
        least, most = self._solve(column, 1), self._solve(column, -1)
        return least, (np.inf if most > self.beyond else most)

    def _solve(self, column: int, sign: int) -> float:
        goal = np.zeros(len(self.names))
        goal[column] = sign
        found = milp(
            goal, integrality=self.whole, bounds=Bounds(0, 100 * self.beyond), constraints=self.limits
        )
        if found.x is None:
            names = ", ".join(f"{code} ({place})" for code, place in self.names[:8])
            raise MisuseError(
                _("The figures that were made public contradict each other: {names}.", names=names),
                _("Compare them with the earlier versions of the year."),
            )
        figures = np.where(self.whole == 1, np.round(found.x), found.x)
        self._solutions.add(self._component, figures)
        self._least = np.minimum(self._least, figures)
        self._most = np.maximum(self._most, figures)
        return float(figures[column])


class _Solutions:
    """Figures of all cells that fit everything a reader knows, found so far; the first are the true ones.

    They still fit when more is hidden, so most questions about a larger component are answered without a program.
    """

    def __init__(self, truth: Sequence[float | None]) -> None:
        self._truth = np.array([np.nan if value is None else value for value in truth])
        self._figures = self._truth[np.newaxis, :].copy()
        self._count = 1

    def add(self, component: list[int], figures: np.ndarray) -> None:
        if self._count == len(self._figures):
            self._figures = np.vstack([self._figures, np.empty_like(self._figures)])
        self._figures[self._count] = self._truth
        self._figures[self._count, component] = figures
        self._count += 1

    def range(self, component: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """The smallest and largest figures found for a component's cells while all others keep the true ones."""
        found = self._figures[: self._count]
        others = np.ones(len(self._truth), dtype=bool)
        others[component] = False
        same = (found == self._truth) | np.isnan(self._truth)
        fits = found[same[:, others].all(axis=1)][:, component]
        fits = fits[~np.isnan(fits).any(axis=1)]
        return fits.min(axis=0, initial=np.inf), fits.max(axis=0, initial=-np.inf)


# ----------------------------------------------------------------------------------------------------------
# The public tables
# ----------------------------------------------------------------------------------------------------------


def publish(table: pd.DataFrame, year: int, patterns: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The public form of a unit's indicators for a year: what is hidden is missing and marked `suppressed`.

    `patterns` are the results of `decide` by year. The year before is hidden by its own, and with it the change.
    """
    now, before = _Pattern(patterns.get(year)), _Pattern(patterns.get(year - 1))
    keys = list(zip(table["code"], table["place"], strict=True))
    hidden = np.array(
        [now.hides(c, p, v) for (c, p), v in zip(keys, table["value"], strict=True)], dtype=bool
    )
    earlier = np.array(
        [before.hides(c, p, v) for (c, p), v in zip(keys, table["previous"], strict=True)], dtype=bool
    )
    public = table.copy()
    for name in ("value", "numerator", "denominator", "achieved"):
        public[name] = public[name].mask(hidden)
    public["previous"] = public["previous"].mask(earlier)
    public["change"] = public["change"].mask(hidden | earlier)
    return public.assign(suppressed=hidden, previous_suppressed=earlier)


def publish_series(series: pd.DataFrame, patterns: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The public form of a unit's values over the years (code, place, year, value), each year by its own pattern."""
    by_year = {year: _Pattern(pattern) for year, pattern in patterns.items()}
    nothing = _Pattern(None)
    hidden = [
        by_year.get(row.year, nothing).hides(row.code, row.place, row.value)
        for row in series.itertuples(index=False)
    ]
    return series.assign(value=series["value"].mask(hidden), suppressed=hidden)


class _Pattern:
    """One year's decision, as its readers see it."""

    def __init__(self, pattern: pd.DataFrame | None) -> None:
        rows = [] if pattern is None else list(pattern.itertuples(index=False))
        self._state = {(row.code, row.place): row.state for row in rows}
        self._value = {(row.code, row.place): row.value for row in rows}
        self._codes = {row.code for row in rows}
        self._with_hidden = {row.code for row in rows if row.state != SHOWN}

    def hides(self, code: str, place: str, value: float) -> bool:
        """Whether a figure is hidden. One put together anew, on other boundaries, is shown if all of its code are."""
        if pd.isna(value):
            return False
        if self._state.get((code, place), SHOWN) != SHOWN:
            return True
        known = self._value.get((code, place))
        if known is not None and not pd.isna(known) and abs(known - value) <= _NEAR:
            return False
        return code not in self._codes or code in self._with_hidden
