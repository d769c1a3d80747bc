# %% tags=["raises-exception"]
import sys

sys.exit("lời")
# %%
print("vẫn chạy")
