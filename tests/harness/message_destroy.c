#define _GNU_SOURCE /* RTLD_NEXT */
/* rd_kafka_message_destroy for the thread sanitizer's build: the same, unseen by it.
 *
 * The last of the messages that share the bytes of a fetch frees them. librdkafka counts
 * them with atomics that the sanitizer does not see, so it takes this free for a race
 * with the broker thread that read the bytes. tsan.supp can not name it: the top frames
 * of both accesses are the sanitizer's own (free, memcpy). No callback of ours runs in
 * here.
 */
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <string.h>

/* Exported by the sanitizer's library; no header of it declares them. */
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

void rd_kafka_message_destroy(rd_kafka_message_t *m)
{
    void *next = dlsym(RTLD_NEXT, "rd_kafka_message_destroy");
    void (*destroy)(rd_kafka_message_t *);
    memcpy(&destroy, &next, sizeof destroy);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    destroy(m);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}
