"""Never silently wrong: whatever habits an office has, the table is the true one, or a finding says where it is not."""

import shutil
import subprocess
from collections import Counter

import pytest
from hypothesis import given, settings
from messy import (
    ENCODERS,
    FORMATS,
    HABITS,
    OUTCOMES,
    RIGHT,
    SILENT,
    WRITERS,
    Recipe,
    clean,
    judge,
    make,
    recipes,
    tcvn3,
    vni,
)

from baocao.analysis.vietnamese import one_line

FILES = 300


def test_no_messy_file_is_read_silently_wrong(tmp_path):
    outcomes: Counter[str] = Counter()

    @settings(max_examples=FILES, deadline=None)
    @given(recipe=recipes())
    def holds(recipe):
        draft, path = make(recipe, tmp_path)
        verdict = judge(draft, path)
        outcomes[verdict.outcome] += 1
        assert not verdict.silent, (draft.applied, verdict.silent)
        assert not verdict.needless, (draft.applied, verdict.needless)

    holds()
    print({outcome: outcomes[outcome] for outcome in OUTCOMES})
    assert outcomes.total() >= FILES
    assert len(outcomes) > 4


def recipe(*habits, shape="communes", format="xlsx", seed=1):
    return Recipe(seed, shape, 6, 3, format, frozenset(habits))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("shape", ["communes", "lines"])
def test_a_table_without_habits_is_right_and_says_nothing(tmp_path, name, shape):
    assert judge(*make(without_blanks(shape=shape, format=name), tmp_path)).outcome == RIGHT


def without_blanks(*habits, **options):
    """The first recipe whose table has all its figures."""
    tried = (recipe(*habits, **options, seed=seed) for seed in range(99))
    return next(r for r in tried if all(None not in row.values() for row in clean(r).truth.values()))


@pytest.mark.parametrize("name", sorted(HABITS))
def test_each_habit_can_be_and_is_not_read_silently_wrong(tmp_path, name):
    applied = 0
    for seed in range(8):
        for shape in ("communes", "lines"):
            needs = (
                {"total_row"}
                if name in ("totals_as_formulas", "formulas_never_computed", "wrong_total")
                else set()
            )
            draft, path = make(recipe(name, *needs, shape=shape, seed=seed), tmp_path)
            applied += name in draft.applied
            verdict = judge(draft, path)
            assert not verdict.silent
            assert not verdict.needless
    assert applied


def test_the_judge_sees_what_is_silently_wrong(tmp_path):
    for change in (wrong_figure, lost_row, invented_row, believed_total):
        draft, path = make(without_blanks("total_row"), tmp_path)
        change(draft)
        verdict = judge(draft, path)
        assert verdict.outcome == SILENT, change
        assert len(verdict.silent) == 1


def wrong_figure(draft):
    key, name = draft.records[0].key, draft.figures[0]
    draft.truth[key][name] += 1


def lost_row(draft):
    draft.truth["03254"] = {}


def invented_row(draft):
    del draft.truth[draft.records[0].key]
    draft.lines.remove(draft.records[0])


def believed_total(draft):
    draft.wrong_totals.append((draft.totals[0], draft.figures[0]))


@pytest.mark.parametrize("suffix", sorted(WRITERS.keys() - {"csv", "xlsxwriter"}))
def test_other_programs_open_what_is_written(tmp_path, program, suffix):
    made = without_blanks("total_row", "header_of_several_rows", "letterhead", format=suffix)
    draft, path = make(made, tmp_path)
    to = "html" if suffix == "docx" else "csv:Text - txt - csv (StarCalc):59,34,76"
    subprocess.run(
        [program("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", to, "--outdir", tmp_path, path],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    text = " ".join((tmp_path / f"bang.{to[:4].strip(':')}").read_text(encoding="utf-8").split())
    for line in (*draft.records, *draft.totals):
        assert one_line(line.cells["place"]) in text
        for name in draft.figures:
            assert str(line.cells[name]).replace(".", "") in text.replace(",", "").replace(".", "")
    shutil.rmtree(tmp_path / "profile")


def test_the_encoders_write_what_real_files_hold():
    assert [tcvn3(text) for text in ("Huyện Tuần Giáo", "Tổng cộng")] == ["HuyÖn TuÇn Gi¸o", "Tæng céng"]
    assert [vni(text) for text in ("Huyện Tuần Giáo", "Tổng cộng")] == ["Huyeän Tuaàn Giaùo", "Toång coäng"]
    assert vni("Đường Lẳng, Ảng, Tỵ, nghĩ") == "Ñöôøng Laúng, AÛng, Tî, nghó"
    assert {".VnTime", "VNI-Times"} < set(ENCODERS)
