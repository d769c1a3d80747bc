"""What a notebook's kernel starts from: its environment, and what a warm process does once so that no kernel need.

Libraries build caches when they are first used: fonts, number formats, compiled patterns, dispatch tables. Nothing done
here can be seen in a notebook; tests/test_behaviours.py compares with kernels that were started cold.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from baocao.analysis.digests import known
from baocao.analysis.stages import modules_of
from baocao.messages import language

INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
"""How a kernel tells matplotlib to show figures in the notebook; matplotlib looks for it when it is imported."""
WARM = INLINE | {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""What a warm process needs in its environment besides: Arrow's allocator must not start a thread."""
FIGURES = {
    "svg": {
        "InlineBackend": {
            "figure_formats": ["svg"],
            "print_figure_kwargs": {"bbox_inches": None, "metadata": {"Date": None}},
            "rc": {"svg.hashsalt": "baocao"},
        }
    }
}
"""IPython's configuration for ways to show figures."""
KERNEL = "baocao.pipeline.forked:warm_up"
LIBRARIES = {"pandas": "pandas", "pyarrow": "pandas", "matplotlib": "matplotlib.pyplot", "numpy": "numpy"}
"""What a warm process imports for notebooks that import a library, or a module of this package that does.

Only libraries that are known to do no more than define things: another module might do at its import what a notebook
must see done.
"""
WARM_UPS = {
    "pandas": "baocao.pipeline.warmup:tables",
    "matplotlib.pyplot": "baocao.pipeline.warmup:charts",
    "baocao.analysis.tables": "baocao.pipeline.warmup:schemas",
}
"""What it then does once, when it has nothing else to do."""


def environment(home: str) -> dict[str, str]:
    """The environment of a notebook's kernel: nothing of the user's own set-up, one thread per library."""
    fixed = {
        "IPYTHONDIR": home,
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYDEVD_USE_FRAME_EVAL": "NO",  # as the debugger of a plain kernel sets it
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "BAOCAO_LANG": language(),
    }
    dropped = {"MPLBACKEND", "MATPLOTLIBRC", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS"}
    return {k: v for k, v in os.environ.items() if k not in dropped} | fixed


def modules(imports: Iterable[str]) -> list[str]:
    """What a warm process must have imported before it forks the kernel of a notebook that imports these names."""
    files = modules_of(sorted(imports))
    own = [name for name in files if name.split(".")[0] == "baocao"]
    every = {*imports, *(name for file in files.values() for name in known.code(file).imports)}
    libraries = [LIBRARIES[name] for name in LIBRARIES if any(each.split(".")[0] == name for each in every)]
    return [KERNEL, *dict.fromkeys(libraries), *own]


def warm_ups(modules: Iterable[str]) -> list[str]:
    """What makes a warm process that imports these modules warmer."""
    return [WARM_UPS[name] for name in modules if name in WARM_UPS]


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


def schemas() -> None:
    """A table that keeps its schema and one that breaks it: pandera finds its way to a frame's backend only then."""
    import contextlib

    import pandas as pd
    import pandera.pandas as pa

    columns = {"xa": pa.Column("string"), "so_ca": pa.Column("Int64", nullable=True)}
    schema = pa.DataFrameSchema(
        columns, pa.Check(lambda table: table["so_ca"] < 2), strict=True, ordered=True
    )
    for figure in (1, 2):
        frame = pd.DataFrame({"xa": ["Xã A"], "so_ca": [figure]}).astype({"xa": "string", "so_ca": "Int64"})
        with contextlib.suppress(pa.errors.SchemaErrors):
            schema.validate(frame, lazy=True)


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
