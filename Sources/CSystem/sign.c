#define _GNU_SOURCE
#include "csystem.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>

// No openssl.cnf is read: it could name code to load, and a static executable can load none.
static EVP_PKEY *key_of(const uint8_t *bytes, int is_private) {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    return is_private ? EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, bytes, 32)
                      : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, 32);
}

int csystem_random(uint8_t *bytes, size_t count) {
    for (size_t at = 0; at < count;) {
        ssize_t got = getrandom(bytes + at, count - at, 0);
        if (got <= 0) return 0;
        at += (size_t)got;
    }
    return 1;
}

int csystem_ed25519_public(const uint8_t seed[32], uint8_t public_key[32]) {
    EVP_PKEY *key = key_of(seed, 1);
    size_t size = 32;
    int done = key && EVP_PKEY_get_raw_public_key(key, public_key, &size) == 1 && size == 32;
    EVP_PKEY_free(key);
    return done;
}

int csystem_ed25519_sign(const uint8_t seed[32], const void *bytes, size_t count, uint8_t signature[64]) {
    EVP_PKEY *key = key_of(seed, 1);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = 64;
    int done = key && context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1
        && EVP_DigestSign(context, signature, &size, bytes, count) == 1 && size == 64;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return done;
}

int csystem_ed25519_verify(const uint8_t public_key[32], const void *bytes, size_t count, const uint8_t signature[64]) {
    EVP_PKEY *key = key_of(public_key, 0);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = key && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1
        && EVP_DigestVerify(context, signature, 64, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return done;
}
