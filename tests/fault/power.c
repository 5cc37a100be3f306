/* power.c - F2: the power fails.  An ext4 of our own on a loop device is shut down without a last flush.
**
**   power --program P --data CITY --out DIR [--tool P] [--rounds N] [--seed N]
** A round: the city lies on the image, clients outside; load for 50…150 ms; the server's group is stopped until no
** thread runs (else an answer on its way would look lost); the file system is shut down as at a power cut
** (EXT4_IOC_SHUTDOWN, flag 2: what is not on the disk is gone); kill, unmount, mount (journal replay), start,
** oracle.  Exit 77 where mounting is not permitted.  Control: synchronous=NORMAL must lose acknowledged acts.
*/
#include "load/crowd.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FS_SHUTDOWN _IOR('X', 125, uint32_t)
enum { NO_FLUSH = 2, STOP_MS = 2000 };
struct power { struct crowd crowd; struct server server; struct seed s; const char *program, *tool, *out; char image[400], at[400], data[420], db[440], log[400]; };

static int command(struct power *p, const char *a, const char *b, const char *c, const char *d, const char *e) {
    char log[420];
    const char *const argv[] = { "/usr/bin/env", a, b, c, d, e, NULL };
    snprintf(log, sizeof log, "%s/mount.log", p->out);
    return run(log, argv);
}

static bool mounted(struct power *p) { return command(p, "mount", "-o", "loop", p->image, p->at) == 0; }

static void skip(const char *why) {
    printf("power: skipped: %s\n", why);
    exit(77);
}

static void make_image(struct power *p, const char *city) {
    if (geteuid() != 0) skip("mounting needs root");
    int fd = open(p->image, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, 256 << 20) != 0) broken("cannot make %s", p->image);
    close(fd);
    mkdir(p->at, 0700);
    if (command(p, "mkfs.ext4", "-q", "-F", p->image, NULL) != 0) skip("mkfs.ext4 is not here");
    if (!mounted(p)) skip("mounting a loop device is not permitted");
    if (command(p, "cp", "-r", city, p->data, NULL) != 0) broken("cannot copy the city");
    sync();
}

/* Does every thread of the process stand still? */
static bool all_stopped(pid_t pid) {
    char path[64];
    bool stopped = true;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    struct dirent *e;
    while (d && (e = readdir(d))) {
        char line[300] = "", stat[400];
        if (e->d_name[0] == '.') continue;
        snprintf(stat, sizeof stat, "%s/%s/stat", path, e->d_name);
        FILE *f = fopen(stat, "r");
        const char *state = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
        stopped = stopped && state && state[2] == 'T';
        if (f) fclose(f);
    }
    if (d) closedir(d);
    return stopped;
}

static void cut(struct power *p) {
    uint32_t flag = NO_FLUSH;
    kill(-p->server.pid, SIGSTOP);
    for (int i = 0; !all_stopped(p->server.pid); i++) {
        if (i > STOP_MS) broken("the server does not stand still");
        pause_ms(1);
    }
    int fd = open(p->at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || ioctl(fd, FS_SHUTDOWN, &flag) != 0) skip("the file system cannot be shut down here");
    close(fd);
}

static bool unmount(struct power *p) {
    for (int i = 0; i < 100; i++) {
        if (command(p, "umount", p->at, NULL, NULL, NULL) == 0) return true;
        pause_ms(20);
    }
    return false;
}

static bool round_of(struct power *p, unsigned n) {
    crowd_start(&p->crowd);
    if (!crowd_acked(&p->crowd, 10000)) broken("no act is acknowledged");
    pause_ms(50 + (unsigned)seed_below(&p->s, 100));
    cut(p);
    server_stop(&p->server, SIGKILL);
    crowd_end(&p->crowd);
    if (!unmount(p) || !mounted(p)) broken("the image cannot be mounted again");
    if (!server_start(&p->server, p->program, p->data, NULL, p->log)) {
        printf("  round %u: it does not start again, see %s\n", n, p->log);
        return false;
    }
    if (crowd_oracle(&p->crowd, p->db)) return true;
    printf("  round %u\n", n);
    return false;
}

int main(int argc, char **argv) {
    static struct power p;
    const char *city = option(argc, argv, "data", NULL);
    unsigned rounds = (unsigned)option_number(argc, argv, "rounds", 40), n = 0;
    p.out = option(argc, argv, "out", NULL);
    if (!city || !p.out) broken("usage: power --program P --data CITY --out DIR");
    p.program = option(argc, argv, "program", "build/madoguchi");
    p.tool = option(argc, argv, "tool", p.program);
    p.s.state = (uint64_t)option_number(argc, argv, "seed", 1);
    snprintf(p.image, sizeof p.image, "%s/power.img", p.out);
    snprintf(p.at, sizeof p.at, "%s/power", p.out);
    snprintf(p.data, sizeof p.data, "%s/city", p.at);
    snprintf(p.db, sizeof p.db, "%s/madoguchi.db", p.data);
    snprintf(p.log, sizeof p.log, "%s/server.log", p.out);
    make_image(&p, city);
    p.server.port = free_port();
    crowd_new(&p.crowd, p.db, p.server.port, p.s.state, p.out);
    bool well = server_start(&p.server, p.program, p.data, NULL, p.log);
    if (!well) broken("the server does not start, see %s", p.log);
    crowd_sign_in(&p.crowd, p.server.port);
    while (well && n < rounds) well = round_of(&p, n++);
    server_stop(&p.server, SIGTERM);
    well = well && crowd_verified(p.tool, p.data, p.out);
    const struct history_book *h = &p.crowd.h;
    printf("power: %u cuts; %u bookings, %u cancels, %u moves acknowledged, %u answers lost%s\n", n, history_count(h, OP_BOOK, RES_OK),
           history_count(h, OP_CANCEL, RES_OK), history_count(h, OP_MOVE, RES_OK), history_count(h, OP_BOOK, RES_UNKNOWN), well ? "" : "; FAILED");
    crowd_close(&p.crowd);
    unmount(&p);
    unlink(p.image);
    return well ? 0 : 1;
}
