/* ship.h - the continuous copy: the database file and every committed transaction after it, to a second place.
**
** A place has one folder a generation, "gen-TIME": base.db (the database file as it was), 00000001.wal, 00000002.wal
**   … (the write-ahead log as SQLite wrote it, one file each time it began anew), beside each its index NNNNNNNN.idx
**   (a line a piece: end, time, SHA-256), and `base`, written last: without it the generation is none.
** Always true: while a shipper lives it holds a read transaction, so SQLite never begins the log anew but from a state
**   that is copied whole; so a generation has no hole.  Should one be seen anyway, the generation ends (SHIP_BROKEN).
**   A piece ends with a whole transaction, and its line is written after its bytes are synced.
** It is a process of its own: it needs nothing of the one that serves, and writes nothing into the database but
**   what a checkpoint moves there.  Any other process may write meanwhile.
** Who may use this: kernel, app, tests.
*/
#ifndef STORE_SHIP_H
#define STORE_SHIP_H
#include "base/hash.h"

struct ship;

/* Begin a new generation of the database `path` in the folder `place` (which is there).  NULL with a line in err. */
struct ship *ship_open(struct arena *a, struct str path, struct str place, struct str *err);
void ship_close(struct ship *s);

/* Copy what was committed since.  SHIP_BROKEN: nothing more can be copied into this generation; err says why. */
enum ship_end { SHIP_SAME, SHIP_MORE, SHIP_BROKEN };
enum ship_end ship_step(struct ship *s, struct arena *a, struct str *err);
/* Its folder, and bytes of logs copied so far. */
struct str ship_generation(const struct ship *s);
uint64_t ship_bytes(const struct ship *s);

/* -- the other side ------------------------------------------------------------------------------------------ */

/* Whole generations of a place, oldest first. */
struct shipped_gen { struct str name; int64_t at_s; };
size_t shipped_list(struct arena *a, struct str place, struct shipped_gen *out, size_t most);
/* One step of a generation: the state after a piece. */
struct shipped_piece { unsigned wal; uint64_t begin, end; int64_t at_us; struct digest sum; };
/* Every piece of a generation in order; a line that is cut off ends them.  false: a line is damaged (err). */
bool shipped_pieces(struct arena *a, struct str gen, struct shipped_piece **out, size_t *n, struct str *err);
/* Make the database that stood after the first n pieces (0: base alone).  0, or 65 (a file is not what its digest
** says), 66 (missing), 73 (cannot be written). */
int shipped_build(struct arena *a, struct str gen, const struct shipped_piece *v, size_t n, struct str to,
                  struct str *err);
/* Remove generations begun before this, but never the newest one. */
void shipped_trim(struct arena *a, struct str place, int64_t before_s);

#endif
