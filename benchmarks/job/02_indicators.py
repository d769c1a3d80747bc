# %% [markdown]
# # 2. Tính chỉ tiêu
# Cộng theo trạm và theo tháng, so với năm trước.
# %% tags=["parameters"]
district = "vung-a"
year = 2021
data_dir = "data"
out_dir = "out"
# %%
from pathlib import Path

import pandas as pd

# %%
now = pd.read_parquet(f"{out_dir}/clean_{district}_{year}.parquet")
earlier = Path(f"{out_dir}/clean_{district}_{year - 1}.parquet")
before = pd.read_parquet(earlier) if earlier.exists() else pd.read_csv(f"{data_dir}/before_{district}.csv")


# %%
def by_station(rain):
    return rain.groupby("station").agg(rain=("rain", "sum"), days=("days", "sum"), peak=("peak", "max"))


stations = by_station(now).join(by_station(before), rsuffix="_before")
stations["per_day"] = stations["rain"] / stations["days"]
stations["change"] = stations["rain"] / stations["rain_before"] - 1
stations["rank"] = stations["rain"].rank(ascending=False, method="first").astype(int)
stations.sort_values("rank").head()
# %%
seasons = now.assign(season=(now["month"] - 1) // 3 + 1).pivot_table(
    index="station", columns="season", values="rain", aggfunc="sum"
)
seasons.head()
# %%
months = (
    now.groupby("month")[["rain", "days"]]
    .sum()
    .join(before.groupby("month")[["rain", "days"]].sum(), rsuffix="_before")
)
months
# %%
stations.to_parquet(f"{out_dir}/stations_{district}_{year}.parquet")
months.to_parquet(f"{out_dir}/months_{district}_{year}.parquet")
