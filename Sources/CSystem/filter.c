// A seccomp filter, in the form that bubblewrap loads, of system calls that a pipeline's programs do not need and that
// could give them access to more than they were given.
#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// Numbers of calls that are newer than the headers; they are the same on all architectures.
enum { nr_open_tree = 428, nr_move_mount, nr_fsopen, nr_fsconfig, nr_fsmount, nr_fspick, nr_clone3 = 435,
       nr_mount_setattr = 442 };

static const unsigned refused[] = {
    // Mounts and namespaces.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, nr_open_tree, nr_move_mount, nr_fsopen, nr_fsconfig, nr_fsmount,
    nr_fspick, nr_mount_setattr, SYS_unshare, SYS_setns,
    // Keyrings, which namespaces do not separate.
    SYS_keyctl, SYS_add_key, SYS_request_key,
    // Large subsystems that a filter cannot inspect (io_uring is 425 to 427), and calls for administrators.
    425, 426, 427, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_init_module, SYS_finit_module, SYS_delete_module,
    SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_quotactl, SYS_open_by_handle_at,
    SYS_process_vm_writev,
};

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int csystem_call_filter(void) {
#ifdef ARCHITECTURE
    struct sock_filter filter[COUNT(refused) * 2 + 32];
    unsigned n = 0;
    // Calls of another architecture (32 bits or x32) have other numbers.
    filter[n++] = (struct sock_filter)LOAD(arch);
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    filter[n++] = (struct sock_filter)REFUSE(ENOSYS);
    filter[n++] = (struct sock_filter)LOAD(nr);
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    filter[n++] = (struct sock_filter)REFUSE(ENOSYS);
    for (unsigned i = 0; i < COUNT(refused); i++) {
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[i], 0, 1);
        filter[n++] = (struct sock_filter)REFUSE(EPERM);
    }
    // The flags of clone3 are in memory, which a filter cannot read; libraries fall back to clone.
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr_clone3, 0, 1);
    filter[n++] = (struct sock_filter)REFUSE(ENOSYS);
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
    filter[n++] = (struct sock_filter)LOAD(args[0]);
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
        CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP,
        0, 1);
    filter[n++] = (struct sock_filter)REFUSE(EPERM);
    filter[n++] = (struct sock_filter)ALLOW;
    // Calls that insert text into a terminal as if typed.
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 4);
    filter[n++] = (struct sock_filter)LOAD(args[1]);
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0);
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1);
    filter[n++] = (struct sock_filter)REFUSE(EPERM);
    filter[n++] = (struct sock_filter)ALLOW;
    return csystem_memory_file(filter, n * sizeof filter[0]);
#else
    return -ENOSYS;
#endif
}
