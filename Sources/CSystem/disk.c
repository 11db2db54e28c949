// Measures the disk space of a folder while a program writes to it; files that disappear meanwhile count nothing.
#define _GNU_SOURCE
#include "csystem.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 200 };

static uint64_t bytes_of(const struct stat *status) {
    uint64_t bytes = (uint64_t)status->st_blocks * 512;
    return S_ISDIR(status->st_mode) || status->st_nlink < 2 ? bytes : bytes / status->st_nlink;
}

static uint64_t sum(int folder, const char *except, int depth) {
    if (depth > DEEPEST) { close(folder); return UINT64_MAX; }
    DIR *entries = fdopendir(folder);
    if (!entries) { close(folder); return 0; }
    uint64_t total = 0;
    struct stat status;
    const struct dirent *entry;
    while ((entry = readdir(entries))) {
        const char *name = entry->d_name;
        if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
        const char *left_out = except;
        while (left_out && *left_out && *left_out == name[left_out - except]) left_out++;
        if (left_out && *left_out == 0 && name[left_out - except] == 0) continue;
        if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        uint64_t here = bytes_of(&status);
        if (S_ISDIR(status.st_mode)) {
            int inside = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            uint64_t below = inside < 0 ? 0 : sum(inside, NULL, depth + 1);
            if (below == UINT64_MAX) { closedir(entries); return UINT64_MAX; }
            here += below;
        }
        total += here;
    }
    closedir(entries);
    return total;
}

uint64_t csystem_tree_bytes(const char *path, const char *except) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return folder < 0 ? 0 : sum(folder, except, 0);
}
