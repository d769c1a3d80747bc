"""The baseline: the job's cells as plain code in two warm forked processes; charts to SVG, page by Jinja, PDF by Typst.

usage: baseline.py WORKDIR

Nothing of notebooks: no kernel, no outputs but what the page shows, no tags in the PDF.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("agg")
import IPython.display  # noqa: F401 - the cells import it
import jinja2
import matplotlib.pyplot as plt
import pandas as pd  # noqa: F401
import typst
from prepare import JOB, cells

plt.rcParams["svg.hashsalt"] = "x"
CODE = {
    path.stem: [
        compile(s, path.stem, "exec") for kind, s, given in cells(path) if kind == "code" and not given
    ]
    for path in sorted(JOB.glob("0*.py"))
}
HEADS = [source[3:] for kind, source, _given in cells(JOB / "03_report.py") if source.startswith("## ")]
HTML = jinja2.Template("""<!doctype html><html lang="vi"><meta charset="utf-8"><title>{{ name }} {{ year }}</title>
<h1>Báo cáo lượng mưa của vùng</h1><h2>{{ name }}, năm {{ year }}</h2><p>{{ text }}</p>
{% for picture in pictures %}<h2>{{ heads[loop.index0] }}</h2>{{ picture }}{% endfor %}
<h2>{{ heads[-1] }}</h2>{{ table.to_html(index=False) }}</html>""")
TYPST = jinja2.Template("""#set document(title: "{{ name }}", date: none)
#set text(size: 10pt, lang: "vi")
= Báo cáo lượng mưa của vùng
== {{ name }}, năm {{ year }}
{{ text }}
{% for head in heads[:-1] %}== {{ head }}
#image("{{ stem }}_{{ loop.index0 }}.svg", width: 80%)
{% endfor %}== {{ heads[-1] }}
#table(columns: {{ table.columns|length }}, {% for name in table.columns %}[*{{ name }}*],{% endfor %}
{% for row in table.values.tolist() %}{% for value in row %}[{{ value }}],{% endfor %}
{% endfor %})""")
_compiler: list[Any] = []


def stage(name: str, district: str, year: int) -> dict[str, Any]:
    """Run the cells of a notebook; what they define."""
    given = {
        "district": district,
        "year": year,
        "data_dir": "data",
        "out_dir": "out",
        "print": lambda *_: None,
    }
    for code in CODE[name]:
        exec(code, given)  # noqa: S102
    return given


def report(district: str, year: int) -> None:
    """One report: three notebooks' cells, page and PDF."""
    stage("01_clean", district, year)
    stage("02_indicators", district, year)
    pictures: list[str] = []

    def show() -> None:
        path = Path(f"reports/{district}_{year}_{len(pictures)}.svg")
        plt.savefig(path, metadata={"Date": None})
        pictures.append(path.read_text(encoding="utf-8").split("?>", 1)[1])
        plt.close("all")

    plt.show = show
    made = stage("03_report", district, year)
    shown = {name: made[name] for name in ("name", "text", "year")} | {"heads": HEADS, "pictures": pictures}
    shown |= {"table": made["table"].reset_index(), "stem": f"{district}_{year}"}
    target = Path(f"reports/{district}_{year}.html")
    target.write_text(HTML.render(shown), encoding="utf-8")
    target.with_suffix(".typ").write_text(TYPST.render(shown), encoding="utf-8")
    if not _compiler:
        _compiler.append(typst.Compiler(root="."))
    target.with_suffix(".pdf").write_bytes(_compiler[0].compile(input=str(target.with_suffix(".typ"))))


def region(pairs: list[tuple[str, int]]) -> None:
    """The reports of a region, one year after the other."""
    for district, year in pairs:
        report(district, year)


def main(work: Path) -> None:
    """All reports of a work folder, by region, in two processes."""
    os.chdir(work)
    sys.path.insert(0, str(work))
    Path("out").mkdir(exist_ok=True)
    Path("reports").mkdir(exist_ok=True)
    regions: dict[str, list[tuple[str, int]]] = {}
    for line in Path("pairs.csv").read_text(encoding="utf-8").split():
        district, year = line.split(",")
        regions.setdefault(district, []).append((district, int(year)))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        list(pool.imap_unordered(region, regions.values()))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
