# %%
import os
import subprocess
import sys

os.system("echo một; echo hai")
# %%
subprocess.run([sys.executable, "-c", "print('bốn'); import sys; print('năm', file=sys.stderr)"], check=True)
# %%
os.write(1, "sáu\n".encode())
os.write(2, "bảy\n".encode());
# %%
!echo tám
!echo chín >&2; exit 4
_exit_code
# %%
lines = !printf 'a\nb\n'
lines
# %% tags=["raises-exception"]
sys.stdout.fileno() > 2, sys.__stdout__.fileno()
