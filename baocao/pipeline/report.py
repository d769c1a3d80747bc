"""From a report's executed notebook to its files: the steps that follow when its notebooks have run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode

from baocao.analysis.findings import Findings
from baocao.analysis.stages import PROVINCE, PUBLIC, PUBLISHED
from baocao.pipeline import execute, export, fill, findings_page, normalise, record, verify
from baocao.pipeline.plan import ReportPlan, ReportResult


def read_and_check(plan: ReportPlan) -> ReportResult:
    """What its notebooks found in the office's files, what stands in the prose against the figures, what a form lacks.

    The page of it is kept under the work folder: a report's own folder holds what its last run made.
    """
    _written, findings = _read(plan)
    if plan.form:
        fill.fill(plan, findings)
    folder = plan.work / "check" / plan.unit.path / str(plan.year)
    page = findings_page.save(folder, plan.name, findings)
    return ReportResult(plan.name, plan.target, findings=tuple(findings), page=page)


def write(plan: ReportPlan, formats: Sequence[str], triggers: dict[str, Any]) -> ReportResult:
    """Print the report, put its files in their place, and record what they were made from."""
    written, findings = _read(plan)
    files = {"report.ipynb": normalise.stored(written)}
    files |= {f"report.{name}": export.export(written, name) for name in formats}
    if plan.form:
        files[fill.FILLED] = fill.fill(plan, findings)
    files["indicators.csv"] = (plan.tables / "indicators.csv").read_bytes()
    files["findings.csv"] = findings.to_csv().encode()
    if plan.edition != PUBLIC:
        files[findings_page.PAGE] = findings_page.render(plan.name, findings)
    removed = record.record(plan, files, triggers, export.facts(formats))
    if plan.edition == PUBLIC and plan.last.notebook == PROVINCE:
        _keep_what_is_published(plan)
    return ReportResult(
        plan.name, plan.target, (*files, record.RECORD), tuple(findings), removed=tuple(removed)
    )


def _keep_what_is_published(plan: ReportPlan) -> None:
    """Put beside the office's own roll-up what its units' public editions show and withhold.

    The office keeps it with its data when it publishes them; a corrected version is then decided by it.
    """
    content = (plan.last.needs[0].folder(plan.work) / f"{PUBLISHED}.csv").read_bytes()
    folder = plan.work.parent / plan.unit.path / str(plan.year)
    folder.mkdir(parents=True, exist_ok=True)
    record.replace_all(folder, {f"{PUBLISHED}.csv": content})


def _read(plan: ReportPlan) -> tuple[NotebookNode, Findings]:
    """The executed report, and all findings; of a public edition those on its prose, as others quote exact figures."""
    written = execute.written(plan.last, plan.work)
    findings = Findings.load(plan.last.folder(plan.work))
    findings.include(verify.verify(plan, written, plan.tables / "indicators.csv"))
    return written, findings
