/* Replays files through a fuzz target: replay FILE_OR_FOLDER... The corpus is an ordinary
 * test of every build, also without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || stat(path, &st) != 0 || st.st_size < 0) {
        perror(path);
        return -1;
    }
    size_t size = (size_t)st.st_size;
    uint8_t *data = malloc(size ? size : 1); /* exact size: a read behind it is seen */
    if (!data || fread(data, 1, size, f) != size) {
        perror(path);
        abort();
    }
    fclose(f);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static int replay(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return replay_file(path);
    int n = 0;
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] == '.')
            continue;
        char name[4096];
        if (snprintf(name, sizeof name, "%s/%s", path, e->d_name) >= (int)sizeof name)
            abort();
        n += replay(name);
    }
    closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) == 0)
            n += replay(argv[i]);
    }
    printf("%s: %d inputs replayed\n", argv[0], n);
    return n > 0 ? 0 : 1;
}
