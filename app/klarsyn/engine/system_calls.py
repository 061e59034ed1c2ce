"""The numbers of the system calls that the filter of an engine's process looks at, by machine.

Standard library only (`engine/seccomp.py`). Each number was compared with the kernel's headers
(asm/unistd_64.h, asm-generic/unistd.h).
"""

X86_64 = {
    "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "fork": 57, "vfork": 58,
    "execve": 59, "truncate": 76, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94,
    "ptrace": 101, "pivot_root": 155, "chroot": 161, "mount": 165, "umount2": 166, "setxattr": 188,
    "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199,
    "ioctl": 16, "add_key": 248, "request_key": 249, "keyctl": 250, "fchownat": 260, "fchmodat": 268,
    "unshare": 272, "accept4": 288, "perf_event_open": 298, "prlimit64": 302,
    "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "bpf": 321,
    "execveat": 322, "userfaultfd": 323, "clone": 56, "clone3": 435, "kill": 62, "tkill": 200,
    "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "setpriority": 141, "utime": 132,
    "utimes": 235, "futimesat": 261, "utimensat": 280, "socketpair": 53,
    "shmget": 29, "shmat": 30, "shmctl": 31, "shmdt": 67, "semget": 64, "semop": 65, "semctl": 66,
    "semtimedop": 220, "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "mq_open": 240,
    "mq_unlink": 241, "mq_timedsend": 242, "mq_timedreceive": 243, "mq_notify": 244, "mq_getsetattr": 245,
    "memfd_create": 319, "fcntl": 72, "prctl": 157, "ioprio_set": 251, "sched_setparam": 142,
    "sched_setscheduler": 144, "sched_setaffinity": 203, "sched_setattr": 314, "migrate_pages": 256,
    "move_pages": 279,
}  # fmt: skip
AARCH64 = {
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "ioctl": 29, "umount2": 39, "mount": 40, "fchmod": 52, "fchown": 55,
    "pivot_root": 41, "truncate": 45, "chroot": 51, "fchmodat": 53, "fchownat": 54, "unshare": 97,
    "ptrace": 117, "socket": 198, "bind": 200, "listen": 201, "accept": 202, "connect": 203,
    "add_key": 217, "request_key": 218, "keyctl": 219, "clone": 220, "execve": 221, "perf_event_open": 241,
    "accept4": 242, "prlimit64": 261, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
    "kcmp": 272, "bpf": 280, "execveat": 281, "userfaultfd": 282, "clone3": 435, "utimensat": 88,
    "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240,
    "setpriority": 140, "socketpair": 199,
    "mq_open": 180, "mq_unlink": 181, "mq_timedsend": 182, "mq_timedreceive": 183, "mq_notify": 184,
    "mq_getsetattr": 185, "msgget": 186, "msgctl": 187, "msgrcv": 188, "msgsnd": 189, "semget": 190,
    "semctl": 191, "semtimedop": 192, "semop": 193, "shmget": 194, "shmctl": 195, "shmat": 196, "shmdt": 197,
    "memfd_create": 279, "fcntl": 25, "prctl": 167, "ioprio_set": 30, "sched_setparam": 118,
    "sched_setscheduler": 119, "sched_setaffinity": 122, "sched_setattr": 274, "migrate_pages": 238,
    "move_pages": 239,
}  # fmt: skip
# Calls newer than the common table have one number everywhere.
COMMON = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_getfd": 438, "fchmodat2": 452,
    "setxattrat": 463, "removexattrat": 466, "file_setattr": 469, "pidfd_open": 434, "memfd_secret": 447,
    "process_madvise": 440, "process_mrelease": 448,
}  # fmt: skip
