"""The system-call filter of an engine's process: no sockets, no child processes, no other file's rights.

A classic BPF program by prctl(2), in the layout of seccomp(2). Standard library only: this runs before
any engine's code, and before numpy starts its threads.

Landlock does not cover chmod, chown, times, extended attributes and the flags that ioctl sets (kernel
documentation of Landlock, "Current limitations"), by path or by a descriptor opened to read, nor sockets in
the file system. This filter refuses them everywhere, also in the engine's own folder: it need not know paths.

What belongs to no file and to no process (System V shared memory, queues of messages) would outlive the run,
and with it a woman's pixels for the next engine; what a process may do to others' pace would slow a reader.
"""

import ctypes
import errno
import os
import platform
import struct

from klarsyn.engine.system_calls import AARCH64, COMMON, X86_64

_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24  # offsets in struct seccomp_data
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
# A thread without the second has descriptors of its own, and files in them that nobody counts.
_CLONE_THREAD, _CLONE_FILES = 0x00010000, 0x00000400

# With socketpair: one datagram socket of a pair sends to any other in the file system, and needs no connect.
_NETWORK = ("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "io_uring_setup")
_CHILDREN = ("fork", "vfork")
_PROGRAMS = ("execve", "execveat")
_OTHERS_FILES = (
    "truncate", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
    "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr",
    "removexattrat", "file_setattr", "utime", "utimes", "futimesat", "utimensat",
    "mount", "umount2", "chroot", "pivot_root",
)  # fmt: skip
_OTHER_PROCESSES = (
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "bpf", "perf_event_open",
    "keyctl", "add_key", "request_key", "userfaultfd", "unshare", "setns", "setpriority", "tkill",
    "pidfd_send_signal", "process_madvise", "process_mrelease", "ioprio_set",
)  # fmt: skip
_OUTLIVES_THE_RUN = (
    "shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semctl", "semtimedop", "msgget", "msgsnd",
    "msgrcv", "msgctl", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify",
    "mq_getsetattr",
)  # fmt: skip
# Files in no folder, which no limit of the working folder counts.
_UNSEEN_FILES = ("memfd_create", "memfd_secret")
# The first argument is a process: allowed for this one only.
_SELF_ONLY = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open")
# Where 0 means the caller: so the C library reads limits, and a thread asks for its own processors.
_SELF_OR_ZERO = (
    "prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr", "move_pages",
    "migrate_pages",
)  # fmt: skip
# The second argument of fcntl: F_SETOWN and F_SETOWN_EX let the kernel send any signal to another process.
_FCNTL = (8, 15)
# The first of prctl: PR_SET_PDEATHSIG would let it outlive Klarsyn, PR_SET_DUMPABLE hide its open files.
_PRCTL = (1, 4)

_MACHINES = {"x86_64": (0xC000003E, X86_64 | COMMON), "aarch64": (0xC00000B7, AARCH64 | COMMON)}


def program(machine: str, pid: int, *, may_become_another: bool = False) -> bytes:
    """Return the filter for the process `pid` on a machine type of `platform.machine()`.

    With `may_become_another` it may start another program in its own place, which Landlock then chooses and
    this filter goes on binding; it still makes no second process.

    Raises
    ------
    OSError
        If Klarsyn has no table for that machine.
    """
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no system-call table for {machine}")
    architecture, numbers = _MACHINES[machine]
    lines = [
        _statement(_LOAD, _ARCHITECTURE),
        _jump(_EQUAL, architecture, 1, 0),
        _statement(_RETURN, _KILL),
        _statement(_LOAD, _NUMBER),
        # The x32 calls of x86-64 are the same calls by other numbers.
        _jump(_AT_LEAST, 0x40000000, 0, 1),
        _statement(_RETURN, _KILL),
        # glibc falls back to clone, whose flags a filter can see, when clone3 does not exist.
        _jump(_EQUAL, numbers["clone3"], 0, 1),
        _statement(_RETURN, _ERRNO | errno.ENOSYS),
    ]
    programs = () if may_become_another else _PROGRAMS
    kept_and_unseen = (*_OUTLIVES_THE_RUN, *_UNSEEN_FILES)
    for name in (*_NETWORK, *_CHILDREN, *programs, *_OTHERS_FILES, *_OTHER_PROCESSES, *kept_and_unseen):
        if name in numbers:
            lines += [_jump(_EQUAL, numbers[name], 0, 1), _statement(_RETURN, _ERRNO | errno.EACCES)]
    for name, at, refused in (("fcntl", _SECOND_ARGUMENT, _FCNTL), ("prctl", _FIRST_ARGUMENT, _PRCTL)):
        lines += [
            _jump(_EQUAL, numbers[name], 0, 5),
            _statement(_LOAD, at),
            _jump(_EQUAL, refused[0], 1, 0),
            _jump(_EQUAL, refused[1], 0, 1),
            _statement(_RETURN, _ERRNO | errno.EACCES),
            _statement(_RETURN, _ALLOW),
        ]
    for name in (*_SELF_ONLY, *_SELF_OR_ZERO):
        lines += [
            _jump(_EQUAL, numbers[name], 0, 5),
            _statement(_LOAD, _FIRST_ARGUMENT),
            _jump(_EQUAL, pid, 2, 0),
            _jump(_EQUAL, 0, 1 if name in _SELF_OR_ZERO else 0, 0),
            _statement(_RETURN, _ERRNO | errno.EACCES),
            _statement(_RETURN, _ALLOW),
        ]
    lines += [
        # Of ioctl only what asks a terminal or changes one's own descriptor (both of type "T"): others set
        # flags of a file, or seal it for ever, through a descriptor that may only read it.
        _jump(_EQUAL, numbers["ioctl"], 0, 5),
        _statement(_LOAD, _SECOND_ARGUMENT),
        _statement(_AND, 0xFFFFFF00),
        _jump(_EQUAL, 0x5400, 1, 0),
        _statement(_RETURN, _ERRNO | errno.EACCES),
        _statement(_RETURN, _ALLOW),
        # A clone that makes a thread is fine, one that makes a process is not.
        _jump(_EQUAL, numbers["clone"], 0, 4),
        _statement(_LOAD, _FIRST_ARGUMENT),
        _statement(_AND, _CLONE_THREAD | _CLONE_FILES),
        _jump(_EQUAL, _CLONE_THREAD | _CLONE_FILES, 1, 0),
        _statement(_RETURN, _ERRNO | errno.EACCES),
        _statement(_RETURN, _ALLOW),
    ]
    return b"".join(lines)


def apply(libc: ctypes.CDLL, *, may_become_another: bool = False) -> None:
    """Install the filter for this process, for good. Needs no_new_privs.

    Raises
    ------
    OSError
        If the machine or the kernel cannot.
    """
    code = program(platform.machine(), os.getpid(), may_become_another=may_become_another)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    prog = Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(prog), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp is not available")


def _statement(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
