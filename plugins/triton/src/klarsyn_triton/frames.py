"""What goes over the line between the sealed engine and its carrier: a code, a length, bytes.

Standard library only.
"""

import socket
import struct
from enum import IntEnum

_HEAD = struct.Struct("!BQ")


class Code(IntEnum):
    """What a frame is."""

    READY = 1
    METADATA = 2
    INFER = 3
    COMPLAINT = 4
    ANSWER = 100
    FAILED = 101


class LineClosed(Exception):
    """The other end is gone."""


class TooLong(Exception):
    """A frame announces more than it may hold."""


def send(line: socket.socket, code: int, payload: bytes = b"") -> None:
    """Send one frame.

    Raises
    ------
    LineClosed
        If nobody listens any more.
    """
    try:
        line.sendall(_HEAD.pack(code, len(payload)))
        line.sendall(payload)
    except OSError as error:
        raise LineClosed from error


def receive(line: socket.socket, limit: int) -> tuple[int, bytes]:
    """Receive one frame of at most `limit` bytes and return its code and content.

    Raises
    ------
    LineClosed
        If the other end is gone.
    TooLong
        If it announces more than `limit`; nothing of it was read.
    """
    code, length = _HEAD.unpack(_exactly(line, _HEAD.size))
    if length > limit:
        raise TooLong
    return code, bytes(_exactly(line, length))


def _exactly(line: socket.socket, count: int) -> bytearray:
    held = bytearray(count)
    left = memoryview(held)
    while left:
        try:
            got = line.recv_into(left)
        except OSError as error:
            raise LineClosed from error
        if not got:
            raise LineClosed
        left = left[got:]
    return held
