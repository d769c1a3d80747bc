# %%
so, ten = 20, "Tuần Giáo"
# %% [markdown]
# Có {eval}`so` cơ sở ở {eval}`ten`, {eval}`[so, {"a": so}]`, {eval}`f"{so:.1f}"`.
# %%
from IPython.display import Markdown

cau = Markdown("**đậm**")
# %% [markdown]
# {eval}`cau`
