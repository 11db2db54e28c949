// Removes trees of any depth. Programs may leave folders deeper than a path or our stack, so there is no recursion: a
// folder that is not empty is moved up to the top and found there when the top is read again.
#define _GNU_SOURCE
#include "csystem.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_folder(int folder, const struct dirent *entry) {
    if (entry->d_type != DT_UNKNOWN) return entry->d_type == DT_DIR;
    struct stat status;
    return fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

// Another file system mounted below must not be emptied.
static int is_elsewhere(int folder, dev_t device) {
    struct stat status;
    return fstat(folder, &status) != 0 || status.st_dev != device;
}

static int is_self(const char *name) { return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)); }

// Opens a folder, after changing its mode if that forbids it.
static int open_folder(int above, const char *name) {
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int folder = openat(above, name, flags);
    if (folder < 0 && errno == EACCES && fchmodat(above, name, 0700, 0) == 0) folder = openat(above, name, flags);
    return folder;
}

// Moves a folder to the top, under a free name.
static int rise(int folder, const char *name, int top) {
    static atomic_ulong number;
    int has_mode = 0;
    for (int tries = 0; tries < 1000; tries++) {
        char up[64];
        snprintf(up, sizeof up, ".up-%d-%lu", (int)getpid(), ++number);
        if (renameat(folder, name, top, up) == 0) return 1;
        if (errno == EACCES && !has_mode) {
            // A folder must be writable to be moved.
            has_mode = 1;
            if (fchmodat(folder, name, 0700, 0) != 0) return 0;
        } else if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) {
            return 0;
        }
    }
    return 0;
}

// Empties a folder below the top. `moved` counts the folders moved up.
static void flatten(int top, const char *name, dev_t device, unsigned long *moved) {
    int folder = open_folder(top, name);
    if (folder >= 0 && is_elsewhere(folder, device)) {
        close(folder);
        return;
    }
    DIR *entries = folder < 0 ? NULL : fdopendir(folder);
    if (!entries) {
        if (folder >= 0) close(folder);
        return;
    }
    struct stat status;
    if (fstat(folder, &status) == 0 && (status.st_mode & 0700) != 0700) fchmod(folder, 0700);
    const struct dirent *entry;
    while ((entry = readdir(entries))) {
        if (is_self(entry->d_name)) continue;
        if (!is_folder(folder, entry)) {
            unlinkat(folder, entry->d_name, 0);
        } else if (unlinkat(folder, entry->d_name, AT_REMOVEDIR) != 0) {
            if (rise(folder, entry->d_name, top)) ++*moved;
        }
    }
    closedir(entries);
}

void csystem_remove_tree(const char *path) { csystem_remove_tree_at(AT_FDCWD, path); }

void csystem_remove_tree_at(int above, const char *name) {
    int top = open_folder(above, name);
    if (top < 0) {
        if (errno == ENOTDIR || errno == ELOOP) unlinkat(above, name, 0);
        return;
    }
    struct stat status;
    if (fstat(top, &status) != 0) {
        close(top);
        return;
    }
    if ((status.st_mode & 0700) != 0700) fchmod(top, 0700);
    DIR *entries = fdopendir(top);
    if (!entries) {
        close(top);
        return;
    }
    unsigned long moved = 0, before;
    do {
        before = moved;
        const struct dirent *entry;
        while ((entry = readdir(entries))) {
            if (is_self(entry->d_name)) continue;
            if (!is_folder(top, entry)) {
                unlinkat(top, entry->d_name, 0);
            } else if (unlinkat(top, entry->d_name, AT_REMOVEDIR) != 0 && (errno == ENOTEMPTY || errno == EEXIST)) {
                flatten(top, entry->d_name, status.st_dev, &moved);
                unlinkat(top, entry->d_name, AT_REMOVEDIR);
            }
        }
        // Reading may have missed folders that were moved up meanwhile.
        if (moved != before) rewinddir(entries);
    } while (moved != before);
    closedir(entries);
    unlinkat(above, name, AT_REMOVEDIR);
}

// Fails for the rare cases, which the caller then handles with `csystem_remove_tree`.
int csystem_empty_folder(const char *path, const char *const kept[]) {
    int top = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (top < 0) return -errno;
    struct stat status;
    int result = fstat(top, &status) == 0 && (status.st_mode & 0700) == 0700 ? 0 : -EACCES;
    DIR *entries = fdopendir(top);
    if (!entries) {
        close(top);
        return -ENOMEM;
    }
    const struct dirent *entry;
    while (result == 0 && (entry = readdir(entries))) {
        if (is_self(entry->d_name)) continue;
        if (!is_folder(top, entry)) {
            if (unlinkat(top, entry->d_name, 0) != 0) result = -errno;
            continue;
        }
        int is_kept = 0;
        for (int i = 0; kept && kept[i]; i++) is_kept |= strcmp(kept[i], entry->d_name) == 0;
        if (!is_kept) {
            // Fails if it is not empty.
            if (unlinkat(top, entry->d_name, AT_REMOVEDIR) != 0) result = -errno;
            continue;
        }
        int folder = openat(top, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        DIR *inside = folder < 0 ? NULL : fdopendir(folder);
        if (!inside) {
            if (folder >= 0) close(folder);
            result = -EACCES;
            break;
        }
        const struct dirent *file;
        while (result == 0 && (file = readdir(inside))) {
            if (is_self(file->d_name)) continue;
            if (unlinkat(folder, file->d_name, is_folder(folder, file) ? AT_REMOVEDIR : 0) != 0) result = -errno;
        }
        closedir(inside);
    }
    closedir(entries);
    return result;
}
