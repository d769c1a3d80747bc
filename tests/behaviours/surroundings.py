# %%
import locale
import os
import sys
import time
from pathlib import Path

names = ["LC_ALL", "TZ", "PYTHONHASHSEED", "OMP_NUM_THREADS", "TERM", "PAGER", "MPLBACKEND", "FORCE_COLOR", "BAOCAO_LANG"]
{name: os.environ.get(name) for name in names}
# %%
Path(sys.argv[0]).name, sys.argv[1], len(sys.argv), Path.cwd().name, sys.executable
# %%
time.tzname, locale.getlocale(), sys.flags.hash_randomization, hash("tên"), sys.getrecursionlimit()
# %%
sorted(name for name in globals() if not name.startswith("_"))
# %%
import signal

[signal.getsignal(n).__name__ if callable(signal.getsignal(n)) else int(signal.getsignal(n)) for n in (signal.SIGTERM, signal.SIGCHLD)]
# %%
import warnings

# a warm process may have imported numpy for another notebook, with the filters that numpy adds for itself
[f[:1] + (f[2].__name__,) for f in warnings.filters if "numpy" not in f"{f[1]}{f[2].__module__}"]
# %%
import asyncio, gc, threading

# not gc.get_threshold(): a forked process looks for garbage less often
gc.isenabled(), os.umask(0o022), os.getpid() == os.getpgrp()
