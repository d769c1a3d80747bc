"""The look of charts: legible in black and white and at arm's length, numbers the Vietnamese way, equal bytes anywhere.

The face is DejaVu Sans, which comes with matplotlib itself, so that a chart does not depend on the fonts of a machine.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from baocao.analysis import vietnamese

INK, SHADE, PALE = "#1a1a1a", "#595959", "#bfbfbf"
"""Black to light grey; neighbours differ by at least 3 : 1 against white or each other (WCAG 2.2, 1.4.11)."""

TITLE_LETTERS = 48
"""Letters of a title that fit in a line beside an axis with long names."""

WIDE_LETTERS = 60
"""Letters of a title that fit in a line over the whole width of a picture."""

NOTE_LETTERS = 80
"""Letters of a small note below a chart that fit in a line."""

LINES: tuple[dict[str, Any], ...] = (
    {"color": INK, "linestyle": "-", "marker": "o"},
    {"color": SHADE, "linestyle": "--", "marker": "s"},
    {"color": INK, "linestyle": ":", "marker": "^"},
)
"""How the lines of a chart differ, without colours."""

Numbers = Callable[[float], str]
"""How a value is written, `vietnamese.number` for counts."""

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "svg.fonttype": "path",
}


def new_chart(width: float = 7.0, height: float = 3.6) -> tuple[Any, Any]:
    """An empty figure and its axes in the reports' style; sizes in inches."""
    mpl.rcdefaults()
    mpl.rcParams.update(STYLE)
    figure, axes = plt.subplots(figsize=(width, height))
    return figure, axes


def say(ax: Any, finding: str) -> None:
    """Put what the chart says above it, in as many lines as it takes beside the longest names of an axis."""
    ax.set_title(_wrapped(finding, TITLE_LETTERS))


def count_axis(axis: Any) -> None:
    """Let an axis (`ax.xaxis` or `ax.yaxis`) count whole things: whole steps from zero, Vietnamese numbers."""
    highest = max(axis.get_view_interval()[1], 1)
    getattr(axis.axes, f"set_{axis.axis_name}lim")(0, highest)
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: vietnamese.number(value)))


def label_bars(ax: Any, bars: Any) -> None:
    """Write each bar's value at its end, so that nobody has to measure."""
    ax.bar_label(bars, labels=[vietnamese.number(bar) for bar in bars.datavalues], padding=3)


def lines(
    values: Mapping[str, pd.Series],
    finding: str,
    *,
    measure: str = "",
    apart: Mapping[str, Collection[int]] | None = None,
    note: str = "",
    written: Numbers = vietnamese.number,
) -> Any:
    """A figure with a line for each name, over the years; each line bears its name, each point its value.

    `values` are series by year, at most three; a missing year is a gap. `apart` are the years, by name, that cannot be
    compared with the year before: their points are open, and no line leads there. `note` says below the chart what gaps
    and open points mean; `measure` names the axis.
    """
    years = _years(values.values())
    figure, ax = new_chart(7, 3.1)
    top = _highest(values.values())
    for (name, series), style in zip(values.items(), LINES, strict=False):
        _line(ax, series.reindex(years), (apart or {}).get(name, ()), style)
    for year in years:
        at = [float(series[year]) for series in values.values() if _known(series, year)]
        for value, (x, y, side) in zip(at, _beside(at, top), strict=True):
            ax.annotate(
                written(value), (year, value), xytext=(x, y), textcoords="offset points", ha=side, va="center"
            )
    ends = {name: series.dropna() for name, series in values.items()}
    placed: list[float] = []
    for name, series in sorted(ends.items(), key=lambda item: float(item[1].iloc[-1]) if len(item[1]) else 0):
        if not len(series):
            continue
        year, height = series.index[-1], float(series.iloc[-1])
        if year == years[-1]:
            height = max([height, *(other + 0.2 * top for other in placed)])
            placed.append(height)
            ax.annotate(
                _wrapped(name, 18), (year, height), xytext=(24, 0), textcoords="offset points", va="center"
            )
        else:  # other lines go on to the right of its end, so its name stands over its first point
            year, height = series.index[0], float(series.iloc[0])
            ax.annotate(
                name, (year, height), xytext=(0, 22), textcoords="offset points", ha="center", va="center"
            )
    ax.set_xticks(years, [str(year) for year in years])
    ax.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    ax.set_ylim(0, 1.18 * top)
    count_axis(ax.yaxis)
    ax.set_ylabel(measure)
    ax.set_xlabel(_wrapped(note, NOTE_LETTERS), loc="left", fontsize=9)
    figure.suptitle(_wrapped(finding, WIDE_LETTERS), x=0.01, ha="left", fontsize=12, fontweight="bold")
    return figure


def small_multiples(
    panels: Mapping[str, pd.Series],
    finding: str,
    *,
    columns: int = 4,
    apart: Mapping[str, Collection[int]] | None = None,
    note: str = "",
    written: Numbers = vietnamese.number,
) -> Any:
    """A figure with a small panel for each name, its line over the years, all on the same scale from zero.

    The arguments are those of `lines`. The first and the last value of each panel are written; the panels stand in the
    order of `panels`, row by row.
    """
    years, top = _years(panels.values()), _highest(panels.values())
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    title, below = _wrapped(finding, WIDE_LETTERS), _wrapped(note, NOTE_LETTERS)
    head, foot = 0.4 + 0.24 * title.count("\n"), 0.35 + (0.2 * (1 + below.count("\n")) if note else 0)
    height = head + 0.95 * rows + foot  # inches
    mpl.rcdefaults()
    mpl.rcParams.update(STYLE)
    figure, axes = plt.subplots(
        rows, columns, figsize=(7, height), sharex=True, sharey=True, squeeze=False, layout="none"
    )
    figure.subplots_adjust(0.02, foot / height, 0.98, 1 - head / height, wspace=0.1, hspace=0.2)
    for ax in axes.flat[len(panels) :]:
        ax.set_axis_off()
    for number, (ax, (name, series)) in enumerate(zip(axes.flat, panels.items(), strict=False)):
        _line(ax, series.reindex(years), (apart or {}).get(name, ()), LINES[0] | {"markersize": 4})
        text = textwrap.shorten(name, 88 // columns, placeholder="…")
        ax.text(0, 1, text, transform=ax.transAxes, fontsize=9, va="top")
        known = series.dropna()
        for year in {known.index[0], known.index[-1]} if len(known) else ():
            ax.annotate(
                written(float(known[year])), (year, float(known[year])), xytext=(0, 7),
                textcoords="offset points", ha="center", va="center", fontsize=9,
            )  # fmt: skip
        ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
        ax.set_ylim(0, 1.7 * top)  # the name stands above the line
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ends = sorted({years[0], years[-1]})
        ax.set_xticks(ends, [str(year) for year in ends], fontsize=9)
        ax.tick_params(axis="x", labelbottom=number + columns >= len(panels), length=2)
    figure.suptitle(title, x=0.01, y=1 - 0.05 / height, va="top", ha="left", fontsize=12, fontweight="bold")
    figure.text(0.01, 0.05 / height, below, va="bottom", fontsize=9)
    return figure


def bars_in_table(
    names: Sequence[str],
    columns: Mapping[str, Sequence[float | None]],
    finding: str,
    *,
    texts: Mapping[str, Sequence[str]] | None = None,
    note: str = "",
) -> Any:
    """A figure that reads as a table: a row for each name, a column for each heading, in each cell a bar and a figure.

    The bars of a column have one scale from zero; columns count different things and have scales of their own. `texts`
    are what stands in the cells of a column in place of its numbers ("18/19"), also where a number is missing ("-").
    """
    rows = len(names)
    title, below = _wrapped(finding, WIDE_LETTERS), _wrapped(note, NOTE_LETTERS)
    heads = [_wrapped(name, 60 // len(columns)) for name in columns]
    head = 0.4 + 0.2 * title.count("\n") + 0.19 * (1 + max(text.count("\n") for text in heads))
    foot = 0.1 + (0.2 * (1 + below.count("\n")) if note else 0)
    height = head + 0.3 * rows + foot  # inches
    mpl.rcdefaults()
    mpl.rcParams.update(STYLE)
    figure, axes = plt.subplots(
        1, len(columns), figsize=(7, height), sharey=True, squeeze=False, layout="none"
    )
    left = 0.02 + 0.0125 * max(len(name) for name in names)
    figure.subplots_adjust(left, foot / height, 0.98, 1 - head / height, wspace=0.08)
    for ax, text, (name, values) in zip(axes.flat, heads, columns.items(), strict=True):
        known = [0.0 if value is None or pd.isna(value) else float(value) for value in values]
        bars = ax.barh(range(rows), known, height=0.62, color=PALE, edgecolor=INK, linewidth=0.6)
        labels = (texts or {}).get(name) or [
            "-" if value is None or pd.isna(value) else vietnamese.number(value) for value in values
        ]
        ax.bar_label(bars, labels=labels, padding=3, fontsize=9)
        ax.set_xlim(0, 1.75 * max([*known, 1e-9]))
        ax.set_title(text, loc="left", fontsize=9, fontweight="normal")
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(axis="y", length=0)
    axes.flat[0].set_yticks(range(rows), names, fontsize=9)
    axes.flat[0].set_ylim(rows - 0.5, -0.5)
    figure.suptitle(title, x=0.01, y=1 - 0.05 / height, va="top", ha="left", fontsize=12, fontweight="bold")
    figure.text(0.01, 0.05 / height, below, va="bottom", fontsize=9)
    return figure


def _years(series: Collection[pd.Series]) -> list[int]:
    """All years from the first to the last, those without a figure too: a gap must look like one."""
    years = [int(year) for one in series for year in one.index]
    return list(range(min(years), max(years) + 1))


def _highest(series: Collection[pd.Series]) -> float:
    return max([1.0, *(float(value) for one in series for value in one.dropna())])


def _known(series: pd.Series, year: int) -> bool:
    return year in series.index and not pd.isna(series[year])


def _line(ax: Any, series: pd.Series, apart: Collection[int], style: dict[str, Any]) -> None:
    """A line that is broken before each year in `apart`, whose points are open."""
    values = series.astype(float)
    pieces = pd.Series([year in apart for year in values.index], index=values.index).cumsum()
    for _number, piece in values.groupby(pieces):
        ax.plot(piece.index, piece, clip_on=False, **style)
    odd = values[[year for year in values.index if year in apart]]
    ax.plot(odd.index, odd, clip_on=False, **style | {"linestyle": "", "markerfacecolor": "white"})


def _beside(values: Sequence[float], top: float) -> list[tuple[int, int, str]]:
    """Where the figures at the points of one year stand so that none covers another: offsets and alignment."""
    order = sorted(range(len(values)), key=lambda i: -values[i])
    places = [(0, 9, "center")] * len(values)
    for above, i in itertools.pairwise(order):
        if values[above] - values[i] < 0.22 * top:  # no room between the two
            places[i] = (0, -10, "center") if values[i] > 0.12 * top else (8, 5, "left")
    return places


def _wrapped(text: str, letters: int) -> str:
    return "\n".join(textwrap.wrap(text, letters))
