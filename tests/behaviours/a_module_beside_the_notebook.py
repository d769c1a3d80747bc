# %%
from pathlib import Path

Path("ben_canh.py").write_text("so = 20\nprint('nhập')\n")
import ben_canh

ben_canh.so
# %%
%load_ext autoreload
%autoreload 2
Path("ben_canh.py").write_text("so = 21\nten = 'x'\n")
import importlib

importlib.reload(ben_canh).so
# %%
%run ben_canh.py
# %%
import sys

sys.path[0] == "", len([p for p in sys.path if p == ""])
