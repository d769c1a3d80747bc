"""What the notebooks of the job share: how columns, names and numbers are written."""

import unicodedata

import pandas as pd

COLUMNS = {
    "tram": "station",
    "thang": "month",
    "so ngay mua": "days",
    "luong mua (mm)": "rain",
    "lon nhat": "peak",
}


def plain(text):
    letters = unicodedata.normalize("NFD", text.strip().lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def column(text):
    return COLUMNS[plain(text)]


def name(text):
    return " ".join(unicodedata.normalize("NFC", text).split()).title()


def number(column):
    text = column.astype("string").str.strip().str.replace(",", ".", regex=False)
    return pd.to_numeric(text.replace({"": pd.NA, "-": pd.NA}))
