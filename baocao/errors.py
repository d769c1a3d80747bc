"""What can go wrong, one class per kind of cause; each says what happened, where, and what to do about it."""

from __future__ import annotations

import errno
import re
import signal
from pathlib import Path

from baocao.messages import Message, _


class ReportError(Exception):
    """Anything this program refuses to do.

    `message` says what and where, `remedy` what to do. `exit_code` is the command line's (docs: README, "Exit codes").
    """

    exit_code = 4

    def __init__(self, message: Message, remedy: Message | None = None) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy
        self.kept: Path | None = None
        """The folder where what failed is kept for a person to look at."""
        self.cell: int | None = None
        """The number of the notebook's cell, as an analyst counts them."""

    def __str__(self) -> str:
        return f"{self.message}\n→ {self.remedy}" if self.remedy else str(self.message)


class UsageError(ReportError):
    """What was asked for does not exist or contradicts itself: unit, year, parameter, setting."""

    exit_code = 2


class InputError(ReportError):
    """The office's own files cannot be understood or contradict themselves."""

    exit_code = 3


class MisuseError(ReportError, ValueError):
    """A function of this package was given something it cannot take; usually a cell of a notebook did."""


class NotebookError(ReportError):
    """A notebook failed: a cell raised, a value in the prose could not be computed, or the kernel died."""


class ExportError(ReportError):
    """An executed notebook could not be turned into a document."""


def told(name: str, text: str) -> str:
    """What a kernel says of an exception, from its class name and text; our own sentences need no class name."""
    ours: list[type[ReportError]] = [ReportError, *ReportError.__subclasses__()]
    return text if name in [kind.__name__ for kind in ours] else f"{name}: {text}"


_REASONS = {
    errno.ENOENT: _("it does not exist"),
    errno.EACCES: _("it is not allowed"),
    errno.EPERM: _("it is not allowed"),
    errno.EROFS: _("it can only be read"),
    errno.ENOSPC: _("the disk is full"),
    errno.EDQUOT: _("the disk is full"),
    errno.EFBIG: _("a file there may not become larger"),
    errno.EISDIR: _("it is a folder"),
    errno.ENOTDIR: _("there is a file where a folder should be"),
    errno.EEXIST: _("there is a file where a folder should be"),
}


def reason(error: OSError) -> Message:
    """Why the operating system refused something; its own words are English, or the machine's language."""
    code = error.errno or 0
    return _REASONS.get(code) or _(
        "the operating system says {code}", code=errno.errorcode.get(code, type(error).__name__)
    )


def unwritable(folder: Path, error: OSError) -> UsageError:
    """What to say when a folder for results or reports cannot be written to."""
    return UsageError(
        _("{folder} cannot be written: {why}", folder=folder, why=reason(error)),
        _("Make room or give yourself the right to write there, or name another folder with --outputs."),
    )


def full(text: str) -> OSError | None:
    """The error of a full disk that a cell ended with, from its text; None if it was another one."""
    found = re.match(r"\[Errno (\d+)\]", text)
    code = int(found[1]) if found else 0
    return OSError(code, text) if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else None


def how_it_ended(code: int | None) -> Message:
    """How a process ended, from its exit code (negative: the number of a signal; None: not known)."""
    if code is None:
        return _("the process ended")
    if code >= 0:
        return _("the process ended itself with exit code {code}", code=code)
    names = {each.value: each.name for each in signal.Signals}
    name = names.get(-code, str(-code))
    if name == "SIGKILL":
        return _(
            "the process was ended by {name}: by somebody, or by the system for want of memory", name=name
        )
    return _("the process was ended by {name}", name=name)
