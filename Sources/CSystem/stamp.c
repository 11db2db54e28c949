// Time stamps of files: their resolution, and setting them.
#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

int64_t csystem_stamp_slack(int fd) {
    struct statfs status;
    if (fstatfs(fd, &status) == 0) {
        switch ((unsigned long)status.f_type) {
        case EXT4_SUPER_MAGIC: case XFS_SUPER_MAGIC: case BTRFS_SUPER_MAGIC: case TMPFS_MAGIC:
        case OVERLAYFS_SUPER_MAGIC: case F2FS_SUPER_MAGIC:
            return 20000000;   // two ticks at 100 Hz
        }
    }
    return 2000000000;   // FAT stores steps of two seconds
}

int csystem_set_modified(const char *path, int64_t seconds, int64_t nanoseconds) {
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = seconds, .tv_nsec = nanoseconds } };
    return utimensat(AT_FDCWD, path, times, 0) == 0 ? 0 : -errno;
}

int csystem_set_modified_open(int file, int64_t seconds, int64_t nanoseconds) {
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = seconds, .tv_nsec = nanoseconds } };
    return futimens(file, times) == 0 ? 0 : -errno;
}
