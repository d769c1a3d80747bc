"""Imported first by the processes that make reports: leaves out what takes long to import and is of no use here.

jsonschema imports what it needs for the formats of addresses and of durations, if installed, as it is with JupyterLab:
one builds a grammar for a second. No notebook's schema has such a format. papermill imports Arrow for notebooks that
lie in Hadoop; a step that reads tables itself takes it back with `take_back`.
"""

import sys

for name in ("rfc3987_syntax", "rfc3986_validator", "isoduration", "pyarrow.fs"):
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def take_back(name: str) -> None:
    """Let this process import what was left out."""
    if name in sys.modules and sys.modules[name] is None:
        del sys.modules[name]
