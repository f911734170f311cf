#define _GNU_SOURCE /* O_PATH, getifaddrs */
#include "http_guard.h"

#include "file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>

struct range {
    const char *address;
    unsigned bits;
};

static const struct range denied4[] = {
    {"0.0.0.0", 8},       {"10.0.0.0", 8},      {"100.64.0.0", 10},  {"127.0.0.0", 8},
    {"169.254.0.0", 16},  {"172.16.0.0", 12},   {"192.0.0.0", 24},   {"192.0.2.0", 24},
    {"192.31.196.0", 24}, {"192.52.193.0", 24}, {"192.88.99.0", 24}, {"192.168.0.0", 16},
    {"198.18.0.0", 15},   {"198.51.100.0", 24}, {"203.0.113.0", 24}, {"224.0.0.0", 4},
    {"240.0.0.0", 4},
};
/* Only 2000::/3 is given out as global unicast; in it these are not. */
static const struct range unicast6 = {"2000::", 3};
static const struct range denied6[] = {
    {"2001::", 23}, {"2001:db8::", 32}, {"3fff::", 20}};
/* Ranges that carry an IPv4 address at this byte: that one decides. */
static const struct {
    struct range range;
    size_t at;
} carriers[] = {{{"::ffff:0:0", 96}, 12}, {{"64:ff9b::", 96}, 12}, {{"2002::", 16}, 2}};

static bool in_range(const unsigned char *a, int family, const struct range *r)
{
    unsigned char base[16];
    if (inet_pton(family, r->address, base) != 1)
        return false;
    size_t whole = r->bits / 8;
    if (memcmp(a, base, whole) != 0)
        return false;
    unsigned rest = r->bits % 8;
    return rest == 0 || ((a[whole] ^ base[whole]) >> (8 - rest)) == 0;
}

static bool public4(const unsigned char *a)
{
    for (size_t i = 0; i < ARRAY_LEN(denied4); i++)
        if (in_range(a, AF_INET, &denied4[i]))
            return false;
    return true;
}

static bool public6(const unsigned char *a)
{
    for (size_t i = 0; i < ARRAY_LEN(carriers); i++)
        if (in_range(a, AF_INET6, &carriers[i].range))
            return public4(a + carriers[i].at);
    for (size_t i = 0; i < ARRAY_LEN(denied6); i++)
        if (in_range(a, AF_INET6, &denied6[i]))
            return false;
    return in_range(a, AF_INET6, &unicast6);
}

/* The bytes of an address and their number, or 0 for another family. */
static size_t bytes_of(const struct sockaddr *a, unsigned char out[16])
{
    if (a->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, a, sizeof v4);
        memcpy(out, &v4.sin_addr, 4);
        return 4;
    }
    if (a->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, a, sizeof v6);
        memcpy(out, &v6.sin6_addr, 16);
        return 16;
    }
    return 0;
}

bool http_address_public(const struct sockaddr *a)
{
    unsigned char bytes[16];
    size_t n = bytes_of(a, bytes);
    return n == 4 ? public4(bytes) : n == 16 && public6(bytes);
}

static bool is_own(const struct sockaddr *a)
{
    unsigned char wanted[16], one[16];
    size_t n = bytes_of(a, wanted);
    struct ifaddrs *all = NULL;
    bool found = false;
    if (getifaddrs(&all) != 0)
        return true; /* unknown is refused */
    for (const struct ifaddrs *i = all; i && !found; i = i->ifa_next)
        found = i->ifa_addr && bytes_of(i->ifa_addr, one) == n && n &&
                memcmp(one, wanted, n) == 0;
    freeifaddrs(all);
    return found;
}

static bool cidr_has(const char *cidr, const struct sockaddr *a)
{
    unsigned char bytes[16];
    char address[INET6_ADDRSTRLEN];
    const char *slash = strchr(cidr, '/');
    size_t n = slash ? (size_t)(slash - cidr) : sv_cstr(cidr).n;
    uint64_t bits;
    if (n >= sizeof address)
        return false;
    memcpy(address, cidr, n);
    address[n] = '\0';
    size_t width = bytes_of(a, bytes);
    bits = width * 8;
    if (slash && (!sv_u64(sv_cstr(slash + 1), &bits) || bits > width * 8))
        return false;
    struct range r = {address, (unsigned)bits};
    return width && in_range(bytes, a->sa_family, &r);
}

bool http_guard_permits(const struct http_guard *g, const struct sockaddr *a)
{
    if (!g->active || g->named)
        return true;
    for (size_t i = 0; i < g->ncidr; i++)
        if (cidr_has(g->cidr[i], a))
            return true;
    return g->standard && http_address_public(a) && !is_own(a);
}

void http_guard_init(struct http_guard *g, const struct http_call *c, struct sv host,
                     struct sv port, bool https)
{
    g->active = c->refuse_private && !c->unix_socket;
    AUTO(buf_free) struct buf name = {0};
    buf_addf(&name, SV_FMT ":" SV_FMT, SV_ARG(host), SV_ARG(port));
    for (size_t i = 0; g->active && c->allow && c->allow[i]; i++) {
        g->named |= sv_eq_fold(sv_cstr(c->allow[i]), buf_sv(&name));
        g->cidr = mem_resize(g->cidr, g->ncidr + 1, sizeof *g->cidr);
        g->cidr[g->ncidr++] = mem_copy(c->allow[i], sv_cstr(c->allow[i]).n);
    }
    g->standard = https && (sv_eq(port, SV("443")) || sv_eq(port, SV("8443")));
}

void http_guard_free(struct http_guard *g)
{
    for (size_t i = 0; i < g->ncidr; i++)
        free(g->cidr[i]);
    free(g->cidr);
}

bool http_socket_crowded(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t n = path ? sv_cstr(path).n : sizeof a.sun_path;
    if (n >= sizeof a.sun_path)
        return false;
    memcpy(a.sun_path, path, n);
    AUTO(fd_close)
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return fd >= 0 &&
           (connect(fd, (const struct sockaddr *)&a, sizeof a) == 0 || errno == EAGAIN);
}

int http_short_socket(const char *path, char *out, size_t size, int *folder_out,
                      struct err *err)
{
    struct sockaddr_un a;
    size_t n = path ? sv_cstr(path).n : 0;
    const char *slash = path ? strrchr(path, '/') : NULL;
    if (n < sizeof a.sun_path || !slash)
        return 0;
    AUTO(mem_free) char *folder = mem_copy(path, (size_t)(slash - path));
    *folder_out = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*folder_out < 0)
        return err_sys(err, ERR_TEMPORARY, errno, "%s", folder);
    int k = snprintf(out, size, "/proc/self/fd/%d/%s", *folder_out, slash + 1);
    if (k < 0 || (size_t)k >= size)
        return err_set(err, ERR_BAD_INPUT, "%s: too long", path);
    return 0;
}
