"""``python -m twitchcam`` is the same as ``twitchcam``."""

from __future__ import annotations

import sys

from twitchcam.cli import main

if __name__ == "__main__":
    sys.exit(main())
