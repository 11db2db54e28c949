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

// How coarse the time stamps of an open file's file system may be, in nanoseconds.
int64_t csystem_stamp_slack(int fd);
// Removes what is in a folder, one level deep, keeping the folders `kept` (ended by NULL) but not what is in them. 0, or
// -errno where something is left.
int csystem_empty_folder(const char *path, const char *const kept[]);
// Takes (1) or lets go (0) of the lock on one byte of an open file; locks belong to the open file, not to the process.
// 0, -EAGAIN where another has it, or -errno.
int csystem_lock_byte(int fd, int64_t offset, int lock);
// Sets a file's modification time. 0 or -errno.
int csystem_set_modified(const char *path, int64_t seconds, int64_t nanoseconds);

// Starts a program with the given descriptors as 0, 1, 2 and no other open, as leader of its own process group, with
// default signals, in `folder` (NULL: where the caller is). The kernel kills it when the calling thread ends, so that
// no worker outlives its engine. Returns the process id, or -errno (of the exec, too).
int csystem_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, int in, int out, int err);
// The same with all that a user's program needs besides.
typedef struct {
    const char *path;
    char *const *argv;
    char *const *envp;
    // NULL: where the caller is.
    const char *folder;
    int in, out, err;
    // Become 3 and 4; -1: none.
    int extra[2];
    // Reads from a terminal fail, instead of stopping it.
    int is_shut_out;
    // No core dump; and, where not 0: seconds of CPU time of each process (SIGXCPU), bytes of private memory that can be
    // written, of each process (its allocations fail).
    int has_limits;
    uint64_t cpu_seconds, memory_bytes;
} csystem_program;
int csystem_start(const csystem_program *program);
// Takes the status of a child that has ended, and what it used with all that it waited for. `peak` is in bytes and not
// less than our own was when it started: the kernel counts the memory shared until exec. 1: taken, 0: still running, or -errno.
int csystem_reap(int pid, int *status, double *cpu, uint64_t *peak);
// From now on a descendant whose parent ends becomes our child, to be waited for.
void csystem_adopt_orphans(void);
// How many children the calling thread has, adopted ones and dead ones included; -1 where the kernel does not tell.
int csystem_child_count(void);
// A file without a name that holds `bytes`, read from its beginning. A descriptor, or -errno.
int csystem_memory_file(const void *bytes, size_t count);
// Removes a file, or a folder with all in it, however deep and whatever its modes; what cannot be removed stays.
void csystem_remove_tree(const char *path);
// A pipe that no other program inherits. 0 or -errno.
int csystem_pipe(int ends[2]);
int csystem_socket_pair(int ends[2]);
// A descriptor that polls readable once the process has ended. -1 where the kernel has none.
int csystem_pidfd(int pid);
// From now on SIGINT and SIGTERM write their number as one byte to `fd` (non-blocking); SIGPIPE is ignored. One at a time.
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
