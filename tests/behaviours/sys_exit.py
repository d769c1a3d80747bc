# %%
import sys

print("trước")
# %%
sys.exit(3)
# %%
print("không đến đây")
