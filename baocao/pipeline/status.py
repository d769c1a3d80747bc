"""What changed since a report was made, and what will run for it: by content, never by the age of a file.

A report's triggers are those of the notebooks behind it (`Stage.triggers`) and those of its printing. They stand in its
`run.json`; whatever of them is another one now is a reason to make the report again (docs/what-runs-again.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from baocao.analysis.digests import known
from baocao.analysis.stages import REPOSITORY, Stage, versions
from baocao.pipeline import fonts, record
from baocao.pipeline.plan import ReportPlan

PRINTS = ("babel", "jinja2", "lxml", "mistune", "nbconvert", "pikepdf", "python-docx", "typst")
"""Libraries whose version can change what an executed notebook is printed as."""
PRINTERS = ("assemble", "blocks", "export", "fill", "findings_page", "fonts", "record", "report", "sentences", "verify",
            "word", "word_styles", "workbook")  # fmt: skip
"""The modules of `baocao.pipeline` that make files out of an executed notebook, its findings among them."""


@dataclass(frozen=True)
class Change:
    """Something a report depends on that is not as it was: `how` is "new", "changed" or "gone"."""

    kind: str
    item: str
    how: str


@dataclass(frozen=True)
class Status:
    """What there is of a report and what is to be done: nothing if there are neither `changes` nor `damaged` files."""

    made: bool
    changes: tuple[Change, ...]
    damaged: tuple[str, ...]
    old: bool
    """Whether the last run of it failed."""
    to_run: tuple[Stage, ...]
    """The stages whose result is not there."""

    @property
    def done(self) -> bool:
        """Whether nothing is to be done."""
        return self.made and not (self.changes or self.damaged or self.old)


def status(plan: ReportPlan, formats: Sequence[str]) -> Status:
    """What there is of a report in these formats, and what is to be done."""
    entry = record.read(plan.target)
    changes = tuple(_changes(record.triggers_of(plan), triggers(plan, formats))) if entry else ()
    folder = str(plan.target)
    damaged = tuple(n for n, digest in entry.get("outputs", {}).items() if not _is(f"{folder}/{n}", digest))
    old = (plan.target / record.OLD).exists()
    to_run = (
        tuple(stage for stage in plan.stages if not stage.folder(plan.work).is_dir())
        if changes or not entry
        else ()
    )
    return Status(bool(entry), changes, damaged, old, to_run)


def triggers(plan: ReportPlan, formats: Sequence[str]) -> dict[str, dict[str, str]]:
    """Everything that makes this report be made again when it changes: kinds of named items, each with a digest."""
    together: dict[str, dict[str, str]] = {}
    for stage in plan.stages:
        for kind, items in stage.triggers.items():
            together.setdefault(kind, {}).update(items)
    if (text := plan.earlier_text).is_file():  # read when the text is checked
        together["inputs"][text.relative_to(plan.last.data).as_posix()] = known.file(str(text))
    for path in plan.form:
        together["inputs"][path.relative_to(plan.last.data).as_posix()] = known.file(str(path))
    look = plan.last.look
    return together | {
        "prose": {plan.last.source.name: known.code(plan.last.source).prose},
        "printing": look.once("printing", _printing) | versions(PRINTS),
        "formats": dict.fromkeys(formats, ""),
        "font": look.once("font", lambda: fonts.state(plan.work / "font.json")) if "pdf" in formats else {},
    }


def _changes(before: dict[str, Any], now: dict[str, dict[str, str]]) -> Iterator[Change]:
    for kind in sorted({*before, *now}):
        old, new = before.get(kind, {}), now.get(kind, {})
        if old == new:
            continue
        for item in sorted({*old, *new}):
            if old.get(item) != new.get(item):
                yield Change(
                    kind, item, "new" if item not in old else "gone" if item not in new else "changed"
                )


def _is(path: str, digest: str) -> bool:
    try:
        return known.file(path) == digest
    except OSError:
        return False


def _printing() -> dict[str, str]:
    package = REPOSITORY / "baocao"
    modules = {f"baocao.pipeline.{name}": package / "pipeline" / f"{name}.py" for name in PRINTERS}
    templates = sorted(path for path in (package / "templates").iterdir() if path.is_file())
    return {name: known.code(path).code for name, path in modules.items()} | {
        path.relative_to(REPOSITORY).as_posix(): known.file(path) for path in templates
    }
