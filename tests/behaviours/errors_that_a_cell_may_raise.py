# %% tags=["raises-exception"]
{}["khóa"]
# %% tags=["raises-exception"]
try:
    int("x")
except ValueError as error:
    raise RuntimeError("vì thế") from error
# %% tags=["raises-exception"]
raise ExceptionGroup("nhóm", [ValueError(1), KeyError("k")])
# %% tags=["raises-exception"]
def (
# %% tags=["raises-exception"]
raise KeyboardInterrupt
# %% tags=["raises-exception"]
class Odd(Exception):
    def __str__(self):
        return "lạ\nhai dòng"


raise Odd
# %% tags=["raises-exception"]
%no_such_magic
# %% tags=["raises-exception"]
import json

json.loads("{")
# %%
print("vẫn chạy")
