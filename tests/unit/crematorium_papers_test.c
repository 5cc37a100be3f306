/* crematorium_papers_test.c - certificates, slips, receipts and the papers of a day: who may make them, how
*they are
** numbered, and that the text of each PDF is what the rows say (pdftotext).
*/
#include "crematorium_world.h"
#include "kernel/page.h"
#include "paper_tool.h"
#include "systems/crematorium/charges.h"
#include "systems/crematorium/desk.h"
#include "web/json.h"

/* The text of a paper, blanks and line ends taken out, because pdftotext sets them by geometry. */
static struct str paper_text(const char *name, int table, int64_t id, const struct caller *who,
                             const char *now, int *say) {
    const struct paper *p = crematorium.papers;
    struct str bytes = S("");
    while (p->name && (strcmp(p->name, name) != 0 || p->table != table)) p++;
    assert_non_null(p->name);
    struct ctx *c = page_of(who, now);
    const struct rec *r = rec_get(c, table, id);
    assert_non_null(r);
    struct pdf *pdf = pdf_new(city.a, str_z(p->label), p->landscape);
    p->draw(c, r, pdf);
    assert_int_equal(db_state(c->db), DB_OK);
    *say = c->in->nrefusals ? c->in->refusals[0].number : 0;
    bool ok = pdf_end(pdf, &bytes);
    gone(c);
    if (*say) return S("");
    assert_true(ok);
    char *path = tool_file(city.a, bytes);
    const char *keep = getenv("KEEP_PAPERS");
    if (keep) rename(path, F("%s/%s.pdf", keep, name));
    struct str raw =
        tool_ok(city.a, (const char *const[]){"pdftotext", "-layout",
                                              keep ? F("%s/%s.pdf", keep, name) : path, "-", NULL});
    if (!keep) unlink(path);
    struct buf b = buf_new(city.a, LIM_RESPONSE_BYTES);
    for (size_t i = 0; i < raw.n; i++) {
        if ((unsigned char)raw.p[i] > ' ' && !str_starts(str_sub(raw, i, raw.n), S("　")))
            buf_char(&b, raw.p[i]);
        else if ((unsigned char)raw.p[i] > ' ')
            i += 2;
    }
    return buf_str(&b);
}

static void holds(struct str text, const char *const *parts) {
    for (; *parts; parts++)
        if (str_find(text, str_z(*parts)) == SIZE_MAX)
            fail_msg("not on the paper: %s\nbut: %.*s", *parts, STR_ARG(text));
}
#define HOLDS(text, ...) holds((text), (const char *const[]){__VA_ARGS__, NULL})

/* "葛" + U+E0100, as IVS; and a character that no font has. */
#define IVS_NAME "葛󠄀城　花子"
static int64_t first, first_line;

static void a_cremation_with_two_portions(void **state) {
    (void)state;
    NEED_CITY();
    first =
        booked(0, "2026-06-10", "10:30",
               ",\"deceased\":\"" IVS_NAME
               "\",\"deceased_kana\":\"カツラギハナコ\",\"farewell\":\"09:00\",\"waiting_room\":\"japanese\","
               "\"hearse\":\"standard\",\"hearse_at\":\"09:30\",\"hearse_place\":\"市立病院\",\"firm_"
               "person\":\"担当　一\"");
    cremated(first, "2026-06-10", "10:30", "2");
    first_line = ledger_of(first);
    assert_true(first_line > 0);
}

/* -- certificates ------------------------------------------------------------------------------------ */

static void certificates_are_numbered_and_printed(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    const char *ask = F("{\"ledger\":%lld,\"requester\":\"葛城　太郎\",\"requester_address\":\"みどり野市5\","
                        "\"relation\":\"夫\"}",
                        (long long)first_line);
    int64_t a = DO(hall, CERTIFICATE, "issue", 0, "2026-06-10T13:00:00", ask),
            b = DO(desk, CERTIFICATE, "issue", 0, "2026-06-10T13:01:00", ask);
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_certificate WHERE id = %lld AND "
                             "certificate_no = '証A2026-00001'",
                             (long long)a)),
                     1);
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_certificate WHERE id = %lld AND "
                             "certificate_no = '証A2026-00002'",
                             (long long)b)),
                     1);
    struct str text = paper_text("cremation_certificate", CERTIFICATE, a, hall, "2026-06-10T13:00:00", &say);
    HOLDS(text, "火葬証明書", "第証A2026-00001号", "葛󠄀城花子", "昭和15年1月1日(月)",
          "令和8年6月7日(日)", "令和8年6月10日(水)10:50", "みどり野中央聖苑", "葛城太郎", "管理者緑川一");
    assert_true(str_find(text, S("再発行")) == SIZE_MAX);
    paper_text("division_certificate", CERTIFICATE, a, hall, "2026-06-10T13:00:00", &say);
    assert_int_equal(say, SAY_PAPER_KIND);
}

static void each_portion_has_one_certificate(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    for (int n = 1; n <= 2; n++) {
        int64_t id =
            DO(hall, CERTIFICATE, "issue_division", 0, "2026-06-10T13:05:00",
               F("{\"ledger\":%lld,\"portion\":%d,\"requester\":\"葛城　太郎\"}", (long long)first_line, n));
        struct str text =
            paper_text("division_certificate", CERTIFICATE, id, hall, "2026-06-10T13:05:00", &say);
        HOLDS(text, "分骨証明書", F("第分A2026-0000%d号", n), F("2個のうち%d個目", n));
    }
    REFUSES(hall, CERTIFICATE, "issue_division", 0, NOW,
            F("{\"ledger\":%lld,\"portion\":1,\"requester\":\"葛城\"}", (long long)first_line),
            SAY_CERT_TWICE, CF_PORTION);
    REFUSES(hall, CERTIFICATE, "issue_division", 0, NOW,
            F("{\"ledger\":%lld,\"portion\":3,\"requester\":\"葛城\"}", (long long)first_line),
            SAY_CERT_PORTION, CF_PORTION);
    REFUSES(other_hall, CERTIFICATE, "issue", 0, NOW,
            F("{\"ledger\":%lld,\"requester\":\"葛城\"}", (long long)first_line), SAY_WRONG_SITE, CF_LEDGER);
    assert_int_equal(act(desk, CERTIFICATE, "issue", 0, NOW, "{\"ledger\":99999,\"requester\":\"葛城\"}").end,
                     ACT_REFUSED);
    assert_int_equal(act(firm, CERTIFICATE, "issue", 0, NOW,
                         F("{\"ledger\":%lld,\"requester\":\"葛城\"}", (long long)first_line))
                         .end,
                     ACT_FORBIDDEN);
}

static void a_corrected_line_is_printed_as_a_marked_reissue(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    int64_t id = count("SELECT id FROM crematorium_certificate WHERE certificate_no = '証A2026-00001'");
    const char *correct = F("{\"ledger\":%lld,\"item\":\"deceased\",\"new_value\":\"葛󠄀城　花\","
                            "\"reason\":\"戸籍のとおり\"}",
                            (long long)first_line);
    assert_int_equal(act(hall, CORRECTION, "correct", 0, "2026-06-11T09:00:00", correct).end, ACT_FORBIDDEN);
    DO(manager, CORRECTION, "correct", 0, "2026-06-11T09:00:00", correct);
    HOLDS(paper_text("cremation_certificate", CERTIFICATE, id, hall, NOW, &say),
          "葛󠄀城花子"); /* what was certified then */
    DO(hall, CERTIFICATE, "reissue", id, "2026-06-11T09:10:00", "{\"why\":\"訂正のため\"}");
    struct str text = paper_text("cremation_certificate", CERTIFICATE, id, hall, NOW, &say);
    HOLDS(text, "再発行（1回目）", "葛󠄀城花");
    assert_true(str_find(text, S("花子")) == SIZE_MAX);
    DO(manager, CERTIFICATE, "void", id, "2026-06-11T09:20:00", "{\"why\":\"誤り\"}");
    paper_text("cremation_certificate", CERTIFICATE, id, hall, NOW, &say);
    assert_int_equal(say, SAY_PAPER_VOID);
}

static void a_use_permit_once_and_for_the_firm_too(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW,
                                 whole_person(0, "2026-06-12", "11:00", ",\"farewell\":\"10:00\"")),
                         "reserve", __LINE__);
    const char *ask = F("{\"booking\":%lld}", (long long)id);
    REFUSES(desk, CERTIFICATE, "issue_use", 0, NOW, ask, SAY_CERT_LEDGER, CF_BOOKING); /* still 仮予約 */
    DO(desk, BOOKING, "receive_permit", id, NOW,
       "{\"permit_place\":\"みどり野市\",\"permit_no\":\"77\",\"permit_date\":\"2026-06-08\"}");
    DO(desk, BOOKING, "confirm", id, NOW, "{}");
    int64_t permit = DO(hall, CERTIFICATE, "issue_use", 0, NOW, ask);
    REFUSES(hall, CERTIFICATE, "issue_use", 0, NOW, ask, SAY_CERT_TWICE, CF_BOOKING);
    struct str text = paper_text("use_permit", CERTIFICATE, permit, firm, NOW, &say);
    HOLDS(text, "使用許可書", "第許A2026-00001号", "令和8年6月12日(金)11:00", "14,000円", "大人", "市内",
          "試験子");
    struct ctx *c = page_of(other_firm, NOW);
    assert_null(rec_get(c, CERTIFICATE, permit));
    gone(c);
}

/* -- money ------------------------------------------------------------------------------------------- */

static void slips_and_receipts_without_gaps(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    const char *ask = F("{\"booking\":%lld}", (long long)first);
    int64_t slip = DO(hall, PAYMENT, "issue", 0, "2026-06-10T13:10:00", ask);
    REFUSES(hall, PAYMENT, "issue", 0, "2026-06-10T13:11:00", ask, SAY_SLIP_LIVE, PY_BOOKING);
    struct str text = paper_text("payment_slip", PAYMENT, slip, hall, NOW, &say);
    HOLDS(text, "納付書", "第納A2026-00001号", "試験子様", "火葬（大人・市内）", "4,000円", "10,000円",
          "合計");
    paper_text("receipt", PAYMENT, slip, hall, NOW, &say);
    assert_int_equal(say, SAY_RECEIPT_UNPAID);
    DO(manager, PAYMENT, "cancel", slip, "2026-06-10T13:12:00", "{\"why\":\"宛名違い\"}");
    paper_text("payment_slip", PAYMENT, slip, hall, NOW, &say);
    assert_int_equal(say, SAY_PAPER_VOID);
    slip = DO(hall, PAYMENT, "issue", 0, "2026-06-10T13:13:00",
              F("{\"booking\":%lld,\"payer\":\"葛城　太郎\"}", (long long)first));
    DO(hall, PAYMENT, "pay", slip, "2026-06-10T13:20:00", "{\"method\":\"cash\"}");
    assert_int_equal(act(manager, PAYMENT, "cancel", slip, NOW, "{\"why\":\"x\"}").end, ACT_REFUSED);
    text = paper_text("receipt", PAYMENT, slip, hall, NOW, &say);
    struct str total =
        yen(city.a, count(F("SELECT fee_total FROM crematorium_booking WHERE id = %lld", (long long)first)));
    HOLDS(text, "領収書", "第領A2026-00001号", "納A2026-00002", "葛城太郎様", "現金",
          "令和8年6月10日(水)13:20", str_c(city.a, total));
    REFUSES(other_hall, PAYMENT, "issue", 0, NOW, ask, SAY_WRONG_SITE, PY_BOOKING);
    assert_int_equal(count("SELECT count(*) FROM crematorium_payment WHERE receipt_no IS NOT NULL"), 1);
    /* the gapless series: a refused issue took no number */
    int64_t other = booked(0, "2026-06-10", "14:00", "");
    DO(hall, PAYMENT, "issue", 0, NOW, F("{\"booking\":%lld}", (long long)other));
    assert_int_equal(count("SELECT count(*) FROM crematorium_payment WHERE slip_no = '納A2026-00003'"), 1);
}

/* Whichever door the money comes in: at the slip, at the charge, by a firm's month. */
static void every_yen_taken_has_a_receipt(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = booked(0, "2026-06-12", "14:00", ""),
            charge = count(F("SELECT id FROM crematorium_charge WHERE booking = %lld", (long long)id));
    int64_t slip = DO(hall, PAYMENT, "issue", 0, NOW, F("{\"booking\":%lld}", (long long)id));
    DO(desk, CHARGE, "pay", charge, "2026-06-09T10:00:00",
       "{\"amount\":4000,\"method\":\"cash\"}"); /* the slip becomes the receipt */
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_payment WHERE id = %lld AND state = 'paid' "
                             "AND receipt_no IS NOT NULL",
                             (long long)slip)),
                     1);
    id = booked(0, "2026-06-12", "14:30", "");
    charge = count(F("SELECT id FROM crematorium_charge WHERE booking = %lld", (long long)id));
    slip = DO(hall, PAYMENT, "issue", 0, NOW, F("{\"booking\":%lld}", (long long)id));
    DO(desk, BOOKING, "change", id, NOW,
       "{\"farewell\":\"13:00\"}"); /* 10,000 more: the old slip is no good */
    REFUSES(hall, PAYMENT, "pay", slip, NOW, "{\"method\":\"cash\"}", SAY_PAY_AMOUNT, -1);
    DO(desk, CHARGE, "pay", charge, "2026-06-09T11:00:00", "{\"amount\":14000,\"method\":\"cash\"}");
    assert_int_equal(
        count(F("SELECT count(*) FROM crematorium_payment WHERE id = %lld AND state = 'cancelled'",
                (long long)slip)),
        1);
    id = booked(0, "2026-06-12", "13:30", "");
    slip = DO(hall, PAYMENT, "issue", 0, NOW, F("{\"booking\":%lld}", (long long)id));
    DO(desk, BOOKING, "cancel", id, NOW, "{\"reason_code\":\"family\"}");
    assert_int_equal(
        count(F("SELECT count(*) FROM crematorium_payment WHERE id = %lld AND state = 'cancelled'",
                (long long)slip)),
        1);
    demo_do(&demo, "firm.edit", demo.firm[1], (const char *const[]){"credit", "1", NULL});
    for (int n = 0; n < 2; n++)
        done_at(act_map(other_firm, BOOKING, "reserve", 0, NOW, whole_person(n, "2026-06-16", "14:30", "")),
                "reserve", __LINE__);
    int64_t month = DO(desk, STATEMENT, "draft", 0, "2026-07-01T09:00:00",
                       F("{\"firm\":%lld,\"month\":\"2026-06\"}", (long long)demo.firm[1]));
    DO(desk, STATEMENT, "send", month, "2026-07-01T09:10:00", "{}");
    DO(desk, STATEMENT, "settle", month, "2026-07-20T09:00:00", "{}");
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_payment WHERE statement = %lld AND state = "
                             "'paid' AND amount = 4000",
                             (long long)month)),
                     2); /* one a hall */
    assert_int_equal(count("SELECT sum(paid) FROM crematorium_charge"),
                     count("SELECT sum(amount) FROM crematorium_payment WHERE state = 'paid'"));
    assert_int_equal(
        count(
            "SELECT count(*) FROM crematorium_payment WHERE state = 'paid' AND receipt_no LIKE '領A2026-%'"),
        4);
    assert_int_equal(count("SELECT count(*) FROM crematorium_payment WHERE receipt_no = '領A2026-00004'"), 1);
    assert_int_equal(count("SELECT count(*) FROM crematorium_payment WHERE receipt_no = '領B2026-00001'"), 1);
}

/* -- papers of a day --------------------------------------------------------------------------------- */

static void the_day_on_paper(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    struct ctx *c = page_of(whole, "2026-06-10T05:30:00");
    c->in->page = false;
    day_sheets_job(c);
    day_sheets_job(c); /* twice: nothing twice */
    gone(c);
    assert_int_equal(count("SELECT count(*) FROM crematorium_day_sheet"), 6); /* two halls, three days */
    int64_t id = count(F("SELECT id FROM crematorium_day_sheet WHERE site = %lld AND day = '2026-06-10'",
                         (long long)demo.site[0]));
    const char *no = F(
        "%lld",
        (long long)count(F("SELECT receipt_no FROM crematorium_booking WHERE id = %lld", (long long)first)));
    HOLDS(paper_text("running_sheet", DAY_SHEET, id, hall, NOW, &say), "進行表", "令和8年6月10日(水)",
          "10:30", no, "葛󠄀城花子", "大人・市内", "式場1", "待合室", "受領", "10:50", "12:00", "完了");
    HOLDS(paper_text("hearse_sheet", DAY_SHEET, id, hall, NOW, &say), "霊柩車運行表", "1号車", "09:30",
          "市立病院", "担当一", no);
    HOLDS(paper_text("cremation_list", DAY_SHEET, id, hall, NOW, &say), "火葬報告一覧", "A2026-00001",
          "葛󠄀城花", "10:50", "12:00", "計1件");
    HOLDS(paper_text("facility_list", DAY_SHEET, id, hall, NOW, &say), "施設使用一覧", "式場01",
          "08:30から10:00の枠", no);
}

static void the_daily_report_counts(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    DO(hall, INCIDENT, "report", 0, "2026-06-10T11:00:00",
       F("{\"site\":%lld,\"kind\":\"late\",\"what\":\"到着が遅れた\",\"effect\":\"11:00の枠が20分遅れる\"}",
         (long long)demo.site[0]));
    int64_t other =
        count(F("SELECT id FROM crematorium_booking WHERE day = '2026-06-10' AND band = '14:00'"));
    DO(desk, BOOKING, "cancel", other, "2026-06-10T12:30:00", "{\"reason_code\":\"family\"}");
    int64_t owing = booked(0, "2026-06-10", "15:00", "");
    DO(hall, PAYMENT, "issue", 0, NOW,
       F("{\"booking\":%lld}", (long long)owing)); /* due that day, not paid */
    int64_t close =
        DO(hall, DAY_CLOSE, "close", 0, "2026-06-10T17:15:00",
           F("{\"site\":%lld,\"day\":\"2026-06-10\",\"remark\":\"炉3番の点検\"}", (long long)demo.site[0]));
    int64_t fee = count(F("SELECT fee_total FROM crematorium_booking WHERE id = %lld", (long long)first));
    struct str total = yen(city.a, fee), due = yen(city.a, fee + 4000);
    struct str text = paper_text("daily_report", DAY_CLOSE, close, hall, NOW, &say);
    HOLDS(text, "日報", "予約2", "火葬1", "大人1", "納期限の来た未納の納付書1",
          F("この日の使用料%.*s", STR_ARG(due)), F("この日の領収%.*s", STR_ARG(total)), "到着の遅れ",
          "到着が遅れた", "11:00の枠が20分遅れる", "対応中", "返していない許可証0", "炉3番の点検",
          "葛󠄀城花子");
}

/* U054: before booking, and after it, the same draw function; only the number is still missing. */
static void the_plate_is_seen_before_anything_is_stored(void **state) {
    (void)state;
    NEED_CITY();
    const struct act *reserve_act = act_find(&crematorium, BOOKING, S("reserve"));
    struct val in = whole_person(0, "2026-06-12", "12:30", ",\"deceased\":\"葛\U000E0100城　見本\"");
    struct act_call call = { .caller = desk, .sys = &crematorium, .act = reserve_act, .input = in.map, .now = clock_at(NOW), .rehearse = true };
    int64_t before = count("SELECT count(*) FROM crematorium_booking");
    struct act_answer got = act_run(city.k, city.a, &call);
    assert_true(got.end == ACT_DONE && got.rec);
    struct ctx *c = page_of(desk, NOW);
    struct str seen, other, again;
    assert_true(preview_picture(c, reserve_act, got.rec, &seen));
    assert_memory_equal(seen.p, "\x89PNG", 4);
    assert_int_equal(count("SELECT count(*) FROM crematorium_booking"), before);
    struct rec *r = rec_copy(city.a, got.rec);
    assert_true(preview_picture(c, reserve_act, r, &again) && str_eq(seen, again));
    rec_set(r, BK_NAME, LIT("葛\U000E0101城　見本")); /* another shape of the same letter is another picture */
    assert_true(preview_picture(c, reserve_act, r, &other) && !str_eq(seen, other));
    struct pdf *plate = pdf_picture(city.a, true, 640);
    r = rec_copy(city.a, got.rec);
    rec_set(r, BK_NO, NIL);
    name_plate(c, r, plate);
    assert_true(pdf_end(plate, &other) && str_eq(seen, other));
    assert_false(preview_picture(c, act_find(&crematorium, BOOKING, S("cancel")), got.rec, &other));
    gone(c);
}

/* A black square of 60 × 60 on white: a picture of a name. */
static struct str square_png(double x) {
    struct pdf *p = pdf_picture(city.a, true, 297);
    struct str png;
    pdf_box(p, x, 50, 60, 60, 0, 0);
    assert_true(pdf_end(p, &png));
    return png;
}

static struct str plate_of(int64_t id) {
    struct ctx *c = page_of(whole, NOW);
    const struct rec *r = rec_get(c, BOOKING, id);
    struct pdf *p = pdf_picture(city.a, true, 297);
    struct str png;
    assert_non_null(r);
    name_plate(c, r, p);
    assert_true(pdf_end(p, &png));
    gone(c);
    return png;
}

/* U055: a picture and words for a character that cannot be typed; plate, application, permit and board show both. */
static void a_character_that_cannot_be_typed_has_a_picture(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    int64_t id = booked(0, "2026-06-12", "10:30", ",\"deceased\":\"外　字太郎\"");
    struct str before = plate_of(id);
    struct map *file = map_new(city.a);
    struct val in = read_json(F("{\"booking\":%lld,\"kind\":\"name_image\"}", (long long)id));
    map_setz(file, "name", LIT("name.png"));
    map_setz(file, "type", LIT("image/png"));
    map_setz(file, "bytes", BLOB(S("%PDF-1.4")));
    map_setz(in.map, "file", MAP(file));
    struct act_answer no = act_map(desk, ATTACHMENT, "add", 0, NOW, in);
    assert_true(says(&no, SAY_NAME_IMAGE, AT_FILE) && says(&no, SAY_NAME_NOTE, AT_NOTE));
    map_setz(file, "bytes", BLOB(square_png(100)));
    map_setz(in.map, "note", LIT("「字」の上が宀でなく穴"));
    assert_int_equal(act_map(desk, ATTACHMENT, "add", 0, NOW, in).end, ACT_DONE);
    struct str after = plate_of(id);
    assert_false(str_eq(before, after));
    map_setz(file, "bytes", BLOB(square_png(200)));
    assert_int_equal(act_map(desk, ATTACHMENT, "add", 0, NOW, in).end, ACT_DONE);
    assert_false(str_eq(plate_of(id), after)); /* the same words, another picture: the newer one hangs */
    HOLDS(paper_text("name_plate", BOOKING, id, hall, NOW, &say), "外字太郎", "外字あり：「字」の上が宀でなく穴");
    HOLDS(paper_text("use_application", BOOKING, id, hall, NOW, &say), "外字あり", "「字」の上が宀でなく穴");
    struct ctx *c = page_of(hall, "2026-06-12T09:00:00");
    struct buf b = buf_new(city.a, LIM_RESPONSE_BYTES);
    assert_true(json_write(&b, day_board(c)));
    gone(c);
    assert_true(str_find(buf_str(&b), S("\"gaiji\":true")) != SIZE_MAX);
    map_setz(file, "bytes", BLOB(str_sub(square_png(100), 0, 60)));
    struct val broken = read_json(F("{\"booking\":%lld,\"kind\":\"name_image\",\"note\":\"x\"}", (long long)id));
    map_setz(broken.map, "file", MAP(file));
    no = act_map(desk, ATTACHMENT, "add", 0, NOW, broken);
    assert_true(says(&no, SAY_NAME_IMAGE, AT_FILE)); /* cut off in the middle */
}

/* O09: returned, then erased by two, then certified. */
static void a_contract_ends_with_a_certificate(void **state) {
    (void)state;
    NEED_CITY();
    int say = 0;
#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    REFUSES(desk, CONTRACT_END, "receive", 0, NOW, "{\"contract\":\"a\",\"vendor\":\"b\",\"what\":\"c\",\"sha256\":\"12\"}", SAY_NOT_HASH, ENDC_HASH);
    int64_t id = DO(desk, CONTRACT_END, "receive", 0, NOW,
                    "{\"contract\":\"運用業務委託\",\"vendor\":\"試験電算\",\"what\":\"全ての表のCSV\",\"sha256\":\"" SHA "\"}");
    paper_text("end_certificate", CONTRACT_END, id, desk, NOW, &say);
    assert_int_equal(say, SAY_NOT_ERASED);
    REFUSES(whole, CONTRACT_END, "erase", id, NOW, "{\"erased_on\":\"2026-06-07\",\"method\":\"破壊\"}", SAY_ERASED_WHEN, ENDC_ERASED_ON);
    const char *erase = "{\"erased_on\":\"2026-06-08\",\"method\":\"媒体2個を破壊。立会い1人\"}";
    assert_int_equal(act(desk, CONTRACT_END, "erase", id, NOW, erase).end, ACT_PENDING);
    DO(whole, CONTRACT_END, "erase", id, NOW, erase);
    HOLDS(paper_text("end_certificate", CONTRACT_END, id, desk, NOW, &say), "返却・消去証明書", "第2026-001号", "試験電算", SHA, "媒体2個を破壊");
}

static void papers_of_one_booking_and_line(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    HOLDS(paper_text("name_plate", BOOKING, first, hall, NOW, &say), "葛󠄀城花子", "様",
          "カツラギハナコ", "3番炉");
    HOLDS(paper_text("permit_return", LEDGER, first_line, hall, NOW, &say), "火葬許可証への記入",
          "令和8年6月10日(水)10:50", "申請者", "第16条第2項");
    HOLDS(paper_text("extract", LEDGER, first_line, hall, NOW, &say), "火葬簿の写し", "A2026-00001",
          "葛󠄀城花", "みどり野市2番", "試験子", "令和8年6月10日(水)12:00");
    int64_t withheld =
        booked(0, "2026-06-11", "10:30", ",\"deceased\":\"伏せる　名\",\"name_withheld\":true");
    struct str plate = paper_text("name_plate", BOOKING, withheld, hall, NOW, &say);
    assert_true(str_find(plate, S("伏せる")) == SIZE_MAX);
    int64_t sheet =
        DO(hall, CONTACT_SHEET, "receive", 0, NOW,
           F("{\"site\":%lld,\"channel\":\"fax\",\"handler\":\"あおぞら葬祭\",\"deceased\":\"試験　人\"}",
             (long long)demo.site[0]));
    HOLDS(paper_text("contact_sheet", CONTACT_SHEET, sheet, hall, NOW, &say), "連絡表", "第A2026-00001号",
          "あおぞら葬祭", "試験人", "未処理");
}

/* A name longer than its cell shrinks; a character without a glyph is a boxed code point with its own text.
 */
static void long_and_rare_names_fit(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    int64_t id = booked(
        0, "2026-06-15", "10:30",
        ",\"deceased\":"
        "\"寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処　ポンポコピー\"");
    HOLDS(paper_text("name_plate", BOOKING, id, hall, NOW, &say), "寿限無寿限無五劫の擦り切れ海砂利水魚");
    HOLDS(paper_text("use_application", BOOKING, id, hall, NOW, &say), "食う寝る処に住む処ポンポコピー");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cremation_with_two_portions),
        cmocka_unit_test(certificates_are_numbered_and_printed),
        cmocka_unit_test(each_portion_has_one_certificate),
        cmocka_unit_test(a_corrected_line_is_printed_as_a_marked_reissue),
        cmocka_unit_test(a_use_permit_once_and_for_the_firm_too),
        cmocka_unit_test(slips_and_receipts_without_gaps),
        cmocka_unit_test(every_yen_taken_has_a_receipt),
        cmocka_unit_test(the_day_on_paper),
        cmocka_unit_test(the_daily_report_counts),
        cmocka_unit_test(the_plate_is_seen_before_anything_is_stored),
        cmocka_unit_test(a_character_that_cannot_be_typed_has_a_picture),
        cmocka_unit_test(a_contract_ends_with_a_certificate),
        cmocka_unit_test(papers_of_one_booking_and_line),
        cmocka_unit_test(long_and_rare_names_fit),
    };
    return BOTH("papers", tests);
}
