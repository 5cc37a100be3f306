/* embed.h - files that are part of the binary: templates, style, scripts, catalogues, law and rule samples.
**
** tools/embed.c writes one C table at build; paths are relative to the source tree's roots:
** "assets/madoguchi.css", "crematorium/availability.html", "kernel/list.html", "lang/en.po".
** Assets are served under /assets/<first 16 hex of SHA-256>/<name>, immutable, with a gzip twin.
** Who may use this: web, kernel, app.
*/
#ifndef WEB_EMBED_H
#define WEB_EMBED_H
#include "base/str.h"

struct embedded { const char *path; const unsigned char *p; size_t n; };
extern const struct embedded embedded_files[];   /* ended by a NULL path; generated, sorted by path */

/* The file's bytes; false if there is none. */
bool embed_find(struct str path, struct str *out);
/* "/assets/0123…/madoguchi.css" for "madoguchi.css"; empty if there is none. */
struct str asset_url(struct str name);
/* Path below /assets/ → bytes, gzip twin (may be empty) and exact type; false: 404. */
bool asset_find(struct str path, struct str *bytes, struct str *gz, struct str *type);
/* Computes hashes and gzip twins once; call at start. */
void asset_init(struct arena *a);

#endif
