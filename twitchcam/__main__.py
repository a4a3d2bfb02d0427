"""The program's door: ``twitchcam`` and ``python -m twitchcam`` both come in here."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the command line and returns the exit code; also Ctrl-C while libraries are still loading is one line."""
    try:
        from twitchcam import cli

        return cli.main()
    except KeyboardInterrupt:
        sys.stderr.write("twitchcam: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
