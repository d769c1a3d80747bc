"""Imported first by the processes that make reports: leaves out what takes a second to import and is of no use here.

jsonschema checks the format of internationalised addresses if `rfc3987_syntax` is installed, as it is with JupyterLab;
that builds a grammar when it is imported. No notebook's schema has such a format.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
