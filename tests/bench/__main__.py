"""`python -m tests.bench`."""

import sys

from tests.bench import run, weight

sys.exit(max(run.main(), weight.main()))
