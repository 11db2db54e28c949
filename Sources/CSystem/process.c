// Starts, limits, identifies and ends processes; pipes, signals and standard output.
#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Runs between vfork and exec, so it may call only async-signal-safe functions.
static void limit(int what, uint64_t soft, uint64_t hard) {
    struct rlimit now;
    if (getrlimit(what, &now) != 0) return;
    // A limit cannot exceed our own.
    if (now.rlim_max != RLIM_INFINITY && hard > now.rlim_max) hard = now.rlim_max;
    struct rlimit wanted = { .rlim_cur = soft < hard ? soft : hard, .rlim_max = hard };
    setrlimit(what, &wanted);
}

enum { MARK_BASE = 400000 };

// posix_spawn cannot set PR_SET_PDEATHSIG, so this does the same with vfork. The child shares our memory until exec: it
// calls only async-signal-safe functions, and blocks every signal until its handlers are the defaults.
int csystem_start(const csystem_program *program) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    volatile int failure = 0;
    pid_t pid = vfork();
    if (pid == 0) {
        // This program never changes the handlers of real-time signals.
        for (int s = 1; s < 32; s++) {
            if (s != SIGKILL && s != SIGSTOP) signal(s, SIG_DFL);
        }
        if (program->has_session) setsid(); else setpgid(0, 0);
        // A read from the terminal fails instead of stopping the program. A new session would do the same, but each
        // session is its own scheduling group, and a new one starts behind all others.
        if (program->is_shut_out) signal(SIGTTIN, SIG_IGN);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        // First moves the descriptors out of the way, since a given one may itself be one of 0...5.
        const int given[6] = { program->in, program->out, program->err, program->extra[0],
                               program->extra[1], program->extra[2] };
        int from[6], next = 3;
        for (int i = 0; i < 6; i++) {
            from[i] = given[i] < 0 ? -1 : fcntl(given[i], F_DUPFD, 6);
            if (given[i] >= 0 && from[i] < 0) { failure = errno; _exit(127); }
        }
        for (int i = 0; i < 6; i++) {
            if (from[i] < 0) continue;
            int to = i < 3 ? i : next++;
            if (dup2(from[i], to) < 0) { failure = errno; _exit(127); }
        }
        close_range((unsigned)next, ~0U, 0);
        if (program->folder && chdir(program->folder) != 0) { failure = errno; _exit(127); }
        if (program->has_limits) {
            // New files have the same modes for every user.
            umask(022);
            limit(RLIMIT_CORE, 0, 0);
            // The hard limit kills one second after the soft limit's signal.
            if (program->cpu_seconds) limit(RLIMIT_CPU, program->cpu_seconds, program->cpu_seconds + 1);
            if (program->file_bytes) limit(RLIMIT_FSIZE, program->file_bytes, program->file_bytes);
            if (program->memory_bytes) limit(RLIMIT_DATA, program->memory_bytes, program->memory_bytes);
        }
        if (program->mark) {
            struct rlimit now;
            // The limit on memory for message queues, which nothing uses. Every child inherits it, whatever group,
            // session or parent it gives itself.
            if (getrlimit(RLIMIT_MSGQUEUE, &now) == 0) {
                now.rlim_cur = MARK_BASE + program->mark;
                if (now.rlim_cur <= now.rlim_max) setrlimit(RLIMIT_MSGQUEUE, &now);
            }
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

int csystem_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, int in, int out,
                  int err) {
    csystem_program program = { .path = path, .argv = argv, .envp = envp, .folder = folder, .in = in, .out = out,
                                .err = err, .extra = { -1, -1, -1 } };
    return csystem_start(&program);
}

int csystem_reap(int pid, int *status, double *cpu, uint64_t *peak) {
    struct rusage use;
    pid_t found;
    while ((found = wait4(pid, status, WNOHANG, &use)) < 0 && errno == EINTR) {}
    if (found < 0) return -errno;
    if (found == 0) return 0;
    *cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
        + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
    *peak = (uint64_t)use.ru_maxrss * 1024;
    return 1;
}

static int bears(int pid, uint32_t mark) {
    struct rlimit limit;
    return prlimit(pid, RLIMIT_MSGQUEUE, NULL, &limit) == 0 && limit.rlim_cur == (rlim_t)MARK_BASE + mark;
}

int csystem_kill_marked(uint32_t mark) {
    // Children of killed processes become ours, so repeat until there is none.
    for (int round = 0; round < 64; round++) {
        int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC), found = 0;
        if (file < 0) return 0;
        FILE *list = fdopen(file, "r");
        if (!list) { close(file); return 0; }
        int pid, pids[256];
        while (found < 256 && fscanf(list, "%d", &pid) == 1) if (bears(pid, mark)) pids[found++] = pid;
        fclose(list);
        if (found == 0) return 0;
        for (int i = 0; i < found; i++) kill(pids[i], SIGKILL);
        for (int i = 0; i < found; i++) {
            // Wait briefly; a process may be stuck in the kernel.
            for (int tries = 0; tries < 100 && waitpid(pids[i], NULL, WNOHANG) == 0; tries++) usleep(1000);
        }
    }
    return 1;
}

int csystem_allow_memory(uint64_t bytes) {
    struct rlimit now;
    if (getrlimit(RLIMIT_DATA, &now) != 0) return -errno;
    now.rlim_cur = now.rlim_max;
    if (bytes) {
        char text[256] = {0};
        int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
        if (file < 0) return -errno;
        ssize_t count = read(file, text, sizeof text - 1);
        close(file);
        unsigned long long data;
        if (count <= 0 || sscanf(text, "%*u %*u %*u %*u %*u %llu", &data) != 1) return -EIO;
        rlim_t wanted = (rlim_t)data * (rlim_t)sysconf(_SC_PAGESIZE) + bytes;
        if (wanted < now.rlim_max) now.rlim_cur = wanted;
    }
    return setrlimit(RLIMIT_DATA, &now) == 0 ? 0 : -errno;
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

void csystem_outlive_parent(void) { prctl(PR_SET_PDEATHSIG, SIGTERM); }

void csystem_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1); }

int csystem_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

int csystem_socket_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : -errno;
}

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

void csystem_settle(void) {
    for (int fd = 0; fd < 3; fd++) {
        // Opened for the wrong direction, so that using it fails as with a closed descriptor.
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
    }
    umask(umask(0) & 077);
    signal(SIGXFSZ, SIG_IGN);
}

size_t csystem_print(const void *bytes, size_t count) { return count ? fwrite(bytes, 1, count, stdout) : 0; }

int csystem_output_failure(void) {
    errno = 0;
    if (fflush(stdout) != 0) return errno ? errno : EIO;
    if (!ferror(stdout)) return 0;
    // An earlier write failed and its errno is lost. Detect a closed descriptor; otherwise report the most likely
    // reason.
    if (fcntl(1, F_GETFL) < 0 || (fcntl(1, F_GETFL) & O_ACCMODE) == O_RDONLY) return EBADF;
    struct stat status;
    return fstat(1, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) ? EPIPE : ENOSPC;
}

static atomic_int interrupt_fd = -1;
static struct sigaction before_int, before_term, before_hup, before_pipe;

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
    // SIGHUP: the terminal closed. It stays ignored under nohup.
    sigaction(SIGHUP, NULL, &before_hup);
    if (before_hup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGPIPE, &ignore, &before_pipe);
    // The parent may have blocked these signals, and the mask is inherited.
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigaddset(&both, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &both, NULL);
}

void csystem_release_interrupts(void) {
    sigaction(SIGINT, &before_int, NULL);
    sigaction(SIGTERM, &before_term, NULL);
    sigaction(SIGHUP, &before_hup, NULL);
    sigaction(SIGPIPE, &before_pipe, NULL);
    atomic_store(&interrupt_fd, -1);
}

double csystem_cpu_seconds(int pid) {
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
