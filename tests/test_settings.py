"""report.toml: every mistake is an error that names the setting; nothing is silently ignored."""

import datetime

import pytest
from conftest import ROOT, UNIT

from baocao.analysis import settings
from baocao.errors import InputError

REAL = (ROOT / "data" / UNIT / "2020" / "report.toml").read_text(encoding="utf-8")


def load(tmp_path, text):
    path = tmp_path / "report.toml"
    path.write_text(text, encoding="utf-8")
    return settings.load(path, 2020)


def test_the_real_file_says_what_the_source_report_says(tmp_path):
    choices = load(tmp_path, REAL)
    assert choices.request.number == "2378/SLĐTBXH-PCTNXH"
    assert choices.request.date == datetime.date(2020, 11, 18)
    assert choices.document.number == ""
    assert choices.document.date is None
    assert choices.signature.name == ""
    assert (choices.period.start, choices.period.end) == (
        datetime.date(2019, 12, 15),
        datetime.date(2020, 12, 14),
    )


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[period]", "[period]\ncutof = 2020-12-01", "cutof"),
        ("start = 2019-12-15", 'start = "15/12/2019"', "period.start"),
        ("start = 2019-12-15", "start = 2021-12-15", "period"),
        ("start = 2019-12-15", "start = 2010-12-15", "period"),
        ("end = 2020-12-14", "end = 2021-12-14", "2020|366"),
        ('date = ""', 'date = ""\nsimbol = "BC-UBND"', "simbol"),
        ('date = ""', 'date = ""\nissuer = []', "document.issuer"),
        ("salutation = true", 'salutation = "co"', "delivery.salutation"),
        ("[layout]", '[bodies]\nconfirmed = ["cong-an", "cong-an"]\n[layout]', "bodies.confirmed"),
        ('"kien-nghi",', '"kien-nghi", "kien-nghi",', "layout.sections"),
        ("[signature]", "[chu_ky]", "chu_ky|signature"),
        ("[illustrative]", "[illustrative]\nrael = []", "illustrative.rael"),
        ('dash = "zero"', "", "intake.dash"),
        ('charts_html = "body"', 'charts_html = "than"', "layout.charts_html"),
        ("[period]", "[period", r"report\.toml: dòng \d+, ký tự thứ \d+\."),
        (REAL, "[document]\nissuer = [", r"report\.toml: cuối tệp còn dở dang\."),
    ],
)
def test_a_mistake_is_named(tmp_path, old, new, named):
    assert old in REAL
    with pytest.raises(InputError, match=named):
        load(tmp_path, REAL.replace(old, new, 1))


def test_a_missing_file_and_a_wrong_encoding_are_named(tmp_path):
    with pytest.raises(InputError, match=r"report\.toml"):
        settings.load(tmp_path / "report.toml", 2020)
    (tmp_path / "report.toml").write_bytes(REAL.encode("utf-16"))
    with pytest.raises(InputError, match=r"report\.toml"):
        settings.load(tmp_path / "report.toml", 2020)


def test_last_years_file_in_this_years_folder_is_an_error(tmp_path):
    (tmp_path / "report.toml").write_text(REAL, encoding="utf-8")
    with pytest.raises(InputError, match="2021"):
        settings.load(tmp_path / "report.toml", 2021)


def test_what_the_province_decides_is_refused_in_a_units_own_file(tmp_path):
    for unit, refused in (("huyen-x", True), ("_tinh", False)):
        folder = tmp_path / unit / "2020"
        folder.mkdir(parents=True)
        (folder / "report.toml").write_text(f"{REAL}\n[disclosure]\nthreshold = 3\n", encoding="utf-8")
        if refused:
            with pytest.raises(InputError, match="disclosure"):
                settings.load(folder / "report.toml", 2020)
        else:
            assert settings.load(folder / "report.toml", 2020).disclosure.threshold == 3


def test_a_byte_order_mark_does_no_harm(tmp_path):
    (tmp_path / "report.toml").write_text(REAL, encoding="utf-8-sig")
    assert settings.load(tmp_path / "report.toml", 2020).request.number == "2378/SLĐTBXH-PCTNXH"


def test_charts_stand_in_word_where_they_do_in_the_pdf_unless_it_is_said(tmp_path):
    path = tmp_path / "report.toml"
    path.write_text(REAL, encoding="utf-8")
    assert settings.load(path, 2020).layout.charts == {"html": "body", "pdf": "annex", "docx": "annex"}
    path.write_text(
        REAL.replace('charts_pdf = "annex"', 'charts_pdf = "annex"\ncharts_docx = "none"'), encoding="utf-8"
    )
    assert settings.load(path, 2020).layout.charts == {"html": "body", "pdf": "annex", "docx": "none"}
