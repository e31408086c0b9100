"""`rulec explain`: the page of a lint."""

from __future__ import annotations

import click

from rulec.codes import CODES
from rulec.lints.catalogue import closest, rule_of, unbuilt
from rulec.lints.pages import page_text

__all__ = ["command"]


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """Show what a CODE finds, why it matters, and what to write instead.

    CODE is a code or its name; without one all of them are listed.
    """
    if code is None:
        for known, entry in CODES.items():
            click.echo(f"{known}  {entry.severity:<7}  {entry.name}")
        return 0
    rule = rule_of(code)
    if rule is None and (reason := unbuilt(code)):
        raise click.ClickException(f"`{code}` has no page yet: {reason}")
    if rule is None:
        close = closest(code)
        advice = f"did you mean `{close}`?" if close else "`rulec explain` lists all of them"
        raise click.ClickException(f"no lint `{code}`: {advice}")
    click.echo(page_text(rule), nl=False)
    return 0
