"""What a warm process does once so that the processes it forks need not: the first table, the first chart.

Libraries build caches when they are first used: fonts, number formats, compiled patterns, dispatch tables. Nothing done
here can be seen in a notebook; tests/test_engine.py compares with a kernel that was started cold.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path


def tables() -> None:
    """What nearly every notebook with pandas does: read, group, join, sort, show, keep."""
    import pandas as pd
    import pyarrow.dataset
    import pyarrow.parquet

    text = "xa,thang,so_ca,ty_le\nXã A,1,12,0.5\nXã B,2,,0.25\nXã A,2,3,0.75\n"
    with tempfile.TemporaryDirectory(prefix="baocao-warm-") as folder:
        source = Path(folder) / "bang.csv"
        source.write_text(text, encoding="utf-8")
        pd.read_csv(source, sep=None, engine="python", encoding="utf-8-sig", dtype=str, keep_default_na=False)
        frame = pd.read_csv(source)
        frame.to_parquet(Path(folder) / "bang.parquet")
        # pandas.read_parquet would start threads here, and a process with threads cannot be forked
        kept = pyarrow.parquet.ParquetFile(Path(folder) / "bang.parquet", pre_buffer=False)
        kept.read(use_threads=False).to_pandas(use_threads=False)
    frame["xa"] = frame["xa"].map(str.strip)
    frame["so"] = pd.to_numeric(frame["so_ca"].astype("string").str.strip().str.replace(".", "", regex=False))
    frame["so_ca"] = frame.groupby("xa")["so_ca"].transform(lambda column: column.fillna(column.median()))
    grouped = frame.groupby("xa").agg(so_ca=("so_ca", "sum"), ty_le=("ty_le", "max"))
    joined = grouped.join(frame.groupby("xa")[["so_ca"]].sum(), rsuffix="_truoc")
    joined["hang"] = joined["ty_le"].rank(ascending=False, method="first").astype(int)
    pivot = frame.pivot_table(index="xa", columns="thang", values="so_ca", aggfunc="sum")
    merged = frame.drop_duplicates().merge(joined.reset_index()[["xa", "hang"]], on="xa")
    merged.sort_values(["xa", "thang"]).reset_index(drop=True).duplicated(["xa"]).any()
    frame["thang"].between(1, 12).all()
    for table in (frame.describe(), pivot, joined.nlargest(1, "hang").round({"ty_le": 1}), merged.head()):
        table._repr_html_()
        repr(table)


def charts() -> None:
    """One chart with each kind of mark, as SVG and as PNG, without pyplot, which looks for its surroundings."""
    import matplotlib as mpl
    from matplotlib.backends import backend_agg, backend_svg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3))
    bars, lines = figure.subplots(1, 2)
    bars.barh(["Xã Ẵ", "Xã B"], [1, 2], label="năm")
    bars.bar_label(bars.containers[0])
    bars.set_title("Tỷ lệ")
    lines.plot([1, 2, 3], [1.5, 2, 1], marker="o", ls="--", label="2020")
    points = lines.scatter([1, 2], [1, 2], s=[10, 20], c=[0.1, 0.9], cmap="RdYlGn_r")
    lines.set_xlabel("Tháng")
    lines.legend()
    figure.colorbar(points, label="thay đổi")
    with mpl.rc_context({"svg.hashsalt": "baocao"}):
        for canvas in (backend_svg.FigureCanvasSVG(figure), backend_agg.FigureCanvasAgg(figure)):
            canvas.print_figure(io.BytesIO(), format=canvas.get_default_filetype(), bbox_inches="tight")
