// XXH3-128 of xxhash, SHA-256 and SHA-1 of libcrypto, behind opaque types that Swift can import.
#define OPENSSL_SUPPRESS_DEPRECATED
#define XXH_INLINE_ALL
#include "csystem.h"
#include "wide.h"
#include <openssl/sha.h>
#include <stdlib.h>
#include <xxhash.h>

struct csystem_xxh3 { XXH3_state_t *state; };

csystem_xxh3 *csystem_xxh3_new(void) {
    csystem_xxh3 *s = malloc(sizeof *s);
    s->state = XXH3_createState();   // 64-byte aligned, as XXH3 requires
    XXH3_128bits_reset(s->state);
    return s;
}
void csystem_xxh3_reset(csystem_xxh3 *s) { XXH3_128bits_reset(s->state); }
void csystem_xxh3_update(csystem_xxh3 *s, const void *p, size_t n) {
    if (csystem_xxh3_is_wide()) csystem_xxh3_update_wide(s->state, p, n);
    else XXH3_128bits_update(s->state, p, n);
}
void csystem_xxh3_final(const csystem_xxh3 *s, uint8_t digest[16]) {
    XXH128_canonicalFromHash((XXH128_canonical_t *)digest, XXH3_128bits_digest(s->state));
}
void csystem_xxh3_free(csystem_xxh3 *s) { XXH3_freeState(s->state); free(s); }
void csystem_xxh3_once(const void *p, size_t n, uint8_t digest[16]) {
    // Short inputs take no vectors.
    if (n > 240 && csystem_xxh3_is_wide()) csystem_xxh3_once_wide(p, n, digest);
    else XXH128_canonicalFromHash((XXH128_canonical_t *)digest, XXH3_128bits(p, n));
}

struct csystem_sha256 { SHA256_CTX context; };

csystem_sha256 *csystem_sha256_new(void) {
    csystem_sha256 *s = malloc(sizeof *s);
    SHA256_Init(&s->context);
    return s;
}
void csystem_sha256_update(csystem_sha256 *s, const void *p, size_t n) { SHA256_Update(&s->context, p, n); }
void csystem_sha256_final(csystem_sha256 *s, uint8_t digest[32]) { SHA256_Final(digest, &s->context); }
void csystem_sha256_free(csystem_sha256 *s) { free(s); }

struct csystem_sha1 { SHA_CTX context; };

csystem_sha1 *csystem_sha1_new(void) {
    csystem_sha1 *s = malloc(sizeof *s);
    SHA1_Init(&s->context);
    return s;
}
void csystem_sha1_update(csystem_sha1 *s, const void *p, size_t n) { SHA1_Update(&s->context, p, n); }
void csystem_sha1_final(csystem_sha1 *s, uint8_t digest[20]) { SHA1_Final(digest, &s->context); }
void csystem_sha1_free(csystem_sha1 *s) { free(s); }
