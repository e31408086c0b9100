"""Opinions on a rule set: what it says well enough to run, and still should not say.

The function `rulec.lint` and a package `rulec.lint` would be one attribute of `rulec`; hence the
plural.
"""

from __future__ import annotations
