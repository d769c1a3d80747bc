# %% [markdown]
# # Báo cáo lượng mưa của vùng
# Báo cáo này tổng hợp **lượng mưa**, *số ngày mưa* và trận mưa lớn nhất của từng trạm, so với năm trước. Mọi số liệu là
# số ngẫu nhiên, dùng để đo tốc độ.
# %% tags=["parameters"]
district = "vung-a"
year = 2021
data_dir = "data"
out_dir = "out"
# %%
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Markdown

stations = pd.read_parquet(f"{out_dir}/stations_{district}_{year}.parquet")
months = pd.read_parquet(f"{out_dir}/months_{district}_{year}.parquet")
name = pd.read_csv(f"{data_dir}/stations.csv").set_index("district")["name"][district].iloc[0]
# %%
total, earlier = stations["rain"].sum(), stations["rain_before"].sum()
wettest = stations["rain"].idxmax()
text = f"Cả vùng đo được {total:,.0f} mm, {'tăng' if total > earlier else 'giảm'} {abs(total / earlier - 1):.1%}."
Markdown(f"## {name}, năm {year}\n\n{text} Trạm mưa nhiều nhất là **{wettest}**.")
# %% [markdown]
# ## Mười trạm mưa nhiều nhất
# %%
top = stations.nsmallest(10, "rank").iloc[::-1]
figure, axes = plt.subplots(figsize=(7, 4))
axes.barh(top.index, top["rain"], color="#1f77b4")
axes.set_xlabel("mm")
axes.set_title(f"Lượng mưa theo trạm, {name} {year}")
plt.show()
# %% [markdown]
# ## Theo tháng
# %%
figure, axes = plt.subplots(figsize=(7, 3.5))
axes.plot(months.index, months["rain"], marker="o", label=str(year))
axes.plot(months.index, months["rain_before"], marker="o", ls="--", label=str(year - 1))
axes.set_xlabel("Tháng")
axes.set_ylabel("mm")
axes.legend()
plt.show()
# %% [markdown]
# ## Số ngày mưa và lượng mưa
# %%
figure, axes = plt.subplots(figsize=(7, 4))
points = axes.scatter(
    stations["days"], stations["rain"], s=stations["peak"], c=stations["change"], cmap="RdYlGn"
)
axes.set_xlabel("Số ngày mưa")
axes.set_ylabel("mm")
figure.colorbar(points, label="So với năm trước")
plt.show()
# %% [markdown]
# ## Bảng theo trạm
# %%
table = stations.sort_values("rank")[["rank", "rain", "days", "peak", "per_day", "change"]]
table = table.round({"rain": 0, "peak": 1, "per_day": 1, "change": 3})
table.columns = ["Hạng", "Lượng mưa", "Số ngày", "Lớn nhất", "mm/ngày", "Thay đổi"]
table.index.name = "Trạm"
table
