"""Runs a notebook in a kernel of its own: ``python run_notebook.py NOTEBOOK RESULT``.

A process of its own, since the kernel's client leaves sockets open when it is done.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient


def run(source: Path, result: Path) -> None:
    notebook = nbformat.read(source, as_version=4)
    # Through sockets in a folder, not through ports.
    kernel = KernelManager(transport="ipc", ip=str(result.with_name("kernel")))
    resources = {"metadata": {"path": str(result.parent)}}
    NotebookClient(notebook, km=kernel, timeout=600, resources=resources).execute()
    nbformat.write(notebook, result)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
