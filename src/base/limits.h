/* limits.h - every maximum of the program, in one list.
**
** A buffer, list, queue or wait that has no row here does not exist.  When a limit is reached the
** caller gets a clear refusal (never a crash, never a silent cut); the sentence for people is in the
** refusal catalogue under the name of the limit.
** Units stand last in the name: _bytes, _count, _ms, _s.
** Who may use this: everyone.  This file uses nothing.
*/
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    /* memory */
    LIM_ARENA_BLOCK_BYTES = 16 * 1024,        /* first block of a request's arena */
    LIM_ARENA_BYTES = 64 * 1024 * 1024,       /* most that one arena may hold */
    LIM_ARENA_STEP_BYTES = 256 * 1024,        /* most that a further block reserves ahead */
    LIM_ERA_COUNT = 16,
    LIM_FMT_BYTES = 16 * 1024,                /* one formatted string */
    LIM_LOG_BYTES = 2 * 1024,                 /* one line for the operator, cut behind */

    /* HTTP */
    LIM_HEAD_BYTES = 16 * 1024,               /* request line and all header fields */
    LIM_HEADER_COUNT = 64,
    LIM_URI_BYTES = 4 * 1024,
    LIM_BODY_BYTES = 12 * 1024 * 1024,        /* a 10 MB file and its form */
    LIM_HEAD_MS = 10 * 1000,                  /* whole head must arrive within */
    LIM_BODY_MS = 60 * 1000,                  /* whole body must arrive within */
    LIM_WRITE_MS = 60 * 1000,                 /* answer must be taken within */
    LIM_IDLE_MS = 30 * 1000,                  /* keep-alive without a request */
    LIM_CONN_COUNT = 8000,                    /* connections of one listener */
    LIM_CONN_REQUESTS = 100000,               /* requests of one connection */
    LIM_PENDING_COUNT = 1024,                 /* requests waiting for a worker, one listener */
    LIM_RESPONSE_BYTES = 32 * 1024 * 1024,
    LIM_WORKER_COUNT = 8,                     /* worker threads of one listener */

    /* forms, files, JSON, CSV */
    LIM_FORM_FIELDS = 500,
    LIM_FORM_NAME_BYTES = 200,
    LIM_FIELD_BYTES = 64 * 1024,              /* one typed value */
    LIM_FILE_BYTES = 10 * 1024 * 1024,
    LIM_FILE_CHUNK_BYTES = 64 * 1024,
    LIM_JSON_BYTES = 1024 * 1024,
    LIM_JSON_DEPTH = 16,
    LIM_CSV_BYTES = 8 * 1024 * 1024,
    LIM_CSV_ROWS = 100 * 1000,
    LIM_EXPORT_ROWS = 200 * 1000,

    /* templates */
    LIM_TEMPLATE_BYTES = 64 * 1024,
    LIM_TEMPLATE_DEPTH = 16,

    /* declarations */
    LIM_TABLE_FIELDS = 88,
    LIM_SYSTEM_TABLES = 64,
    LIM_SYSTEM_ACTS = 256,
    LIM_ROLE_COUNT = 16,                      /* roles of one account */
    LIM_SCOPE_COUNT = 64,                     /* scope values of one account */

    /* store */
    LIM_SQL_BYTES = 16 * 1024,
    LIM_SQL_ARGS = 96,
    LIM_STMT_CACHE = 256,                     /* prepared statements of one connection */
    LIM_READERS = 8,                          /* read connections */
    LIM_PG_POOL = 16,                         /* writing connections to PostgreSQL, one process */
    LIM_QUEUE_COUNT = 1024,                   /* acts waiting for the executor, one share */
    LIM_BATCH_COUNT = 64,                     /* acts of one COMMIT */
    LIM_ACT_MS = 100,                         /* an act's time on the writer */
    LIM_PG_TX_MS = 30 * 1000,                 /* a transaction's time on PostgreSQL */
    LIM_RETRY_COUNT = 8,                      /* serialization failures of one act */
    LIM_ROWS_READ = 20 * 1000,                /* rows one page may read */
    LIM_READ_MS = 30 * 1000,                  /* a read snapshot's time */
    LIM_BUSY_MS = 5 * 1000,                   /* wait for another process's write lock */
    LIM_CONNECT_S = 5,                        /* wait for a connection to PostgreSQL */
    LIM_RETRY_WAIT_MS = 50,                   /* longest pause before an act is tried again */
    LIM_NAME_BYTES = 63,                      /* a declared name (PostgreSQL's identifier) */
    LIM_SETTING_COUNT = 32,                   /* settings of one transaction */
    LIM_SETTING_BYTES = 64 * 1024,            /* all of them together */
    LIM_DB_ERROR_BYTES = 512,                 /* what a database said */
    LIM_DDL_BYTES = 256 * 1024,               /* one relation's declaration or DDL, one report */
    LIM_WAL_KEEP_BYTES = 64 * 1024 * 1024,    /* the persistent WAL is cut back to this */
    LIM_WAL_PAGES = 4000,                     /* checkpoint after so many pages */
    LIM_PAGE_CACHE_KIB = 16 * 1024,           /* page cache of one SQLite connection */

    /* acts */
    LIM_REFUSALS = 32,                        /* refusals of one act */
    LIM_ROWS_PER_ACT = 256,                   /* rows one act may write */
    LIM_IDEMPOTENCY_S = 7 * 24 * 3600,
    LIM_APPROVAL_S = 24 * 3600,
    LIM_READ_REPEAT_S = 600,                  /* same reading counts as one entry */
    LIM_PAGE_ROWS = 50,                       /* rows of one list page */
    LIM_DAY_BANDS = 64,                       /* time bands of one day at one site */
    LIM_PLAN_CELLS = 160,                     /* slot rows of one booking */
    LIM_FEE_LINES = 16,                       /* fee lines of one booking */

    /* sign-in (trust.md 7.4, 7.5) */
    LIM_HASH_QUEUE = 64,
    LIM_HASH_WORKERS = 2,
    LIM_PASSWORD_MIN_CHARS = 15,              /* staff and firms */
    LIM_PASSWORD_MAX_BYTES = 512,
    LIM_TRIES_PER_MINUTE = 10,                /* one account */
    LIM_SIGNIN_PER_MINUTE = 30,               /* one address */
    LIM_SESSIONS_PER_ACCOUNT = 20,

    /* operation log (operation-log.md) */
    LIM_LEAF_BYTES = 4096,
    LIM_PAYLOAD_BYTES = 256 * 1024,
    LIM_SEQUENCE_BATCH = 4096,
    LIM_SEQUENCER_WAKE_MS = 200,
    LIM_CHECKPOINT_S = 60,

    /* outbox and jobs */
    LIM_NOTICE_TRIES = 10,
    LIM_JOB_TICK_MS = 1000,
};

#endif
