"""`rulec lsp`: the language server, on stdin and stdout."""

from __future__ import annotations

import logging
import os
import sys

import click

from rulec.cli.output import cache_folder

__all__ = ["command"]

try:
    from rulec.lsp.server import serve
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
        raise
    raise click.ClickException("the server needs pygls: pip install 'rulec[lsp]'") from None


@click.command("lsp")
@click.option("--verbose", is_flag=True, help="Log what is done, on stderr.")
def command(verbose: bool) -> int:
    """Serve an editor that speaks the Language Server Protocol on stdin and stdout.

    Editors start it themselves; docs/editor.md has the setup of some. Needs `rulec[lsp]`.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, stream=sys.stderr)
    # The protocol owns stdout: whatever else prints goes where logs go.
    stdout = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return serve(sys.stdin.buffer, stdout, cache_folder())
