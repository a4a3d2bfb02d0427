"""One module a command, each with a :class:`click.Command` named ``command``.

A module whose name does not begin with an underscore *is* a command of that name: :mod:`twitchcam.cli` finds it here.
At its top it imports only what is light (``click``, ``twitchcam.errors``), so that ``twitchcam --help`` stays quick;
everything heavy is imported inside the function that needs it.
"""
