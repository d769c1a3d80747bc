"""The findings of a report as one Vietnamese page that people read: errors first, what is alike told once.

It lies beside `findings.csv`, which says the same for programs, and where a failed notebook is kept. Like the report
it asks nothing of a network or the clock, and its texts, the offices' own among them, are escaped.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from baocao.analysis.findings import ERROR, NOTE, VERIFY, Finding
from baocao.errors import unwritable
from baocao.pipeline import record

PAGE = "findings.html"
TEMPLATES = Path(__file__).parents[1] / "templates"


def render(name: str, findings: Iterable[Finding]) -> bytes:
    """The page; `name` is the report as a person calls it: `huyện Tuần Giáo 2020`."""
    found = sorted(findings, key=lambda finding: (ERROR, VERIFY, NOTE).index(finding.severity))
    by_severity = {
        severity: [f for f in found if f.severity == severity] for severity in (ERROR, VERIFY, NOTE)
    }
    style = (TEMPLATES / "findings.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _template().render(
        name=name,
        style=style,
        style_digest=digest,
        counts={severity: len(alike) for severity, alike in by_severity.items()},
        files={severity: _files(alike) for severity, alike in by_severity.items()},
    )
    return f"{page}\n".encode()


def save(folder: Path, name: str, findings: Iterable[Finding]) -> Path:
    """Write the page into a folder and return its path; `UsageError` if the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        record.replace_all(folder, {PAGE: render(name, findings)})
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder / PAGE


def _files(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings by file, and in a file by what they say, in the order in which they were made."""
    groups: dict[str, dict[tuple[str, str], list[Finding]]] = {}
    for finding in findings:
        kind = finding.rule, finding.message.template
        groups.setdefault(finding.file, {}).setdefault(kind, []).append(finding)
    return [
        {"name": file, "groups": [_group(alike) for alike in kinds.values()]}
        for file, kinds in groups.items()
    ]


def _group(alike: Sequence[Finding]) -> dict[str, Any]:
    """Findings of one kind: `message` and `remedy` hold what all of them say, the `entries` what each says alone."""
    messages = [finding.message.text("vi") for finding in alike]
    remedies = [finding.remedy.text("vi") for finding in alike]
    message, remedy = _shared(messages), _shared(remedies)
    return {
        "message": message,
        "remedy": remedy,
        "entries": [
            {
                "place": finding.place_in("vi").removeprefix(finding.file).removeprefix(", "),
                "before": finding.value_before,
                "after": finding.value_after,
                "message": "" if message else own_message,
                "remedy": "" if remedy else own_remedy,
            }
            for finding, own_message, own_remedy in zip(alike, messages, remedies, strict=True)
        ],
    }


def _shared(texts: Sequence[str]) -> str:
    return texts[0] if all(one == other for one, other in itertools.pairwise(texts)) else ""


@functools.cache
def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("findings.html.j2")
