/* What a converter that was taken over can do: nothing (FAULTS.md, row 24). */
#include "lib/child.h"
#include "lib/file.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char hostile[] = BIN_DIR "/../tests/hostile_child";

static enum child_end run(const char *const *argv, struct buf *out, int *code)
{
    struct child_spec s = {.program = hostile, .argv = argv, .input = SV("paper")};
    struct err err = {0};
    enum child_end end;
    buf_reset(out);
    if (child_run(&s, out, &end, code, &err) != 0)
        fail_msg("%s", err.text);
    return end;
}

/* Each attempt in a child of its own: it says so itself that it was refused, so that a
 * program that can not even start does not count. */
static void nothing_is_in_reach_of_a_child(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf names = {0}, out = {0};
    size_t attempts = 0;
    int code;
    assert_int_equal(run((const char *const[]){"hostile_child", NULL}, &names, &code),
                     CHILD_DONE);
    struct sv rest = buf_sv(&names), name;
    while (sv_cut(&rest, '\n', &name) && name.n) {
        char attempt[64];
        memcpy(attempt, name.p, name.n);
        attempt[name.n] = '\0';
        enum child_end end =
            run((const char *const[]){"hostile_child", attempt, NULL}, &out, &code);
        if (end != CHILD_DONE || !sv_eq(buf_sv(&out), SV("refused\n")))
            fail_msg("%s: %s, \"" SV_FMT "\"", attempt, child_end_name(end),
                     SV_ARG(buf_sv(&out)));
        attempts++;
    }
    assert_true(attempts >= 40);
    assert_int_equal(access("/tmp/councilwire-escape", F_OK), -1);
}

/* The same attempts without the cage: most of them succeed, so they test something. */
static void the_attempts_succeed_elsewhere(void **state)
{
    (void)state;
    static const char *const easy[] = {"read-passwords", "list-tmp",     "proc-self",
                                       "fork",           "execute",      "execute-at",
                                       "socket-tcp",     "parents-maps", "environment"};
    for (size_t i = 0; i < ARRAY_LEN(easy); i++) {
        AUTO(buf_free) struct buf command = {0};
        char line[32] = "";
        buf_addf(&command, "%s %s", hostile, easy[i]);
        FILE *f = popen(command.p, "r"); /* NOLINT(cert-env33-c): a test's own command */
        assert_non_null(f);
        assert_non_null(fgets(line, sizeof line, f));
        assert_int_equal(pclose(f), 0);
        if (strcmp(line, "reached\n") != 0)
            fail_msg("%s is refused without a cage", easy[i]);
    }
}

struct asking {
    unsigned times, most;
};

static bool asked(void *ctx)
{
    struct asking *a = ctx;
    return ++a->times == a->most;
}

static int spin(struct child_patience *patience, enum child_end *end, struct err *err)
{
    static const char *const argv[] = {"hostile_child", "spin", NULL};
    AUTO(buf_free) struct buf out = {0};
    struct child_spec s = {
        .program = hostile, .argv = argv, .cpu_s = 1, .patience = patience};
    int code;
    return child_run(&s, &out, end, &code, err);
}

static void one_that_takes_long_gives_way_when_asked(void **state)
{
    (void)state;
    struct asking a = {.most = 3}, never = {0};
    struct err err = {0};
    enum child_end end;
    assert_int_equal(spin(&(struct child_patience){asked, &a, 50, 0}, &end, &err), -1);
    assert_int_equal(err.kind, ERR_TEMPORARY);
    assert_int_equal(a.times, 3);
    struct child_patience p = {asked, &never, 100, 0};
    assert_int_equal(spin(&p, &end, &err), 0);
    assert_int_equal(end, CHILD_CPU);
    assert_in_range(p.used_ms, 750, 2000); /* processor time, on a busy machine, too */
    assert_in_range(never.times, 1, 1000);
}

static void it_is_not_asked_before_it_had_its_time(void **state)
{
    (void)state;
    struct asking a = {.most = 1};
    struct err err = {0};
    enum child_end end;
    assert_int_equal(spin(&(struct child_patience){asked, &a, 60000, 0}, &end, &err), 0);
    assert_int_equal(end, CHILD_CPU);
    assert_int_equal(a.times, 0);
}

/* As the system does that has no memory left. */
static bool kill_it(void *ctx)
{
    char path[64];
    long pid = 0;
    (void)ctx;
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld", &pid), 1);
    (void)fclose(f);
    assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
    return false;
}

static void one_that_somebody_killed_did_not_use_up_its_time(void **state)
{
    (void)state;
    struct err err = {0};
    enum child_end end;
    assert_int_equal(spin(&(struct child_patience){kill_it, NULL, 50, 0}, &end, &err), 0);
    assert_int_equal(end, CHILD_KILLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_in_reach_of_a_child),
        cmocka_unit_test(the_attempts_succeed_elsewhere),
        cmocka_unit_test(one_that_takes_long_gives_way_when_asked),
        cmocka_unit_test(it_is_not_asked_before_it_had_its_time),
        cmocka_unit_test(one_that_somebody_killed_did_not_use_up_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
