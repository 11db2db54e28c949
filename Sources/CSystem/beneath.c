// Opens a file beneath a folder without leaving it. Usually the kernel does this (openat2). Paths that it refuses
// although they stay inside (an absolute link that leads back in), and kernels or filters without openat2, are handled
// by a walk step by step.
#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DEEPEST = 64, MOST_LINKS = 40 };

struct walk {
    int folders[DEEPEST];
    int depth;
    char rest[PATH_MAX];
};

static void climb(struct walk *walk, int depth) {
    while (walk->depth > depth) close(walk->folders[walk->depth--]);
}

// Replaces the rest of the path by a link's target followed by the part after the link.
static int turn(struct walk *walk, const char *target, const char *after) {
    char rest[PATH_MAX];
    size_t one = strlen(target), two = strlen(after);
    if (one + two + 2 > sizeof rest) return -ENAMETOOLONG;
    memcpy(rest, target, one);
    rest[one] = '/';
    memcpy(rest + one + 1, after, two + 1);
    memcpy(walk->rest, rest, one + two + 2);
    return 0;
}

static int step_by_step(int root, const char *root_path, const char *path, int flags, unsigned mode, int follow) {
    struct walk walk = { .depth = 0 };
    walk.folders[0] = root;
    if (strlen(path) + 1 > sizeof walk.rest) return -ENAMETOOLONG;
    strcpy(walk.rest, path);
    int links = 0, result = -ENOENT;
    for (;;) {
        char *name = walk.rest + strspn(walk.rest, "/");
        size_t length = strcspn(name, "/");
        if (length > NAME_MAX) { result = -ENAMETOOLONG; break; }
        char part[NAME_MAX + 1];
        memcpy(part, name, length);
        part[length] = 0;
        const char *after = name + length + strspn(name + length, "/");
        int here = walk.folders[walk.depth], is_last = *after == 0;
        if (length == 0) {   // the path ends here: the folder itself
            result = openat(here, ".", flags & ~(O_CREAT | O_EXCL), mode);
            if (result < 0) result = -errno;
            break;
        }
        if (strcmp(part, "..") == 0) {
            if (walk.depth == 0) { result = -EXDEV; break; }
            climb(&walk, walk.depth - 1);
        } else if (strcmp(part, ".") != 0) {
            struct stat status;
            int is_there = fstatat(here, part, &status, AT_SYMLINK_NOFOLLOW) == 0;
            if (!is_there && !(is_last && errno == ENOENT && (flags & O_CREAT))) { result = -errno; break; }
            if (is_there && S_ISLNK(status.st_mode)) {
                if (is_last && (flags & O_NOFOLLOW)) {
                    result = openat(here, part, flags, mode);
                    if (result < 0) result = -errno;
                    break;
                }
                if (!follow || ++links > MOST_LINKS) { result = -ELOOP; break; }
                if (is_last && (flags & O_CREAT) && (flags & O_EXCL)) { result = -EEXIST; break; }
                char target[PATH_MAX];
                ssize_t count = readlinkat(here, part, target, sizeof target - 1);
                if (count <= 0) { result = count < 0 ? -errno : -ENOENT; break; }
                target[count] = 0;
                const char *to = target;
                if (target[0] == '/') {
                    size_t size = strlen(root_path);
                    if (strncmp(target, root_path, size) != 0 || (target[size] != '/' && target[size] != 0)) {
                        result = -EXDEV;
                        break;
                    }
                    to = target + size;
                    climb(&walk, 0);
                }
                if ((result = turn(&walk, *to ? to : ".", after)) < 0) break;
                continue;
            }
            if (is_last) {
                // Does not follow a link that replaced the file since fstatat.
                result = openat(here, part, flags | O_NOFOLLOW, mode);
                if (result < 0) result = -errno;
                break;
            }
            if (walk.depth + 1 == DEEPEST) { result = -ENAMETOOLONG; break; }
            int folder = openat(here, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (folder < 0) { result = -errno; break; }
            walk.folders[++walk.depth] = folder;
        }
        memmove(walk.rest, after, strlen(after) + 1);
    }
    climb(&walk, 0);
    return result;
}

static atomic_int has_no_openat2;

int csystem_open_beneath(int root, const char *root_path, const char *path, int flags, unsigned mode, int follow) {
    if (*path == 0) path = ".";
    if (*path == '/') return -EXDEV;
    if (!atomic_load(&has_no_openat2)) {
        struct open_how how = {
            .flags = (uint64_t)(flags | O_CLOEXEC), .mode = flags & O_CREAT ? mode & 07777 : 0,
            .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (follow ? 0 : RESOLVE_NO_SYMLINKS),
        };
        for (int tries = 0; tries < 64; tries++) {
            long file = syscall(SYS_openat2, root, path, &how, sizeof how);
            if (file >= 0) return (int)file;
            // Someone renamed a file while the kernel resolved a path with `..`.
            if (errno == EAGAIN || errno == EINTR) continue;
            if (errno == ENOSYS || errno == EPERM || errno == E2BIG || errno == EINVAL)
                atomic_store(&has_no_openat2, errno == ENOSYS || errno == E2BIG);
            else if (errno != EXDEV || !follow) return -errno;
            break;
        }
    }
    return step_by_step(root, root_path, path, flags | O_CLOEXEC, mode, follow);
}

void csystem_walk_step_by_step(int on) { atomic_store(&has_no_openat2, on); }
