"""What the program says to a person: English in the code, Vietnamese by default through the catalogue.

A message keeps its English template and its values apart until it is shown, so that one message can stand in a
Vietnamese output file and be printed in English in the same run, and so that it survives pickling and JSON.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LANGUAGES = ("vi", "en")
"""The first is spoken unless another is chosen."""
CATALOGUES = (Path(__file__).parent / "locale", Path(__file__).parents[1] / "notebooks")
"""Where `<language>.po` may lie: the program's words, and beside the notebooks those that belong to the subject."""


def use_language(language: str) -> None:
    """Show messages in `language` ("vi" or "en") from here on, in this process and in those it starts."""
    if language not in LANGUAGES:
        raise ValueError(language)
    os.environ["BAOCAO_LANG"] = language


def language() -> str:
    """The language that messages are shown in."""
    chosen = os.environ.get("BAOCAO_LANG")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True)
class Message:
    """A sentence for a person: an English template with its values, put into words when it is shown."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language_code: str) -> str:
        """The sentence in the given language."""
        values = {k: v.text(language_code) if isinstance(v, Message) else v for k, v in self.values.items()}
        return _catalogue(language_code).get(self.template, self.template).format(**values)

    def __str__(self) -> str:
        return self.text(language())

    def as_json(self) -> dict[str, Any]:
        """The message as plain data; `from_json` gives it back."""
        values = {k: v.as_json() if isinstance(v, Message) else v for k, v in self.values.items()}
        return {"template": self.template, "values": values}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Message:
        """The message that `as_json` wrote."""
        values = {k: cls.from_json(v) if isinstance(v, dict) else v for k, v in data["values"].items()}
        return cls(data["template"], values)


def _(template: str, /, **values: Any) -> Message:
    """A message; the English template is the key of the catalogues in `baocao/locale/`."""
    return Message(template, values)


@functools.cache
def _catalogue(language_code: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    words: dict[str, str] = {}
    for path in (folder / f"{language_code}.po" for folder in CATALOGUES):
        if path.exists():  # the program itself speaks English, the notebooks Vietnamese
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language_code, abort_invalid=True)
            words |= {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}
    return words
