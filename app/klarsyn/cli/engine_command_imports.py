"""`klarsyn engine import-NAME`: an engine from weights that a site brings, made by a plugin.

A plugin announces a function under the entry-point group `klarsyn.engine_imports`. It is called as
`make(source, into, say)`: it makes an engine's folder of the empty folder `into`, tells lines through `say`,
and refuses with `NotAnEngine`. What it made is installed like any other engine, and runs behind the seal.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

GROUP = "klarsyn.engine_imports"
PREFIX = "import-"


def add_imports(doing: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare one command for each plugin that can import weights; none of them is loaded yet."""
    for name in sorted({entry.name for entry in entry_points(group=GROUP)}):
        words = f"make an engine from {name} weights of your own, and install it"
        sub = doing.add_parser(PREFIX + name, help=words, description=words[0].upper() + words[1:] + ".")
        sub.add_argument("source", type=Path, metavar="FOLDER", help="folder with the weights, or their file")
        sub.add_argument("--as", dest="name", metavar="NAME", help="name to know the engine by here")


@contextmanager
def made(arguments: argparse.Namespace) -> Iterator[argparse.Namespace]:
    """Let the plugin make an engine's folder of the weights, and give what `install` is to be told.

    Raises
    ------
    NotAnEngine
        With a sentence, when the plugin refuses the weights.
    """
    plugin = arguments.doing.removeprefix(PREFIX)
    make = next(entry for entry in entry_points(group=GROUP) if entry.name == plugin).load()
    with tempfile.TemporaryDirectory(prefix="klarsyn-") as parent:
        folder = Path(parent) / arguments.doing  # installing keeps the folder's name as where it came from
        folder.mkdir()
        make(arguments.source, folder, print)
        yield argparse.Namespace(source=folder, name=arguments.name)
