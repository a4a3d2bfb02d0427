"""Runs ``python ARGUMENTS`` to its end and prints what it took as JSON: ``python -m tests.benchmarks.meter ARGUMENTS``.

A small process of its own: on Linux the peak memory of a process begins with that of the one that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

#: Unit of ru_maxrss.
_RSS_BYTES = 1 if sys.platform == "darwin" else 1024


def main(arguments: list[str]) -> int:
    """Prints wall and CPU seconds and the peak of memory; passes on stderr and the exit code."""
    began_s = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began_s
    process.returncode = os.waitstatus_to_exitcode(status)
    peak_mib = usage.ru_maxrss * _RSS_BYTES / 2**20
    print(json.dumps({"wall_s": wall_s, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mib": peak_mib}))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
