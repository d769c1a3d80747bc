"""The look of charts: titles that fit, axes that count from zero, Vietnamese numbers, greys that print."""

import matplotlib as mpl
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
