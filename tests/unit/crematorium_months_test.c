/* crematorium_months_test.c - the report of 墓埋法17条, the corrections that amend it, and the hall's small
 * books. */
#include "crematorium_world.h"
#include "paper_tool.h"

static void job_at(void (*job)(struct ctx *), const char *now) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at(now);
    job(c);
    if (c->db) store_release(city.k->store, c->db);
}

static int64_t report_of(int site, const char *month, int version) {
    return count(F("SELECT coalesce(max(id), 0) FROM crematorium_month_report WHERE site = %lld AND month = "
                   "'%s' AND version = %d",
                   (long long)demo.site[site], month, version));
}
static int64_t of_report(int64_t id, const char *what) {
    return count(F("SELECT %s FROM crematorium_month_report WHERE id = %lld", what, (long long)id));
}
static bool in_state(int64_t id, const char *state) {
    return count(F("SELECT count(*) FROM crematorium_month_report WHERE id = %lld AND state = '%s'",
                   (long long)id, state)) == 1;
}

static int64_t adult_in, out_one;

/* By hand: hall A in June: two adults of the city, one from outside, one stillborn, one reburial from
 * outside; a part that is not counted. */
static void june(void **state) {
    (void)state;
    NEED_CITY();
    adult_in = booked(0, "2026-06-10", "10:30", "");
    cremated(adult_in, "2026-06-10", "10:30", "0");
    int64_t second = booked(0, "2026-06-10", "11:30", "");
    cremated(second, "2026-06-10", "11:30", "0");
    static const struct {
        const char *band, *more;
    } rows[] = {{"10:00", ",\"residence\":\"out\",\"address\":\"隣野市1\""},
                {"12:00", ",\"class\":\"stillborn\",\"pregnancy_months\":8,\"deceased\":\"\",\"deceased_"
                          "kana\":\"\",\"born\":\"\""},
                {"14:30", ",\"class\":\"reburial\",\"permit_no\":\"K3\",\"remains\":\"一体\",\"residence\":\"out\",\"address\":\"隣野市1\""},
                {"12:30", ",\"class\":\"part\",\"doctor_document\":\"医師の証明\",\"deceased\":\"\",\"deceased_kana\":\"\",\"born\":\"\",\"died_"
                          "on\":\"\",\"died_at\":\"\""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t id = booked(0, "2026-06-10", rows[i].band, rows[i].more);
        cremated(id, "2026-06-10", rows[i].band, "0");
        if (i == 0) out_one = id;
    }
}

static void drafted_on_the_first_also_when_zero(void **state) {
    (void)state;
    NEED_CITY();
    job_at(months_job, "2026-07-01T06:00:00");
    job_at(months_job, "2026-07-01T06:01:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_month_report"), 2);
    int64_t a = report_of(0, "2026-06", 1), b = report_of(1, "2026-06", 1);
    static const struct {
        const char *what;
        int64_t n;
    } hand[] = {{"body_in", 2},     {"body_out", 1},     {"stillborn_in", 1}, {"stillborn_out", 0},
                {"reburial_in", 0}, {"reburial_out", 1}, {"total", 5},        {"warned", 0}};
    for (size_t i = 0; i < sizeof hand / sizeof *hand; i++) {
        assert_int_equal(of_report(a, hand[i].what), hand[i].n);
        assert_int_equal(of_report(b, hand[i].what), 0);
    }
}

static void reminded_alarmed_and_an_incident_when_late(void **state) {
    (void)state;
    NEED_CITY();
    int64_t a = report_of(0, "2026-06", 1);
    int64_t told = count("SELECT count(*) FROM kernel_notice");
    static const struct {
        const char *now;
        int64_t level;
    } days[] = {{"2026-07-02T06:00:00", 0},
                {"2026-07-03T06:00:00", 1},
                {"2026-07-04T06:00:00", 2},
                {"2026-07-05T06:00:00", 2}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        job_at(months_job, days[i].now);
        assert_int_equal(of_report(a, "warned"), days[i].level);
    }
    assert_int_equal(count("SELECT count(*) FROM kernel_notice"), told + 4); /* two levels, two halls */
    assert_int_equal(count("SELECT count(*) FROM crematorium_incident"), 0);
    assert_int_equal(act(hall, MONTH_REPORT, "sign", a, "2026-07-05T09:00:00", "{}").end, ACT_FORBIDDEN);
    DO(hall, MONTH_REPORT, "check", a, "2026-07-05T09:00:00", "{}");
    DO(manager, MONTH_REPORT, "sign", a, "2026-07-05T09:10:00", "{}");
    REFUSES(hall, MONTH_REPORT, "send", a, "2026-07-05T09:20:00", "{}", 1, MR_EVIDENCE);
    DO(hall, MONTH_REPORT, "send", a, "2026-07-05T09:20:00", "{\"evidence\":\"聖苑第12号\"}");
    job_at(months_job, "2026-07-06T06:00:00");
    assert_int_equal(of_report(a, "warned"), 2); /* sent: nothing more */
    assert_int_equal(
        count(F("SELECT count(*) FROM crematorium_incident WHERE kind = 'report' AND site = %lld",
                (long long)demo.site[1])),
        1);
    job_at(months_job, "2026-07-07T06:00:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_incident"), 1);
}

static void a_corrected_book_amends_the_report(void **state) {
    (void)state;
    NEED_CITY();
    int64_t line = ledger_of(adult_in);
    DO(manager, CORRECTION, "correct", 0, "2026-07-10T09:00:00",
       F("{\"ledger\":%lld,\"item\":\"deceased_kana\",\"new_value\":\"シケンカナ\",\"reason\":"
         "\"読みの誤り\"}",
         (long long)line));
    job_at(months_job, "2026-07-11T06:00:00");
    assert_int_equal(report_of(0, "2026-06", 2), 0); /* counts are the same */
    REFUSES(manager, MONTH_REPORT, "draft", 0, "2026-07-11T09:00:00",
            F("{\"site\":%lld,\"month\":\"2026-06\"}", (long long)demo.site[0]), SAY_MONTH_TWICE, MR_MONTH);
    DO(manager, CORRECTION, "correct", 0, "2026-07-12T09:00:00",
       F("{\"ledger\":%lld,\"item\":\"class\",\"new_value\":\"reburial\",\"reason\":\"区分の誤り\"}",
         (long long)line));
    job_at(months_job, "2026-07-13T06:00:00");
    int64_t two = report_of(0, "2026-06", 2);
    assert_true(two > 0 && in_state(two, "drafted"));
    assert_int_equal(of_report(two, "body_in"), 1);
    assert_int_equal(of_report(two, "reburial_in"), 1);
    assert_int_equal(of_report(report_of(0, "2026-06", 1), "body_in"), 2); /* what was sent stands */
}

static void wrong_months_are_refused(void **state) {
    (void)state;
    NEED_CITY();
    static const struct {
        const char *month;
        int say;
    } rows[] = {{"2026-7", SAY_MONTH_FORM},
                {"2026-13", SAY_MONTH_FORM},
                {"2026-07", SAY_NOT_YET_DUE},
                {"2026-06", SAY_MONTH_TWICE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        REFUSES(desk, MONTH_REPORT, "draft", 0, "2026-07-14T09:00:00",
                F("{\"site\":%lld,\"month\":\"%s\"}", (long long)demo.site[0], rows[i].month), rows[i].say,
                MR_MONTH);
}

static struct str paper_text(void (*draw)(struct ctx *, const struct rec *, struct pdf *), int64_t id) {
    struct ctx *c = page_of(hall, NOW);
    const struct rec *r = rec_get(c, MONTH_REPORT, id);
    struct str bytes;
    struct pdf *p = pdf_new(city.a, S("t"), false);
    draw(c, r, p);
    assert_int_equal(db_state(c->db), DB_OK);
    gone(c);
    assert_true(pdf_end(p, &bytes));
    char *path = tool_file(city.a, bytes);
    struct str text = tool_ok(city.a, (const char *const[]){"pdftotext", "-layout", path, "-", NULL});
    unlink(path);
    return text;
}

/* Words of a line of the text, blanks squeezed: "死体 2 1 3". */
static bool line_is(struct str text, const char *words) {
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        struct buf b = buf_new(city.a, LIM_FMT_BYTES);
        while (line.n) {
            struct str word = str_cut(&line, ' ');
            if (word.n) buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(word));
        }
        if (str_eqz(buf_str(&b), words)) return true;
    }
    print_error("no line \"%s\"\n", words);
    return false;
}

static void the_form_shows_the_counts(void **state) {
    (void)state;
    NEED_CITY();
    struct str sent = paper_text(month_paper, report_of(0, "2026-06", 1)),
               amended = paper_text(month_paper, report_of(0, "2026-06", 2));
    assert_true(line_is(sent, "死体 2 1 3") && line_is(sent, "死胎 1 0 1") && line_is(sent, "改葬 0 1 1") &&
                line_is(sent, "合計 3 2 5"));
    assert_true(str_find(sent, S("様式第七号")) != SIZE_MAX &&
                str_find(sent, S("令和8年6月中")) != SIZE_MAX && str_find(sent, S("訂正")) == SIZE_MAX);
    assert_true(line_is(amended, "死体 1 1 2") && line_is(amended, "改葬 1 1 2") &&
                str_find(amended, S("訂正（第2版）")) != SIZE_MAX);
    struct str year = paper_text(year_paper, report_of(0, "2026-06", 2));
    assert_true(line_is(year, "令和8年6月 2 1 2 2 5") &&
                line_is(year, "計 2 1 2 2 5")); /* newest version only */
}

/* -- corrections ------------------------------------------------------------------------------------- */

static void a_correction_keeps_old_value_reason_and_person(void **state) {
    (void)state;
    NEED_CITY();
    int64_t line = ledger_of(out_one);
    static const struct {
        const char *item, *value;
        int say;
    } wrong[] = {{"born", "昭和15年", SAY_CORRECT_VALUE},
                 {"died_at", "25:00", SAY_CORRECT_VALUE},
                 {"sex", "男", SAY_CORRECT_VALUE},
                 {"deceased_kana", "漢字", SAY_CORRECT_VALUE},
                 {"sex", "male", SAY_NOTHING_CHANGED}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        REFUSES(manager, CORRECTION, "correct", 0, NOW,
                F("{\"ledger\":%lld,\"item\":\"%s\",\"new_value\":\"%s\",\"reason\":\"試験\"}",
                  (long long)line, wrong[i].item, wrong[i].value),
                wrong[i].say, CO_NEW);
    int64_t before = count("SELECT count(*) FROM crematorium_correction");
    DO(manager, CORRECTION, "correct", 0, "2026-07-15T10:00:00",
       F("{\"ledger\":%lld,\"item\":\"born\",\"new_value\":\"1941-02-03\",\"reason\":\"戸籍のとおり\"}",
         (long long)line));
    assert_int_equal(count("SELECT count(*) FROM crematorium_correction"), before + 1);
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_correction WHERE ledger = %lld AND item = "
                             "'born' AND old_value LIKE '1940-01-%%' AND new_value = '1941-02-03'"
                             " AND reason = '戸籍のとおり' AND corrected_by = '試験42' AND corrected_at = "
                             "'2026-07-15T10:00:00'",
                             (long long)line)),
                     1);
    assert_int_equal(
        count(F("SELECT count(*) FROM crematorium_ledger WHERE id = %lld AND born = '1941-02-03'",
                (long long)line)),
        1);
    int64_t open = booked(0, "2026-06-11", "14:00", "");
    DO(desk, BOOKING, "receive_permit", open, NOW,
       "{\"permit_place\":\"みどり野市\",\"permit_no\":\"9\",\"permit_date\":\"2026-06-08\"}");
    DO(desk, BOOKING, "confirm", open, NOW, "{}");
    DO(whole, BOOKING, "arrive", open, "2026-06-11T14:00:00", "{}");
    DO(whole, BOOKING, "start", open, "2026-06-11T14:10:00", "{\"furnace_no\":1,\"implant_checked\":true}");
    REFUSES(manager, CORRECTION, "correct", 0, NOW,
            F("{\"ledger\":%lld,\"item\":\"sex\",\"new_value\":\"female\",\"reason\":\"試験\"}",
              (long long)ledger_of(open)),
            SAY_CORRECT_OPEN, CO_LEDGER);
}

/* -- small books ------------------------------------------------------------------------------------- */

static void ash_is_handed_over_with_a_record(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id =
        DO(hall, ASH, "open", 0, NOW,
           F("{\"site\":%lld,\"container\":\"A-07\",\"from_on\":\"2026-04-01\"}", (long long)demo.site[0]));
    REFUSES(hall, ASH, "hand_over", id, NOW,
            "{\"to_on\":\"2026-03-31\",\"handed_on\":\"2026-06-08\",\"handed_to\":\"処理業者\",\"record_no\":"
            "\"R1\"}",
            SAY_DATES_ORDER, AS_TO);
    DO(hall, ASH, "hand_over", id, NOW,
       "{\"to_on\":\"2026-06-01\",\"weight_kg\":120,\"handed_on\":\"2026-06-08\",\"handed_to\":\"処理業者\","
       "\"record_no\":\"R1\"}");
    assert_int_equal(
        count(F(
            "SELECT count(*) FROM crematorium_ash WHERE id = %lld AND state = 'handed' AND record_no = 'R1'",
            (long long)id)),
        1);
    assert_int_equal(act(hall, ASH, "hand_over", id, NOW, "{}").end, ACT_REFUSED);
}

static void a_locker_holds_one_and_gives_the_same_back(void **state) {
    (void)state;
    NEED_CITY();
    int64_t one = booked(0, "2026-06-15", "11:00", ""), two = booked(0, "2026-06-15", "11:30", "");
#define IN_OUT(id, way, locker)                                                                              \
    F("{\"booking\":%lld,\"locker_no\":%d,\"way\":\"%s\",\"accompanied_by\":\"担当　一\"}", (long long)(id), \
      locker, way)
    REFUSES(hall, MORTUARY_LOG, "record", 0, NOW, IN_OUT(one, "out", 2), SAY_LOCKER_OTHER, ML_LOCKER);
    DO(hall, MORTUARY_LOG, "record", 0, NOW, IN_OUT(one, "in", 2));
    REFUSES(hall, MORTUARY_LOG, "record", 0, NOW, IN_OUT(two, "in", 2), SAY_LOCKER_FULL, ML_LOCKER);
    REFUSES(hall, MORTUARY_LOG, "record", 0, NOW, IN_OUT(two, "out", 2), SAY_LOCKER_OTHER, ML_LOCKER);
    REFUSES(other_hall, MORTUARY_LOG, "record", 0, NOW, IN_OUT(one, "out", 2), SAY_WRONG_SITE, ML_BOOKING);
    DO(hall, MORTUARY_LOG, "record", 0, "2026-06-09T10:00:00", IN_OUT(one, "out", 2));
    DO(hall, MORTUARY_LOG, "record", 0, "2026-06-09T11:00:00", IN_OUT(two, "in", 2));
    assert_int_equal(count("SELECT count(*) FROM crematorium_mortuary_log WHERE recorded_by = '試験41' AND "
                           "happened_at = '2026-06-09T11:00:00'"),
                     1);
}

static void an_incident_belongs_to_its_site(void **state) {
    (void)state;
    NEED_CITY();
    int64_t b = booked(1, "2026-06-16", "11:00", "");
    REFUSES(hall, INCIDENT, "report", 0, NOW,
            F("{\"site\":%lld,\"kind\":\"late\",\"booking\":%lld,\"what\":\"遅れ\"}", (long long)demo.site[0],
              (long long)b),
            SAY_WRONG_SITE, IC_BOOKING);
    int64_t id = DO(hall, INCIDENT, "report", 0, NOW,
                    F("{\"site\":%lld,\"kind\":\"furnace\",\"what\":\"3番炉が止まった\",\"effect\":\"11:"
                      "00の枠を1番炉へ\"}",
                      (long long)demo.site[0]));
    assert_int_equal(act(other_hall, INCIDENT, "close", id, NOW, "{\"measure\":\"修理した\"}").end,
                     ACT_NOT_FOUND);
    DO(hall, INCIDENT, "close", id, NOW, "{\"measure\":\"修理した\"}");
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_incident WHERE id = %lld AND state = 'closed' "
                             "AND closed_by = '試験41'",
                             (long long)id)),
                     1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(june),
        cmocka_unit_test(drafted_on_the_first_also_when_zero),
        cmocka_unit_test(reminded_alarmed_and_an_incident_when_late),
        cmocka_unit_test(a_corrected_book_amends_the_report),
        cmocka_unit_test(wrong_months_are_refused),
        cmocka_unit_test(the_form_shows_the_counts),
        cmocka_unit_test(a_correction_keeps_old_value_reason_and_person),
        cmocka_unit_test(ash_is_handed_over_with_a_record),
        cmocka_unit_test(a_locker_holds_one_and_gives_the_same_back),
        cmocka_unit_test(an_incident_belongs_to_its_site),
    };
    return BOTH("months", tests);
}
