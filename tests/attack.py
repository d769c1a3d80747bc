"""What a stranger can work out about the figures that the public edition hides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

WITHOUT_LIMIT = 1e6


@dataclass
class Knowledge:
    """Figures that are told, and what is known of all figures; a figure may be named by anything."""

    told: dict[Hashable, float] = field(default_factory=dict)
    fractional: set[Hashable] = field(default_factory=set)
    facts: list[tuple[dict[Hashable, float], float, float]] = field(default_factory=list)

    def adds_up(self, parts: Iterable[Hashable], whole: Hashable) -> None:
        """The parts are exactly the whole."""
        self.facts.append(({**dict.fromkeys(parts, 1.0), whole: -1.0}, 0.0, 0.0))

    def is_part(self, part: Hashable, whole: Hashable) -> None:
        """The part is at most the whole."""
        self.facts.append(({part: 1.0, whole: -1.0}, -np.inf, 0.0))

    def between(self, name: Hashable, low: float, high: float) -> None:
        """A figure, for example one seen rounded, lies within limits."""
        self.facts.append(({name: 1.0}, low, high))

    def ratio(self, above: Hashable, below: Hashable, low: float, high: float) -> None:
        """One figure is at least `low` times and at most `high` times another."""
        self.facts.append(({above: 1.0, below: -low}, 0.0, np.inf))
        self.facts.append(({above: 1.0, below: -high}, -np.inf, 0.0))

    def range(self, wanted: Hashable) -> tuple[float, float]:
        """The smallest and the largest value that a figure can have, infinite where nothing limits it."""
        if wanted in self.told:
            return self.told[wanted], self.told[wanted]
        unknown, facts = self._around(wanted)
        names = list(unknown)
        upper, limits, equal, values = [], [], [], []
        for terms, low, high in facts:
            row = [terms.get(name, 0.0) for name in names]
            known = sum(factor * self.told[name] for name, factor in terms.items() if name in self.told)
            if low == high:
                equal.append(row)
                values.append(low - known)
                continue
            if high < np.inf:
                upper.append(row)
                limits.append(high - known)
            if low > -np.inf:
                upper.append([-factor for factor in row])
                limits.append(known - low)
        found = []
        for sign in (1.0, -1.0):
            answer = linprog(
                [sign * (name == wanted) for name in names],
                A_ub=upper or None, b_ub=limits or None, A_eq=equal or None, b_eq=values or None,
                bounds=(0, WITHOUT_LIMIT),
                integrality=[int(name not in self.fractional) for name in names],
                method="highs",
            )  # fmt: skip
            assert answer.status == 0, f"{wanted}: {answer.message}"
            found.append(sign * answer.fun)
        return round(found[0], 6), np.inf if found[1] > WITHOUT_LIMIT - 1 else round(found[1], 6)

    def _around(self, wanted: Hashable) -> tuple[dict[Hashable, None], list[tuple[Mapping, float, float]]]:
        """The unknown figures that can matter for one, and the facts about them."""
        facts_of = defaultdict(list)
        for number, (terms, _low, _high) in enumerate(self.facts):
            for name in terms:
                if name not in self.told:
                    facts_of[name].append(number)
        unknown, used, edge = {wanted: None}, {}, [wanted]
        while edge:
            for number in facts_of[edge.pop()]:
                used[number] = None
                for name in self.facts[number][0]:
                    if name not in self.told and name not in unknown:
                        unknown[name] = None
                        edge.append(name)
        return unknown, [self.facts[number] for number in used]
