"""``python -m tamnhin``: the same command where the script is not on the path."""

import sys

from tamnhin.cli import main

sys.exit(main())
