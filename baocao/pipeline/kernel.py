"""The kernel of a notebook, in a run as in JupyterLab: this program's interpreter, nothing of the user's own set-up."""

from __future__ import annotations

import os
import sys

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

from baocao.messages import language


class OwnInterpreter(KernelSpecManager):  # type: ignore[misc]
    """Kernel specs in which "python3" is always the interpreter that runs this program."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The spec of a kernel by its name."""
        if kernel_name != "python3":
            return super().get_kernel_spec(kernel_name)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def environment(home: str) -> dict[str, str]:
    """The environment of a notebook's kernel: nothing of the user's own set-up, one thread per library."""
    fixed = {
        "IPYTHONDIR": home,
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "BAOCAO_LANG": language(),
    }
    dropped = {"MPLBACKEND", "MATPLOTLIBRC", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS"}
    return {k: v for k, v in os.environ.items() if k not in dropped} | fixed


def transport(home: str, longest: int) -> str:
    """How to talk to a kernel: through socket files in `home` if its path is not longer than that, else through ports.

    A port may be taken by another program between choosing and using it, and anybody on the machine can listen.
    """
    return "tcp" if os.name == "nt" or len(home) > longest else "ipc"
