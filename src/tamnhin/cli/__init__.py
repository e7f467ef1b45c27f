"""The ``tamnhin`` command. Nothing heavy is imported until a command needs it: ``--help`` answers at once."""

from tamnhin.cli.run import main

__all__ = ["main"]
