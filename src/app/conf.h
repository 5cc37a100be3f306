/* conf.h - the one configuration file, DATA/madoguchi.conf (libconfig); every key documented and checked.
**
** Keys: city (text), demo (true|false), database ("sqlite:PATH" or "postgresql://…"; default the file
**   madoguchi.db beside it), address, port, staff_port (0: one listener for both), workers (per listener),
**   readers, trust_proxy, tls, witness ("http://HOST:PORT" of the log witness; default none), mail_command, fax_command,
**   sms_command (path of a program that `madoguchi worker` runs for each message; default none: files in DATA/outbox),
**   time_server (ADDRESS[:PORT] that answers SNTP), copy (folder of the second place, filled by `madoguchi copy`; default
**   none), origin ("https://HOST" as people type it, several with blanks between: where passkeys are good; default none).
** An unknown key or a wrong type is an error that names line and key (exit 78).
** Who may use this: app.
*/
#ifndef APP_CONF_H
#define APP_CONF_H
#include "base/str.h"

struct conf {
    struct str data_dir, url, city, address, witness, mail_command, fax_command, sms_command, time_server, copy, origin;
    int port, staff_port, workers, readers;
    bool demo, trust_proxy, tls;
};
/* Defaults, then the file if it is there.  false: err has the line for the operator. */
bool conf_load(struct arena *a, struct str data_dir, struct conf *out, struct str *err);
/* Write a new file for the demo city, with a database line if url is not empty; false if it cannot be. */
bool conf_write_demo(struct arena *a, const struct conf *c);

#endif
