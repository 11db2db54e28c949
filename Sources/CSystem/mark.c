#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <sys/xattr.h>

// What goes with a file and not with a copy of it: an extended attribute.

static const char name[] = "user.vgraph";

int csystem_set_mark(int file, const void *bytes, size_t count) {
    return fsetxattr(file, name, bytes, count, 0) == 0 ? 0 : -errno;
}

long csystem_mark(int file, void *bytes, size_t count) {
    ssize_t found = fgetxattr(file, name, bytes, count);
    return found < 0 ? -errno : (long)found;
}
