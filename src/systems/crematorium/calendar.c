/* calendar.c - a calendar feed of one's own bookings (U096): RFC 5545 and 7986, by a secret address that can
*be
** revoked; no name of a person.  DTSTAMP is the moment of the last change, so the same content is the same
*bytes
** and the ETag holds.
*/
#include "records.h"
#include "fields.h"

enum { FOLD_OCTETS = 75, BAND_MINUTES = 120, DAYS_BACK = 90 };

void ics_line(struct buf *b, struct str line) {
    size_t at = 0, used = 0;
    while (at < line.n) {
        size_t next = at;
        utf8_next(line, &next);
        if (used + (next - at) > FOLD_OCTETS) {
            buf_add(b, S("\r\n "));
            used = 1;
        }
        buf_add(b, str_sub(line, at, next));
        used += next - at;
        at = next;
    }
    buf_add(b, S("\r\n"));
}

struct str ics_text(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r') continue;
        if (s.p[i] == '\\' || s.p[i] == ';' || s.p[i] == ',') buf_char(&b, '\\');
        if (s.p[i] == '\n')
            buf_add(&b, S("\\n"));
        else
            buf_char(&b, s.p[i]);
    }
    return buf_str(&b);
}

#define LINE(b, a, ...) ics_line((b), str_fmt((a), __VA_ARGS__))

/* "2026-06-12T11:00:00" → "20260612T110000" */
static struct str compact(struct arena *a, struct str iso) {
    struct buf b = buf_new(a, 32);
    for (size_t i = 0; i < iso.n; i++)
        if (iso.p[i] != '-' && iso.p[i] != ':') buf_char(&b, iso.p[i]);
    return buf_str(&b);
}

/* JST has had no summer time since 1951: one STANDARD part says it all. */
static void head(struct buf *b, struct str name) {
    static const char *const lines[] = {"BEGIN:VCALENDAR",
                                        "VERSION:2.0",
                                        "PRODID:-//Madoguchi//Crematorium//JA",
                                        "CALSCALE:GREGORIAN",
                                        "METHOD:PUBLISH",
                                        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
                                        "X-PUBLISHED-TTL:PT15M",
                                        NULL};
    static const char *const zone[] = {"BEGIN:VTIMEZONE",    "TZID:Asia/Tokyo",
                                       "BEGIN:STANDARD",     "DTSTART:19510909T000000",
                                       "TZOFFSETFROM:+0900", "TZOFFSETTO:+0900",
                                       "TZNAME:JST",         "END:STANDARD",
                                       "END:VTIMEZONE",      NULL};
    for (const char *const *l = lines; *l; l++) ics_line(b, str_z(*l));
    ics_line(b, name);
    for (const char *const *l = zone; *l; l++) ics_line(b, str_z(*l));
}

static const char *status_of(struct str step) {
    if (str_has_word(S("cancelled lapsed refused"), step)) return "CANCELLED";
    return str_eqz(step, "tentative") ? "TENTATIVE" : "CONFIRMED";
}

static void event(struct ctx *c, struct buf *b, struct rows *p) {
    struct arena *a = c->a;
    day_t day = 0;
    moment_t changed = 0;
    if (!day_parse_iso(rows_text(p, "day"), &day)) return;
    moment_t start = moment_at(day, minutes_of(rows_text(p, "band")));
    moment_parse_iso(rows_text(p, "changed_at"), &changed);
    struct str stamp = compact(a, moment_iso(a, changed - JST_S));
    ics_line(b, S("BEGIN:VEVENT"));
    LINE(b, a, "UID:booking-%lld@crematorium.madoguchi", (long long)rows_int(p, "booking"));
    LINE(b, a, "DTSTAMP:%.*sZ", STR_ARG(stamp));
    LINE(b, a, "LAST-MODIFIED:%.*sZ", STR_ARG(stamp));
    LINE(b, a, "SEQUENCE:%lld", (long long)rows_int(p, "sequence"));
    LINE(b, a, "STATUS:%s", status_of(rows_text(p, "step")));
    LINE(b, a, "DTSTART;TZID=Asia/Tokyo:%.*s", STR_ARG(compact(a, moment_iso(a, start))));
    LINE(b, a, "DTEND;TZID=Asia/Tokyo:%.*s", STR_ARG(compact(a, moment_iso(a, start + BAND_MINUTES * 60))));
    LINE(b, a, "SUMMARY:%.*s",
         STR_ARG(ics_text(a, str_fmt(a, "火葬 %.*s（案内番号 %.*s）", STR_ARG(rows_text(p, "name")),
                                     STR_ARG(rows_text(p, "number"))))));
    LINE(b, a, "LOCATION:%.*s",
         STR_ARG(ics_text(
             a, str_fmt(a, "%.*s, %.*s", STR_ARG(rows_text(p, "name")), STR_ARG(rows_text(p, "address"))))));
    LINE(b, a, "CLASS:PRIVATE");
    ics_line(b, S("END:VEVENT"));
}

static struct rows *events(struct ctx *c, struct rows *key) {
    struct val from = TEXT(day_iso(c->a, (day_t)(c->now / 86400) - DAYS_BACK));
    if (rows_int(key, "firm"))
        return ask(c,
                   "SELECT p.booking AS booking, p.day AS day, p.band AS band, p.step AS step, p.number AS "
                   "number, p.sequence AS sequence, p.changed_at AS changed_at,"
                   " s.name AS name, s.address AS address FROM seen_crematorium_progress p JOIN "
                   "seen_crematorium_site s ON s.id = p.site"
                   " WHERE p.firm = ?1 AND p.day >= ?2 ORDER BY p.day, p.band, p.booking LIMIT 5000",
                   rows_val(key, "firm"), from);
    return ask(c,
               "SELECT p.booking AS booking, p.day AS day, p.band AS band, p.step AS step, p.number AS "
               "number, p.sequence AS sequence, p.changed_at AS changed_at,"
               " s.name AS name, s.address AS address FROM seen_crematorium_progress p JOIN "
               "seen_crematorium_site s ON s.id = p.site"
               " WHERE p.site = ?1 AND p.day >= ?2 ORDER BY p.day, p.band, p.booking LIMIT 5000",
               rows_val(key, "site"), from);
}

struct val calendar_feed(struct ctx *c) {
    struct str token = val_text(map_getz(c->args, "key"));
    struct rows *key = ask(c, "SELECT kind, firm, site FROM seen_crematorium_link_key WHERE hash = ?1",
                           TEXT(link_hash(c->a, token)));
    if (token.n != 32 || !rows_next(key) || !str_eqz(rows_text(key, "kind"), "calendar")) return NIL;
    struct rows *p = events(c, key);
    struct buf b = buf_new(c->a, LIM_RESPONSE_BYTES);
    struct map *m = map_new(c->a);
    head(&b, S("NAME:聖苑の予約"));
    while (rows_next(p)) event(c, &b, p);
    ics_line(&b, S("END:VCALENDAR"));
    map_setz(m, "type", LIT("text/calendar; charset=utf-8"));
    map_setz(m, "body", TEXT(buf_str(&b)));
    return MAP(m);
}
