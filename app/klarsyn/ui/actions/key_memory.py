"""A reader's own keys: taken from their file before a window is seen, written to it by a worker."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from klarsyn.ui.actions.commands import Commands
from klarsyn.ui.actions.key_file import load_keys, save_keys
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.actions.program import open_key_settings
from klarsyn.ui.background import Background
from klarsyn.ui.hanging.image_flow import nothing
from klarsyn.ui.queue.queue_page import QueuePage
from klarsyn.ui.reading_page import ReadingPage


class KeyMemory:
    """The file of keys on this workstation."""

    def __init__(self, file: Path) -> None:
        """Read `file`, which may not exist; `problem` tells why it is not used, else it is empty."""
        self._file = file
        self.keys, self.problem = load_keys(file)

    def follow(self, commands: Commands, background: Background, tell: Callable[[str], None]) -> None:
        """Give the file's keys to `commands`, and write each change; `tell` takes a sentence."""
        commands.keys = self.keys
        if self.problem:
            tell(self.problem)
        commands.keys_changed.connect(lambda: self._write(commands.keys, background, tell))

    def _write(self, keys: KeySet, background: Background, tell: Callable[[str], None]) -> None:
        background.desk(
            partial(save_keys, self._file, keys),
            nothing,
            lambda _error: tell(
                f"The keys could not be written to {self._file.name}: they last until Klarsyn is closed. "
                "Check the data folder and the space left on its disk."
            ),
            what="keys",
        )


def share_keys(memory: KeyMemory | None, page: ReadingPage, queue: QueuePage) -> None:
    """Let both pages have the same keys, those of `memory` from the start, and the queue change them too."""
    commands = page.commands

    def give() -> None:
        page.bar.keys = page.top.keys = page.findings.keys = commands.keys
        queue.take_keys(commands.keys)
        page.refresh()

    commands.keys_changed.connect(give)
    queue.keys_wanted.connect(lambda: open_key_settings(commands, queue.window()))
    if memory is not None:
        memory.follow(commands, page.flow.background, queue.told.warn)
