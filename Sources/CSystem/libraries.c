// Lists the shared libraries of this process.
#define _GNU_SOURCE
#include "csystem.h"
#include <link.h>
#include <sys/auxv.h>

struct visit { void (*each)(void *context, const char *path); void *context; };

static int visited(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    struct visit *visit = data;
    if (info->dlpi_name && info->dlpi_name[0] == '/') visit->each(visit->context, info->dlpi_name);
    return 0;
}

void csystem_each_library(void (*each)(void *context, const char *path), void *context) {
    struct visit visit = {each, context};
    dl_iterate_phdr(visited, &visit);
}

static int is_loader(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    if (info->dlpi_addr != getauxval(AT_BASE) || !info->dlpi_name || info->dlpi_name[0] != '/') return 0;
    *(const char **)data = info->dlpi_name;
    return 1;
}

const char *csystem_loader(void) {
    const char *path = 0;
    dl_iterate_phdr(is_loader, &path);
    return path;
}
