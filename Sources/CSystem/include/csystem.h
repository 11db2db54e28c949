// Digests, and Linux calls that Swift cannot import.
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

// SHA-1, by which git names bytes.
typedef struct csystem_sha1 csystem_sha1;
csystem_sha1 *csystem_sha1_new(void);
void csystem_sha1_update(csystem_sha1 *state, const void *bytes, size_t count);
void csystem_sha1_final(csystem_sha1 *state, uint8_t digest[20]);
void csystem_sha1_free(csystem_sha1 *state);

// Ed25519 (RFC 8032) of libcrypto. Each returns 1 when it is done, or the signature holds, else 0.
int csystem_random(uint8_t *bytes, size_t count);
int csystem_ed25519_public(const uint8_t seed[32], uint8_t public_key[32]);
int csystem_ed25519_sign(const uint8_t seed[32], const void *bytes, size_t count, uint8_t signature[64]);
int csystem_ed25519_verify(const uint8_t public_key[32], const void *bytes, size_t count, const uint8_t signature[64]);

// Copies a file's contents by reflink if the file system supports it, otherwise inside the kernel. 0 or -errno.
int csystem_copy_file(int from, int to, uint64_t size);

// Copies a folder with its contents to `to`, which must not exist, beneath an open folder. Links are replaced by the
// file or folder that they name; other kinds of files are skipped. 0 or -errno.
int csystem_copy_tree(const char *from, int beneath, const char *to);

// Resolution of the time stamps of an open file's file system, in nanoseconds.
int64_t csystem_stamp_slack(int fd);
// Empties a folder, one level deep. Keeps the folders `kept` (a list ended by NULL) but empties them too. 0, or -errno
// if something is left.
int csystem_empty_folder(const char *path, const char *const kept[]);
// Takes (1) or releases (0) the lock on one byte of an open file. The lock belongs to the open file, not to the
// process. 0, -EAGAIN if another holder has it, or -errno.
int csystem_lock_byte(int fd, int64_t offset, int lock);
// Sets a file's modification time. 0 or -errno.
int csystem_set_modified(const char *path, int64_t seconds, int64_t nanoseconds);

// When the process that started this one is gone, it gets SIGTERM instead of being killed, so that it can say goodbye.
void csystem_outlive_parent(void);

// Starts a program with the given descriptors as 0, 1 and 2 and no others, as leader of its own process group, with
// default signals, in `folder` (NULL: the caller's). The kernel kills it when the calling thread ends, so that no
// worker outlives its engine. Returns the process id, or -errno (also of exec).
int csystem_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, int in, int out,
                  int err);
// The same with the additional settings of a user's program.
typedef struct {
    const char *path;
    char *const *argv;
    char *const *envp;
    // NULL: the caller's folder.
    const char *folder;
    int in, out, err;
    // These become 3, 4 and 5; -1: none.
    int extra[3];
    // Starts its own session, without a terminal.
    int has_session;
    // Reads from a terminal fail instead of stopping the program.
    int is_shut_out;
    // Sets a umask of 022 and no core dumps; and unless they are 0: for each process, seconds of CPU time (SIGXCPU) and
    // bytes of private writable memory (allocations fail).
    int has_limits;
    uint64_t cpu_seconds, memory_bytes;
    // Largest file that it may write, in bytes (SIGXFSZ); 0: no limit.
    uint64_t file_bytes;
    // A number that identifies the program and all its descendants, whatever they do to escape; 0: none. See
    // csystem_kill_marked.
    uint32_t mark;
} csystem_program;
int csystem_start(const csystem_program *program);
// Limits this process's private memory to `bytes` more than it uses now; 0 restores the inherited limit. 0 or -errno.
int csystem_allow_memory(uint64_t bytes);
// Takes the status of an ended child, and the resources used by it and the children that it waited for. `peak` is in
// bytes and at least our own at its start, since the kernel counts memory shared until exec. 1: taken, 0: still
// running, or -errno.
int csystem_reap(int pid, int *status, double *cpu, uint64_t *peak);
// A filter of system calls in the form that bubblewrap loads: refuses calls for mounts, namespaces, keyrings, io_uring,
// TIOCSTI and the like. A descriptor, or -errno; -ENOSYS on other architectures.
int csystem_call_filter(void);
// From now on a descendant whose parent ends becomes our child, so that we can wait for it.
void csystem_adopt_orphans(void);
// Kills the remaining processes of a program with this mark that have become our children, and those that become our
// children in turn. Returns 0 if none are left.
int csystem_kill_marked(uint32_t mark);
// Number of children of the calling thread, including adopted and ended ones; -1 if the kernel does not tell.
int csystem_child_count(void);
// An unnamed file with the content `bytes`, positioned at its start. A descriptor, or -errno.
int csystem_memory_file(const void *bytes, size_t count);
// Disk space of a folder's contents in bytes, without the entry `except` (or NULL). A file with several names counts in
// proportion. UINT64_MAX if the folder is too deep.
uint64_t csystem_tree_bytes(const char *path, const char *except);
// Removes a file, or a folder with its contents, however deep and whatever its modes. Entries that cannot be removed
// stay.
void csystem_remove_tree(const char *path);
// The same for a name in an open folder (or AT_FDCWD).
void csystem_remove_tree_at(int folder, const char *name);
// Opens the relative `path` beneath the open folder `root`, whose path is `root_path`; neither `..` nor a link can lead
// outside. With `follow`, links that stay inside are followed, absolute ones too; without it, no link is allowed. A
// descriptor, or -errno: -EXDEV if the path leads outside, -ELOOP for a link that is not allowed.
int csystem_open_beneath(int root, const char *root_path, const char *path, int flags, unsigned mode, int follow);
// For tests: behaves as on a kernel without openat2.
void csystem_walk_step_by_step(int on);
// Sets and reads the extended attribute by which vgraph recognises its own files; a copy of a file does not keep it.
int csystem_set_mark(int file, const void *bytes, size_t count);
long csystem_mark(int file, void *bytes, size_t count);
// Like `csystem_set_modified`, by descriptor.
int csystem_set_modified_open(int file, int64_t seconds, int64_t nanoseconds);
// A pipe that no other program inherits. 0 or -errno.
int csystem_pipe(int ends[2]);
int csystem_socket_pair(int ends[2]);
// A descriptor that becomes readable when the process has ended; -1 if the kernel has none.
int csystem_pidfd(int pid);
// For the start of a process: opens missing descriptors 0, 1 and 2, so that no file gets these numbers; lets the owner
// read and write new files, whatever the umask; makes writing beyond the file size limit an error instead of a signal.
void csystem_settle(void);
// Writes bytes unchanged to the C library's standard output.
size_t csystem_print(const void *bytes, size_t count);
// Flushes the C library's standard output. Returns the reason if anything printed could not be written: 0 or an errno.
int csystem_output_failure(void);
// From now on SIGINT, SIGTERM and SIGHUP write their number as one byte to `fd` (non-blocking), and SIGPIPE is ignored.
// Only one descriptor at a time.
void csystem_catch_interrupts(int fd);
void csystem_release_interrupts(void);
// User and system time that a process has used, in seconds; negative if it does not exist.
double csystem_cpu_seconds(int pid);
// Calls `each` with the absolute path of every shared library loaded in this process.
void csystem_each_library(void (*each)(void *context, const char *path), void *context);
// The path of the program that loaded this process's libraries; null in a static executable.
const char *csystem_loader(void);
// For a process that makes large pictures again and again: keeps most of what it frees for the next ones, until it
// gives it back.
void csystem_keep_freed_memory(void);
void csystem_give_back_freed_memory(void);
// In such a process: whether blocks of 6 MB and more that are allocated from now on are apart from the rest, and go back
// as soon as they are freed. For what lives long; others had better be kept.
void csystem_map_large_blocks(int does);
#endif
