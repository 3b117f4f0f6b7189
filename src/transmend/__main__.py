"""``python -m transmend``."""

from __future__ import annotations

import sys

from transmend.cli import main

if __name__ == "__main__":
    sys.exit(main())
