#include "root.h"

#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const char of_machine[] = "/var/lib/councilwire";

static void set(struct buf *out, const char *a, const char *b)
{
    buf_reset(out);
    buf_addf(out, "%s%s", a, b);
}

int root_find(const char *option, struct buf *root, struct err *err)
{
    const char *variable = getenv("COUNCILWIRE_STATE_DIR");
    const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (option && *option)
        set(root, option, "");
    else if (variable && *variable)
        set(root, variable, "");
    else if (geteuid() == 0)
        set(root, of_machine, "");
    else if (xdg && *xdg == '/')
        set(root, xdg, "/councilwire");
    else if (home && *home == '/')
        set(root, home, "/.local/state/councilwire");
    else {
        err->reason = ERR_CONFIGURATION;
        return err_set(
            err, ERR_FATAL,
            "no state folder: give --state-dir DIR or set COUNCILWIRE_STATE_DIR");
    }
    while (root->n > 1 && root->p[root->n - 1] == '/')
        root->p[--root->n] = '\0';
    return 0;
}

void root_daemon_dir(struct sv root, const char *name, bool limite, struct buf *dir)
{
    buf_reset(dir);
    buf_add_sv(dir, root);
    buf_addf(dir, "/%s%s", name, limite ? "-limite" : "");
}

int root_reach(const char *dir, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s/socket", dir);
    if (access(path.p, W_OK) == 0) /* what connect asks for */
        return 1;
    if (errno != EACCES)
        return 0;
    return err_set(err, ERR_FATAL,
                   "%s: permission denied: ask as root, or as a member of the group that "
                   "owns it",
                   dir);
}

const char *root_elsewhere(struct sv root)
{
    if (sv_eq(root, sv_cstr(of_machine)) || access(of_machine, F_OK) != 0)
        return "";
    return " (the daemons of this machine: --state-dir /var/lib/councilwire)";
}

int root_broker_address(struct sv root, struct buf *address, struct err *err)
{
    AUTO(buf_free) struct buf path = {0}, content = {0};
    buf_add_sv(&path, root);
    buf_lit(&path, "/broker.address");
    if (access(path.p, F_OK) != 0)
        return 0;
    if (file_read(path.p, 4096, &content, err) != 0)
        return -1;
    buf_reset(address);
    buf_add_sv(address, sv_trim(buf_sv(&content)));
    return address->n > 0;
}

int root_broker_announce(struct sv root, struct sv address, struct err *err)
{
    AUTO(buf_free) struct buf path = {0}, content = {0};
    buf_add_sv(&path, root);
    buf_lit(&path, "/broker.address");
    buf_add_sv(&content, address);
    buf_addc(&content, '\n');
    return file_replace(path.p, buf_sv(&content), 0644, err);
}
