/* crematorium_public_test.c - what outsiders meet: the mourners' page, the calendar feed (read back by a
*strict parser
** of RFC 5545), the guidance display, open data and notices.  None of them names a person to the public.
*/
#include "crematorium_world.h"

static struct str json_of(struct val v) {
    struct buf b = buf_new(city.a, LIM_RESPONSE_BYTES);
    assert_true(json_write(&b, v));
    return buf_str(&b);
}
static bool holds(struct str s, const char *part) {
    return str_find(s, str_z(part)) != SIZE_MAX;
}

/* The key of an address a person was given. */
static const char *key_of(int64_t link) {
    struct ctx *c = page_of(whole, NOW);
    struct rec *r = rec_get(c, LINK, link);
    struct str address = rec_text(r, LK_TOKEN);
    gone(c);
    size_t at = str_find(address, S("?key="));
    assert_true(at != SIZE_MAX);
    return str_c(city.a, str_sub(address, at + 5, address.n));
}

static int64_t own, others, withheld, visit_link, calendar_link;

/* -- mourners ---------------------------------------------------------------------------------------- */

static struct val visit(const char *key, const char *now) {
    return model_of(visit_page, nobody, now, (const char *const[]){"key", key, NULL});
}

static void mourners_see_place_time_progress_and_no_name(void **state) {
    (void)state;
    NEED_CITY();
    own = done_at(act_map(firm, BOOKING, "reserve", 0, NOW,
                          whole_person(0, "2026-06-10", "10:30",
                                       ",\"deceased\":\"秘密　太郎\",\"waiting_room\":\"japanese\"")),
                  "reserve", __LINE__);
    others =
        done_at(act_map(other_firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-10", "11:00", "")),
                "reserve", __LINE__);
    visit_link = DO(firm, LINK, "visit", 0, NOW, F("{\"booking\":%lld}", (long long)own));
    REFUSES(firm, LINK, "visit", 0, NOW, F("{\"booking\":%lld}", (long long)others), SAY_LINK_OTHER,
            LK_BOOKING);
    const char *key = key_of(visit_link);
    assert_int_equal(strlen(key), 32);
    struct str page = json_of(visit(key, NOW));
    assert_true(holds(page, "みどり野中央聖苑") && holds(page, "10:30") && holds(page, "お待ちしています"));
    assert_false(holds(page, "秘密") || holds(page, "試験"));
    assert_int_equal(visit("00000000000000000000000000000000", NOW).kind, V_NULL);
    assert_int_equal(visit("", NOW).kind, V_NULL);
}

static void progress_follows_the_booking(void **state) {
    (void)state;
    NEED_CITY();
    const char *key = key_of(visit_link);
    DO(desk, BOOKING, "receive_permit", own, NOW,
       "{\"permit_place\":\"みどり野市\",\"permit_no\":\"1\",\"permit_date\":\"2026-06-08\"}");
    DO(desk, BOOKING, "confirm", own, NOW, "{}");
    static const struct {
        const char *act, *now, *json, *says;
    } steps[] = {{"arrive", "2026-06-10T10:25:00", "{}", "到着されました"},
                 {"undo_arrival", "2026-06-10T10:26:00", "{\"why\":\"別の方\"}", "お待ちしています"},
                 {"arrive", "2026-06-10T10:30:00", "{}", "到着されました"},
                 {"start", "2026-06-10T10:40:00", "{\"furnace_no\":3,\"implant_checked\":true}",
                  "火葬中です。12:20ころ収骨の見込みです"},
                 {"finish", "2026-06-10T11:50:00", "{}", "まもなく収骨です（12:10ころ）"},
                 {"collect", "2026-06-10T12:15:00", "{}", "収骨が終わりました"}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        DO(whole, BOOKING, steps[i].act, own, steps[i].now, steps[i].json);
        struct str page = json_of(visit(key, steps[i].now));
        if (!holds(page, steps[i].says)) fail_msg("%s: %.*s", steps[i].act, STR_ARG(page));
    }
}

static void a_revoked_address_opens_nothing(void **state) {
    (void)state;
    NEED_CITY();
    const char *key = key_of(visit_link);
    assert_int_equal(act(other_firm, LINK, "revoke", visit_link, NOW, "{}").end, ACT_NOT_FOUND);
    DO(firm, LINK, "revoke", visit_link, NOW, "{}");
    assert_int_equal(visit(key, NOW).kind, V_NULL);
}

/* -- the calendar feed: a strict reader -------------------------------------------------------------- */

/* Lines end in CRLF, none is longer than 75 octets, each piece is whole UTF-8; the unfolded lines. */
static struct list *ics_lines(struct str body) {
    struct list *l = list_new(city.a);
    struct buf line = buf_new(city.a, LIM_RESPONSE_BYTES);
    size_t at = 0;
    while (at < body.n) {
        size_t end = at + str_find(str_sub(body, at, body.n), S("\r\n"));
        assert_true(end < body.n);
        struct str raw = str_sub(body, at, end);
        assert_true(raw.n > 0 && raw.n <= 75 && utf8_valid(raw));
        for (size_t i = 0; i < raw.n; i++) assert_true((unsigned char)raw.p[i] >= 0x20 && raw.p[i] != 0x7f);
        bool more = raw.p[0] == ' ';
        if (!more && line.n) list_add(l, TEXT(str_dup(city.a, buf_str(&line))));
        if (!more) line = buf_new(city.a, LIM_RESPONSE_BYTES);
        buf_add(&line, more ? str_sub(raw, 1, raw.n) : raw);
        at = end + 2;
    }
    if (line.n) list_add(l, TEXT(buf_str(&line)));
    return l;
}

/* A component as a map of "NAME" and "NAME;params" to its value; components inside are lists under BEGIN's
 * name. */
static struct map *component(const struct list *lines, size_t *at, struct str name) {
    struct map *m = map_new(city.a);
    while (*at < lines->n) {
        struct str line = val_text(lines->v[(*at)++]);
        size_t colon = str_find(line, S(":"));
        assert_true(colon != SIZE_MAX && colon > 0);
        struct str key = str_sub(line, 0, colon), value = str_sub(line, colon + 1, line.n);
        if (str_eqz(key, "END")) {
            assert_true(str_eq(value, name));
            return m;
        }
        if (str_eqz(key, "BEGIN")) {
            struct map *inner = component(lines, at, value);
            if (!map_has(m, value)) map_set(m, value, LIST(list_new(city.a)));
            list_add(map_get(m, value).list, MAP(inner));
            continue;
        }
        assert_false(map_has(m, key)); /* every property here may stand once */
        map_set(m, key, TEXT(value));
    }
    fail_msg("no END of %.*s", STR_ARG(name));
    return m;
}

static struct str feed(const char *key, const char *now) {
    struct val m = model_of(calendar_feed, nobody, now, (const char *const[]){"key", key, NULL});
    return m.kind == V_MAP ? val_text(map_getz(m.map, "body")) : S("");
}
static struct list *events_of(struct str body, struct map **calendar) {
    struct list *lines = ics_lines(body);
    size_t at = 1;
    assert_true(str_eqz(val_text(lines->v[0]), "BEGIN:VCALENDAR"));
    *calendar = component(lines, &at, S("VCALENDAR"));
    assert_int_equal(at, lines->n);
    return map_getz(*calendar, "VEVENT").list;
}
static const struct map *event_of(const struct list *events, int64_t booking) {
    for (size_t i = 0; events && i < events->n; i++)
        if (str_eqz(val_text(map_getz(events->v[i].map, "UID")),
                    F("booking-%lld@crematorium.madoguchi", (long long)booking)))
            return events->v[i].map;
    return NULL;
}
#define IS(m, name, text) assert_true(str_eqz(val_text(map_getz((m), (name))), (text)))

static void the_feed_is_strict_and_names_nobody(void **state) {
    (void)state;
    NEED_CITY();
    struct map *cal;
    calendar_link = DO(firm, LINK, "calendar", 0, NOW, "{\"label\":\"事務所\"}");
    struct str body = feed(key_of(calendar_link), NOW);
    struct list *events = events_of(body, &cal);
    const struct map *e = event_of(events, own);
    assert_non_null(e);
    assert_null(event_of(events, others)); /* another firm's */
    IS(cal, "VERSION", "2.0");
    IS(cal, "REFRESH-INTERVAL;VALUE=DURATION", "PT15M");
    IS(cal, "X-PUBLISHED-TTL", "PT15M");
    assert_true(map_has(cal, S("PRODID")) && map_has(cal, S("NAME")));
    const struct map *zone = map_getz(cal, "VTIMEZONE").list->v[0].map;
    IS(zone, "TZID", "Asia/Tokyo");
    IS(map_getz(zone, "STANDARD").list->v[0].map, "TZOFFSETTO", "+0900");
    IS(e, "DTSTART;TZID=Asia/Tokyo", "20260610T103000");
    IS(e, "DTEND;TZID=Asia/Tokyo", "20260610T123000");
    IS(e, "STATUS", "CONFIRMED");
    IS(e, "LOCATION", "みどり野中央聖苑\\, みどり野市中央台1丁目1番");
    IS(e, "DTSTAMP", "20260610T031500Z"); /* the collection at 12:15 */
    assert_false(holds(body, "秘密") || holds(body, "試験"));
    assert_true(str_eq(
        body, feed(key_of(calendar_link), "2026-06-08T18:00:00"))); /* the same bytes: the ETag holds */
    assert_int_equal(feed("00000000000000000000000000000000", NOW).n, 0);
}

static void a_change_raises_sequence_and_a_cancellation_stays_in(void **state) {
    (void)state;
    NEED_CITY();
    struct map *cal;
    const char *key = key_of(calendar_link);
    int64_t id =
        done_at(act_map(firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-16", "14:00", "")),
                "reserve", __LINE__);
    const struct map *e = event_of(events_of(feed(key, NOW), &cal), id);
    IS(e, "SEQUENCE", "0");
    IS(e, "STATUS", "TENTATIVE");
    DO(firm, BOOKING, "change", id, "2026-06-08T10:00:00", "{\"mourners\":12}");
    IS(event_of(events_of(feed(key, NOW), &cal), id), "SEQUENCE", "0"); /* neither time nor place nor state */
    DO(firm, BOOKING, "change", id, "2026-06-08T10:30:00", "{\"band\":\"13:30\"}");
    e = event_of(events_of(feed(key, NOW), &cal), id);
    IS(e, "SEQUENCE", "1");
    IS(e, "DTSTART;TZID=Asia/Tokyo", "20260616T133000");
    DO(firm, BOOKING, "cancel", id, "2026-06-08T11:00:00", "{\"reason_code\":\"family\"}");
    e = event_of(events_of(feed(key, NOW), &cal), id);
    IS(e, "SEQUENCE", "2");
    IS(e, "STATUS", "CANCELLED");
    DO(firm, LINK, "revoke", calendar_link, NOW, "{}");
    assert_int_equal(feed(key, NOW).n, 0);
}

static void long_kanji_lines_fold_between_characters(void **state) {
    (void)state;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    static const char *const lines[] = {
        "SUMMARY:",
        "SUMMARY:"
        "葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛󠄀城葛"
        "󠄀城",
        "X:aあいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
        "X:123456789012345678901234567890123456789012345678901234567890123456789012345",
        "X:12345678901234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct buf b = buf_new(a, LIM_FMT_BYTES), back = buf_new(a, LIM_FMT_BYTES);
        ics_line(&b, str_z(lines[i]));
        struct str rest = buf_str(&b);
        assert_true(str_ends(rest, S("\r\n")));
        for (bool first = true; rest.n; first = false) {
            size_t end = str_find(rest, S("\r\n"));
            struct str piece = str_sub(rest, 0, end);
            assert_true(piece.n <= 75 && utf8_valid(piece));
            assert_true(first || piece.p[0] == ' ');
            buf_add(&back, first ? piece : str_sub(piece, 1, piece.n));
            rest = str_sub(rest, end + 2, rest.n);
        }
        assert_true(str_eqz(buf_str(&back), lines[i]));
    }
    assert_true(str_eqz(ics_text(a, S("a,b;c\\d\ne\r")), "a\\,b\\;c\\\\d\\ne"));
    arena_free(a);
}

/* -- guidance display -------------------------------------------------------------------------------- */

static void the_display_shows_a_number_for_a_withheld_name(void **state) {
    (void)state;
    NEED_CITY();
    withheld = booked(0, "2026-06-10", "13:30", ",\"deceased\":\"伏せる　人\",\"name_withheld\":true");
    DO(desk, BOOKING, "receive_permit", withheld, NOW,
       "{\"permit_place\":\"みどり野市\",\"permit_no\":\"3\",\"permit_date\":\"2026-06-08\"}");
    DO(desk, BOOKING, "confirm", withheld, NOW, "{}");
    struct val m = model_of(guidance_page, hall, "2026-06-10T13:00:00", NULL);
    struct str page = json_of(m);
    assert_true(holds(page, "秘密家") && !holds(page, "太郎") && !holds(page, "伏せる"));
    assert_int_equal(map_getz(m.map, "lines").list->n, 2); /* the other firm's is still 仮予約 */
    const struct map *line = map_getz(m.map, "lines").list->v[1].map;
    assert_true(str_eq(val_text(map_getz(line, "name")), val_text(map_getz(line, "number"))));
    IS(m.map, "refresh", "30");
    IS(m.map, "updated_at", "2026-06-10T13:00:00+09:00");
    struct str outside = json_of(
        model_of(guidance_page, nobody, "2026-06-10T13:00:00", NULL)); /* no right to names: numbers */
    assert_false(holds(outside, "秘密"));
    assert_int_equal(
        map_getz(model_of(guidance_page, other_hall, "2026-06-10T13:00:00", NULL).map, "lines").list->n, 0);
}

/* -- open data --------------------------------------------------------------------------------------- */

static const struct map *row_of(struct val m, const char *list, const char *site, const char *day) {
    const struct list *l = map_getz(m.map, list).list;
    for (size_t i = 0; i < l->n; i++)
        if (str_eqz(val_text(map_getz(l->v[i].map, "site")), site) &&
            str_eqz(val_text(map_getz(l->v[i].map, "day")), day))
            return l->v[i].map;
    return NULL;
}

static void open_data_counts_and_names_nobody(void **state) {
    (void)state;
    NEED_CITY();
    int64_t gone_booking = booked(0, "2026-06-10", "14:00", "");
    DO(desk, BOOKING, "cancel", gone_booking, NOW, "{\"reason_code\":\"date\"}");
    struct val now = model_of(open_data, nobody, NOW, NULL),
               later = model_of(open_data, nobody, "2026-06-12T09:00:00", NULL);
    const struct map *ahead = row_of(now, "free", "A", "2026-06-10");
    assert_int_equal(val_int(map_getz(ahead, "bands")), 18);
    assert_int_equal(val_int(map_getz(ahead, "free")), 18 - 3); /* three live bookings */
    assert_int_equal(val_int(map_getz(row_of(now, "free", "A", "2026-06-14"), "bands")), 0); /* 友引 */
    const struct map *past = row_of(later, "past", "A", "2026-06-10");
    assert_int_equal(val_int(map_getz(past, "bookings")), 4);
    assert_int_equal(val_int(map_getz(past, "cancelled")), 1);
    IS(past, "waiting_days", "3.0"); /* all died on the 7th */
    struct str json = json_of(later),
               csv = val_text(
                   map_getz(model_of(open_data_csv, nobody, "2026-06-12T09:00:00", NULL).map, "body"));
    assert_true(holds(json, "\"reason\":\"date\"") && holds(csv, "実績,A,2026-06-10,予約,4\r\n") &&
                holds(csv, "取消の理由,,,date,1\r\n") && str_starts(csv, S("\xEF\xBB\xBF表,")));
    static const char *const secret[] = {"試験", "秘密", "a@firm", "伏せる", "0990"};
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
        assert_false(holds(json, secret[i]) || holds(csv, secret[i]));
}

/* -- notices ----------------------------------------------------------------------------------------- */

static struct str shown_at(const char *now) {
    struct ctx *c = page_of(nobody, now);
    struct map *m = map_new(city.a);
    bulletins_put(c, m);
    assert_int_equal(db_state(c->db), DB_OK);
    gone(c);
    return json_of(map_getz(m, "bulletins"));
}

static void notices_are_shown_from_to_and_urgent_first(void **state) {
    (void)state;
    NEED_CITY();
    int64_t plain = DO(hall, BULLETIN, "write", 0, NOW,
                       "{\"title\":\"休場のお知らせ\",\"text\":\"14日は休みです\",\"priority\":\"normal\","
                       "\"from_at\":\"2026-06-09 08:00\",\"to_at\":\"2026-06-14 17:00\"}");
    int64_t urgent = DO(hall, BULLETIN, "write", 0, NOW,
                        F("{\"site\":%lld,\"title\":\"通行止め\",\"text\":\"東門から\",\"priority\":"
                          "\"urgent\",\"from_at\":\"2026-06-08 08:00\",\"to_at\":\"2026-06-10 17:00\"}",
                          (long long)demo.site[0]));
    REFUSES(hall, BULLETIN, "write", 0, NOW,
            "{\"title\":\"x\",\"text\":\"y\",\"priority\":\"normal\",\"from_at\":\"2026-06-09 "
            "08:00\",\"to_at\":\"2026-06-09 08:00\"}",
            SAY_DATES_ORDER, BU_TO);
    assert_true(str_eqz(shown_at("2026-06-09T09:00:00"), "[]")); /* drafts */
    DO(manager, BULLETIN, "publish", plain, NOW, "{}");
    DO(manager, BULLETIN, "publish", urgent, NOW, "{}");
    struct str both = shown_at("2026-06-09T09:00:00");
    assert_true(str_find(both, S("通行止め")) < str_find(both, S("休場のお知らせ")) &&
                holds(both, "みどり野中央聖苑"));
    assert_false(holds(shown_at("2026-06-09T07:59:59"), "休場"));
    assert_true(holds(shown_at("2026-06-09T08:00:00"), "休場"));
    assert_false(holds(shown_at("2026-06-10T17:00:00"), "通行止め"));
    DO(hall, BULLETIN, "edit", plain, NOW, "{\"title\":\"休場のご案内\"}");
    assert_true(holds(shown_at("2026-06-09T09:00:00"), "休場のご案内"));
    DO(manager, BULLETIN, "withdraw", plain, NOW, "{}");
    assert_false(holds(shown_at("2026-06-09T09:00:00"), "休場"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mourners_see_place_time_progress_and_no_name),
        cmocka_unit_test(progress_follows_the_booking),
        cmocka_unit_test(a_revoked_address_opens_nothing),
        cmocka_unit_test(the_feed_is_strict_and_names_nobody),
        cmocka_unit_test(a_change_raises_sequence_and_a_cancellation_stays_in),
        cmocka_unit_test(long_kanji_lines_fold_between_characters),
        cmocka_unit_test(the_display_shows_a_number_for_a_withheld_name),
        cmocka_unit_test(open_data_counts_and_names_nobody),
        cmocka_unit_test(notices_are_shown_from_to_and_urgent_first),
    };
    return BOTH("public", tests);
}
