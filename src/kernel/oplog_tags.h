/* oplog_tags.h - tags of leaf and payload (operation-log.md 2.1, 2.2); they never change.
** Who may use this: oplog_bytes.c, oplog_read.c.
*/
#ifndef KERNEL_OPLOG_TAGS_H
#define KERNEL_OPLOG_TAGS_H

enum { BYTES_VERSION = 1 };
enum leaf_tag { L_ENTRY_ID = 1, L_TIME, L_SYSTEM, L_CHANNEL, L_KIND, L_ROLE, L_PURPOSE, L_OPERATION,
                L_OBJECT, L_RESULT, L_COUNTS, L_DECISION, L_REQUEST, L_TX, L_ORDINAL, L_COMMITMENT,
                L_VERSION, L_ERASED, L_EPOCH, L_REPEATS };
enum payload_tag { P_ACTOR = 1, P_ACTOR_NAME, P_UNIT, P_POST, P_TERMINAL, P_ADDRESS, P_SESSION,
                   P_SUBJECT, P_EFFECT, P_NOTE };

#endif
