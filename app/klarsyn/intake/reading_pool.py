"""Reading many files side by side, in order, without one file stopping the rest.

A file can bring down the process that decodes it (decoders are native code). Then the files that were
under way are read again, each alone, and the one that does it twice is named.
"""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from klarsyn.intake import file_reader
from klarsyn.intake.file_reader import FileReading
from klarsyn.store.arrivals import SourceFile

_AHEAD = 4
"""Files under way for each worker: a folder of 100 000 must not fill the memory."""


class ReadingPool:
    """Reads files with `workers` processes; 1 reads in this process."""

    def __init__(self, images_folder: Path, repairs: Sequence[str], workers: int) -> None:
        """Prepare; processes start with the first file."""
        self._arguments = (images_folder, tuple(repairs))
        self._workers = workers

    def read(self, sources: Iterable[SourceFile]) -> Iterator[FileReading]:
        """Yield one reading for each file, in the order given.

        Raises
        ------
        CannotKeep
            If Klarsyn's own folder cannot be written.
        """
        if self._workers == 1:
            file_reader.start(*self._arguments)
            yield from map(file_reader.read_file, sources)
            return
        upcoming = iter(sources)
        under_way: deque[tuple[SourceFile, Future[FileReading]]] = deque()
        pool = self._pool(self._workers)
        try:
            while True:
                for source in itertools.islice(upcoming, _AHEAD * self._workers - len(under_way)):
                    under_way.append((source, _submitted(pool, source)))
                if not under_way:
                    return
                source, future = under_way.popleft()
                try:
                    yield future.result()
                except BrokenProcessPool:
                    pool.shutdown(cancel_futures=True)
                    suspects = [source, *(s for s, _ in under_way)]
                    under_way.clear()
                    yield from map(self._alone, suspects)
                    pool = self._pool(self._workers)
        finally:
            pool.shutdown(cancel_futures=True)

    def _alone(self, source: SourceFile) -> FileReading:
        with self._pool(1) as pool:
            try:
                return pool.submit(file_reader.read_file, source).result()
            except BrokenProcessPool:
                return FileReading(
                    source,
                    reason="Decoding this file brings its process down.",
                    advice="Send the image again uncompressed, and report the file to Klarsyn's maintainers.",
                )

    def _pool(self, workers: int) -> ProcessPoolExecutor:
        # Spawned, not forked: a fork would copy the store's connection and its locks.
        return ProcessPoolExecutor(
            workers,
            mp_context=get_context("spawn"),
            initializer=file_reader.start,
            initargs=self._arguments,
        )


def _submitted(pool: ProcessPoolExecutor, source: SourceFile) -> Future[FileReading]:
    """Hand a file to the pool; one that broke while nobody looked answers as it would a moment later."""
    try:
        return pool.submit(file_reader.read_file, source)
    except BrokenProcessPool as error:
        broken: Future[FileReading] = Future()
        broken.set_exception(error)
        return broken
