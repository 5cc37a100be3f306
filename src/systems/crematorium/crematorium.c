/* crematorium.c - 聖苑予約: the system as one constant: states, grants, tables, acts, pages, paper, jobs.
**
** Read this file from top to bottom to know what the system allows; README.md says why.  The fields stand in
** fields.c and fields_rules.c, each specialty in a file of its own.
*/
#include "feeds.h"
#include "charges.h"
#include "desk.h"
#include "outage.h"
#include "queue.h"
#include "fields.h"
#include "records.h"

/* -- states ------------------------------------------------------------------------------------------------------ */

static const struct state booking_states[] = {
    { "tentative", "仮予約" }, { "confirmed", "本予約" }, { "arrived", "到着" }, { "cremating", "火葬中" },
    { "collected", "収骨済み" }, { "closed", "完了" }, { "cancelled", "取消" }, { "lapsed", "失効" }, { "refused", "受入不可" },
    { "hold", "確保中" }, { "released", "確保の終わり" }, { "sealed", "抽選待ち" }, { "unplaced", "抽選で取れず" },
    { "conflict", "停止中の記入と重なり" }, { "draft", "下書き" }, { NULL, NULL } };
static const struct state login_states[] = { { "active", "使用中" }, { "removed", "外した" }, { NULL, NULL } };
static const struct state contract_end_states[] = { { "returned", "返却済み" }, { "erased", "消去済み" }, { NULL, NULL } };
static const struct state maintenance_states[] = { { "announced", "予告" }, { "withdrawn", "取りやめ" }, { NULL, NULL } };
static const struct state remote_states[] = { { "allowed", "許可" }, { "reported", "報告済み" }, { NULL, NULL } };
static const struct state firm_states[] = { { "applied", "申請中" }, { "active", "登録" }, { "refused", "不登録" },
                                            { "suspended", "停止" }, { "cancelled", "登録取消" }, { "expired", "期限切れ" }, { NULL, NULL } };
static const struct state sheet_states[] = { { "received", "未処理" }, { "processed", "処理済み" },
                                             { "carried_over", "持ち越し" }, { "void", "無効" }, { NULL, NULL } };
static const struct state certificate_states[] = { { "issued", "発行済み" }, { "void", "無効" }, { NULL, NULL } };
static const struct state payment_states[] = { { "issued", "未納" }, { "paid", "領収済み" }, { "cancelled", "取消" }, { NULL, NULL } };
static const struct state month_states[] = { { "drafted", "下書き" }, { "checked", "確認済み" }, { "signed", "署名済み" }, { "sent", "送付済み" },
                                             { NULL, NULL } };
static const struct state ash_states[] = { { "open", "保管中" }, { "handed", "引き渡し済み" }, { NULL, NULL } };
static const struct state incident_states[] = { { "open", "対応中" }, { "closed", "対応済み" }, { NULL, NULL } };
static const struct state bulletin_states[] = { { "draft", "下書き" }, { "published", "掲載" }, { "withdrawn", "取り下げ" }, { NULL, NULL } };
static const struct state link_states[] = { { "active", "使用中" }, { "revoked", "止めた" }, { NULL, NULL } };

static const struct state charge_states[] = { { "open", "未納" }, { "account", "後納" }, { "paid", "納付済み" }, { "waived", "全額減免" },
                                              { "void", "取消" }, { NULL, NULL } };
static const struct state relief_states[] = { { "requested", "申請" }, { "examined", "書類を確認" }, { "granted", "決定" },
                                              { "declined", "認めない" }, { "paid", "還付済み" }, { NULL, NULL } };
static const struct state waiting_states[] = { { "waiting", "空き待ち" }, { "offered", "返事待ち" }, { "taken", "予約した" },
                                               { "passed", "返事なし" }, { "withdrawn", "取り下げ" }, { NULL, NULL } };
static const struct state draw_states[] = { { "committed", "印を公表" }, { "closed", "申込の終わり" }, { "revealed", "秘密を公表" },
                                            { "published", "結果を公表" }, { NULL, NULL } };
static const struct state sealed_states[] = { { "accepted", "受付" }, { "void", "無効" }, { "placed", "取れた" }, { "unplaced", "取れず" },
                                              { NULL, NULL } };
static const struct state call_states[] = { { "open", "結果なし" }, { "done", "済み" }, { NULL, NULL } };
static const struct state asked_states[] = { { "asked", "申請" }, { "granted", "認めた" }, { "declined", "認めない" }, { NULL, NULL } };
static const struct state block_states[] = { { "blocked", "使えない" }, { "released", "解除" }, { NULL, NULL } };
static const struct state outage_states[] = { { "open", "入力中" }, { "ended", "終了" }, { NULL, NULL } };
static const struct state statement_states[] = { { "draft", "作成" }, { "sent", "送付済み" }, { "paid", "納付済み" }, { NULL, NULL } };

/* -- grants: who may see what (crematorium.md 1.3) ------------------------------------------------------------------ */

#define ROLES_REPORT "hall_manager " ROLES_CITY " audit_office auditor"
#define SEES_ALL (SEES_STAFF | SEES_PERSONAL | SEES_SENSITIVE)
enum { READS = CAN_LIST | CAN_READ, DESK = CAN_LIST | CAN_READ | CAN_EXPORT, AUDITS = CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY };

/* Rules, fees, closures, sites: open to everyone; the history for those who answer for them. */
static const struct grant open_grants[] = {
    { .role = "public", .can = READS }, { .role = "city_manager", .can = AUDITS }, { .role = "city_staff", .can = DESK },
    { .role = "audit_office", .can = AUDITS }, { .role = "auditor", .can = AUDITS }, { .role = NULL } };
/* Free or taken, nothing else; whose it is only for those who work with it. */
static const struct grant slot_grants[] = {
    { .role = "public", .can = CAN_LIST }, { "hall_staff", CAN_LIST, "site", SEES_STAFF, NULL }, { "hall_manager", CAN_LIST, "site", SEES_STAFF, NULL },
    { "city_staff", CAN_LIST, NULL, SEES_STAFF, NULL }, { "city_manager", CAN_LIST, NULL, SEES_STAFF, NULL }, { .role = NULL } };
static const struct grant no_grants[] = { { .role = NULL } };
/* A firm reads its own row: everything registered about itself (U015). */
static const struct grant firm_grants[] = {
    { "firm_user", READS, "firm", SEES_ALL, NULL }, { "firm_admin", READS, "firm", SEES_ALL, NULL },
    { "hall_staff", READS, NULL, SEES_STAFF, NULL }, { "hall_manager", READS, NULL, SEES_STAFF, NULL },
    { "city_staff", DESK, NULL, SEES_ALL, NULL }, { "city_manager", AUDITS, NULL, SEES_ALL, NULL },
    { "audit_office", AUDITS, NULL, SEES_ALL, NULL }, { "auditor", AUDITS, NULL, SEES_ALL, NULL }, { .role = NULL } };
static const struct grant booking_grants[] = {
    { "firm_user", READS, "firm", SEES_ALL, NULL }, { "firm_admin", READS, "firm", SEES_ALL, NULL },
    { "hall_staff", DESK, "site", SEES_ALL, NULL }, { "hall_manager", DESK | CAN_HISTORY, "site", SEES_ALL, NULL },
    { "furnace_operator", READS, "site", SEES_ALL, NULL },
    { "city_staff", DESK, NULL, SEES_ALL, NULL }, { "city_manager", AUDITS, NULL, SEES_ALL, NULL },
    { "audit_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL }, { "auditor", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    { .role = NULL } };
static const struct grant site_desk_grants[] = {
    { "hall_staff", DESK, "site", SEES_ALL, NULL }, { "hall_manager", DESK | CAN_HISTORY, "site", SEES_ALL, NULL },
    { "city_staff", DESK, NULL, SEES_ALL, NULL }, { "city_manager", AUDITS, NULL, SEES_ALL, NULL },
    { "audit_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL }, { "auditor", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    { .role = NULL } };
/* 墓埋法15条: the book.  The audit reads it; every view is logged. */
static const struct grant ledger_grants[] = {
    { "hall_staff", READS, "site", SEES_ALL, NULL }, { "hall_manager", AUDITS, "site", SEES_ALL, NULL },
    { "furnace_operator", READS, "site", SEES_ALL, NULL },
    { "city_staff", READS, NULL, SEES_ALL, NULL }, { "city_manager", AUDITS, NULL, SEES_ALL, NULL },
    { "audit_office", READS | CAN_HISTORY, NULL, SEES_STAFF | SEES_PERSONAL, "監査" },
    { "auditor", READS | CAN_HISTORY, NULL, SEES_STAFF | SEES_PERSONAL, "監査" }, { .role = NULL } };
/* Papers that the firm may fetch for its own bookings (U087). */
static const struct grant paper_grants[] = {
    { "firm_user", READS, "firm", SEES_ALL, NULL }, { "firm_admin", READS, "firm", SEES_ALL, NULL },
    { "hall_staff", DESK, "site", SEES_ALL, NULL }, { "hall_manager", DESK | CAN_HISTORY, "site", SEES_ALL, NULL },
    { "city_staff", DESK, NULL, SEES_ALL, NULL }, { "city_manager", AUDITS, NULL, SEES_ALL, NULL },
    { "audit_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL }, { "auditor", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    { .role = NULL } };
static const struct grant link_grants[] = {
    { "firm_user", READS, "firm", SEES_STAFF, NULL }, { "firm_admin", READS, "firm", SEES_STAFF, NULL },
    { "hall_staff", READS, "site", SEES_STAFF, NULL }, { "hall_manager", READS | CAN_HISTORY, "site", SEES_STAFF, NULL },
    { "city_staff", CAN_LIST | CAN_READ, NULL, 0, NULL }, { "city_manager", AUDITS, NULL, 0, NULL }, { .role = NULL } };
static const struct grant desk_only_grants[] = {
    { "hall_staff", DESK, NULL, SEES_STAFF, NULL }, { "hall_manager", DESK | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    { "city_staff", DESK, NULL, SEES_STAFF, NULL }, { "city_manager", AUDITS, NULL, SEES_STAFF, NULL }, { .role = NULL } };
/* Of quiet tables: the public's pages look rows up by key; names on the board only for the hall's own display. */
static const struct grant key_grants[] = { { .role = "public", .can = CAN_LIST }, { .role = NULL } };
static const struct grant progress_grants[] = {
    { .role = "public", .can = CAN_LIST }, { "display", CAN_LIST, "site", SEES_PERSONAL, NULL },
    { "hall_staff", CAN_LIST, "site", SEES_PERSONAL, NULL }, { "hall_manager", CAN_LIST, "site", SEES_PERSONAL, NULL },
    { "city_staff", CAN_LIST, NULL, SEES_PERSONAL, NULL }, { "city_manager", CAN_LIST, NULL, SEES_PERSONAL, NULL }, { .role = NULL } };

/* Money: who owes sees the own; the desk sees its site; the audit sees all, the ground not. */
static const struct grant money_grants[] = {
    { "firm_user", READS, "firm", SEES_ALL, NULL }, { "firm_admin", READS, "firm", SEES_ALL, NULL },
    { "hall_staff", DESK, "site", SEES_ALL, NULL }, { "hall_manager", DESK | CAN_HISTORY, "site", SEES_ALL, NULL },
    { "city_staff", DESK, NULL, SEES_ALL, NULL }, { "city_manager", AUDITS, NULL, SEES_ALL, NULL },
    { "audit_office", AUDITS, NULL, SEES_STAFF, NULL }, { "auditor", AUDITS, NULL, SEES_STAFF, NULL }, { .role = NULL } };
static const struct grant statement_grants[] = {
    { "firm_user", READS, "firm", SEES_STAFF, NULL }, { "firm_admin", READS, "firm", SEES_STAFF, NULL },
    { "city_staff", DESK, NULL, SEES_STAFF, NULL }, { "city_manager", AUDITS, NULL, SEES_STAFF, NULL },
    { "audit_office", AUDITS, NULL, SEES_STAFF, NULL }, { "auditor", AUDITS, NULL, SEES_STAFF, NULL }, { .role = NULL } };

/* As money, and the furnace operator, who hangs the plate with the picture of a name. */
static const struct grant attachment_grants[] = {
    { "firm_user", READS, "firm", SEES_ALL, NULL }, { "firm_admin", READS, "firm", SEES_ALL, NULL },
    { "hall_staff", DESK, "site", SEES_ALL, NULL }, { "hall_manager", DESK | CAN_HISTORY, "site", SEES_ALL, NULL },
    { "furnace_operator", READS, "site", SEES_PERSONAL, NULL }, { "city_staff", DESK, NULL, SEES_ALL, NULL },
    { "city_manager", AUDITS, NULL, SEES_ALL, NULL }, { "audit_office", AUDITS, NULL, SEES_STAFF, NULL },
    { "auditor", AUDITS, NULL, SEES_STAFF, NULL }, { .role = NULL } };
/* People of a firm: its admin, the city and IT. */
static const struct grant login_grants[] = {
    { "firm_admin", READS, "firm", SEES_STAFF, NULL }, { "city_staff", READS, NULL, SEES_STAFF, NULL }, { "city_manager", AUDITS, NULL, SEES_STAFF, NULL },
    { "it_office", READS, NULL, SEES_STAFF, NULL }, { "audit_office", AUDITS, NULL, SEES_STAFF, NULL }, { .role = NULL } };

/* What the operator owes: the city and those who audit it. */
static const struct grant duty_grants[] = {
    { "city_staff", DESK, NULL, SEES_STAFF, NULL }, { "city_manager", AUDITS, NULL, SEES_STAFF, NULL }, { "it_office", DESK, NULL, SEES_STAFF, NULL },
    { "audit_office", AUDITS, NULL, SEES_STAFF, NULL }, { "auditor", AUDITS, NULL, SEES_STAFF, NULL }, { .role = NULL } };

/* -- tables ----------------------------------------------------------------------------------------------------------------- */

static const char *const slot_keys[] = { "day resource cell", NULL };
static const char *const token_keys[] = { "scope period n", NULL };
static const char *const line_keys[] = { "booking ordinal", NULL };
static const char *const day_close_keys[] = { "site day", NULL };
static const char *const month_keys[] = { "site month version", NULL };
static const char *const day_sheet_keys[] = { "site day", NULL };
static const char *const ledger_keys[] = { "site book fiscal_year serial", NULL };

static const char *const alarm_keys[] = { "site kind day", NULL };
static const char *const draw_keys[] = { "site day", NULL };
static const char *const turn_keys[] = { "site served", NULL };
static const char *const agreement_keys[] = { "terms firm account", NULL };
static const char *const statement_keys[] = { "firm month", NULL };

#define FIELDS(f) .fields = f, .nfields = (int)(sizeof f / sizeof *f)
static const struct table tables[TABLES] = {
    [SITE] = { "site", "聖苑", FIELDS(site_fields), .grants = open_grants, .title = "name", .order = "number" },
    [RESOURCE] = { "resource", "炉・式場・部屋・車", .about = "炉・式場・待合室・安置庫・霊柩車と、使える期間です。", FIELDS(resource_fields), .grants = open_grants, .title = "name",
                   .dated = "site kind number", .order = "name" },
    [FIRM] = { "firm", "葬祭業者", FIELDS(firm_fields), .states = firm_states, .grants = firm_grants, .title = "name", .order = "code" },
    [BAND] = { "band", "火葬枠", .about = "一日に何件を何時に受けるかです。", FIELDS(band_fields), .grants = open_grants, .title = "start",
               .dated = "site start on_day season_from", .order = "start", .check = band_check },
    [CLOSURE] = { "closure", "休場日", .about = "休む日と、その理由です。", FIELDS(closure_fields), .grants = open_grants, .title = "reason",
                  .dated = "site kind_of_use pattern day month_day_from weekday rokuyo nth open_or_closed", .check = closure_check },
    [WINDOW] = { "booking_window", "受付期間", .about = "何日先まで予約できるかです。", FIELDS(window_fields), .grants = open_grants, .title = "residence",
                 .dated = "site class residence channel" },
    [DEADLINE] = { "deadline", "締切", .about = "予約・変更・取消の締切です。", FIELDS(deadline_fields), .grants = open_grants, .title = "action", .dated = "site action channel" },
    [TENTATIVE] = { "tentative", "仮予約の決まり", .about = "仮予約が本予約になる時刻と、失効の決まりです。", FIELDS(tentative_fields), .grants = open_grants, .title = "basis", .dated = "site" },
    [CHANGE_LIMIT] = { "change_limit", "変更の回数", .about = "一つの予約を何回まで変更できるかです。", FIELDS(change_limit_fields), .grants = open_grants, .title = "basis", .dated = "site" },
    [FEE_ITEM] = { "fee_item", "使用料", .about = "火葬・式場・安置などの使用料です。", FIELDS(fee_item_fields), .grants = open_grants, .title = "item",
                   .dated = "site item class residence", .order = "item" },
    [CEILING] = { "ceiling", "上限", .about = "受け付ける件数の上限です。", FIELDS(ceiling_fields), .grants = open_grants, .title = "scope", .dated = "site scope period" },
    [CEREMONY] = { "ceremony_rule", "式の時間", .about = "告別式と通夜を始められる時刻です。", FIELDS(ceremony_fields), .grants = open_grants, .title = "basis", .dated = "site",
                   .check = ceremony_check },
    [RESIDENCE] = { "residence_rule", "居住地の決まり", .about = "市内・市外の分け方です。", FIELDS(residence_fields), .grants = open_grants, .title = "municipalities",
                    .dated = "site who_counts result" },
    [CLASS_RULE] = { "class_rule", "火葬区分の決まり", .about = "大人・小人などの分け方と、必要な書類です。", FIELDS(class_fields), .grants = open_grants, .title = "class", .dated = "class" },
    [ARRIVAL] = { "arrival_rule", "到着と部屋の時間", .about = "到着できる時間と、部屋を使える長さです。", FIELDS(arrival_fields), .grants = open_grants, .title = "basis", .dated = "site" },
    [BOOKING] = { "booking", "予約", FIELDS(booking_fields), .states = booking_states, .grants = booking_grants, .title = "receipt_no" },
    [SLOT] = { "slot", "枠の利用", FIELDS(slot_fields), .grants = slot_grants, .keys = slot_keys, .title = "resource", .quiet = true },
    [CEILING_TOKEN] = { "ceiling_token", "上限の札", FIELDS(ceiling_token_fields), .grants = no_grants, .keys = token_keys, .title = "scope",
                        .quiet = true },
    [DECEASED_KEY] = { "deceased_key", "死亡者のかぎ", FIELDS(deceased_key_fields), .grants = no_grants, .title = "booking", .quiet = true },
    [FEE_LINE] = { "fee_line", "使用料の行", FIELDS(fee_line_fields), .grants = no_grants, .keys = line_keys, .title = "item", .quiet = true },
    [CONTACT_SHEET] = { "contact_sheet", "連絡表", FIELDS(contact_sheet_fields), .states = sheet_states, .grants = site_desk_grants,
                        .title = "sheet_no" },
    [DAY_CLOSE] = { "day_close", "日締め", FIELDS(day_close_fields), .grants = site_desk_grants, .keys = day_close_keys, .title = "day",
                    .append_only = true },
    [EXEMPTION_RULE] = { "exemption_rule", "減免の決まり", .about = "使用料を減免する事由・割合・期限です。", FIELDS(exemption_rule_fields),
                         .grants = open_grants, .title = "ground", .dated = "site ground" },
    [REFUND_RULE] = { "refund_rule", "還付の決まり", .about = "納めた使用料を返す事由・割合・期限です。", FIELDS(refund_rule_fields),
                      .grants = open_grants, .title = "reason", .dated = "site reason" },
    [CHARGE] = { "charge", "使用料の請求", FIELDS(charge_fields), .states = charge_states, .grants = money_grants, .title = "receipt_no" },
    [EXEMPTION] = { "exemption", "減免の申請", FIELDS(exemption_fields), .states = relief_states, .grants = money_grants, .title = "booking" },
    [REFUND] = { "refund", "還付の申請", FIELDS(refund_fields), .states = relief_states, .grants = money_grants, .title = "booking" },
    [STATEMENT] = { "statement", "月の請求", FIELDS(statement_fields), .states = statement_states, .grants = statement_grants,
                    .keys = statement_keys, .title = "statement_no" },
    [WAITING] = { "waiting", "空き待ち", FIELDS(waiting_fields), .states = waiting_states, .grants = money_grants, .title = "day" },
    [INTAKE] = { "intake", "受付の順番", .about = "先着順・輪番・抽選のどれで受けるかです。", FIELDS(intake_fields), .grants = open_grants,
                 .title = "mode", .dated = "site season_from", .check = intake_check },
    [DRAW] = { "draw", "抽選・輪番", FIELDS(draw_fields), .states = draw_states, .grants = open_grants, .keys = draw_keys, .title = "draw_no",
               .order = "-day" },
    [SEALED] = { "sealed", "抽選の申込", FIELDS(sealed_fields), .states = sealed_states, .grants = money_grants, .title = "request_no" },
    [TURN] = { "turn", "輪番の順", FIELDS(turn_fields), .grants = open_grants, .keys = turn_keys, .title = "firm", .order = "served" },
    [FALLBACK] = { "fallback", "停止に備える用紙", FIELDS(fallback_fields), .grants = site_desk_grants, .title = "serial", .append_only = true },
    [OUTAGE] = { "outage", "システムの停止", FIELDS(outage_fields), .states = outage_states, .grants = site_desk_grants, .title = "began" },
    [CALL_NOTE] = { "call_note", "電話の記録", FIELDS(call_fields), .states = call_states, .grants = site_desk_grants, .title = "called_at" },
    [NEAR] = { "near", "よく似た死亡者", FIELDS(near_fields), .states = call_states, .grants = site_desk_grants, .title = "booking" },
    [CLAIM] = { "claim", "居住地の特例", FIELDS(claim_fields), .states = asked_states, .grants = money_grants, .title = "booking" },
    [BLOCK] = { "block", "使えない時間", FIELDS(block_fields), .states = block_states, .grants = site_desk_grants, .title = "reason" },
    [FIRM_REQUEST] = { "firm_request", "業者からの届出", FIELDS(firm_request_fields), .states = asked_states, .grants = statement_grants, .title = "kind" },
    [TERMS] = { "terms", "利用規約", .about = "葬祭業者が同意する利用規約の版です。", FIELDS(terms_fields), .grants = open_grants, .title = "version", .dated = "" },
    [AGREEMENT] = { "agreement", "利用規約への同意", FIELDS(agreement_fields), .grants = statement_grants, .keys = agreement_keys, .title = "terms",
                    .append_only = true },
    [ATTACHMENT] = { "attachment", "書類の写し", FIELDS(attachment_fields), .grants = attachment_grants, .title = "kind", .append_only = true },
    [POSTCODE] = { "postcode", "郵便番号", .about = "住所を町の名前まで入れるための表です。", FIELDS(postcode_fields), .grants = desk_only_grants, .title = "code", .order = "code" },
    [ALARM] = { "alarm", "異常の知らせ", FIELDS(alarm_fields), .grants = site_desk_grants, .keys = alarm_keys, .title = "kind", .append_only = true },
    [DUTY] = { "duty", "期限のあるもの", .about = "運用計画・認証・クラウドの層と、その期限です。", FIELDS(duty_fields), .grants = duty_grants, .title = "name", .order = "valid_until" },
    [REMOTE] = { "remote", "遠隔保守", FIELDS(remote_fields), .states = remote_states, .grants = duty_grants, .title = "purpose" },
    [FIRM_LOGIN] = { "firm_login", "自社の利用者", FIELDS(firm_login_fields), .states = login_states, .grants = login_grants, .title = "login", .order = "login" },
    [CONTRACT_END] = { "contract_end", "契約の終わりの返却と消去", FIELDS(contract_end_fields), .states = contract_end_states, .grants = duty_grants,
                       .title = "contract" },
    [MAINTENANCE] = { "maintenance", "保守のための停止", FIELDS(maintenance_fields), .states = maintenance_states, .grants = open_grants, .title = "begins",
                      .order = "-begins" },
    [LEDGER] = { "ledger", "火葬簿", FIELDS(ledger_fields), .grants = ledger_grants, .keys = ledger_keys, .title = "ledger_no" },

    [CERTIFICATE] = { "certificate", "許可書・証明書", FIELDS(certificate_fields), .states = certificate_states, .grants = paper_grants,
                      .title = "certificate_no" },
    [PAYMENT] = { "payment", "納付書・領収書", FIELDS(slip_fields), .states = payment_states, .grants = paper_grants, .title = "slip_no" },
    [MONTH_REPORT] = { "month_report", "月ごとの報告", FIELDS(month_report_fields), .states = month_states, .grants = site_desk_grants,
                       .keys = month_keys, .title = "month", .order = "-month" },
    [DAY_SHEET] = { "day_sheet", "日の帳票", FIELDS(day_sheet_fields), .grants = site_desk_grants, .keys = day_sheet_keys, .title = "day",
                    .order = "-day", .append_only = true },
    [CORRECTION] = { "correction", "火葬簿の訂正", FIELDS(correction_fields), .grants = ledger_grants, .title = "item", .append_only = true },
    [ASH] = { "ash", "残骨灰", FIELDS(ash_fields), .states = ash_states, .grants = site_desk_grants, .title = "container", .check = ash_check },
    [MORTUARY_LOG] = { "mortuary_log", "安置庫の出入り", FIELDS(mortuary_log_fields), .grants = site_desk_grants, .title = "locker_no",
                       .append_only = true },
    [INCIDENT] = { "incident", "出来事", FIELDS(incident_fields), .states = incident_states, .grants = site_desk_grants, .title = "kind" },
    [BULLETIN] = { "bulletin", "お知らせ", FIELDS(bulletin_fields), .states = bulletin_states, .grants = desk_only_grants, .title = "title",
                   .check = bulletin_check },
    [BULLETIN_SHOWN] = { "bulletin_shown", "載せているお知らせ", FIELDS(bulletin_shown_fields), .grants = key_grants, .title = "title", .quiet = true },
    [LINK] = { "link", "公開アドレス", FIELDS(link_fields), .states = link_states, .grants = link_grants, .title = "label" },
    [LINK_KEY] = { "link_key", "公開アドレスのかぎ", FIELDS(link_key_fields), .grants = key_grants, .title = "link", .quiet = true },
    [PROGRESS] = { "progress", "進み具合", FIELDS(progress_fields), .grants = progress_grants, .title = "number", .quiet = true },
};

/* -- what acts ask besides fields ---------------------------------------------------------------------------------------------- */

static const struct choice cancel_choices[] = { { "family", "ご遺族の都合" }, { "date", "日程の変更" }, { "other_site", "ほかの聖苑を使う" },
                                                { "duplicate", "二重の予約" }, { "mistake", "入力の誤り" }, { "other", "その他" },
                                                { NULL, NULL } };
static const struct field cancel_params[] = {
    { "reason_code", "取消の理由", T_CHOICE, .of = cancel_choices, .must = 1 },
    { "reason_text", "理由の説明", T_TEXT, .max = 100, .help = "個人の名前は書かないでください" }, { .name = NULL } };
static const struct field why_params[] = { { "why", "理由", T_TEXT, .must = 1, .max = 200 }, { .name = NULL } };
#define LABEL_PARAM { "coffin_label", "棺の札の番号", T_CODE, .max = 9, .help = "札にある受付番号" }
static const struct field arrive_params[] = { { "time_checked", "時刻のずれを確かめた", T_BOOL, .help = "到着が決まった時間の外のとき" }, LABEL_PARAM, { .name = NULL } };
static const struct field start_params[] = { { "implant_checked", "ペースメーカー等を確かめた", T_BOOL, .help = "「あり」か「不明」のとき" }, LABEL_PARAM, { .name = NULL } };
static const struct field collect_params[] = { LABEL_PARAM, { .name = NULL } };
static const struct field close_params[] = { { "returned_to", "許可証を返した相手", T_NAME, .must = 1, .help = "例: 申請者の氏名" }, { .name = NULL } };

static const struct ask permit_asks[] = { { BK_PERMIT_PLACE, NULL, 1 }, { BK_PERMIT_NO, NULL, 1 }, { BK_PERMIT_DATE, NULL, 1 }, { -1, NULL, 0 } };
static const struct ask ground_asks[] = { { BK_GROUND, NULL, 1 }, { BK_GROUND_DOCUMENT, NULL, 1 }, { -1, NULL, 0 } };
static const struct ask attach_asks[] = { { BK_FIRM, NULL, 1 }, { BK_PERSON, NULL, 0 }, { BK_PERSON_PHONE, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask start_asks[] = { { BK_FURNACE_NO, NULL, 1 }, { -1, NULL, 0 } };
static const struct ask collect_asks[] = { { BK_PORTIONS, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask amend_asks[] = {
    { BK_NAME, "亡くなった方", 0 }, { BK_KANA, NULL, 0 }, { BK_SEX, NULL, 0 }, { BK_HONSEKI, NULL, 0 }, { BK_ADDRESS, NULL, 0 }, { BK_DIED_PLACE, NULL, 0 },
    { BK_REQUESTER, "申請者", 0 }, { BK_REQUESTER_ADDRESS, NULL, 0 }, { BK_RELATION, NULL, 0 }, { BK_PHONE, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask firm_grounds_asks[] = { { FM_GROUNDS, NULL, 1 }, { -1, NULL, 0 } };
static const struct ask sheet_asks[] = {
    { CS_SITE, "届いた連絡表", 1 }, { CS_CHANNEL, NULL, 1 }, { CS_RECEIVED_AT, NULL, 0 }, { CS_SENDER, NULL, 0 },
    { CS_NAME, "内容", 0 }, { CS_KANA, NULL, 0 }, { CS_HANDLER, NULL, 1 }, { CS_CONTACT, NULL, 0 }, { CS_FAREWELL, NULL, 0 },
    { CS_CREMATION, NULL, 0 }, { CS_PLACE, NULL, 0 }, { CS_IMAGE, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask sheet_process_asks[] = { { CS_BOOKING, NULL, 0 }, { CS_ANSWER, NULL, 0 }, { CS_PLACE, NULL, 1 }, { -1, NULL, 0 } };
static const struct ask sheet_carry_asks[] = { { CS_OWNER, NULL, 1 }, { CS_REASON, NULL, 1 }, { CS_CABINET, NULL, 1 }, { -1, NULL, 0 } };
static const struct ask day_close_asks[] = { { DC_SITE, NULL, 1 }, { DC_DAY, NULL, 1 }, { DC_REMARK, NULL, 0 }, { -1, NULL, 0 } };

/* Rule rows: entered and ended, each with the approval of another person (4.1). */
#define RULE_TO(P) static const struct ask P##_end_asks[] = { { P##_TO, NULL, 1 }, { -1, NULL, 0 } };
RULE_TO(RS) RULE_TO(BD) RULE_TO(CL) RULE_TO(BW) RULE_TO(DL) RULE_TO(TN) RULE_TO(CH) RULE_TO(FE) RULE_TO(CE) RULE_TO(CR)
RULE_TO(RR) RULE_TO(KR) RULE_TO(AR) RULE_TO(XR) RULE_TO(RU) RULE_TO(IN) RULE_TO(TE)
#define RULE(TABLE, ASKS, P) \
    { .name = "enter", .label = "入力する", .table = TABLE, .roles = ROLES_CITY " hall_manager", .asks = ASKS, .second = APPROVAL, \
      .second_roles = "city_manager" }, \
    { .name = "end", .label = "適用を終える", .table = TABLE, .roles = ROLES_CITY " hall_manager", .asks = P##_end_asks, .from = "*", \
      .second = APPROVAL, .second_roles = "city_manager" }

/* -- acts ----------------------------------------------------------------------------------------------------------------------------- */

static const struct act acts[] = {
    { "reserve", "予約する", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = reserve_asks, .to = "tentative", .confirm = true,
      .fill = reserve_fill, .need = booking_need, .check = reserve_check, .run = reserve, .next = booking_next },
    { "take", "電話・窓口・FAXの予約を受ける", BOOKING, .roles = ROLES_DESK, .asks = take_asks, .to = "tentative", .confirm = true,
      .fill = reserve_fill, .need = take_need, .check = reserve_check, .run = reserve, .next = booking_next },
    { "change", "変更する", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = change_asks, .from = "tentative confirmed",
      .confirm = true, .need = booking_need, .check = change_check, .run = change, .next = booking_next },
    { "cancel", "取り消す", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .params = cancel_params, .from = "tentative confirmed",
      .to = "cancelled", .confirm = true, .check = cancel_check, .run = cancel },
    { "attach_firm", "葬祭業者を決める", BOOKING, .roles = ROLES_DESK, .asks = attach_asks, .from = "tentative confirmed",
      .run = follow },
    { "confirm", "確定する", BOOKING, .roles = ROLES_DESK, .from = "tentative", .to = "confirmed", .check = confirm_check, .run = confirm },
    { "receive_permit", "許可証を受け取る", BOOKING, .roles = ROLES_DESK " furnace_operator", .asks = permit_asks,
      .from = "tentative confirmed arrived", .check = permit_check, .run = receive_permit },
    { "accept_ground", "24時間を待たない根拠を確かめた", BOOKING, .roles = "hall_manager " ROLES_CITY, .asks = ground_asks,
      .from = "tentative confirmed", .check = ground_check, .run = accept_ground },
    { "arrive", "到着を記録する", BOOKING, .roles = ROLES_HALL " furnace_operator", .params = arrive_params, .from = "confirmed",
      .to = "arrived", .check = arrive_check, .run = arrive },
    { "undo_arrival", "到着を取り消す", BOOKING, .roles = "hall_manager", .params = why_params, .from = "arrived", .to = "confirmed",
      .run = undo_arrival },
    { "start", "火葬を始める", BOOKING, .roles = "furnace_operator " ROLES_HALL, .asks = start_asks, .params = start_params,
      .from = "arrived", .to = "cremating", .second = WITNESS, .second_roles = "furnace_operator " ROLES_HALL, .check = start_check,
      .run = start },
    { "finish", "火葬の終了を記録する", BOOKING, .roles = "furnace_operator " ROLES_HALL, .from = "cremating", .check = finish_check,
      .run = finish },
    { "collect", "収骨を記録する", BOOKING, .roles = ROLES_HALL " furnace_operator", .asks = collect_asks, .params = collect_params, .from = "cremating",
      .to = "collected", .check = collect_check, .run = collect },
    { "assign_rooms", "部屋を決める", BOOKING, .roles = ROLES_HALL, .asks = assign_asks, .from = "confirmed arrived cremating",
      .check = assign_check, .run = follow },
    { "read_message", "連絡を読んだ", BOOKING, .roles = ROLES_DESK " furnace_operator", .from = "tentative confirmed arrived cremating",
      .check = message_check, .run = message_read },
    { "amend", "内容を補う", BOOKING, .roles = ROLES_DESK, .asks = amend_asks, .from = "arrived cremating collected", .run = amend },
    { "close", "完了する", BOOKING, .roles = ROLES_HALL, .params = close_params, .from = "collected", .to = "closed",
      .check = close_check, .run = close_booking },
    { "no_show", "来場なしとして取り消す", BOOKING, .roles = ROLES_HALL, .from = "tentative confirmed", .to = "cancelled", .confirm = true,
      .check = no_show_check, .run = no_show },
    { "refuse", "受け入れない", BOOKING, .roles = "hall_manager", .params = why_params, .from = "tentative confirmed arrived",
      .to = "refused", .second = APPROVAL, .second_roles = "city_manager", .confirm = true, .run = refuse_use },
    { "hold", "枠を確保する", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = hold_asks, .to = "hold", .fill = reserve_fill,
      .check = hold_check, .run = hold },
    { "extend", "確保の時間を延ばす", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .from = "hold", .check = hold_extend_check, .run = hold_extend },
    { "draft", "下書きにする", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = draft_asks, .to = "draft", .fill = reserve_fill, .run = draft_keep },
    { "discard", "下書きを捨てる", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .from = "draft", .to = "released" },
    { "complete", "続けて予約する", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = reserve_asks, .from = "hold draft", .to = "tentative",
      .confirm = true, .need = booking_need, .check = reserve_check, .run = reserve, .next = booking_next },
    { "release", "確保をやめる", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .from = "hold", .to = "released", .run = hold_release },
    { "expire", "確保の時間が終わる", BOOKING, .roles = "", .from = "hold", .to = "released", .check = hold_expire_check, .run = hold_release },
    { "seal", "抽選に申し込む", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = reserve_asks, .params = seal_params, .to = "sealed",
      .confirm = true, .fill = reserve_fill, .need = booking_need, .check = seal_check, .run = seal },
    { "reseal", "抽選の申込を直す", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = reserve_asks, .params = seal_params, .from = "sealed",
      .need = booking_need, .check = seal_check, .run = seal },
    { "unseal", "抽選の申込をやめる", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .from = "sealed", .to = "cancelled", .run = unseal },
    { "place", "抽選の順に枠を決める", BOOKING, .roles = "", .params = place_params, .from = "sealed", .to = "tentative", .run = place },
    { "unplace", "抽選で取れなかった", BOOKING, .roles = "", .from = "sealed", .to = "unplaced", .run = unplace },
    { "reenter", "停止中の用紙を入力する", BOOKING, .roles = ROLES_DESK, .asks = reenter_asks, .to = "tentative", .confirm = true,
      .need = booking_need, .check = reenter_check, .run = reenter, .next = booking_next },
    { "settle_move", "重なりを決める（用紙の予約を移す）", BOOKING, .roles = "hall_manager city_manager", .asks = settle_asks, .params = settle_params,
      .from = "conflict", .to = "tentative", .confirm = true, .need = booking_need, .check = reserve_check, .run = settle_move },
    { "settle_drop", "重なりを決める（用紙の予約をやめる）", BOOKING, .roles = "hall_manager city_manager", .params = settle_params, .from = "conflict",
      .to = "cancelled", .confirm = true, .run = settle_drop },
    { "warn", "失効を警告する", BOOKING, .roles = "", .from = "tentative", .run = warn },
    { "lapse", "失効させる", BOOKING, .roles = "", .from = "tentative", .to = "lapsed", .check = lapse_check, .run = lapse },

    { "receive", "連絡表を受け付ける", CONTACT_SHEET, .roles = ROLES_DESK, .asks = sheet_asks, .to = "received", .run = sheet_receive },
    { "process", "処理する", CONTACT_SHEET, .roles = ROLES_DESK, .asks = sheet_process_asks, .from = "received carried_over",
      .to = "processed", .check = sheet_process_check, .run = sheet_process },
    { "carry_over", "持ち越す", CONTACT_SHEET, .roles = ROLES_DESK, .asks = sheet_carry_asks, .from = "received carried_over",
      .to = "carried_over", .check = sheet_carry_check, .run = sheet_carry },
    { "void", "無効にする", CONTACT_SHEET, .roles = ROLES_DESK, .params = why_params, .from = "received carried_over", .to = "void",
      .second = APPROVAL, .second_roles = "hall_manager city_manager" },
    { "close", "日を締める", DAY_CLOSE, .roles = ROLES_HALL, .asks = day_close_asks, .confirm = true, .fill = day_close_fill,
      .check = day_close_check, .run = day_close },

    { "issue_use", "使用許可書を発行する", CERTIFICATE, .roles = ROLES_DESK, .asks = use_permit_asks, .to = "issued", .check = use_permit_check,
      .run = use_permit_issue },
    { "issue", "火葬証明書を発行する", CERTIFICATE, .roles = ROLES_DESK, .asks = certificate_asks, .to = "issued", .confirm = true,
      .check = certificate_check, .run = certificate_issue },
    { "issue_division", "分骨証明書を発行する", CERTIFICATE, .roles = ROLES_DESK, .asks = division_asks, .to = "issued", .confirm = true,
      .check = division_check, .run = division_issue },
    { "reissue", "再発行する", CERTIFICATE, .roles = ROLES_DESK, .params = why_params, .from = "issued", .run = certificate_reissue },
    { "void", "無効にする", CERTIFICATE, .roles = "hall_manager " ROLES_CITY, .params = why_params, .from = "issued", .to = "void",
      .run = certificate_void },
    { "issue", "納付書を発行する", PAYMENT, .roles = ROLES_DESK, .asks = slip_asks, .to = "issued", .check = payment_check,
      .run = payment_issue },
    { "pay", "領収する", PAYMENT, .roles = ROLES_DESK, .asks = slip_pay_asks, .from = "issued", .to = "paid", .confirm = true,
      .check = payment_pay_check, .run = payment_pay },
    { "cancel", "取り消す", PAYMENT, .roles = "hall_manager " ROLES_CITY, .params = why_params, .from = "issued", .to = "cancelled",
      .run = payment_cancel },
    { "draft", "報告を作る", MONTH_REPORT, .roles = ROLES_DESK, .asks = month_report_asks, .to = "drafted", .check = month_check,
      .run = month_draft },
    { "recount", "数え直す", MONTH_REPORT, .roles = ROLES_DESK, .from = "drafted", .run = month_recount },
    { "check", "確認する", MONTH_REPORT, .roles = ROLES_DESK, .from = "drafted", .to = "checked", .run = month_checked },
    { "sign", "署名する", MONTH_REPORT, .roles = "hall_manager", .from = "checked", .to = "signed", .confirm = true, .run = month_sign },
    { "send", "市長へ送った", MONTH_REPORT, .roles = ROLES_DESK, .asks = month_report_send_asks, .from = "signed", .to = "sent",
      .run = month_send },
    { "return", "下書きに戻す", MONTH_REPORT, .roles = "hall_manager city_manager", .params = why_params, .from = "checked signed",
      .to = "drafted", .run = month_recount },
    { "remind", "催促する", MONTH_REPORT, .roles = "", .from = "drafted checked signed", .run = month_remind },
    { "make", "日の帳票を作る", DAY_SHEET, .roles = ROLES_DESK, .asks = day_sheet_asks, .run = day_sheet_make },
    { "correct", "火葬簿を訂正する", CORRECTION, .roles = "hall_manager " ROLES_CITY, .asks = correction_asks, .confirm = true,
      .check = correction_check, .run = correct },
    { "open", "容器を登録する", ASH, .roles = ROLES_DESK, .asks = ash_asks, .to = "open", .run = ash_open },
    { "hand_over", "引き渡しを記録する", ASH, .roles = ROLES_DESK, .asks = ash_hand_asks, .from = "open", .to = "handed", .confirm = true,
      .run = ash_hand_over },
    { "record", "出入りを記録する", MORTUARY_LOG, .roles = ROLES_HALL " furnace_operator", .asks = mortuary_log_asks, .check = mortuary_check,
      .run = mortuary_record },
    { "report", "出来事を記録する", INCIDENT, .roles = ROLES_DESK, .asks = incident_asks, .to = "open", .check = incident_check,
      .run = incident_report },
    { "close", "対応を終える", INCIDENT, .roles = ROLES_DESK, .asks = incident_close_asks, .from = "open", .to = "closed", .run = incident_close },
    { "write", "お知らせを書く", BULLETIN, .roles = ROLES_DESK, .asks = bulletin_asks, .to = "draft", .fill = bulletin_fill, .run = bulletin_edit },
    { "edit", "直す", BULLETIN, .roles = ROLES_DESK, .asks = bulletin_asks, .from = "draft published", .run = bulletin_edit },
    { "publish", "載せる", BULLETIN, .roles = "hall_manager " ROLES_CITY, .from = "draft withdrawn", .to = "published", .confirm = true,
      .run = bulletin_publish },
    { "withdraw", "取り下げる", BULLETIN, .roles = "hall_manager " ROLES_CITY, .from = "published", .to = "withdrawn", .run = bulletin_withdraw },
    { "visit", "会葬者の案内を作る", LINK, .roles = ROLES_FIRM " " ROLES_HALL, .asks = visit_asks, .to = "active", .check = link_visit_check,
      .run = link_visit },
    { "calendar", "予約の暦のアドレスを作る", LINK, .roles = ROLES_FIRM " " ROLES_HALL, .asks = calendar_asks, .to = "active",
      .run = link_calendar },
    { "revoke", "アドレスを止める", LINK, .roles = ROLES_FIRM " " ROLES_HALL, .from = "active", .to = "revoked", .confirm = true,
      .run = link_revoke },

    { "enter", "登録する", SITE, .roles = ROLES_CITY, .asks = site_asks, .second = APPROVAL, .second_roles = "city_manager" },
    { "edit", "直す", SITE, .roles = ROLES_CITY, .asks = site_asks, .from = "*", .second = APPROVAL, .second_roles = "city_manager" },
    { "apply", "申請を入力する", FIRM, .roles = ROLES_CITY, .asks = firm_asks, .to = "applied", .check = firm_apply_check },
    { "edit", "直す", FIRM, .roles = ROLES_CITY, .asks = firm_asks, .from = "applied active suspended" },
    { "accept", "登録を認める", FIRM, .roles = ROLES_CITY, .from = "applied suspended", .to = "active", .second = APPROVAL,
      .second_roles = "city_manager", .check = firm_accept_check, .run = firm_accept },
    { "decline", "登録を認めない", FIRM, .roles = ROLES_CITY, .asks = firm_grounds_asks, .from = "applied", .to = "refused",
      .second = APPROVAL, .second_roles = "city_manager" },
    { "suspend", "停止する", FIRM, .roles = ROLES_CITY, .asks = firm_grounds_asks, .from = "active", .to = "suspended",
      .second = APPROVAL, .second_roles = "city_manager", .confirm = true, .next = firm_next },
    { "remind", "登録の更新を知らせる", FIRM, .roles = "", .from = "active", .run = firm_remind },
    { "expire", "登録の期限が過ぎた", FIRM, .roles = "", .from = "active", .to = "expired", .check = firm_expire_check },
    { "remove", "登録を取り消す", FIRM, .roles = ROLES_CITY, .asks = firm_grounds_asks, .from = "active suspended", .to = "cancelled",
      .second = APPROVAL, .second_roles = "city_manager", .confirm = true },

    RULE(RESOURCE, resource_asks, RS), RULE(BAND, band_asks, BD), RULE(CLOSURE, closure_asks, CL), RULE(WINDOW, window_asks, BW),
    RULE(DEADLINE, deadline_asks, DL), RULE(TENTATIVE, tentative_asks, TN), RULE(CHANGE_LIMIT, change_limit_asks, CH),
    RULE(FEE_ITEM, fee_item_asks, FE), RULE(CEILING, ceiling_asks, CE), RULE(CEREMONY, ceremony_asks, CR),
    RULE(RESIDENCE, residence_asks, RR), RULE(CLASS_RULE, class_asks, KR), RULE(ARRIVAL, arrival_asks, AR),
    RULE(EXEMPTION_RULE, exemption_rule_asks, XR), RULE(REFUND_RULE, refund_rule_asks, RU), RULE(INTAKE, intake_asks, IN), RULE(TERMS, terms_asks, TE),

    { "ask", "空き待ちに入る", WAITING, .roles = ROLES_FIRM " " ROLES_DESK, .asks = waiting_asks, .to = "waiting", .check = waiting_check,
      .run = waiting_ask },
    { "withdraw", "空き待ちをやめる", WAITING, .roles = ROLES_FIRM " " ROLES_DESK, .from = "waiting offered", .to = "withdrawn",
      .run = waiting_leave },
    { "pass", "返事の期限が過ぎた", WAITING, .roles = "", .from = "waiting offered", .to = "passed", .check = waiting_pass_check,
      .run = waiting_leave },
    { "commit", "抽選の印を公表する", DRAW, .roles = "", .asks = draw_asks, .to = "committed", .check = draw_commit_check, .run = draw_commit },
    { "close", "申込の番号を公表する", DRAW, .roles = "", .from = "committed", .to = "closed", .check = draw_close_check, .run = draw_close },
    { "add_beacon", "公の値を入れる", DRAW, .roles = "city_manager", .asks = beacon_asks, .from = "closed" },
    { "reveal", "秘密を公表する", DRAW, .roles = "", .from = "closed", .to = "revealed", .check = draw_reveal_check, .run = draw_reveal },
    { "publish", "結果を公表する", DRAW, .roles = "", .from = "revealed", .to = "published", .run = draw_publish },
    { "print", "停止に備える用紙を作る", FALLBACK, .roles = ROLES_DESK, .asks = fallback_asks, .run = fallback_print },
    { "begin", "停止中の用紙の入力を始める", OUTAGE, .roles = ROLES_DESK, .asks = outage_asks, .to = "open", .check = outage_begin_check,
      .run = outage_begin },
    { "end", "停止中の用紙の入力を終える", OUTAGE, .roles = "hall_manager city_manager", .from = "open", .to = "ended", .confirm = true,
      .check = outage_end_check, .run = outage_end },
    { "note", "電話を記録する", CALL_NOTE, .roles = ROLES_DESK, .asks = call_asks, .to = "open", .run = call_note },
    { "done", "電話の結果を記録する", CALL_NOTE, .roles = ROLES_DESK, .asks = call_done_asks, .from = "open", .to = "done",
      .check = call_done_check, .run = call_done },
    { "done", "確かめたことを記録する", NEAR, .roles = ROLES_DESK, .asks = near_asks, .from = "open", .to = "done", .run = near_done },
    { "ask", "居住地の特例を申請する", CLAIM, .roles = ROLES_FIRM " " ROLES_DESK, .asks = claim_asks, .to = "asked", .check = claim_check,
      .run = claim_ask },
    { "grant", "特例を認める", CLAIM, .roles = ROLES_CITY " hall_manager", .asks = claim_done_asks, .from = "asked", .to = "granted", .run = claim_grant },
    { "decline", "特例を認めない", CLAIM, .roles = ROLES_CITY " hall_manager", .asks = claim_done_asks, .from = "asked", .to = "declined",
      .run = claim_decline },
    { "block", "使えない時間を入れる", BLOCK, .roles = ROLES_DESK, .asks = block_asks, .to = "blocked", .check = block_check, .run = block },
    { "release", "使えるように戻す", BLOCK, .roles = ROLES_DESK, .from = "blocked", .to = "released", .run = unblock },
    { "ask", "更新・変更・終了を届け出る", FIRM_REQUEST, .roles = "firm_admin", .asks = firm_request_asks, .to = "asked",
      .check = firm_request_check, .run = firm_request },
    { "grant", "届出を認める", FIRM_REQUEST, .roles = ROLES_CITY, .asks = firm_request_done_asks, .from = "asked", .to = "granted",
      .check = firm_request_grant_check, .run = firm_request_grant },
    { "decline", "届出を認めない", FIRM_REQUEST, .roles = ROLES_CITY, .asks = firm_request_done_asks, .from = "asked", .to = "declined",
      .run = firm_request_decline },
    { "add", "利用者を加える", FIRM_LOGIN, .roles = "firm_admin", .asks = firm_login_asks, .to = "active", .check = login_add_check,
      .run = login_add },
    { "remove", "利用者を外す", FIRM_LOGIN, .roles = "firm_admin", .from = "active", .to = "removed", .confirm = true, .run = login_remove },
    { "receive", "データの返却を受ける", CONTRACT_END, .roles = ROLES_CITY, .asks = contract_return_asks, .to = "returned",
      .check = contract_return_check, .run = contract_return },
    { "erase", "消去を確かめた", CONTRACT_END, .roles = ROLES_CITY, .asks = contract_erase_asks, .from = "returned", .to = "erased",
      .second = APPROVAL, .second_roles = "city_manager", .check = contract_erase_check, .run = contract_erase },
    { "announce", "保守を知らせる", MAINTENANCE, .roles = ROLES_CITY, .asks = maintenance_asks, .to = "announced", .second = APPROVAL,
      .second_roles = "city_manager", .check = maintenance_check },
    { "withdraw", "保守を取りやめる", MAINTENANCE, .roles = ROLES_CITY, .from = "announced", .to = "withdrawn" },
    { "enter", "入力する", POSTCODE, .roles = ROLES_CITY, .asks = postcode_asks },
    { "edit", "直す", POSTCODE, .roles = ROLES_CITY, .asks = postcode_asks, .from = "*" },
    { "raise", "異常を知らせる", ALARM, .roles = "", .asks = alarm_asks, .run = alarm_raise },
    { "enter", "入力する", DUTY, .roles = ROLES_CITY, .asks = duty_asks },
    { "edit", "直す", DUTY, .roles = ROLES_CITY, .asks = duty_asks, .from = "*" },
    { "allow", "遠隔保守を許可する", REMOTE, .roles = ROLES_CITY, .asks = remote_asks, .to = "allowed", .check = remote_check },
    { "report", "作業の報告を入れる", REMOTE, .roles = ROLES_CITY, .asks = remote_report_asks, .from = "allowed", .to = "reported" },
    { "add", "書類を出す", ATTACHMENT, .roles = ROLES_FIRM " " ROLES_DESK, .asks = attachment_asks, .check = attachment_check,
      .run = attachment_add },
    { "agree", "利用規約に同意する", AGREEMENT, .roles = ROLES_FIRM, .asks = agreement_asks, .confirm = true, .run = agree },
    { "remind", "納付を知らせる", CHARGE, .roles = "", .from = "open", .run = charge_remind },
    { "pay", "納付を記録する", CHARGE, .roles = ROLES_DESK, .params = pay_params, .from = "open account", .to = "paid", .check = pay_check,
      .run = pay },
    { "defer", "後納を認める", CHARGE, .roles = ROLES_CITY, .asks = defer_asks, .from = "open", .to = "account", .second = APPROVAL,
      .second_roles = "city_manager", .check = defer_check },
    { "request", "減免を申請する", EXEMPTION, .roles = ROLES_FIRM " " ROLES_DESK, .asks = exemption_asks, .to = "requested",
      .check = exemption_ask_check, .run = exemption_ask },
    { "examine", "書類を確かめた", EXEMPTION, .roles = ROLES_DESK, .from = "requested", .to = "examined", .run = exemption_examine },
    { "grant", "減免を決める", EXEMPTION, .roles = ROLES_CITY " hall_manager", .asks = decision_asks, .from = "examined", .to = "granted",
      .check = exemption_grant_check, .run = exemption_grant },
    { "decline", "減免を認めない", EXEMPTION, .roles = ROLES_CITY " hall_manager", .asks = decision_asks, .from = "requested examined",
      .to = "declined", .run = exemption_decline },
    { "request", "還付を申請する", REFUND, .roles = ROLES_FIRM " " ROLES_DESK, .asks = refund_asks, .to = "requested",
      .check = refund_ask_check, .run = refund_ask },
    { "examine", "書類を確かめた", REFUND, .roles = ROLES_DESK, .from = "requested", .to = "examined", .run = refund_examine },
    { "grant", "還付を決める", REFUND, .roles = ROLES_CITY " hall_manager", .asks = refund_decision_asks, .from = "examined", .to = "granted",
      .check = refund_grant_check, .run = refund_grant },
    { "decline", "還付を認めない", REFUND, .roles = ROLES_CITY " hall_manager", .asks = refund_decision_asks, .from = "requested examined",
      .to = "declined", .run = refund_decline },
    { "paid", "還付を終えた", REFUND, .roles = ROLES_DESK, .from = "granted", .to = "paid", .run = refund_paid },
    { "draft", "月の請求を作る", STATEMENT, .roles = "city_staff city_manager", .asks = statement_asks, .to = "draft", .run = statement_draft },
    { "send", "月の請求を送る", STATEMENT, .roles = ROLES_CITY, .from = "draft", .to = "sent", .run = statement_send },
    { "settle", "納付を記録する", STATEMENT, .roles = ROLES_CITY, .from = "sent", .to = "paid", .run = statement_settle },
    { .name = NULL },
};

/* -- pages, paper, jobs, roles ------------------------------------------------------------------------------------------------------------ */

static const struct page pages[] = {
    { "", "空き状況", .roles = "public", .model = availability, .html = "availability.html", .cached = true, .menu = true },
    { "earliest", "早く使える組み合わせ", .roles = "public", .model = earliest_page, .html = "earliest.html" },
    { "rooms", "部屋の空き", .roles = "public", .model = rooms_page, .html = "rooms.html", .cached = true },
    { "months", "月の空き", .roles = "public", .model = months_page, .html = "months.html", .cached = true },
    { "mine", "自社の予約", .roles = ROLES_FIRM, .model = mine_page, .html = "mine.html", .menu = true },
    { "logins", "自社の利用者", .roles = "firm_admin", .model = logins_page, .html = "logins.html", .menu = true },
    { "day", "今日の予定", .roles = ROLES_DESK " furnace_operator", .model = day_board, .html = "day.html", .menu = true },
    { "tray", "連絡表の受け箱", .roles = ROLES_DESK, .model = sheet_tray, .html = "tray.html", .menu = true },
    { "holds", "確保中の枠", .roles = ROLES_FIRM " " ROLES_DESK, .model = holds_page, .html = "holds.html", .menu = true },
    { "draws", "抽選の公表", .roles = "public", .model = draws_page, .html = "draws.html", .cached = true, .menu = true },
    { "simulate", "60日間の見込み", .roles = ROLES_DESK, .model = simulate, .html = "simulate.html" },
    { "paper", "停止中の用紙", .roles = ROLES_DESK, .model = outage_page, .html = "outage.html", .menu = true },
    { "attention", "要確認", .roles = ROLES_DESK, .model = attention, .html = "attention.html", .menu = true },
    { "week", "週の予約", .roles = ROLES_DESK, .model = week_board, .html = "week.html", .menu = true },
    { "month", "月の予約", .roles = ROLES_DESK, .model = month_board, .html = "week.html" },
    { "facilities", "施設の予約", .roles = ROLES_DESK, .model = facility_board, .html = "facilities.html" },
    { "statistics", "統計", .roles = ROLES_REPORT, .model = statistics, .html = "statistics.html", .menu = true },
    { "statistics.csv", "統計（CSV）", .roles = ROLES_REPORT, .model = statistics_csv },
    { "firms", "葬祭業者ごとの数", .roles = ROLES_REPORT, .model = firm_figures, .html = "firms.html" },
    { "firms.csv", "葬祭業者ごとの数（CSV）", .roles = ROLES_REPORT, .model = firm_figures_csv },
    { "revenue", "収入", .roles = ROLES_REPORT, .model = revenue, .html = "revenue.html" },
    { "revenue.csv", "収入（CSV）", .roles = ROLES_REPORT, .model = revenue_csv },
    { "visit", "ご会葬の皆さまへ", .roles = "public", .model = visit_page, .html = "visit.html" },
    { "calendar.ics", "予約の暦", .roles = "public", .model = calendar_feed },
    { "guidance", "案内表示", .roles = ROLES_HALL " display", .model = guidance_page, .html = "guidance.html" },
    { "open", "オープンデータ", .roles = "public", .model = open_data, .html = "open.html", .cached = true },
    { "unpaid", "未納の一覧", .roles = ROLES_DESK, .model = unpaid, .html = "unpaid.html", .menu = true },
    { "open.csv", "オープンデータ（CSV）", .roles = "public", .model = open_data_csv },
    { .label = NULL } };
static const struct paper papers[] = {
    { "use_application", "使用許可申請書", BOOKING, .roles = ROLES_FIRM " " ROLES_DESK, .draw = use_application },
    { "permit_stamp", "許可証への印字", LEDGER, .roles = ROLES_DESK, .draw = permit_stamp },
    { "name_plate", "名札", BOOKING, .roles = ROLES_HALL " furnace_operator", .draw = name_plate, .landscape = true, .preview = true },
    { "use_permit", "使用許可書", CERTIFICATE, .roles = ROLES_FIRM " " ROLES_DESK, .draw = use_permit },
    { "cremation_certificate", "火葬証明書", CERTIFICATE, .roles = ROLES_DESK, .draw = cremation_certificate },
    { "division_certificate", "分骨証明書", CERTIFICATE, .roles = ROLES_DESK, .draw = division_certificate },
    { "payment_slip", "納付書", PAYMENT, .roles = ROLES_FIRM " " ROLES_DESK, .draw = payment_slip },
    { "receipt", "領収書", PAYMENT, .roles = ROLES_FIRM " " ROLES_DESK, .draw = receipt },
    { "end_certificate", "データの返却・消去証明書", CONTRACT_END, .roles = ROLES_CITY " it_office audit_office", .draw = contract_certificate },
    { "month_report", "火葬状況報告書", MONTH_REPORT, .roles = ROLES_DESK, .draw = month_paper },
    { "year_report", "年度の火葬件数", MONTH_REPORT, .roles = ROLES_DESK, .draw = year_paper },
    { "running_sheet", "進行表", DAY_SHEET, .roles = ROLES_DESK, .draw = running_sheet, .landscape = true },
    { "hearse_sheet", "霊柩車運行表", DAY_SHEET, .roles = ROLES_DESK, .draw = hearse_sheet },
    { "cremation_list", "火葬報告一覧", DAY_SHEET, .roles = ROLES_DESK, .draw = cremation_list, .landscape = true },
    { "facility_list", "施設使用一覧", DAY_SHEET, .roles = ROLES_DESK, .draw = facility_list },
    { "daily_report", "日報", DAY_CLOSE, .roles = ROLES_DESK, .draw = daily_report },
    { "contact_sheet", "連絡表", CONTACT_SHEET, .roles = ROLES_DESK, .draw = contact_sheet_paper },
    { "permit_return", "火葬許可証への記入", LEDGER, .roles = ROLES_DESK, .draw = permit_return },
    { "extract", "火葬簿の写し", LEDGER, .roles = ROLES_DESK, .draw = ledger_extract },
    { "visit_sheet", "会葬者への案内", LINK, .roles = ROLES_FIRM " " ROLES_HALL, .draw = visit_sheet },
    { .name = NULL } };
static const struct job jobs[] = { { "deadlines", "仮予約の警告・確定・失効", .every_s = 60, .run = deadlines_job },
    { "holds", "終わった確保を空きに戻す", .every_s = 30, .run = holds_job }, { "waiting", "空き待ちの返事の期限", .every_s = 60, .run = waiting_job },
    { "intake", "抽選・輪番の受付", .every_s = 20, .run = intake_job },
    { "fallback_morning", "停止に備える用紙（朝）", .at = "06:00", .run = fallback_job },
    { "fallback_evening", "停止に備える用紙（夕）", .at = "17:00", .run = fallback_job },
    { "fax_in", "届いたFAXを連絡表にする", .every_s = 60, .run = fax_in_job }, { "firms", "登録の期限", .at = "06:10", .run = firms_job },
    { "reminders", "納付の知らせ", .every_s = 600, .run = reminders_job }, { "conditional", "申込がなければ休む日", .every_s = 300, .run = conditional_job },
    { "day_sheets", "日の帳票", .at = "05:30", .run = day_sheets_job }, { "months", "月ごとの報告", .at = "06:00", .run = months_job },
    { "alarms", "異常を知らせる", .every_s = 600, .run = alarms_job }, { "statements", "葬祭業者への月の請求", .at = "05:10", .run = statements_job }, { .name = NULL } };
static const struct role roles[] = {
    { "firm_user", "葬祭業者" }, { "firm_admin", "葬祭業者の管理者" }, { "hall_staff", "聖苑の職員" }, { "hall_manager", "場長" },
    { "furnace_operator", "火葬の担当者" }, { "city_staff", "市の窓口" }, { "city_manager", "市の課長" },
    { "display", "案内表示の端末" }, { NULL, NULL } };

const struct system crematorium = {
    "crematorium", "聖苑予約", tables, TABLES, acts, pages, papers, jobs, roles, crematorium_sentences, .demo = demo_city, .feeds = crematorium_feeds };
