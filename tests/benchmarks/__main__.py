"""``python -m tests.benchmarks COMMAND``."""

from __future__ import annotations

from tests.benchmarks.cli import main

if __name__ == "__main__":
    main()
