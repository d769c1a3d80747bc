# %% tags=["raises-exception"]
input("tên: ")
# %% tags=["raises-exception"]
import getpass

getpass.getpass()
# %%
import sys

print(repr(sys.stdin.read()))
