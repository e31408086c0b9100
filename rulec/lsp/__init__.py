"""The language server: what `check`, `fmt` and the vocabulary know, while a file is being edited.

    positions    offsets <-> lines and code units; changes to a text
    cursor       text, offset -> where in a TOML file that is, also in one that is broken
    roles        what a value of a rule file refers to; the keys a table may hold
    partial      a condition up to the cursor -> what may follow
    index        the newest state that had a meaning -> names, and who uses them
    completion hover navigate symbols actions format      one question of an editor each
    desk         open texts, rule sets, findings by file
    server       the protocol; the only file that knows pygls

Everything but `server.py` is functions and records without the protocol's types, and without I/O.
"""

from __future__ import annotations
