// Locks single bytes of a file, for locks that belong to an open file.
#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int csystem_lock_byte(int fd, int64_t offset, int lock) {
    struct flock range = { .l_type = lock ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1 };
    while (fcntl(fd, F_OFD_SETLK, &range) != 0) {
        if (errno != EINTR) return -errno;
    }
    return 0;
}
