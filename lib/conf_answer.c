/* What a program's command line asks about the program itself. */
#include "conf_private.h"
#include "version.h"

#include <stdio.h>

static int print(const char *program, const struct buf *text)
{
    (void)fwrite(text->p ? text->p : "", 1, text->n, stdout);
    if (fflush(stdout) == 0)
        return EXIT_DONE;
    (void)fprintf(stderr, "%s: standard output can not be written\n", program);
    return EXIT_RUNTIME;
}

int conf_answer(const struct conf *c, const struct conf_action *a)
{
    AUTO(buf_free) struct buf out = {0};
    if (a->help)
        conf_help(c, &out);
    else if (a->sample_config)
        conf_sample(c->program, &out);
    else if (a->man_page)
        conf_man(c->program, councilwire_version, &out);
    else if (a->print_config)
        conf_print(c, &out);
    else if (a->version)
        buf_addf(&out, "%s %s\n", c->program->name, councilwire_version);
    else if (a->check)
        buf_addf(&out, "%s: the configuration is good\n", c->program->name);
    else
        return -1;
    return print(c->program->name, &out);
}
