// libcurl for Swift, which imports neither variadic functions nor macros with casts.
#include <curl/curl.h>
#include <stdint.h>

typedef size_t (*ccurl_write)(char *bytes, size_t size, size_t count, void *context);
typedef size_t (*ccurl_read)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, int64_t value) {
    return curl_easy_setopt(handle, option, (curl_off_t)value);
}
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_write(CURL *handle, CURLoption option, ccurl_write value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_read(CURL *handle, CURLoption option, ccurl_read value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, int64_t *value) {
    curl_off_t found = 0;
    CURLcode code = curl_easy_getinfo(handle, info, &found);
    *value = found;
    return code;
}
static inline void *ccurl_private(CURL *handle) {
    char *value = NULL;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &value);
    return value;
}
static inline void ccurl_start(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }
static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
// A message of a transfer that has ended; NULL: none has.
static inline CURL *ccurl_ended(CURLM *multi, CURLcode *code) {
    int left = 0;
    for (;;) {
        CURLMsg *message = curl_multi_info_read(multi, &left);
        if (!message) return NULL;
        if (message->msg != CURLMSG_DONE) continue;
        *code = message->data.result;
        return message->easy_handle;
    }
}
