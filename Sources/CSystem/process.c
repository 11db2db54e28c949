#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Runs between vfork and exec: async-signal-safe calls only, and no return.
static void limit(int what, uint64_t soft, uint64_t hard) {
    struct rlimit now;
    if (getrlimit(what, &now) != 0) return;
    // Never above what we may have ourselves.
    if (now.rlim_max != RLIM_INFINITY && hard > now.rlim_max) hard = now.rlim_max;
    struct rlimit wanted = { .rlim_cur = soft < hard ? soft : hard, .rlim_max = hard };
    setrlimit(what, &wanted);
}

// posix_spawn cannot set PR_SET_PDEATHSIG, so this is its vfork written out. The child shares our memory until exec:
// it calls nothing but async-signal-safe functions, and runs with every signal blocked until its handlers are default.
int csystem_start(const csystem_program *program) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    volatile int failure = 0;
    pid_t pid = vfork();
    if (pid == 0) {
        // Nobody here handles or ignores a real-time signal.
        for (int s = 1; s < 32; s++) {
            if (s != SIGKILL && s != SIGSTOP) signal(s, SIG_DFL);
        }
        setpgid(0, 0);
        // A read from the terminal fails instead of stopping the program for ever. A session of its own would do the same,
        // but each new session is a scheduling group of its own, and starting one waits behind all others.
        if (program->is_shut_out) signal(SIGTTIN, SIG_IGN);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        // Clear of where they go first: an end of a pipe may itself be one of 0...4.
        const int given[5] = { program->in, program->out, program->err, program->extra[0], program->extra[1] };
        int from[5], next = 3;
        for (int i = 0; i < 5; i++) {
            from[i] = given[i] < 0 ? -1 : fcntl(given[i], F_DUPFD, 5);
            if (given[i] >= 0 && from[i] < 0) { failure = errno; _exit(127); }
        }
        for (int i = 0; i < 5; i++) {
            if (from[i] < 0) continue;
            int to = i < 3 ? i : next++;
            if (dup2(from[i], to) < 0) { failure = errno; _exit(127); }
        }
        close_range((unsigned)next, ~0U, 0);
        if (program->folder && chdir(program->folder) != 0) { failure = errno; _exit(127); }
        if (program->has_limits) {
            limit(RLIMIT_CORE, 0, 0);
            // A second after the warning that the soft limit is, the hard one kills.
            if (program->cpu_seconds) limit(RLIMIT_CPU, program->cpu_seconds, program->cpu_seconds + 1);
            if (program->memory_bytes) limit(RLIMIT_DATA, program->memory_bytes, program->memory_bytes);
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(program->path, program->argv, program->envp);
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

int csystem_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, int in, int out, int err) {
    csystem_program program = { .path = path, .argv = argv, .envp = envp, .folder = folder, .in = in, .out = out, .err = err,
                                .extra = { -1, -1 } };
    return csystem_start(&program);
}

int csystem_reap(int pid, int *status, double *cpu, uint64_t *peak) {
    struct rusage use;
    pid_t found;
    while ((found = wait4(pid, status, WNOHANG, &use)) < 0 && errno == EINTR) {}
    if (found < 0) return -errno;
    if (found == 0) return 0;
    *cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
    *peak = (uint64_t)use.ru_maxrss * 1024;
    return 1;
}

int csystem_child_count(void) {
    int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    int count = 0;
    char buffer[4096];
    ssize_t got;
    while ((got = read(file, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < got; i++) count += buffer[i] == ' ';
    }
    close(file);
    return count;
}

void csystem_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1); }

int csystem_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

int csystem_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : -errno; }

int csystem_memory_file(const void *bytes, size_t count) {
    int file = memfd_create("vgraph", MFD_CLOEXEC);
    if (file < 0) return -errno;
    for (size_t done = 0; done < count;) {
        ssize_t now = write(file, (const char *)bytes + done, count - done);
        if (now < 0 && errno == EINTR) continue;
        if (now < 0) { int code = errno; close(file); return -code; }
        done += (size_t)now;
    }
    if (lseek(file, 0, SEEK_SET) < 0) { int code = errno; close(file); return -code; }
    return file;
}

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
