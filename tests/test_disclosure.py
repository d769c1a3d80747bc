"""What the public edition hides: enough, against a system of equations written down anew here, and no more."""

import numpy as np
import pandas as pd
import pytest
from attack import Knowledge
from hypothesis import given, settings
from hypothesis import strategies as st

from baocao.analysis.disclosure import (
    PRIMARY,
    SECONDARY,
    SHOWN,
    Relation,
    Rules,
    Version,
    bounds,
    decide,
    publish,
    publish_series,
    relations,
)
from baocao.analysis.indicators import Dictionary, Indicator

RULES = Rules()
PROVINCE = "V"
DISTRICTS = ["V1", "V2", "V3", "V4", "V5"]
COMMUNES = {district: [f"{district}{n}" for n in (1, 2, 3)] for district in DISTRICTS}
PART_OF = {c: d for d, inside in COMMUNES.items() for c in inside} | dict.fromkeys(DISTRICTS, PROVINCE)


def entry(code, sensitive=True, **more):
    return Indicator(code, code, "", "flow", code[0], sensitive, True, **more)


DICTIONARY = Dictionary(
    {},
    [
        entry("cases"),
        entry("persons", sum_of=("sellers", "buyers", "minors")),
        entry("sellers"),
        entry("buyers"),
        entry("minors"),
        entry("reports"),
        entry("handled", within="reports"),
        entry("handled%", numerator="handled", denominator="reports"),
        entry("inspections", sensitive=False),
        entry("breaches", within="inspections"),
        entry("fines", hidden_with="breaches"),
        entry("places", sensitive=False, sum_of=("hotels", "others")),
        entry("hotels", sensitive=False),
        entry("others", sensitive=False),
        entry("suspected", within="places"),
    ],
)
SENSITIVE = {e.code for e in DICTIONARY if e.sensitive}
SUMS = {"persons": ("sellers", "buyers", "minors"), "places": ("hotels", "others")}
PARTS = {"handled": "reports", "breaches": "inspections", "suspected": "places"}
BY_COMMUNE = ("hotels", "others", "places")


def frame(figures, **columns):
    rows = [(code, place, value, code in SENSITIVE) for (code, place), value in figures.items()]
    table = pd.DataFrame(rows, columns=["code", "place", "value", "sensitive"]).astype({"value": "Float64"})
    return table.assign(**columns)


def with_totals(figures):
    """The figures of units, with those of the province, as a roll-up adds them up."""
    codes = dict.fromkeys(code for code, _place in figures)
    total = {
        (code, PROVINCE): sum(v for (c, place), v in figures.items() if c == code and place in DISTRICTS)
        for code in codes
        if not code.endswith("%")
    }
    figures = figures | total
    places = dict.fromkeys(place for code, place in figures if code == "reports")
    shares = {
        ("handled%", place): 100 * figures["handled", place] / figures["reports", place]
        for place in places
        if figures["reports", place]
    }
    return figures | shares


def cell(draw, code, largest):
    return draw(st.integers(0, largest)) if draw(st.booleans()) else draw(st.sampled_from([0, 0, 1, 2, 3, 7]))


@st.composite
def provinces(draw, districts=DISTRICTS):
    """Figures of a province as they can be: parts no larger than their wholes, sums exact."""
    figures = {}
    for district in districts:
        own = {}
        for code in ("cases", "sellers", "buyers", "minors", "reports"):
            own[code] = cell(draw, code, 12)
        own["inspections"] = cell(draw, "inspections", 60)
        own["persons"] = own["sellers"] + own["buyers"] + own["minors"]
        for code in ("hotels", "others"):
            for commune in COMMUNES[district]:
                figures[code, commune] = cell(draw, code, 4)
            own[code] = sum(figures[code, commune] for commune in COMMUNES[district])
        for commune in COMMUNES[district]:
            figures["places", commune] = figures["hotels", commune] + figures["others", commune]
        own["places"] = own["hotels"] + own["others"]
        for part, whole in PARTS.items():
            own[part] = min(cell(draw, part, 12), own[whole])
        own["fines"] = 7.5 * own["breaches"]
        figures |= {(code, district): value for code, value in own.items()}
    return with_totals(figures)


def learn(knowledge, pattern, exact, name=lambda cell: cell):
    """What a pattern tells, and the relations that anybody knows, written down without the dictionary's fields."""
    for row in pattern.itertuples():
        if row.state == SHOWN:
            assert row.value == exact[row.code, row.place]
            knowledge.told[name((row.code, row.place))] = float(row.value)
        else:
            assert pd.isna(row.value)
    there = {place for _code, place in exact}
    districts = [d for d in DISTRICTS if d in there]
    for code in dict.fromkeys(code for code, place in exact if place == PROVINCE and not code.endswith("%")):
        knowledge.adds_up([name((code, d)) for d in districts], name((code, PROVINCE)))
    for code, place in exact:
        if code == "fines":
            knowledge.fractional.add(name((code, place)))
        if code in BY_COMMUNE and place in districts:
            knowledge.adds_up([name((code, c)) for c in COMMUNES[place]], name((code, place)))
        if code in SUMS:
            knowledge.adds_up([name((part, place)) for part in SUMS[code]], name((code, place)))
        if code in PARTS:
            knowledge.is_part(name((code, place)), name((PARTS[code], place)))
    return knowledge


def is_protected(state, low, high):
    return (low <= 1 and high >= 4) if state == PRIMARY else high - low >= 4


def decided(figures):
    cells = frame(figures)
    return decide(cells, relations(DICTIONARY, PART_OF, cells), RULES)


def states(pattern):
    return {(row.code, row.place): row.state for row in pattern.itertuples()}


def hidden(pattern):
    return {name: state for name, state in states(pattern).items() if state != SHOWN}


# -- protection, against another program ---------------------------------------------------------------------


@settings(max_examples=10, deadline=None, derandomize=True)
@given(provinces())
def test_every_hidden_figure_of_a_random_province_is_protected(figures):
    pattern = decided(figures)
    knowledge = learn(Knowledge(), pattern, figures)
    for row in pattern.itertuples():
        small = row.code in SENSITIVE and 0 < figures[row.code, row.place] < 5
        if row.code != "handled%":
            assert (row.state == PRIMARY) == small
            if row.state != SHOWN:
                low, high = knowledge.range((row.code, row.place))
                assert low <= figures[row.code, row.place] <= high
                assert is_protected(row.state, low, high), (row, low, high)
    found = states(pattern)
    for place in (*DISTRICTS, PROVINCE):
        if ("handled%", place) in found:
            both = {found["handled", place], found["reports", place]}
            assert (found["handled%", place] == SHOWN) == (both == {SHOWN})
        assert found["breaches", place] == SHOWN or found["fines", place] != SHOWN


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=2))
def test_ranges_are_those_of_trying_every_figure(pairs):
    """Reports and those handled, in two districts with their totals: all figures up to 13 are tried."""
    figures = {}
    for district, pair in zip(DISTRICTS, pairs, strict=False):
        figures |= {("reports", district): max(pair), ("handled", district): min(pair)}
    free = list(figures)
    for code in ("reports", "handled"):
        figures[code, PROVINCE] = figures[code, "V1"] + figures[code, "V2"]
    cells = frame(figures)
    known = relations(DICTIONARY, PART_OF, cells)
    pattern = decide(cells, known, RULES)

    tried = dict(zip(free, np.meshgrid(*[np.arange(14)] * 4), strict=True))
    for code in ("reports", "handled"):
        tried[code, PROVINCE] = tried[code, "V1"] + tried[code, "V2"]
    possible = np.logical_and(*(tried["handled", d] <= tried["reports", d] for d in ("V1", "V2")))
    for name, state in states(pattern).items():
        if state == SHOWN:
            possible &= tried[name] == figures[name]
    found = bounds(cells, pattern, known)
    assert {(row.code, row.place) for row in found.itertuples()} == set(hidden(pattern))
    for row in found.itertuples():
        figure = tried[row.code, row.place][possible]
        low, high = figure.min(), figure.max()
        assert row.low == low
        assert row.high == (high if high < 13 else np.inf)
        assert is_protected(states(pattern)[row.code, row.place], low, high), (row, low, high)


# -- cases whose answer is known -----------------------------------------------------------------------------


def one_code(values, total=True):
    figures = {("cases", d): v for d, v in zip(DISTRICTS, values, strict=True)}
    return figures | ({("cases", PROVINCE): sum(values)} if total else {})


def test_nothing_is_hidden_where_nothing_is_small():
    assert hidden(decided(one_code([0, 0, 0, 0, 0]))) == {}
    assert hidden(decided(one_code([0, 5, 0, 60, 7]))) == {}


def test_a_single_small_count_takes_the_smallest_other_with_it():
    assert hidden(decided(one_code([0, 2, 30, 9, 6]))) == {
        ("cases", "V2"): PRIMARY,
        ("cases", "V5"): SECONDARY,
    }


def test_the_total_is_hidden_where_a_small_count_is_all_there_is():
    assert hidden(decided(one_code([0, 3, 0, 0, 0]))) == {("cases", "V2"): PRIMARY, ("cases", "V"): PRIMARY}


def test_two_small_counts_whose_sum_leaves_too_little_room_take_another():
    pattern = decided(one_code([1, 1, 0, 0, 40]))  # V1 + V2 = 2: neither could be 4
    assert hidden(pattern) == {
        ("cases", "V1"): PRIMARY,
        ("cases", "V2"): PRIMARY,
        ("cases", "V5"): SECONDARY,
    }


def test_two_small_counts_with_room_enough_protect_each_other():
    assert set(hidden(decided(one_code([4, 1, 0, 0, 40])))) == {("cases", "V1"), ("cases", "V2")}


def test_a_lone_unit_needs_no_more_than_its_small_counts():
    assert hidden(decided({("cases", "V1"): 3, ("inspections", "V1"): 2})) == {("cases", "V1"): PRIMARY}


def test_a_neutral_figure_that_limits_a_small_count_is_hidden_with_its_own_equation():
    figures = {}
    for district, inspections, breaches in zip(DISTRICTS, (2, 20, 30, 0, 0), (1, 0, 0, 0, 0), strict=True):
        figures |= {("inspections", district): inspections, ("breaches", district): breaches}
    pattern = decided(with_totals(figures | {("reports", "V1"): 0, ("handled", "V1"): 0}))
    found = hidden(pattern)
    assert found["inspections", "V1"] == SECONDARY
    others = {place for code, place in found if code == "inspections"}
    assert len(others) == 2


def test_the_threshold_is_a_setting():
    cells = frame(one_code([0, 2, 30, 9, 6]))
    known = relations(DICTIONARY, PART_OF, cells)
    assert set(hidden(decide(cells, known, Rules(threshold=10)))) >= {
        ("cases", "V2"),
        ("cases", "V4"),
        ("cases", "V5"),
    }
    assert hidden(decide(cells, known, Rules(threshold=1))) == {}


def test_a_missing_figure_is_not_hidden_and_ties_nothing():
    figures = one_code([0, 2, 30, 9, 6], total=False) | {("cases", PROVINCE): None}
    figures["cases", "V5"] = None
    assert hidden(decided(figures)) == {("cases", "V2"): PRIMARY}


def test_a_total_of_those_who_sent_binds_them():
    figures = one_code([0, 2, 30, 9, 6])
    figures["cases", "V5"], figures["cases", PROVINCE] = None, 41
    assert hidden(decided(figures)) == {("cases", "V2"): PRIMARY, ("cases", "V4"): SECONDARY}


def test_relations_that_the_figures_contradict_are_left_out():
    cells = frame({("reports", "V1"): 2, ("handled", "V1"): 9, ("cases", "V1"): 3, ("cases", PROVINCE): 2})
    found = relations(DICTIONARY, PART_OF, cells)
    assert found == []
    cells = frame({("cases", "V1"): 3, ("cases", "V2"): 3, ("cases", PROVINCE): 7})
    assert relations(DICTIONARY, PART_OF, cells) == [
        Relation(((("cases", "V1"), 1.0), (("cases", "V2"), 1.0), (("cases", PROVINCE), -1.0)), "<=")
    ]


@settings(max_examples=4, deadline=None, derandomize=True)
@given(provinces())
def test_the_order_of_rows_and_relations_changes_nothing(figures):
    cells = frame(figures)
    known = relations(DICTIONARY, PART_OF, cells)
    again = decide(cells.iloc[::-1], known[::-1], RULES)
    assert states(again) == states(decide(cells, known, RULES))


# -- earlier versions ----------------------------------------------------------------------------------------


def versions(*all_figures):
    """Versions of a year published one after the other: figures, and the places that had sent others by then."""
    published, sendings = [], dict.fromkeys([*PART_OF, PROVINCE], 0)
    for figures, corrected in all_figures:
        for place in (*corrected, *((PROVINCE,) if corrected else ())):
            for inside in (place, *COMMUNES.get(place, ())):
                sendings[inside] += 1
        cells = frame(figures)
        cells["submission"] = cells["place"].map(sendings)
        known = relations(DICTIONARY, PART_OF, cells)
        pattern = decide(cells, known, RULES, published)
        published.append(Version(pattern, relations(DICTIONARY, PART_OF, pattern)))
    return [version.pattern for version in published]


def test_a_correction_elsewhere_does_not_give_a_hidden_figure_away():
    first = one_code([0, 2, 30, 9, 6])  # hides V2 and V5, whose sum is 8
    second = one_code([0, 2, 30, 9, 8])  # V5 sent 8: hidden again, or 8 + V2 = 10 would do
    _before, after = versions((first, ()), (second, ("V5",)))
    assert hidden(after).keys() >= {("cases", "V2")}
    assert after.set_index(["code", "place"]).state["cases", "V3"] == SHOWN
    third = one_code([0, 2, 30, 9, 5])
    *_earlier, last = versions((first, ()), (second, ("V5",)), (third, ("V5",)))
    assert hidden(last).keys() >= {("cases", "V2")}


@st.composite
def corrected_provinces(draw):
    first = draw(provinces())
    other = draw(provinces())
    places = draw(st.lists(st.sampled_from(DISTRICTS), min_size=1, max_size=2, unique=True))
    inside = {p for d in places for p in (d, *COMMUNES[d])}
    own = {name: value for name, value in first.items() if name[1] != PROVINCE and not name[0].endswith("%")}
    second = {name: other[name] if name[1] in inside else value for name, value in own.items()}
    return first, with_totals(second), places


@settings(max_examples=10, deadline=None, derandomize=True)
@given(corrected_provinces())
def test_both_versions_of_a_corrected_year_together_give_nothing_away(drawn):
    first, second, corrected = drawn
    changed = {p for d in corrected for p in (d, *COMMUNES[d])} | {PROVINCE}
    before, after = versions((first, ()), (second, corrected))
    knowledge = learn(Knowledge(), before, first)
    learn(knowledge, after, second, lambda c: (*c, "anew") if c[1] in changed else c)
    was, now = states(before), states(after)
    for code, place in second:
        if code.endswith("%"):
            continue
        if place not in changed:
            assert (was[code, place] == SHOWN) == (now[code, place] == SHOWN)
        for state, name in (
            (was, (code, place)),
            (now, (code, place, "anew") if place in changed else (code, place)),
        ):
            if state[code, place] != SHOWN:
                assert is_protected(state[code, place], *knowledge.range(name)), name


# -- public tables -------------------------------------------------------------------------------------------


def indicators(rows):
    names = ["code", "place", "value", "numerator", "denominator", "previous", "change", "target", "achieved"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[2:], "Float64"))


@pytest.fixture
def patterns():
    this = decided(with_totals({("reports", d): v for d, v in zip(DISTRICTS, (9, 3, 20, 30, 8), strict=True)}
                               | {("handled", d): v for d, v in zip(DISTRICTS, (9, 3, 20, 30, 8), strict=True)}))  # fmt: skip
    last = decided(one_code([2, 0, 9, 7, 30]) | {("hotels", c): 2 for c in COMMUNES["V1"]})
    return {2020: this, 2019: last}


def test_what_is_hidden_is_missing_from_every_column(patterns):
    table = indicators(
        [
            ("reports", "V2", 3, None, None, None, None, 10, 30),
            ("handled%", "V2", 100, 3, 3, None, None, 100, 100),
            ("reports", "V3", 20, None, None, None, None, 10, 200),
        ]
    )
    public = publish(table, 2020, patterns)
    assert list(public["suppressed"]) == [True, True, False]
    assert public.loc[:1, ["value", "numerator", "denominator", "achieved"]].isna().all(axis=None)
    assert list(public["target"]) == [10, 100, 10]
    assert public.loc[2, "value"] == 20
    assert not public["previous_suppressed"].any()


def test_the_year_before_is_hidden_by_its_own_pattern(patterns):
    table = indicators(
        [
            ("cases", "V1", None, None, None, 2, None, None, None),
            ("cases", "V2", None, None, None, 0, None, None, None),
            ("reports", "V3", 20, None, None, 4, 16, None, None),  # nothing of its code was public then
            (
                "hotels",
                "V1",
                None,
                None,
                None,
                6,
                None,
                None,
                None,
            ),  # of last year's figures, put together anew
            ("cases", "V9", None, None, None, 9, None, None, None),  # the same, and some of them hidden
        ]
    )
    public = publish(table, 2020, patterns)
    assert list(public["previous_suppressed"]) == [True, False, True, False, True]
    assert public["previous"].isna().tolist() == [True, False, True, False, True]
    assert pd.isna(public.loc[2, "change"])
    assert public.loc[2, "value"] == 20


def test_a_series_hides_each_year_by_its_own_pattern(patterns):
    series = pd.DataFrame(
        [("cases", "V1", 2019, 2), ("cases", "V3", 2019, 9), ("cases", "V5", 2019, 30), ("reports", "V2", 2020, 3),
         ("cases", "V1", 2018, 0), ("cases", "V1", 2017, None)],
        columns=["code", "place", "year", "value"],
    ).astype({"value": "Float64"})  # fmt: skip
    public = publish_series(series, patterns)
    hides = states(patterns[2019])["cases", "V3"] != SHOWN
    assert list(public["suppressed"]) == [True, hides, False, True, True, False]
    assert public["value"].isna().tolist() == [True, hides, False, True, True, True]
