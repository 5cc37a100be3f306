/* vfs.c - a shim over SQLite's default VFS: watches writes and syncs, seals pages.
**
** Seals: the last 8 bytes of every page of a database file (reserved by the store) hold a checksum of
** the page and its number, written when the page reaches the database file and tested whenever a page is
** read from it.  Frames of the WAL carry SQLite's own checksums, so they are left alone.  A page of
** zeros only is a hole that SQLite never wrote and passes: SQLite itself refuses it as a b-tree page.
*/
#include "store/vfs.h"
#include "base/log.h"
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdint.h>

enum { PAGE = 4096, SEAL = 8, SEALED = PAGE - SEAL };

struct vfile {
    sqlite3_file base;             /* must be first: SQLite sees only this */
    sqlite3_io_methods methods;    /* version of the file below */
    bool watched;                  /* a failure here ends the process */
    bool sealed;                   /* a database file whose pages carry checksums */
    const char *name;              /* SQLite keeps it as long as the file is open */
};

static sqlite3_vfs shim;
static atomic_bool failed;
static atomic_ulong calls, syncs, fail_in, fail_sync_in;
static atomic_int fail_errno;
static _Atomic(void (*)(const char *)) on_failure;

bool vfs_failed(void)
{
    return atomic_load(&failed);
}

unsigned long vfs_calls(void)
{
    return atomic_load(&calls);
}

unsigned long vfs_syncs(void)
{
    return atomic_load(&syncs);
}

void vfs_fail_sync_at(unsigned long nth)
{
    atomic_store(&fail_sync_in, nth);
}

void vfs_on_failure(void (*fn)(const char *what))
{
    atomic_store(&on_failure, fn);
}

void vfs_fail_at(unsigned long nth, int errno_value)
{
    atomic_store(&fail_errno, errno_value);
    atomic_store(&fail_in, nth);
}

static void raise_failure(const char *what)
{
    if (atomic_exchange(&failed, true))
        return;
    void (*fn)(const char *) = atomic_load(&on_failure);
    if (!fn)
        die(74, "store: %s failed; nothing more is acknowledged, restart recovers", what);
    fn(what);
}

/* One step nearer; true when this is the one. */
static bool count_down(atomic_ulong *left)
{
    unsigned long n = atomic_load(left);
    while (n > 0)
        if (atomic_compare_exchange_weak(left, &n, n - 1))
            return n == 1;
    return false;
}

/* Counts a write or sync; the errno that a test asked for, or 0. */
static int injected(void)
{
    atomic_fetch_add(&calls, 1);
    return count_down(&fail_in) ? atomic_load(&fail_errno) : 0;
}

static bool injected_sync(void)
{
    atomic_fetch_add(&syncs, 1);
    bool any = injected() != 0;
    return count_down(&fail_sync_in) || any;
}

static bool is_full(int e)
{
    return e == ENOSPC || e == EDQUOT;
}

static sqlite3_file *below(sqlite3_file *f)
{
    return (sqlite3_file *)((struct vfile *)f + 1);
}

static int last_errno(sqlite3_file *real)
{
    int e = 0;
    real->pMethods->xFileControl(real, SQLITE_FCNTL_LAST_ERRNO, &e);
    return e;
}

/* A write or truncate came back with rc: space is refused, anything else is the end. */
static int judge_write(sqlite3_file *f, int rc, int e, const char *what)
{
    if (rc == SQLITE_OK || !((struct vfile *)f)->watched)
        return rc;
    if (rc == SQLITE_FULL || is_full(e))
        return SQLITE_FULL;
    raise_failure(what);
    return rc;
}

/* -- seals ---------------------------------------------------------------------------------------- */

/* Every step is a bijection of h, so one changed word always changes the result. */
static uint64_t page_sum(const unsigned char *page, sqlite3_int64 offset)
{
    uint64_t h = 0x243f6a8885a308d3u ^ (uint64_t)(offset / PAGE + 1);
    for (size_t i = 0; i < SEALED; i += sizeof h) {
        uint64_t word;
        memcpy(&word, page + i, sizeof word);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    return h;
}

static bool is_hole(const unsigned char *page)
{
    return page[0] == 0 && memcmp(page, page + 1, PAGE - 1) == 0;
}

static bool whole_page(const struct vfile *v, int n, sqlite3_int64 offset)
{
    return v->sealed && n == PAGE && offset % PAGE == 0;
}

/* Page 1 says in byte 20 how many bytes of each page are reserved, in 16..17 how large a page is. */
static void learn_header(struct vfile *v, const unsigned char *p, int n, sqlite3_int64 offset)
{
    if (!v->sealed && offset == 0 && n >= 100 && memcmp(p, "SQLite format 3", 16) == 0)
        v->sealed = p[20] == SEAL && p[16] == PAGE >> 8 && p[17] == 0;
}

static int seal_test(const struct vfile *v, const unsigned char *page, sqlite3_int64 offset)
{
    uint64_t sum = page_sum(page, offset);
    if (memcmp(page + SEALED, &sum, SEAL) == 0 || is_hole(page))
        return SQLITE_OK;
    log_error("store", "checksum file=%s page=%lld: the page is damaged; restore from a backup",
              v->name, (long long)(offset / PAGE + 1));
    return SQLITE_IOERR_DATA;
}

/* -- methods of a file ------------------------------------------------------------------------------ */

static int file_close(sqlite3_file *f)
{
    return below(f)->pMethods->xClose(below(f));
}

static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 offset)
{
    struct vfile *v = (struct vfile *)f;
    int rc = below(f)->pMethods->xRead(below(f), p, n, offset);
    if (rc == SQLITE_IOERR_READ && v->watched)
        raise_failure("read");
    if (rc != SQLITE_OK || !v->watched)
        return rc;
    if (whole_page(v, n, offset))
        return seal_test(v, p, offset);
    learn_header(v, p, n, offset);
    return rc;
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
    struct vfile *v = (struct vfile *)f;
    sqlite3_file *real = below(f);
    _Alignas(8) unsigned char page[PAGE];
    if (v->watched) {
        int e = vfs_failed() ? EIO : injected();
        if (e)
            return judge_write(f, SQLITE_IOERR_WRITE, e, "write");
    }
    if (whole_page(v, n, offset)) {
        memcpy(page, p, SEALED);
        uint64_t sum = page_sum(page, offset);
        memcpy(page + SEALED, &sum, SEAL);
        p = page;
    }
    int rc = real->pMethods->xWrite(real, p, n, offset);
    return judge_write(f, rc, rc == SQLITE_OK ? 0 : last_errno(real), "write");
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    sqlite3_file *real = below(f);
    int rc = real->pMethods->xTruncate(real, size);
    return judge_write(f, rc, rc == SQLITE_OK ? 0 : last_errno(real), "truncate");
}

/* After any failed sync nobody knows which pages are on the disk: no errno is forgiven here. */
static int file_sync(sqlite3_file *f, int flags)
{
    const struct vfile *v = (const struct vfile *)f;
    if (v->watched && (vfs_failed() || injected_sync())) {
        raise_failure("sync");
        return SQLITE_IOERR_FSYNC;
    }
    int rc = below(f)->pMethods->xSync(below(f), flags);
    if (rc != SQLITE_OK && v->watched)
        raise_failure("sync");
    return rc;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return below(f)->pMethods->xFileSize(below(f), size);
}

static int file_lock(sqlite3_file *f, int level)
{
    return below(f)->pMethods->xLock(below(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return below(f)->pMethods->xUnlock(below(f), level);
}

static int file_reserved(sqlite3_file *f, int *out)
{
    return below(f)->pMethods->xCheckReservedLock(below(f), out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    return below(f)->pMethods->xFileControl(below(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
    return below(f)->pMethods->xSectorSize(below(f));
}

static int file_traits(sqlite3_file *f)
{
    int traits = below(f)->pMethods->xDeviceCharacteristics(below(f));
#ifdef SQLITE_IOCAP_SUBPAGE_READ
    traits &= ~SQLITE_IOCAP_SUBPAGE_READ;      /* a part of a page cannot be tested */
#endif
    return traits;
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return below(f)->pMethods->xShmMap(below(f), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return below(f)->pMethods->xShmLock(below(f), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    below(f)->pMethods->xShmBarrier(below(f));
}

static int file_shm_unmap(sqlite3_file *f, int remove)
{
    return below(f)->pMethods->xShmUnmap(below(f), remove);
}

/* Mapped pages would pass by the test of the seal: none are given. */
static int file_fetch(sqlite3_file *f, sqlite3_int64 offset, int n, void **out)
{
    (void)f, (void)offset, (void)n;
    *out = NULL;
    return SQLITE_OK;
}

static int file_unfetch(sqlite3_file *f, sqlite3_int64 offset, void *p)
{
    (void)f, (void)offset, (void)p;
    return SQLITE_OK;
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 3, .xClose = file_close, .xRead = file_read, .xWrite = file_write,
    .xTruncate = file_truncate, .xSync = file_sync, .xFileSize = file_size, .xLock = file_lock,
    .xUnlock = file_unlock, .xCheckReservedLock = file_reserved, .xFileControl = file_control,
    .xSectorSize = file_sector, .xDeviceCharacteristics = file_traits, .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock, .xShmBarrier = file_shm_barrier, .xShmUnmap = file_shm_unmap,
    .xFetch = file_fetch, .xUnfetch = file_unfetch,
};

/* -- methods of the VFS ------------------------------------------------------------------------------ */

static sqlite3_vfs *real_vfs(sqlite3_vfs *v)
{
    return v->pAppData;
}

/* Spill files and copies being made (they are synced and renamed later) may fail without harm. */
static bool is_watched(const char *name, int flags)
{
    static const char part[] = VFS_PART_SUFFIX;
    int durable = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL | SQLITE_OPEN_SUPER_JOURNAL;
    return name && (flags & durable) && !strstr(name, part);
}

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct vfile *v = (struct vfile *)f;
    sqlite3_file *real = below(f);
    *v = (struct vfile){ .name = name ? name : "", .watched = is_watched(name, flags) };
    real->pMethods = NULL;
    int rc = real_vfs(vfs)->xOpen(real_vfs(vfs), name, real, flags, out);
    if (!real->pMethods)
        return rc;
    v->methods = file_methods;
    if (real->pMethods->iVersion < 3)
        v->methods.iVersion = real->pMethods->iVersion;
    f->pMethods = &v->methods;
    sqlite3_int64 size = 1;
    if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) && real->pMethods->xFileSize(real, &size) == SQLITE_OK)
        v->sealed = size == 0;             /* the store reserves the bytes before the first write */
    return rc;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    int rc = real_vfs(vfs)->xDelete(real_vfs(vfs), name, sync);
    if (rc == SQLITE_IOERR_DIR_FSYNC)
        raise_failure("directory sync");
    return rc;
}

static int shim_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    return real_vfs(vfs)->xAccess(real_vfs(vfs), name, flags, out);
}

static int shim_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
    return real_vfs(vfs)->xFullPathname(real_vfs(vfs), name, n, out);
}

static int shim_random(sqlite3_vfs *vfs, int n, char *out)
{
    return real_vfs(vfs)->xRandomness(real_vfs(vfs), n, out);
}

static int shim_sleep(sqlite3_vfs *vfs, int us)
{
    return real_vfs(vfs)->xSleep(real_vfs(vfs), us);
}

static int shim_time(sqlite3_vfs *vfs, double *out)
{
    return real_vfs(vfs)->xCurrentTime(real_vfs(vfs), out);
}

static int shim_time64(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    return real_vfs(vfs)->xCurrentTimeInt64(real_vfs(vfs), out);
}

static int shim_error(sqlite3_vfs *vfs, int n, char *out)
{
    return real_vfs(vfs)->xGetLastError(real_vfs(vfs), n, out);
}

static void register_once(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);        /* one lock less at every allocation */
    sqlite3_initialize();
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (!real || real->iVersion < 2)
        die(70, "store: no usable SQLite VFS");
    shim = (sqlite3_vfs){
        .iVersion = 2, .szOsFile = (int)sizeof(struct vfile) + real->szOsFile, .mxPathname = real->mxPathname,
        .zName = "madoguchi", .pAppData = real, .xOpen = shim_open, .xDelete = shim_delete,
        .xAccess = shim_access, .xFullPathname = shim_path, .xRandomness = shim_random, .xSleep = shim_sleep,
        .xCurrentTime = shim_time, .xGetLastError = shim_error, .xCurrentTimeInt64 = shim_time64,
    };
    sqlite3_vfs_register(&shim, 0);
}

void vfs_register(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
}
