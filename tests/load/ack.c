/* ack.c - what one client asked and was told, appended line by line, outside of everything that is broken. */
#include "load.h"
#include "base/hash.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct ack ack_open(const char *dir, unsigned client) {
    char path[300];
    snprintf(path, sizeof path, "%s/ack-%04u.log", dir, client);
    struct ack k = { open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) };
    if (k.fd < 0) broken("cannot write %s", path);
    return k;
}

void ack_write(struct ack *k, const char *op, uint64_t req, uint64_t key, int slot, const struct act *a) {
    static const char *const words[] = { "ok", "full", "refused", "unknown" };
    char input[64], line[400];
    int m = snprintf(input, sizeof input, "%s R%llu %d", op, (unsigned long long)req, slot);
    struct digest d = sha256((struct str){ input, (size_t)m });
    int n = snprintf(line, sizeof line, "%s R%llu key=%016llx slot=%d booking=%lld receipt=%lld %s status=%d %s input=%02x%02x%02x%02x%02x%02x%02x%02x invoke=%lld return=%lld\n",
                     op, (unsigned long long)req, (unsigned long long)key, slot, (long long)a->booking, (long long)a->receipt, words[a->result],
                     a->status, a->code, d.b[0], d.b[1], d.b[2], d.b[3], d.b[4], d.b[5], d.b[6], d.b[7], (long long)a->invoke, (long long)a->ret);
    if (write(k->fd, line, (size_t)n) != n) broken("an ack file cannot be written");
}

void ack_close(struct ack *k) { close(k->fd); }
