/* checker.h - is a history of bookings possible?  Rules C1–C7 of the slot checker, from what clients saw alone.
**
** A booking occupies its slot *certainly* from the return of its booking to the invoke of its cancelling, and
** *possibly* from the invoke of its booking to the return of its cancelling; an unknown answer did it once or
** never.  Slots are independent, so each is swept alone, O(n log n).
*/
#ifndef TESTS_CHECKER_H
#define TESTS_CHECKER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum op_kind { OP_BOOK, OP_CANCEL, OP_MOVE };
enum op_result { RES_OK, RES_FULL, RES_REFUSED, RES_UNKNOWN };
struct op {
    enum op_kind kind;
    enum op_result result;
    uint64_t req, key;          /* of the request; 0: none */
    int64_t booking, receipt;   /* as answered (BOOK), or which one (CANCEL, MOVE) */
    int slot;                   /* where to; of a CANCEL unused */
    int64_t invoke, ret;
};
/* A booking that stands at the end. */
struct standing { uint64_t req; int64_t booking; int slot; };
struct history { const struct op *ops; size_t n; const struct standing *end; size_t nend; const int *capacity; int nslots; };
/* rule 1…7, and one of the places where it is broken; found: all of them. */
struct found { unsigned rules; size_t n; char first[200]; };
struct found history_check(const struct history *h);

#endif
