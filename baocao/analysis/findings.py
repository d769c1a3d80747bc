"""What reading the office's files brought to light: errors, things to verify, notes; each with its place and remedy.

An error stops the report, the other two stop nothing. The columns are those of `findings.csv` (README, "Outputs").
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from baocao.errors import InputError, MisuseError
from baocao.messages import Message, _, language

ERROR, VERIFY, NOTE = "error", "verify", "note"


@dataclass(frozen=True)
class Finding:
    """One finding; `row` is the sheet's own row number (first row 1), `column` its letter ("C")."""

    severity: str
    rule: str
    file: str
    sheet: str
    row: int | None
    column: str
    value_before: str
    value_after: str
    message: Message
    remedy: Message

    @property
    def place(self) -> str:
        """File, sheet and cell as a person writes them: `kiem-tra.xlsx, Trang 1, C12`."""
        return self.place_in(language())

    def place_in(self, language_code: str) -> str:
        """The place in the given language; lines of texts and cells of notebooks are named by a word."""
        if self.row and not self.column:  # a line of a text, a cell of a notebook
            word = (
                _("cell {number}", number=self.row)
                if self.file.endswith(".ipynb")
                else _("line {number}", number=self.row)
            )
            return ", ".join(part for part in (self.file, self.sheet, word.text(language_code)) if part)
        cell = f"{self.column}{self.row or ''}"
        return ", ".join(part for part in (self.file, self.sheet, cell) if part)


class Findings:
    """The findings of one notebook's run, in the order they were made.

    `folder` stands before each file's name, so that last year's sheet is not looked for in this year's folder.
    """

    def __init__(self, folder: str = "") -> None:
        self._folder = f"{folder}/" if folder else ""
        self._found: list[Finding] = []

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self,
        severity: str,
        rule: str,
        message: Message,
        remedy: Message,
        *,
        file: str = "",
        sheet: str = "",
        row: int | None = None,
        column: str = "",
        before: object = "",
        after: object = "",
    ) -> None:
        """Note one finding; `before` and `after` are a changed value as it stood and as it was read."""
        if severity not in (ERROR, VERIFY, NOTE):
            raise MisuseError(
                _("There is no severity '{name}'.", name=severity),
                _("Write one of: {names}.", names=", ".join((ERROR, VERIFY, NOTE))),
            )
        self._found.append(
            Finding(
                severity,
                rule,
                f"{self._folder}{file}" if file else "",
                sheet,
                row,
                column,
                str(before),
                str(after),
                message,
                remedy,
            )
        )

    def include(self, others: Iterable[Finding]) -> None:
        """Take over the findings of an earlier notebook or year."""
        self._found.extend(others)

    @property
    def errors(self) -> list[Finding]:
        """The findings that stop the report."""
        return [finding for finding in self._found if finding.severity == ERROR]

    def to_csv(self) -> str:
        """`findings.csv`: in Vietnamese, for people."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([f.name for f in fields(Finding)])
        for finding in self._found:
            values = [getattr(finding, f.name) for f in fields(Finding)]
            texts = [v.text("vi") if isinstance(v, Message) else "" if v is None else str(v) for v in values]
            writer.writerow([inert(text) for text in texts])
        return "\ufeff" + text.getvalue()

    def save(self, folder: Path) -> None:
        """Write `findings.csv` and, for the program, `findings.json` into `folder`."""
        (folder / "findings.csv").write_text(self.to_csv(), encoding="utf-8", newline="")
        rows = [
            asdict(f) | {"message": f.message.as_json(), "remedy": f.remedy.as_json()} for f in self._found
        ]
        text = json.dumps(rows, ensure_ascii=False, indent=1, default=str)  # numpy's numbers, among others
        (folder / "findings.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Findings:
        """The findings that `save` wrote into `folder`; none if it wrote none."""
        findings = cls()
        path = folder / "findings.json"
        if path.exists():
            for row in json.loads(path.read_text(encoding="utf-8")):
                row["message"] = Message.from_json(row["message"])
                row["remedy"] = Message.from_json(row["remedy"])
                findings._found.append(Finding(**row))
        return findings

    @classmethod
    def from_csv(cls, path: Path) -> Findings:
        """The findings in a `findings.csv`, their texts as they stand there; none if there is no such file."""
        findings = cls()
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))) if path.exists() else ()
        for row in rows:
            texts: dict[str, Any] = dict(row)
            texts["row"] = int(row["row"]) if row["row"] else None
            for name in ("message", "remedy"):
                texts[name] = Message("{text}", {"text": row[name]})
            findings._found.append(Finding(**texts))
        return findings

    def stop_on_error(self) -> None:
        """Raise `InputError` if any finding is an error, naming the first and how many there are."""
        if not self.errors:
            return
        first = self.errors[0]
        raise InputError(
            _(
                "{count} errors in the input files; the first: {place}: {message}",
                count=len(self.errors),
                place=first.place,
                message=first.message,
            ),
            first.remedy,
        )


def inert(text: str) -> str:
    """`text` so that a spreadsheet program never takes it for a formula (OWASP, CSV injection)."""
    is_number = text.lstrip("+-").replace(".", "", 1).isdecimal()
    return (
        "'" + text
        if text[:1] in ("=", "+", "-", "@", "\t", "\r") and len(text) > 1 and not is_number
        else text
    )
