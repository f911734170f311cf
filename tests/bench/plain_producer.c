/* The baseline of the producer bench: reads the files below a folder and produces their
 * bytes, one message a file, idempotent, acks=all; nothing else.
 *
 *   plain_producer BROKER TOPIC CODEC FOLDER      prints: files bytes seconds
 */
#define _DEFAULT_SOURCE /* DT_DIR */
#include <dirent.h>
#include <fcntl.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    long files, bytes, delivered, failed;
} run;

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    (void)rk;
    (void)opaque;
    if (m->err)
        run.failed++;
    else
        run.delivered++;
}

static void die(const char *what, const char *why)
{
    fprintf(stderr, "plain_producer: %s: %s\n", what, why);
    exit(1);
}

static rd_kafka_t *open_producer(const char *broker, const char *codec)
{
    const char *settings[][2] = {{"bootstrap.servers", broker},
                                 {"enable.idempotence", "true"},
                                 {"acks", "all"},
                                 {"message.timeout.ms", "0"},
                                 {"queue.buffering.max.kbytes", "16384"},
                                 {"message.max.bytes", "10485760"},
                                 {"linger.ms", "20"},
                                 {"batch.size", "1000000"},
                                 {"socket.nagle.disable", "true"},
                                 {"partitioner", "murmur2_random"},
                                 {"compression.codec", codec}};
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof why))
            die(settings[i][0], why);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!rk)
        die("producer", why);
    return rk;
}

static void produce(const char *name, void *data, size_t size)
{
    while (rd_kafka_produce(run.topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_FREE, data,
                            size, name, strlen(name), NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            die(name, rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(run.rk, 10);
    }
    if (++run.files % 64 == 0)
        rd_kafka_poll(run.rk, 0);
    run.bytes += (long)size;
}

static void take_file(int dir, const char *name)
{
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        die(name, "cannot be read");
    size_t size = (size_t)st.st_size;
    char *data = malloc(size);
    if (!data || read(fd, data, size) != st.st_size)
        die(name, "cannot be read");
    close(fd);
    produce(name, data, size);
}

static void take_folder(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        die(name, "no folder");
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] == '.')
            continue;
        if (e->d_type == DT_DIR)
            take_folder(fd, e->d_name);
        else
            take_file(fd, e->d_name);
    }
    closedir(dir);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        die("usage", "BROKER TOPIC CODEC FOLDER");
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    run.rk = open_producer(argv[1], argv[3]);
    run.topic = rd_kafka_topic_new(run.rk, argv[2], NULL);
    const struct rd_kafka_metadata *md; /* else the first message waits a second */
    if (rd_kafka_metadata(run.rk, 0, run.topic, &md, 10000))
        die(argv[2], "no metadata");
    rd_kafka_metadata_destroy(md);
    take_folder(AT_FDCWD, argv[4]);
    while (rd_kafka_outq_len(run.rk) > 0)
        rd_kafka_poll(run.rk, 100);
    clock_gettime(CLOCK_MONOTONIC, &b);
    if (run.failed || run.delivered != run.files)
        die("delivery", "not all messages were delivered");
    double s = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    printf("%ld %ld %.3f\n", run.files, run.bytes, s);
    rd_kafka_topic_destroy(run.topic);
    rd_kafka_destroy(run.rk);
    return 0;
}
