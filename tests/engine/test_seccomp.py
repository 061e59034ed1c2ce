"""The system-call filter is a well-formed program that refuses what it must."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.engine import seccomp
from klarsyn.engine.system_calls import AARCH64, COMMON, X86_64

ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000


def verdict(
    machine: str,
    number: int,
    argument: int = 0,
    pid: int = 1000,
    architecture: int | None = None,
    second: int = 0,
    become: bool = False,
) -> int:
    """Interpret the program for one system call, as the kernel does."""
    code = seccomp.program(machine, pid, may_become_another=become)
    lines = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]
    own = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    data = {0: number, 4: architecture or own, 16: argument, 24: second}
    value, at = 0, 0
    while True:
        operation, yes, no, constant = lines[at]
        at += 1
        if operation == 0x06:
            return constant
        if operation == 0x20:
            value = data[constant]
            continue
        if operation == 0x54:
            value &= constant
            continue
        holds = {0x15: value == constant, 0x35: value >= constant, 0x45: bool(value & constant)}[operation]
        at += yes if holds else no


TABLES = {"x86_64": X86_64, "aarch64": AARCH64}


@pytest.mark.parametrize("machine", TABLES)
@pytest.mark.parametrize("name", ["socket", "connect", "execve", "ptrace", "truncate", "setns", "unshare"])
def test_the_network_new_programs_and_other_processes_are_refused(machine, name):
    assert verdict(machine, TABLES[machine][name]) & 0xFFFF0000 == ERRNO


@pytest.mark.parametrize("machine", TABLES)
@pytest.mark.parametrize(
    "name",
    [
        "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "setxattr",
        "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr",
        "removexattrat", "file_setattr", "utime", "utimes", "futimesat", "utimensat",
    ],
)  # fmt: skip
def test_rights_owners_attributes_and_times_of_files_cannot_be_changed(machine, name):
    table = TABLES[machine] | COMMON
    if machine == "aarch64" and name in ("chmod", "chown", "lchown", "utime", "utimes", "futimesat"):
        assert name not in table  # that machine has only the calls with "at"
    else:
        assert verdict(machine, table[name]) & 0xFFFF0000 == ERRNO


# Each number was compared with the kernel's headers (asm/unistd_64.h, asm-generic/unistd.h).
@pytest.mark.parametrize(
    ("machine", "numbers"), [("x86_64", (90, 91, 93, 190, 199)), ("aarch64", (52, 55, 7, 16))]
)
def test_changes_through_a_descriptor_are_refused_by_their_number(machine, numbers):
    assert all(verdict(machine, number) & 0xFFFF0000 == ERRNO for number in numbers)


@pytest.mark.parametrize("machine", TABLES)
def test_a_terminal_may_be_asked_and_no_flags_of_a_file_set(machine):
    ioctl = TABLES[machine]["ioctl"]
    ask_terminal, window_size, close_on_exec = 0x5401, 0x5413, 0x5451
    set_flags, set_attributes, seal_for_ever = 0x40086602, 0x401C5820, 0x40806685

    for allowed in (ask_terminal, window_size, close_on_exec):
        assert verdict(machine, ioctl, second=allowed) == ALLOW
    for refused in (set_flags, set_attributes, seal_for_ever):
        assert verdict(machine, ioctl, second=refused) & 0xFFFF0000 == ERRNO


@pytest.mark.parametrize("machine", TABLES)
def test_threads_are_allowed_and_processes_are_not(machine):
    clone = TABLES[machine]["clone"]

    assert verdict(machine, clone, 0x003D0F00) == ALLOW
    assert verdict(machine, clone, 17) & 0xFFFF0000 == ERRNO
    descriptors_of_its_own = 0x003D0F00 & ~0x400
    assert verdict(machine, clone, descriptors_of_its_own) & 0xFFFF0000 == ERRNO


@pytest.mark.parametrize("machine", TABLES)
def test_who_may_become_a_program_makes_no_second_process_and_gets_nothing_else(machine):
    table = TABLES[machine] | COMMON
    opened = {
        n for n in table if verdict(machine, table[n], 17, become=True) != verdict(machine, table[n], 17)
    }

    assert opened == {"execve", "execveat"}
    assert verdict(machine, table["clone"], 17, become=True) & 0xFFFF0000 == ERRNO


@pytest.mark.parametrize("machine", TABLES)
def test_signals_go_to_oneself_only(machine):
    kill = TABLES[machine]["kill"]

    assert verdict(machine, kill, 1000) == ALLOW
    assert all(verdict(machine, kill, other) & 0xFFFF0000 == ERRNO for other in (0, 1, 999, 0xFFFFFFFF))


@pytest.mark.parametrize("machine", TABLES)
@pytest.mark.parametrize(
    "name",
    [
        "prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr",
        "move_pages", "migrate_pages",
    ],
)  # fmt: skip
def test_limits_pace_and_pages_are_those_of_oneself(machine, name):
    call = TABLES[machine][name]

    assert verdict(machine, call, 0) == ALLOW
    assert verdict(machine, call, 1000) == ALLOW
    assert verdict(machine, call, 999) & 0xFFFF0000 == ERRNO


@pytest.mark.parametrize("machine", TABLES)
@pytest.mark.parametrize(
    "name", ["setpriority", "ioprio_set", "process_vm_readv", "pidfd_getfd", "pidfd_open"]
)
def test_nothing_of_other_processes_is_touched(machine, name):
    call = (TABLES[machine] | COMMON)[name]

    assert all(verdict(machine, call, other) & 0xFFFF0000 == ERRNO for other in (0, 1, 2, 999))


# From asm/unistd_64.h and asm-generic/unistd.h.
@pytest.mark.invariant(9)
@pytest.mark.parametrize(
    ("machine", "numbers"),
    [
        ("x86_64", (*range(29, 32), *range(64, 72), 220, *range(240, 246), 319, 447)),
        ("aarch64", (*range(180, 198), 279, 447)),
    ],
)
def test_nothing_private_escapes_in_memory_that_outlives_a_run_or_lies_in_no_folder(machine, numbers):
    assert all(verdict(machine, number) & 0xFFFF0000 == ERRNO for number in numbers)


@pytest.mark.parametrize("machine", TABLES)
def test_no_signal_goes_to_another_by_way_of_a_descriptor(machine):
    fcntl = TABLES[machine]["fcntl"]

    assert all(verdict(machine, fcntl, second=own) & 0xFFFF0000 == ERRNO for own in (8, 15))
    assert all(verdict(machine, fcntl, second=other) == ALLOW for other in (0, 1, 2, 3, 4, 6, 7, 9, 1030))


@pytest.mark.parametrize("machine", TABLES)
def test_it_neither_outlives_its_parent_nor_hides_its_open_files(machine):
    prctl = TABLES[machine]["prctl"]

    assert all(verdict(machine, prctl, option) & 0xFFFF0000 == ERRNO for option in (1, 4))
    assert all(verdict(machine, prctl, option) == ALLOW for option in (2, 3, 15, 16, 38))


@pytest.mark.parametrize("machine", TABLES)
def test_calls_of_another_architecture_end_the_process(machine):
    assert verdict(machine, 1, architecture=0x40000003) == KILL


@given(number=st.integers(0, 600), argument=st.integers(0, 2**32 - 1))
def test_every_other_call_is_allowed(number, argument):
    refused = set(X86_64.values()) | set(COMMON.values())
    assert number in refused or verdict("x86_64", number, argument) == ALLOW


def test_an_unknown_machine_is_told():
    with pytest.raises(OSError, match="no system-call table"):
        seccomp.program("vax", 1)
