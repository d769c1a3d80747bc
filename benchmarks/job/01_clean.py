# %% [markdown]
# # 1. Làm sạch số liệu mưa
# Đọc tệp của vùng, đưa tên trạm và số về một cách viết, giữ bảng sạch.
# %% tags=["parameters"]
district = "vung-a"
year = 2021
data_dir = "data"
out_dir = "out"
# %%
from pathlib import Path

import pandas as pd
import tram

# %%
raw = pd.read_csv(f"{data_dir}/{district}_{year}.csv", sep=None, engine="python", dtype=str,
                  encoding="utf-8-sig", keep_default_na=False)
raw.head()
# %%
rain = raw.rename(columns=tram.column)
rain["station"] = rain["station"].map(tram.name)
for column in ("month", "days", "rain", "peak"):
    rain[column] = tram.number(rain[column])
rain = rain.drop_duplicates()
rain.describe()
# %%
listed = pd.read_csv(f"{data_dir}/stations.csv")
listed = listed[listed["district"] == district]
unknown = sorted(set(rain["station"]) - set(listed["station"]))
if unknown or rain.duplicated(["station", "month"]).any() or len(rain) != 12 * len(listed):
    raise ValueError(f"{district} {year}: {len(rain)} dòng, trạm lạ: {unknown}")
# %%
rain["filled"] = rain["rain"].isna()
rain["rain"] = rain.groupby("station")["rain"].transform(lambda months: months.fillna(months.median()))
rain = rain.sort_values(["station", "month"]).reset_index(drop=True)
print("Số dòng:", len(rain), "- điền thay:", int(rain["filled"].sum()))
rain.head()
# %%
Path(out_dir).mkdir(exist_ok=True)
rain.to_parquet(f"{out_dir}/clean_{district}_{year}.parquet")
