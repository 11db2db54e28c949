// Copies the contents of files, and whole folders, inside the kernel.
#define _GNU_SOURCE
#include "csystem.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int csystem_copy_file(int from, int to, uint64_t size) {
    if (ioctl(to, FICLONE, from) == 0) return 0;
    while (size > 0) {
        ssize_t n = copy_file_range(from, NULL, to, NULL, size, 0);
        if (n < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
            n = sendfile(to, from, NULL, size);
        if (n < 0) { if (errno == EINTR) continue; return -errno; }
        if (n == 0) return -EIO;   // the file became shorter meanwhile
        size -= (uint64_t)n;
    }
    return 0;
}

// The folders above the current one. A link to one of them would never end.
struct chain {
    dev_t device;
    ino_t number;
    const struct chain *above;
    int depth;
};

// A limit that no real project reaches.
enum { deepest = 256 };

static int copy_folder(int from, int to, const struct chain *above);

static int is_in(const struct chain *chain, const struct stat *status) {
    for (; chain; chain = chain->above) {
        if (chain->device == status->st_dev && chain->number == status->st_ino) return 1;
    }
    return 0;
}

static int copy_entry(int from, const char *name, int to, const struct chain *above) {
    int source = openat(from, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    // Skips broken links and sockets.
    if (source < 0) return errno == ENOENT || errno == ENXIO || errno == ELOOP ? 0 : -errno;
    struct stat status;
    int code = fstat(source, &status) == 0 ? 0 : -errno;
    if (code == 0 && S_ISDIR(status.st_mode) && !is_in(above, &status)) {
        if (above->depth >= deepest) code = -ELOOP;
        else if (mkdirat(to, name, 0755) != 0) code = -errno;
        int folder = code == 0 ? openat(to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        if (code == 0 && folder < 0) code = -errno;
        if (code == 0) return copy_folder(source, folder, above);
    } else if (code == 0 && S_ISREG(status.st_mode)) {
        int file = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0100 ? 0755 : 0644);
        if (file < 0) code = -errno;
        else {
            code = csystem_copy_file(source, file, (uint64_t)status.st_size);
            close(file);
        }
    }
    close(source);
    return code;
}

// Closes both descriptors.
static int copy_folder(int from, int to, const struct chain *above) {
    struct stat status;
    int code = fstat(from, &status) == 0 ? 0 : -errno;
    struct chain here = { status.st_dev, status.st_ino, above, above ? above->depth + 1 : 0 };
    DIR *entries = code == 0 ? fdopendir(from) : NULL;
    if (code == 0 && !entries) code = -errno;
    while (code == 0) {
        errno = 0;
        const struct dirent *entry = readdir(entries);
        if (!entry) { code = -errno; break; }
        const char *name = entry->d_name;
        if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
        code = copy_entry(from, name, to, &here);
    }
    if (entries) closedir(entries); else close(from);
    close(to);
    return code;
}

int csystem_copy_tree(const char *from, int beneath, const char *to) {
    int source = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (source < 0) return -errno;
    int code = mkdirat(beneath, to, 0755) == 0 ? 0 : -errno;
    int folder = code == 0 ? openat(beneath, to, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder >= 0) return copy_folder(source, folder, NULL);
    if (code == 0) code = -errno;
    close(source);
    return code;
}
