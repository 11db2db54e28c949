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
#endif
