#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// posix_spawn cannot set PR_SET_PDEATHSIG, so this is its vfork written out. The child shares our memory until exec:
// it calls nothing but async-signal-safe functions, and runs with every signal blocked until its handlers are default.
int csystem_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, int in, int out, int err) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    volatile int failure = 0;
    pid_t pid = vfork();
    if (pid == 0) {
        for (int s = 1; s < NSIG; s++) {
            if (s != SIGKILL && s != SIGSTOP) signal(s, SIG_DFL);
        }
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        // Clear of 0...2 first: a pipe's end may itself be one of them.
        int from[3] = { fcntl(in, F_DUPFD, 3), fcntl(out, F_DUPFD, 3), fcntl(err, F_DUPFD, 3) };
        for (int i = 0; i < 3; i++) {
            if (from[i] < 0 || dup2(from[i], i) < 0) { failure = errno; _exit(127); }
        }
        close_range(3, ~0U, 0);
        if (folder && chdir(folder) != 0) { failure = errno; _exit(127); }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(path, argv, envp);
        failure = errno;
        _exit(127);
    }
    int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) return -code;
    if (failure) {
        siginfo_t info;
        while (waitid(P_PID, (id_t)pid, &info, WEXITED) != 0 && errno == EINTR) {}
        return -failure;
    }
    return pid;
}

int csystem_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

int csystem_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : -errno; }

int csystem_pidfd(int pid) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    return -1;
#endif
}

static atomic_int interrupt_fd = -1;
static struct sigaction before_int, before_term, before_pipe;

static void on_interrupt(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    int fd = atomic_load(&interrupt_fd);
    if (fd >= 0) (void)!write(fd, &byte, 1);
    errno = saved;
}

void csystem_catch_interrupts(int fd) {
    atomic_store(&interrupt_fd, fd);
    struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };
    sigaction(SIGINT, &action, &before_int);
    sigaction(SIGTERM, &action, &before_term);
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGPIPE, &ignore, &before_pipe);
    // Who started us may have had them blocked, and the mask is inherited.
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    pthread_sigmask(SIG_UNBLOCK, &both, NULL);
}

void csystem_release_interrupts(void) {
    sigaction(SIGINT, &before_int, NULL);
    sigaction(SIGTERM, &before_term, NULL);
    sigaction(SIGPIPE, &before_pipe, NULL);
    atomic_store(&interrupt_fd, -1);
}

double csystem_cpu_seconds(int pid) {
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
