"""``twitchcam completion SHELL``: lets a shell complete commands, options and files."""

from __future__ import annotations

import click

_VARIABLE = "_TWITCHCAM_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a script that lets SHELL complete commands and options.

    bash: twitchcam completion bash >> ~/.bashrc -- zsh: the same with ~/.zshrc -- fish: twitchcam completion fish >
    ~/.config/fish/completions/twitchcam.fish
    """
    from click.shell_completion import get_completion_class

    from twitchcam.cli import cli

    kind = get_completion_class(shell)
    assert kind is not None
    # Not source(): that one runs bash to ask for its version.
    completion = kind(cli, {}, "twitchcam", _VARIABLE)
    click.echo(completion.source_template % completion.source_vars())
