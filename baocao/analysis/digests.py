"""Digests of files: by their bytes, and of code by what it does, whatever its layout and comments.

A file that has not changed is not read again: its digest is remembered with its size, its times and its inode. As in
git's index, a digest that was taken right after the file changed is not trusted, for the file may have changed once
more within the same tick of the clock.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

TICK = 2_000_000_000
"""Nanoseconds: the coarsest clock of file times in use (FAT)."""


def of(value: Any) -> str:
    """The SHA-256 of a value made of plain data."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Code:
    """What matters of a Python module or a notebook: a digest of the code, one of the prose, and what it imports.

    `prose` is of the Markdown cells that hold no value (`{eval}`); those that do count as code.
    """

    code: str
    prose: str
    imports: tuple[str, ...]


def _module(content: bytes) -> Code:
    tree = ast.parse(content)
    return Code(of(ast.dump(tree)), "", tuple(sorted(set(_imports(tree)))))


def _notebook(content: bytes) -> Code:
    code: list[Any] = []
    prose: list[Any] = []
    sources: list[str] = []
    for cell in json.loads(content)["cells"]:
        source = "".join(cell["source"])
        part = [cell["cell_type"], source, sorted(cell["metadata"].get("tags", []))]
        plain = cell["cell_type"] != "code" and "{eval}" not in source
        (prose if plain else code).append(part)
        prose += [] if plain else [None]  # where between the code it stands
        if cell["cell_type"] == "code":
            sources.append(source)
    return Code(of(code), of(prose), tuple(sorted(imports(sources))))


def imports(sources: Iterable[str]) -> set[str]:
    """The names that the code cells of a notebook may import; cells that Python cannot read import nothing."""
    return {name for source in sources for name in _cell_imports(source)}


@functools.lru_cache(maxsize=1000)  # a notebook runs once for each report
def _cell_imports(source: str) -> list[str]:
    lines = [line for line in source.splitlines() if line.lstrip()[:1] not in ("%", "!")]
    try:
        return _imports(ast.parse("\n".join(lines)))
    except SyntaxError:  # the run will say so, with the cell
        return []


def _imports(tree: ast.AST) -> list[str]:
    """The names of modules that code may import: for `from a import b`, both `a` and `a.b`."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@dataclass(frozen=True)
class _Entry:
    size: int
    changed: tuple[int, int]
    inode: int
    taken: int
    digest: str
    code: Code | None = None


class Digests:
    """The digests of files, remembered."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._new = False

    def file(self, path: Path | str) -> str:
        """The SHA-256 of a file's bytes."""
        return self._entry(path).digest

    def code(self, path: Path) -> Code:
        """What matters of a Python module or a notebook."""
        entry = self._entry(path, parsed=True)
        assert entry.code  # noqa: S101 - for the type checker
        return entry.code

    def _entry(self, path: Path | str, parsed: bool = False) -> _Entry:
        name = str(path)
        known = self._entries.get(name)
        found = os.stat(name)  # noqa: PTH116 - tens of thousands of files, twice as fast
        times = (found.st_mtime_ns, found.st_ctime_ns)
        if (
            known
            and (known.size, known.changed, known.inode) == (found.st_size, times, found.st_ino)
            and max(times) + TICK < known.taken
            and (known.code or not parsed)
        ):
            return known
        taken = time.time_ns()
        content = Path(name).read_bytes()
        read = (_notebook if name.endswith(".ipynb") else _module) if parsed else None
        entry = _Entry(
            found.st_size,
            times,
            found.st_ino,
            taken,
            hashlib.sha256(content).hexdigest(),
            read(content) if read else None,
        )
        self._entries[name] = entry
        self._new = True
        return entry

    def load(self, path: Path) -> None:
        """Remember what an earlier run knew; a file that cannot be used is as good as none."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            self._entries |= {name: _from_json(entry) for name, entry in kept.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return

    def save(self, path: Path) -> None:
        """Write down what is known, if there is anything new; a folder that cannot be written is no fault."""
        if not self._new:
            return
        content = {name: _to_json(entry) for name, entry in self._entries.items()}
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            part.write_text(json.dumps(content), encoding="utf-8")
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
        self._new = False


def _to_json(entry: _Entry) -> list[Any]:
    return [
        entry.size,
        *entry.changed,
        entry.inode,
        entry.taken,
        entry.digest,
        asdict(entry.code) if entry.code else None,
    ]


def _from_json(kept: list[Any]) -> _Entry:
    size, modified, changed, inode, taken, digest, code = kept
    return _Entry(size, (modified, changed), inode, taken, digest, _code(code))


def _code(kept: Mapping[str, Any] | None) -> Code | None:
    return Code(kept["code"], kept["prose"], tuple(kept["imports"])) if kept else None


known = Digests()
"""What this process knows."""
