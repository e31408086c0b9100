"""One file a code, named like it: the docstring is the code's page, `find` its check.

A file without `find` is the page of a code that a stage of the compiler reports.
"""

from __future__ import annotations
