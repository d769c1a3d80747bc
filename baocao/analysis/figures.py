"""The look of charts: legible in black and white and at arm's length, numbers the Vietnamese way, equal bytes anywhere.

The face is DejaVu Sans, which comes with matplotlib itself, so that a chart does not depend on the fonts of a machine.
"""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, MaxNLocator

from baocao.analysis import vietnamese

INK, SHADE, PALE = "#1a1a1a", "#595959", "#bfbfbf"
"""Black to light grey; neighbours differ by at least 3 : 1 against white or each other (WCAG 2.2, 1.4.11)."""

TITLE_LETTERS = 48
"""Letters of a title that fit in a line beside an axis with long names."""

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
    ax.set_title("\n".join(textwrap.wrap(finding, TITLE_LETTERS)))


def count_axis(axis: Any) -> None:
    """Let an axis (`ax.xaxis` or `ax.yaxis`) count whole things: whole steps from zero, Vietnamese numbers."""
    highest = max(axis.get_view_interval()[1], 1)
    getattr(axis.axes, f"set_{axis.axis_name}lim")(0, highest)
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: vietnamese.number(value)))


def label_bars(ax: Any, bars: Any) -> None:
    """Write each bar's value at its end, so that nobody has to measure."""
    ax.bar_label(bars, labels=[vietnamese.number(bar) for bar in bars.datavalues], padding=3)
