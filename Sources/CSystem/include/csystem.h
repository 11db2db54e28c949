// What Swift cannot import or what must be one instruction away: digests and Linux calls.
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include <stddef.h>
#include <stdint.h>

// XXH3-128, canonical (big-endian) bytes, as `xxhsum -H2` prints them.
typedef struct csystem_xxh3 csystem_xxh3;
csystem_xxh3 *csystem_xxh3_new(void);
void csystem_xxh3_reset(csystem_xxh3 *state);
void csystem_xxh3_update(csystem_xxh3 *state, const void *bytes, size_t count);
void csystem_xxh3_final(const csystem_xxh3 *state, uint8_t digest[16]);
void csystem_xxh3_free(csystem_xxh3 *state);
void csystem_xxh3_once(const void *bytes, size_t count, uint8_t digest[16]);

// SHA-256 of libcrypto (uses SHA-NI where the CPU has it).
typedef struct csystem_sha256 csystem_sha256;
csystem_sha256 *csystem_sha256_new(void);
void csystem_sha256_update(csystem_sha256 *state, const void *bytes, size_t count);
void csystem_sha256_final(csystem_sha256 *state, uint8_t digest[32]);
void csystem_sha256_free(csystem_sha256 *state);

// Copies file contents by reflink where the file system can, else in the kernel. 0 or -errno.
int csystem_copy_file(int from, int to, uint64_t size);

// Copies a folder with all in it to `to`, which must not be there, beneath an open folder. A link to a file becomes the
// file, one to a folder the folder; what is neither stays out. 0 or -errno.
int csystem_copy_tree(const char *from, int beneath, const char *to);

// How coarse the time stamps of an open file's file system may be, in nanoseconds.
int64_t csystem_stamp_slack(int fd);
// Removes what is in a folder, one level deep, keeping the folders `kept` (ended by NULL) but not what is in them. 0,
// or -errno where something is left.
int csystem_empty_folder(const char *path, const char *const kept[]);
// Takes (1) or lets go (0) of the lock on one byte of an open file; locks belong to the open file, not to the process.
// 0, -EAGAIN where another has it, or -errno.
int csystem_lock_byte(int fd, int64_t offset, int lock);
// Sets a file's modification time. 0 or -errno.
int csystem_set_modified(const char *path, int64_t seconds, int64_t nanoseconds);

// Starts a program with the given descriptors as 0, 1, 2 and no other open, as leader of its own process group, with
// default signals, in `folder` (NULL: where the caller is). The kernel kills it when the calling thread ends, so that
// no worker outlives its engine. Returns the process id, or -errno (of the exec, too).
int csystem_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, int in, int out,
                  int err);
// The same with all that a user's program needs besides.
typedef struct {
    const char *path;
    char *const *argv;
    char *const *envp;
    // NULL: where the caller is.
    const char *folder;
    int in, out, err;
    // Become 3, 4 and 5; -1: none.
    int extra[3];
    // Leads a session of its own, without a terminal.
    int has_session;
    // Reads from a terminal fail, instead of stopping it.
    int is_shut_out;
    // A umask of 022, no core dump; and, where not 0: seconds of CPU time of each process (SIGXCPU), bytes of private
    // memory that can be written, of each process (its allocations fail).
    int has_limits;
    uint64_t cpu_seconds, memory_bytes;
    // Not 0: the most bytes of one file that it writes (SIGXFSZ).
    uint64_t file_bytes;
    // Not 0: told apart from all other programs by this number, whatever it and its children do to leave it; see
    // csystem_kill_marked.
    uint32_t mark;
} csystem_program;
int csystem_start(const csystem_program *program);
// From now on this process may take `bytes` of private memory more than it has; 0: as much as whoever started it
// allows. 0 or -errno.
int csystem_allow_memory(uint64_t bytes);
// Takes the status of a child that has ended, and what it used with all that it waited for. `peak` is in bytes and not
// less than our own was when it started: the kernel counts the memory shared until exec. 1: taken, 0: still running, or
// -errno.
int csystem_reap(int pid, int *status, double *cpu, uint64_t *peak);
// A filter of system calls, as bubblewrap loads it: what changes mounts and namespaces, keyrings, io_uring, TIOCSTI and
// the like is refused. A descriptor, or -errno; -ENOSYS where this architecture has none.
int csystem_call_filter(void);
// From now on a descendant whose parent ends becomes our child, to be waited for.
void csystem_adopt_orphans(void);
// Kills what is left of a program with this mark and has become our child, and what that leaves to us in turn. Returns
// how many were killed in vain or are still ending.
int csystem_kill_marked(uint32_t mark);
// How many children the calling thread has, adopted ones and dead ones included; -1 where the kernel does not tell.
int csystem_child_count(void);
// A file without a name that holds `bytes`, read from its beginning. A descriptor, or -errno.
int csystem_memory_file(const void *bytes, size_t count);
// Bytes on the disk of what lies in a folder, without the entry `except` (or NULL): a file with several names counts in
// parts. UINT64_MAX: it is deeper than anybody looks.
uint64_t csystem_tree_bytes(const char *path, const char *except);
// Removes a file, or a folder with all in it, however deep and whatever its modes; what cannot be removed stays.
void csystem_remove_tree(const char *path);
// The same for what lies in an open folder (or AT_FDCWD) under a name.
void csystem_remove_tree_at(int folder, const char *name);
// Opens `path`, relative, beneath the open folder `root`, whose path is `root_path`: neither `..` nor a link leads out
// of it. `follow`: links that stay inside are followed, absolute ones too; else there may be no link on the way. A
// descriptor, or -errno: -EXDEV where the path leads out, -ELOOP where there is a link and none may be.
int csystem_open_beneath(int root, const char *root_path, const char *path, int flags, unsigned mode, int follow);
// For tests: as on a kernel without openat2.
void csystem_walk_step_by_step(int on);
// Sets a file's times by its descriptor; like `csystem_set_modified`.
int csystem_set_mark(int file, const void *bytes, size_t count);
long csystem_mark(int file, void *bytes, size_t count);
int csystem_set_modified_open(int file, int64_t seconds, int64_t nanoseconds);
// A pipe that no other program inherits. 0 or -errno.
int csystem_pipe(int ends[2]);
int csystem_socket_pair(int ends[2]);
// A descriptor that polls readable once the process has ended. -1 where the kernel has none.
int csystem_pidfd(int pid);
// At the start of a process: descriptors 0, 1 and 2 are taken, so that no file becomes one of them; files that it makes
// can be read and written by their owner, whatever the umask; writing beyond the limit for files is an error, not the
// end.
void csystem_settle(void);
// Bytes as they are, on the C library's standard output.
size_t csystem_print(const void *bytes, size_t count);
// What kept anything printed on the C library's standard output from being written: 0 or an errno.
int csystem_output_failure(void);
// From now on SIGINT, SIGTERM and SIGHUP write their number as one byte to `fd` (non-blocking); SIGPIPE is ignored. One
// at a time.
void csystem_catch_interrupts(int fd);
void csystem_release_interrupts(void);
// User and system time a process has used so far, in seconds; negative if it is gone.
double csystem_cpu_seconds(int pid);
// Calls `each` with the absolute path of every shared library that this process has loaded.
void csystem_each_library(void (*each)(void *context, const char *path), void *context);
// For a process that holds pictures: what is freed goes back to the system, instead of staying for a later picture of
// another size.
void csystem_return_freed_memory(void);
#endif
