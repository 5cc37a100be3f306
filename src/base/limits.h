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
    LIM_WORKER_COUNT = 32,                    /* worker threads of one listener */

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
    LIM_CSV_COLUMNS = 256,
    LIM_EXPORT_ROWS = 200 * 1000,
    LIM_XLSX_COLUMNS = 256,
    LIM_XLSX_CELL_CHARS = 32767,              /* the format's own maximum, in UTF-16 units */
    LIM_XLSX_WIDTH_ROWS = 1000,               /* rows looked at for the width of a column */
    LIM_PICTURE_SIDE = 2000,                  /* pixels of a picture on paper */
    LIM_QR_BYTES = 200,
    LIM_QR_URI_BYTES = 400,                   /* set-up of an authenticator: with a long login */

    /* templates */
    LIM_TEMPLATE_BYTES = 64 * 1024,
    LIM_TEMPLATE_DEPTH = 16,

    /* declarations */
    LIM_TABLE_FIELDS = 120,
    LIM_SYSTEM_TABLES = 64,
    LIM_SYSTEM_ACTS = 256,
    LIM_ROLE_COUNT = 16,                      /* roles of one account */
    LIM_SCOPE_COUNT = 64,                     /* scope values of one account */

    /* store */
    LIM_SQL_BYTES = 16 * 1024,
    LIM_SQL_ARGS = 136,                       /* every field of the widest table, and a few */
    LIM_STMT_CACHE = 256,                     /* prepared statements of one connection */
    LIM_READERS = 8,                          /* read connections */
    LIM_PG_POOL = 16,                         /* writing connections to PostgreSQL, one process */
    LIM_QUEUE_COUNT = 1024,                   /* acts waiting for the executor, one share */
    LIM_BATCH_COUNT = 64,                     /* acts of one COMMIT */
    LIM_ACT_MS = 100,                         /* an act's time on the writer */
    LIM_ACT_TRIES = 5,                        /* runs of a job's act that the limit of time ended */
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
    LIM_RELATION_COLUMNS = 128,               /* columns, uniques or indexes of one relation */
    LIM_WAL_KEEP_BYTES = 64 * 1024 * 1024,    /* the persistent WAL is cut back to this */
    LIM_WAL_PAGES = 4000,                     /* checkpoint after so many pages */
    LIM_PAGE_CACHE_KIB = 16 * 1024,           /* page cache of one SQLite connection */

    /* acts */
    LIM_REFUSALS = 32,                        /* refusals of one act */
    LIM_ROWS_PER_ACT = 256,                   /* rows one act may write */
    LIM_IDEMPOTENCY_S = 7 * 24 * 3600,
    LIM_APPROVAL_S = 24 * 3600,
    LIM_READ_REPEAT_S = 600,                  /* same reading counts as one entry */
    LIM_MENU_LINKS = 8,                       /* of a menu or card; what is more is folded away */
    LIM_PAGE_ROWS = 50,                       /* rows of one list page */
    LIM_DAY_BANDS = 64,                       /* time bands of one day at one site */
    LIM_PLAN_CELLS = 160,                     /* slot rows of one booking */
    LIM_FEE_LINES = 16,                       /* fee lines of one booking */
    LIM_HOLDS_OF_FIRM = 3,                    /* sets a firm may hold at once while typing */
    LIM_FALLBACK_LINES = 400,                 /* lines of one fallback sheet */
    LIM_DRAW_REQUESTS = 256,                  /* requests of one draw */
    LIM_DEMO_FIRMS = 66,                      /* firms of the demo city */

    /* ledgers and their tables (audit) */
    LIM_LEDGER_BYTES = 64 * 1024 * 1024,      /* one file of an imported ledger */
    LIM_LEDGER_ROWS = 200 * 1000,             /* rows of one file */
    LIM_LEDGER_COLUMNS = 64,
    LIM_LEDGER_UNITS = 200,                   /* units of a city: one act publishes them */
    LIM_LEDGER_ERRORS = 1000,                 /* errors reported at once */
    LIM_LEDGER_ARENA_BYTES = 1024 * 1024 * 1024, /* the files, their cells, what is staged */
    LIM_LEDGER_PIECE_BYTES = 60 * 1000,       /* text of one staging act, one part of a kept table */
    LIM_LEDGER_PIECE_ROWS = 60,               /* lines of one staging act; each writes at most four rows */
    LIM_OCDS_PAGE = 1000,                     /* releases of one package on a page */
    LIM_REPORT_BYTES = 56 * 1000,             /* text of one audit report */
    LIM_LEDGER_TRIES = 4,                     /* a staging act over its time: half as many lines, so often */
    LIM_LINT_TABLES = 64,
    LIM_LINT_LINES = 5 * 1000,                /* contradictions of one report */

    /* pages */
    LIM_REF_OPTIONS = 200,                    /* rows a reference is chosen from; more: by number */
    LIM_EXPORT_PIECE = 1000,                  /* rows of an export read at once, one log entry */
    LIM_XLSX_ROWS = 20 * 1000,                /* rows of one workbook (built in memory) */
    LIM_IMPORT_ROWS = 5 * 1000,               /* rows of one CSV import */
    LIM_IMPORT_ERRORS = 100,                  /* errors one import reports */
    LIM_CACHE_ENTRIES = 128,                  /* public pages kept whole */
    LIM_CACHE_BODY_BYTES = 256 * 1024,        /* one of them */
    LIM_CACHE_AGE_MS = 5 * 1000,              /* it tells the time; on PostgreSQL others commit too */
    LIM_CACHE_WAIT_MS = 1000,                 /* wait for another who renders the same */

    /* sign-in (trust.md 7.4, 7.5) */
    LIM_HASH_QUEUE = 64,
    LIM_HASH_WORKERS = 2,
    LIM_PASSWORD_MIN_CHARS = 15,              /* staff and firms */
    LIM_PASSWORD_MAX_BYTES = 512,
    LIM_FRESH_S = 300,                        /* since the password was given: sensitive acts */
    LIM_FIRST_HOURS = 72,                     /* a first password, unless the city says otherwise */
    LIM_RECOVERY_COUNT = 10,                  /* codes instead of an authenticator */
    LIM_TRIES_PER_MINUTE = 10,                /* one account */
    LIM_SIGNIN_PER_MINUTE = 30,               /* one address */
    LIM_SESSIONS_PER_ACCOUNT = 20,
    LIM_PASSKEY_S = 300,                      /* a challenge is good for */
    LIM_PASSKEYS_PER_ACCOUNT = 10,
    LIM_PASSKEY_ID_BYTES = 1023,              /* WebAuthn: a credential's id */
    LIM_PASSKEY_CLIENT_BYTES = 4096,          /* what the browser signs for us */
    LIM_FREE_TRIES = 5,                       /* of one account or device; then each try waits, */
    LIM_TRY_WAIT_S = 15,                      /* twice as long each time, up to LIM_TRY_WAIT_MAX_S: */
    LIM_TRY_WAIT_MAX_S = 60,                  /* always fewer than LIM_TRIES_PER_MINUTE in any minute */
    LIM_TRY_FORGET_S = 900,                   /* without a try wrong ones are forgotten */
    LIM_THROTTLE_COUNT = 8192,                /* keys a limiter remembers */
    LIM_DOOR_LOGS_PER_MINUTE = 30,            /* log entries of refusals at the door, one address */
    LIM_PASSWORD_MIN_RESIDENT_CHARS = 8,
    LIM_PIN_MIN_DIGITS = 6,
    LIM_PIN_MAX_DIGITS = 12,
    LIM_DICTIONARY_BYTES = 32 * 1024 * 1024,  /* word list looked through at a change of password */
    LIM_DEVICES_PER_ACCOUNT = 20,
    LIM_DEVICE_AGE_S = 400 * 24 * 3600,       /* longest that browsers keep a cookie (RFC 6265bis) */
    LIM_IDLE_PUBLIC_S = 30 * 60,
    LIM_IDLE_FIRM_S = 60 * 60,
    LIM_IDLE_STAFF_S = 15 * 60,
    LIM_ABSOLUTE_PUBLIC_S = 8 * 3600,
    LIM_ABSOLUTE_FIRM_S = 12 * 3600,
    LIM_ABSOLUTE_STAFF_S = 10 * 3600,
    LIM_RENEW_S = 60,                         /* the idle tick is written at most so often */
    LIM_TICK_SAVE_MS = 10 * 1000,             /* the session clock too */
    LIM_SESSION_CACHE = 1024,                 /* sessions kept in memory (SQLite) */
    LIM_SESSION_CACHE_BYTES = 256 * 1024,     /* one of them */
    LIM_SESSION_CACHE_MS = 1000,              /* seen again by SQL, should another process have written */

    /* operation log (operation-log.md) */
    LIM_LEAF_BYTES = 4096,
    LIM_PAYLOAD_BYTES = 256 * 1024,
    LIM_SEQUENCE_BATCH = 4096,
    LIM_SEQUENCER_WAKE_MS = 200,
    LIM_SEQUENCER_GATHER_MS = 20,             /* from a wake to its batch */
    LIM_CHECKPOINT_S = 60,
    LIM_CLOCK_STEP_S = 5,                     /* wall against monotonic clock: more is a step, and an entry */
    LIM_TIME_ORDER_S = 60,                    /* an entry may be older than the one before it by so much */
    LIM_UNSEQUENCED_S = 600,                  /* an entry may wait so long for its number */
    LIM_NOTE_BYTES = 16 * 1024,               /* one signed note, or a file of keys */
    LIM_NOTE_SIGNATURES = 16,
    LIM_KEEPER_MS = 2000,                     /* one side's wait at the keeper's socket */
    LIM_WITNESS_MS = 3000,                    /* each step of asking the witness */
    LIM_VERIFY_PAGE = 128,                    /* entries held at once (each ≤ LIM_LEAF + LIM_PAYLOAD) */
    LIM_LOG_ARENA_BYTES = 256 * 1024 * 1024,  /* a page of the verifier, a file of the export */
    LIM_VERIFY_SNAPSHOT_MS = 10 * 1000,       /* then it takes a fresh one (LIM_READ_MS) */
    LIM_REVIEW_ENTRIES = 500 * 1000,          /* entries of one log review */
    LIM_REVIEW_HITS = 200,                    /* hits of one review that are told one by one */
    LIM_REVIEW_SAMPLE = 20,                   /* entries looked at by chance, unless said otherwise */
    LIM_REVIEW_DUE_DAYS = 7,
    LIM_REVIEW_ALARM_DAYS = 8,                /* oldest open entry */
    LIM_REVIEW_LATE_DAYS = 31,
    LIM_LOG_KEEP_DAYS = 365,                  /* payloads, before they may be erased */
    LIM_BACKUP_KEEP_DAYS = 35,
    LIM_COPY_STEP_MS = 50,                    /* the continuous copy looks again after */
    LIM_COPY_TRIES = 200,                     /* for the write lock before it copies on without a turn of the log */
    LIM_COPY_TRY_US = 100,                    /* between two of them */
    LIM_COPY_LATE_S = 10,                     /* it promises 1; later than this is an alarm */
    LIM_COPY_HOURS = 24,                      /* a generation, then a new one */
    LIM_COPY_GENERATIONS = 4096,              /* of one place */
    LIM_COPY_INDEX_BYTES = 32 * 1024 * 1024,  /* lines of one log of it */
    LIM_DRILL_DAYS = 8,                       /* since the last good restore drill: more is an alarm */
    LIM_ERASE_RANGES = 100,                   /* of one erase entry (its leaf holds them) */
    LIM_ERASE_BATCH = 200,                    /* payloads erased in one act */
    LIM_BUNDLE_BYTES = 32 * 1024 * 1024,      /* one file of an evidence bundle */
    LIM_VERIFY_LINES = 20,                    /* contradictions named one by one */
    LIM_VERIFY_ROWS = 8 * 1024 * 1024,        /* rows of all tables that step 6 can hold against the log */
    LIM_VERIFY_BYTES = 64 * 1024,             /* its report */

    /* outbox and jobs */
    LIM_NOTICE_TRIES = 10,
    LIM_JOB_TICK_MS = 1000,
    LIM_OUTBOX_TRIES = 5,                     /* of one message, then staff sees it */
    LIM_SEND_S = 120,                         /* a command that sends one message */
    LIM_OUTBOX_ROUNDS = 8,                    /* of 64 messages, one tick */
};

#endif
