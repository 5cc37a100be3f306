/* keeper.c - the signer as a process of its own, and serve's side of the socket; see signer.h. */
#include "kernel/oplog_inside.h"
#include "kernel/signer.h"
#include "kernel/wire.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* -- requests and answers ------------------------------------------------------------------------------------- */

static struct str no(struct arena *a, const char *why) {
    return str_fmt(a, "no %s\n", why);
}

/* Lines of base64, 32 bytes each; false: something else. */
static bool proof_read(struct arena *a, struct str lines, struct digest out[64], size_t *n) {
    for (*n = 0; lines.n;) {
        struct str line = str_cut(&lines, '\n'), bytes;
        if (*n == 64 || !unbase64(a, line, &bytes) || !digest_of(bytes, &out[*n])) return false;
        ++*n;
    }
    return true;
}

static struct str sign(const struct signer *s, struct arena *a, struct str body) {
    struct digest proof[64];
    struct checkpoint c;
    size_t n, end = str_find(body, S("\n\n"));
    const char *why;
    struct str note;
    if (end == SIZE_MAX || !checkpoint_read(a, str_sub(body, 0, end + 1), &c) ||
        !proof_read(a, str_sub(body, end + 2, body.n), proof, &n))
        return no(a, "not understood");
    return signer_sign(s, a, &c, proof, n, &note, &why) ? str_cat(a, S("note\n"), note) : no(a, why);
}

struct str keeper_answer(const struct signer *s, struct arena *a, struct str request) {
    struct checkpoint c;
    struct str note;
    if (str_eqz(request, "last\n"))
        return signer_last(s, a, &note, &c)
                   ? str_fmt(a, "key %.*s\n%.*s", STR_ARG(note_vkey(a, &s->key)), STR_ARG(note))
                   : no(a, "keys/log.last is damaged");
    if (str_starts(request, S("sign\n"))) return sign(s, a, str_sub(request, 5, request.n));
    return no(a, "not understood");
}

/* -- bytes over the socket -------------------------------------------------------------------------------------- */

static bool tell(int fd, struct str s) {
    return wire_send(fd, s, LIM_KEEPER_MS) && shutdown(fd, SHUT_WR) == 0;
}

static bool hear(struct arena *a, int fd, struct str *out) {
    return wire_receive(a, fd, LIM_NOTE_BYTES, LIM_KEEPER_MS, out);
}

/* The folder may have a longer path than a socket's name may; its descriptor has not. */
static bool address(struct arena *a, struct str data_dir, struct sockaddr_un *out, int *dir) {
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    *dir = open(str_c(a, data_dir), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*dir < 0) return false;
    struct str path = str_fmt(a, "/proc/self/fd/%d/keeper.sock", *dir);
    memcpy(out->sun_path, path.p, path.n);
    return true;
}

/* A connection, or -1. */
static int dial(struct arena *a, struct str data_dir) {
    struct sockaddr_un to;
    int dir, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = address(a, data_dir, &to, &dir);
    if (fd >= 0 && (!ok || connect(fd, (struct sockaddr *)&to, sizeof to))) {
        close(fd);
        fd = -1;
    }
    if (dir >= 0) close(dir);
    return fd;
}

/* -- the keeper's side ------------------------------------------------------------------------------------------ */

int keeper_listen(struct arena *a, struct str data_dir, struct str *err) {
    struct sockaddr_un at;
    int dir = -1, other = dial(a, data_dir), fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (other >= 0) {
        close(other);
        close(fd);
        *err = S("another keeper is running here");
        return -1;
    }
    bool ok = fd >= 0 && address(a, data_dir, &at, &dir);
    if (ok) {
        unlinkat(dir, "keeper.sock", 0);
        mode_t was = umask(0177);
        ok = bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 8) == 0;
        umask(was);
    }
    if (!ok) *err = str_fmt(a, "%.*s/keeper.sock: %s", STR_ARG(data_dir), strerror(errno));
    if (dir >= 0) close(dir);
    if (ok || fd < 0) return fd;
    close(fd);
    return -1;
}

void keeper_serve_one(const struct signer *s, int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct str request;
    if (fd >= 0 && a && hear(a, fd, &request)) {
        struct str answer = keeper_answer(s, a, request);
        log_info("keeper", "answer=%.*s", (int)(str_find(answer, S("\n")) & 0xFF), answer.p);
        tell(fd, answer);
    }
    if (fd >= 0) close(fd);
    arena_free(a);
}

/* -- serve's side ----------------------------------------------------------------------------------------------- */

bool keeper_there(struct arena *a, struct str data_dir) {
    struct stat st;
    return stat(str_c(a, str_cat(a, data_dir, S("/keeper.sock"))), &st) == 0 && S_ISSOCK(st.st_mode);
}

static bool ask_keeper(struct arena *a, struct str data_dir, struct str request, struct str *answer) {
    int fd = dial(a, data_dir);
    bool ok = fd >= 0 && tell(fd, request) && hear(a, fd, answer);
    if (fd >= 0) close(fd);
    return ok;
}

bool keeper_last(struct arena *a, struct str data_dir, struct note_key *key, struct str *note, struct checkpoint *c) {
    struct note n;
    if (!ask_keeper(a, data_dir, S("last\n"), note) || !str_starts(*note, S("key "))) return false;
    struct str vkey = str_cut(note, '\n');
    if (!note_vkey_read(a, str_sub(vkey, 4, vkey.n), key)) return false;
    *c = (struct checkpoint){ .origin = key->name };
    return !note->n || (note_read(a, *note, key, 1, &n) && n.good[0] && checkpoint_read(a, n.text, c));
}

bool keeper_sign(struct arena *a, struct str data_dir, const struct checkpoint *c, const struct digest *proof, size_t n,
                 struct str *note, const char **why) {
    struct buf b = buf_new(a, LIM_NOTE_BYTES);
    buf_fmt(&b, "sign\n%.*s\n", STR_ARG(checkpoint_text(a, c)));
    for (size_t i = 0; i < n; i++) buf_fmt(&b, "%.*s\n", STR_ARG(base64(a, digest_str(&proof[i]))));
    *why = "the keeper does not answer";
    if (!ask_keeper(a, data_dir, buf_str(&b), note)) return false;
    if (!str_starts(*note, S("note\n"))) *why = str_c(a, str_trim(*note));
    if (!str_starts(*note, S("note\n"))) return false;
    *note = str_sub(*note, 5, note->n);
    return true;
}
