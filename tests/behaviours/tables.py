# %%
import pandas as pd

bang = pd.DataFrame({"xã": ["Quài Nưa", "Tỏa Tình"], "số": [1, None]}, index=pd.Index([3, 4], name="stt"))
bang
# %%
bang["xã"]
# %%
bang.style.set_uuid("x").format(precision=1)
# %%
print(bang.describe())
pd.options.display.max_rows = 1
bang
# %%
bang.to_parquet("bang.parquet")
pd.read_parquet("bang.parquet").equals(bang), bang.groupby("xã").sum(), bang.dtypes
# %%
bang.plot(y="số", kind="bar");
# %%
pd.date_range("2020-12-15", periods=2), pd.Timestamp(0), pd.read_csv(__import__("io").StringIO("a;b\n1;2"), sep=None, engine="python")
