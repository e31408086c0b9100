"""Memory for the facts of one request, as large as a program may ever need."""

from typing import final

from rulec_runtime.artifact import Artifact

@final
class Workspace:
    """Memory for the facts of one request at a time, and for rows opened over them."""

    def __init__(self, artifact: Artifact) -> None: ...

@final
class Spares:
    """The working memory of one program that no call uses now."""

    def __init__(self, artifact: Artifact) -> None: ...
