"""`python -m rulec`."""

from __future__ import annotations

from rulec.cli.main import main

if __name__ == "__main__":
    main()
