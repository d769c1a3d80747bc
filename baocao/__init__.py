"""Vietnamese administrative reports, made from an office's own spreadsheets by notebooks its analysts can read.

The package knows reports, administrative units and the legal form of documents. It knows neither a subject nor a
place: those live in `notebooks/` and `data/`.
"""

__version__ = "0.1.0"
