/* What a stranger wrote, on a line that a person reads. */
#include "lib/shown.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void is_shown(void (*add)(struct buf *, struct sv), struct sv in, const char *out)
{
    AUTO(buf_free) struct buf b = {0};
    add(&b, in);
    assert_string_equal(b.n ? b.p : "", out);
}

static void a_name_stays_itself_and_on_its_line(void **state)
{
    (void)state;
    is_shown(shown_add_name, SV("Übersicht 2.txt"), "Übersicht 2.txt");
    is_shown(shown_add_name, SV("a\nb\t\x1b[31m"), "a\\u{a}b\\u{9}\\u{1b}[31m");
    is_shown(shown_add_name, SV("bin\n\xff\xfe"), "bin\\u{a}\\xff\\xfe");
    is_shown(shown_add_name, SV("x\xe2\x80\xaetxt.exe"), "x\\u{202e}txt.exe");
    is_shown(shown_add_name, SV("\xe2\x80"), "\\xe2\\x80"); /* cut short */
    is_shown(shown_add_name, SV("\xc2\x85|\xef\xbb\xbf"), "\\u{85}|\\u{feff}");
    is_shown(shown_add_name, (struct sv){"a\0b", 3}, "a\\u{0}b");
    is_shown(shown_add_name, SV_NULL, "");
}

static void a_text_becomes_one_line(void **state)
{
    (void)state;
    is_shown(shown_add_text, SV("Décision\nadoptée\x7f"), "Décision adoptée ");
    is_shown(shown_add_text,
             SV("a\xe2\x80\xae\xe2\x81\xa6"
                "b\xe2\x80\xa8"
                "c\xff"),
             "ab c ");
    is_shown(shown_add_text, SV_NULL, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stays_itself_and_on_its_line),
        cmocka_unit_test(a_text_becomes_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
