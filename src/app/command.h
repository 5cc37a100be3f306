/* command.h - the commands of the binary: one row says all that --help prints.
**
** Exit codes are sysexits: 0, 64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 73 cannot
** create, 74 I/O, 75 try later, 77 permission, 78 configuration.  Quiet on success; errors on stderr with
** the next step.
** Who may use this: app.
*/
#ifndef APP_COMMAND_H
#define APP_COMMAND_H
#include "app/conf.h"
#include "kernel/core.h"

struct args {
    struct arena *a;
    struct str data_dir, as, database, at, decision, as_of, dir, log_key, listen, keys;
    int port, staff_port;
    int64_t id, from, to;               /* from, to: -1 where not given */
    bool json;
    char **rest; int nrest;             /* words that are no options */
};
struct command {
    const char *name, *words, *what;    /* "act", "SYSTEM.TABLE.ACT", one line */
    int (*run)(struct args *);
    int least;                          /* words it needs */
};

/* Configuration and kernel for a command; NULL after telling why (*exit_code). */
struct kernel *command_kernel(struct args *g, struct conf *conf, int *exit_code);
int usage(const char *why);
/* The demo city's accounts, one of each role, and their password, on standard output. */
void demo_accounts(struct kernel *k, struct arena *a);

int cmd_demo(struct args *g);
int cmd_serve(struct args *g);
int cmd_act(struct args *g);
int cmd_log(struct args *g);
int cmd_backup(struct args *g);
int cmd_copy(struct args *g);
int cmd_restore(struct args *g);
int cmd_drill(struct args *g);
int cmd_sbom(struct args *g);
/* The bill of materials of this process; keep it in DATA/sbom if it differs from the last one there. */
struct str sbom_text(struct arena *a);
bool sbom_keep(struct arena *a, struct str data_dir);
int cmd_worker(struct args *g);
int cmd_keeper(struct args *g);
int cmd_witness(struct args *g);
int cmd_calendar(struct args *g);
int cmd_export(struct args *g);
int cmd_import(struct args *g);
int cmd_audit(struct args *g);
int cmd_doctor(struct args *g);
int cmd_document(struct args *g);
int cmd_refusals(struct args *g);
int cmd_rights(struct args *g);
int cmd_version(struct args *g);

#endif
