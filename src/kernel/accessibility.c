/* accessibility.c - the published report of the accessibility tests (U034): docs/accessibility.md, part of the binary.
**
** The document is made by tests/browser/report.mjs from what the journeys check; this only sets it as a page.
*/
#include "kernel/training.h"
#include "web/embed.h"

/* Blocks in order, each {heading} or {paragraph} or {items: [text]}. */
struct val accessibility_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *blocks = list_new(c->a), *items = NULL;
    struct str text;
    if (!embed_find(S("accessibility.md"), &text)) text = S("");
    str_cut(&text, '\n'); /* the title is the page's own */
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        bool item = str_starts(line, S("- ")), heading = str_starts(line, S("## "));
        if (!item) items = NULL;
        bool goes_on = item && items;
        if (item && !items) items = list_new(c->a);
        if (item) list_add(items, TEXT(str_sub(line, 2, line.n)));
        if (!line.n || goes_on) continue;
        struct map *one = map_new(c->a);
        map_setz(one, "heading", heading ? TEXT(str_sub(line, 3, line.n)) : NIL);
        map_setz(one, "items", item ? LIST(items) : NIL);
        map_setz(one, "list", BOOL(item));
        map_setz(one, "paragraph", item || heading ? NIL : TEXT(line));
        list_add(blocks, MAP(one));
    }
    map_setz(m, "blocks", LIST(blocks));
    return MAP(m);
}
