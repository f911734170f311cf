#include "bus_internal.h"

#include <assert.h>

static rd_kafka_AclBinding_t *binding(const struct bus_acl *a, bool filter,
                                      struct err *err)
{
    static const rd_kafka_ResourceType_t resource[] = {
        [BUS_ACL_TOPIC] = RD_KAFKA_RESOURCE_TOPIC,
        [BUS_ACL_GROUP] = RD_KAFKA_RESOURCE_GROUP};
    static const rd_kafka_AclOperation_t operation[] = {
        [BUS_ACL_READ] = RD_KAFKA_ACL_OPERATION_READ,
        [BUS_ACL_WRITE] = RD_KAFKA_ACL_OPERATION_WRITE};
    char text[256] = "";
    rd_kafka_AclBinding_t *b =
        (filter ? rd_kafka_AclBindingFilter_new : rd_kafka_AclBinding_new)(
            resource[a->resource], a->name, RD_KAFKA_RESOURCE_PATTERN_LITERAL,
            a->principal, "*", operation[a->operation],
            RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, text, sizeof text);
    if (!b)
        (void)err_set(err, ERR_FATAL, "%s for %s: %s", a->name, a->principal, text);
    return b;
}

static int first_error(const rd_kafka_error_t *e, const char *name, struct err *err)
{
    if (!e)
        return 0;
    return err_set(err, ERR_FATAL, "%s: %s", name, rd_kafka_error_string(e));
}

static int created(rd_kafka_event_t *e, const struct bus_acl *v, struct err *err)
{
    size_t n = 0;
    const rd_kafka_acl_result_t **r =
        rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(e), &n);
    for (size_t i = 0; i < n; i++)
        if (first_error(rd_kafka_acl_result_error(r[i]), v[i].name, err) < 0)
            return -1;
    return 0;
}

static int deleted(rd_kafka_event_t *e, const struct bus_acl *v, struct err *err)
{
    size_t n = 0;
    const rd_kafka_DeleteAcls_result_response_t **r =
        rd_kafka_DeleteAcls_result_responses(rd_kafka_event_DeleteAcls_result(e), &n);
    for (size_t i = 0; i < n; i++)
        if (first_error(rd_kafka_DeleteAcls_result_response_error(r[i]), v[i].name, err) <
            0)
            return -1;
    return 0;
}

static int ask(rd_kafka_t *rk, rd_kafka_AclBinding_t **v, const struct bus_acl *of,
               size_t n, bool remove, int64_t timeout_ms, struct err *err)
{
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *o = bus_admin_options(
        rk, remove ? RD_KAFKA_ADMIN_OP_DELETEACLS : RD_KAFKA_ADMIN_OP_CREATEACLS,
        timeout_ms);
    if (remove)
        rd_kafka_DeleteAcls(rk, v, n, o, q);
    else
        rd_kafka_CreateAcls(rk, v, n, o, q);
    rd_kafka_event_t *e = bus_admin_await(q, timeout_ms, err);
    int got = -1;
    if (e) {
        got = remove ? deleted(e, of, err) : created(e, of, err);
        rd_kafka_event_destroy(e);
    }
    rd_kafka_AdminOptions_destroy(o);
    rd_kafka_queue_destroy(q);
    return got;
}

static int apply(struct bus *b, const struct bus_acl *v, size_t n, bool remove,
                 int64_t timeout_ms, struct err *err)
{
    rd_kafka_AclBinding_t *binds[BUS_ACLS_MAX];
    rd_kafka_t *rk = bus_any(b);
    size_t made = 0;
    int got = -1;
    assert(n <= BUS_ACLS_MAX);
    if (!rk)
        return err_set(err, ERR_TEMPORARY, "no address of a broker");
    while (made < n && (binds[made] = binding(&v[made], remove, err)))
        made++;
    if (made == n)
        got = ask(rk, binds, v, n, remove, timeout_ms, err);
    if (made)
        rd_kafka_AclBinding_destroy_array(binds, made);
    return got;
}

int bus_acls_create(struct bus *b, const struct bus_acl *v, size_t n, int64_t timeout_ms,
                    struct err *err)
{
    return apply(b, v, n, false, timeout_ms, err);
}

int bus_acls_delete(struct bus *b, const struct bus_acl *v, size_t n, int64_t timeout_ms,
                    struct err *err)
{
    return apply(b, v, n, true, timeout_ms, err);
}
