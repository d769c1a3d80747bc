"""The look of charts: titles that fit, axes that count from zero, Vietnamese numbers, greys that print."""

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baocao.analysis import figures

mpl.use("svg")
LONG = "Thị trấn Minh Họa, xã Tưởng Tượng và xã Giả Thuyết nhiều nhất, mỗi nơi 1.234/12.345 cơ sở"


@pytest.mark.parametrize("name", ["Huyện", "Xã Mường Pồn Thượng", "Nhà hàng, quán ăn, giải khát"])
@pytest.mark.parametrize("finding", ["Ngắn", LONG, f"{LONG}; {LONG[:17]}"])
def test_a_title_stays_inside_its_picture(name, finding):
    figure, ax = figures.new_chart()
    figures.label_bars(ax, ax.barh([name, "B"], [3.0, 1.0]))
    figures.count_axis(ax.xaxis)
    figures.say(ax, finding)
    figure.canvas.draw()
    box = ax.title.get_window_extent() if ax.get_title() else ax._left_title.get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.x1
    assert box.y1 <= figure.bbox.y1
    assert " ".join(ax.get_title(loc="left").split()) == finding


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 12000), min_size=1, max_size=4))
def test_counts_have_whole_steps_from_zero(values):
    figure, ax = figures.new_chart()
    ax.bar([str(i) for i in range(len(values))], values)
    figures.count_axis(ax.yaxis)
    figure.canvas.draw()
    low, high = ax.get_ylim()
    assert low == 0
    assert high >= max(1, *values)
    shown = [label.get_text() for label in ax.get_yticklabels()]
    ticks = [tick for tick in ax.get_yticks() if low <= tick <= high]
    assert all(tick == int(tick) for tick in ticks)
    assert all("," not in text for text in shown)
    mpl.pyplot.close(figure)


def test_neighbouring_greys_differ_in_black_and_white():
    """WCAG 2.2, 1.4.11: graphics need 3 : 1 against what is beside them, by relative luminance."""

    def luminance(colour):
        channels = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)
        ]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))

    def contrast(one, other):
        low, high = sorted([luminance(one), luminance(other)])
        return (high + 0.05) / (low + 0.05)

    assert contrast(figures.INK, figures.PALE) >= 3
    assert contrast(figures.SHADE, "white") >= 3
    assert contrast(figures.INK, "white") >= 3


# --- Over years and places ------------------------------------------------------------------------------------

YEARS = range(2016, 2021)


def over(*values):
    return pd.Series(dict(zip(YEARS, values, strict=True)), dtype="Float64")


def drawn(ax):
    """The pieces of the lines of a chart with their points, as lists of (year, value) without gaps."""
    pieces = []
    for line in ax.lines:
        if line.get_linestyle() != "None":
            known = [
                (int(x), y) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True) if not pd.isna(y)
            ]
            pieces += [known] if known else []
    return pieces


def open_points(ax):
    return [int(x) for line in ax.lines if line.get_markerfacecolor() == "white" for x in line.get_xdata()]


def words(ax):
    return [text.get_text().replace("\n", " ") for text in ax.texts]


def test_lines_bear_their_names_and_values_and_no_legend():
    figure = figures.lines(
        {"Lượt được kiểm tra": over(20, 25, 1234, 21, 26), "Vi phạm": over(2, 0, 8, 6, 0)}, LONG
    )
    (ax,) = figure.axes
    assert ax.get_legend() is None
    assert sorted(words(ax)) == sorted(
        ["20", "25", "1.234", "21", "26", "2", "0", "8", "6", "0", "Lượt được kiểm tra", "Vi phạm"]
    )
    assert " ".join(figure.get_suptitle().split()) == LONG
    figure.canvas.draw()
    assert figure._suptitle.get_window_extent().x1 <= figure.bbox.x1
    assert all(text.get_window_extent().x1 <= figure.bbox.x1 for text in ax.texts)
    mpl.pyplot.close(figure)


def test_a_missing_year_is_a_gap_and_what_cannot_be_compared_is_open_and_joined_to_nothing():
    figure = figures.lines(
        {"Lượt": over(20, None, 30, 21, 26)}, "Ngắn", apart={"Lượt": [2019]}, note="Điểm rỗng"
    )
    (ax,) = figure.axes
    assert drawn(ax) == [[(2016, 20), (2018, 30)], [(2019, 21), (2020, 26)]]
    first = next(line for line in ax.lines if line.get_linestyle() != "None")
    assert list(pd.isna(first.get_ydata())) == [False, True, False]  # no line over the gap
    assert open_points(ax) == [2019]
    assert ax.get_xlabel() == "Điểm rỗng"
    skipped = figures.lines({"Lượt": pd.Series({2018: 1.0, 2020: 2.0})}, "Ngắn")
    assert [label.get_text() for label in skipped.axes[0].get_xticklabels()] == ["2018", "2019", "2020"]
    mpl.pyplot.close("all")


def test_small_multiples_have_one_scale_and_say_whose_each_panel_is():
    panels = {f"Xã {i}": over(i, None, 2 * i, i, 1) for i in range(1, 20)} | {"Xã trống": over(*[None] * 5)}
    figure = figures.small_multiples(panels, LONG, apart={"Xã 7": [2020]}, note="Điểm rỗng")
    used = [ax for ax in figure.axes if ax.axison]
    assert len(used) == 20
    assert len({(*ax.get_xlim(), *ax.get_ylim()) for ax in used}) == 1
    assert used[0].get_ylim()[0] == 0
    assert used[0].get_ylim()[1] > 38  # the highest of all
    assert [words(ax)[0] for ax in used] == list(panels)
    assert set(words(used[6])[1:]) == {"7", "1"}
    assert open_points(used[6]) == [2020]
    assert words(used[19]) == ["Xã trống"]
    figure.canvas.draw()
    top = figure._suptitle.get_window_extent().y0
    assert all(text.get_window_extent().y1 <= top for ax in used for text in ax.texts)
    mpl.pyplot.close(figure)


def test_small_multiples_that_fill_no_row_leave_no_empty_axes():
    figure = figures.small_multiples({"Xã 1": over(1, 2, 3, 4, 5), "Xã 2": over(0, 0, 0, 0, 0)}, "Ngắn")
    assert [ax.axison for ax in figure.axes] == [True, True]
    figure = figures.small_multiples({f"Xã {i}": over(1, 2, 3, 4, 5) for i in range(5)}, "Ngắn")
    assert [ax.axison for ax in figure.axes] == [True] * 5 + [False] * 3
    mpl.pyplot.close("all")
