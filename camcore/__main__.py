"""``python -m camcore`` is the same as ``camcore``."""

from camcore.cli import main

main()
