/* bundle_text.h - what an evidence bundle (証跡束) says in words, made of the entries' own bytes.
**
** Always true: pure; the same bytes give the same text, so the verifier that stands alone builds
**   entries.csv and entries.jsonl again and compares them byte for byte (operation-log.md 10).
** Owner: the buf's arena.  Failure: the buf is full.
** Who may use this: the operation log, the verifier.  Uses base and oplog_bytes.h only.
*/
#ifndef KERNEL_BUNDLE_TEXT_H
#define KERNEL_BUNDLE_TEXT_H
#include "kernel/oplog_bytes.h"

enum payload_state { PAYLOAD_HERE, PAYLOAD_ERASED, PAYLOAD_WITHHELD };
struct bundle_entry {
    uint64_t seq;
    struct leaf l;                  /* with its payload's part where that is here */
    struct digest hash;
    enum payload_state state;
};
/* Heading with a byte order mark; one line: 連番 … 葉ハッシュ (RFC 4180, CRLF). */
void bundle_csv_head(struct buf *b);
void bundle_csv(struct buf *b, const struct bundle_entry *e);
void bundle_jsonl(struct buf *b, const struct bundle_entry *e);
/* A JSON string with its quotes. */
void bundle_json_text(struct buf *b, struct str s);

/* The files of a bundle, in the order of the manifest. */
enum { BUNDLE_FILES = 8 };
extern const char *const bundle_files[BUNDLE_FILES];

#endif
