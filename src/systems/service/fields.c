/* fields.c - fields and sentences of the service. */
#include "service.h"

#define MANY INT64_C(1000000000)
static const struct choice urgencies[] = { { "high", "高（業務が止まる）" }, { "middle", "中（一部が使えない）" }, { "low", "低（質問・要望）" }, { NULL, NULL } };
static const struct choice kinds[] = { { "question", "問合せ" }, { "incident", "障害" }, { "request", "依頼" }, { NULL, NULL } };
static const struct choice goals[] = { { "uptime", "稼働率（1万分のいくつ）" }, { NULL, NULL } };

const struct field sla_fields[TG_N] = {
    [TG_URGENCY] = { "urgency", "緊急度", T_CHOICE, .must = 1, .list = 1, .of = urgencies },
    [TG_FIRST] = { "first_min", "最初の回答まで（分）", T_INT, .must = 1, .list = 1, .min = 1, .max = 100000 },
    [TG_END] = { "end_min", "解決まで（分）", T_INT, .must = 1, .list = 1, .min = 1, .max = 1000000 },
    RULE_FIELDS(TG),
};
const struct field goal_fields[GO_N] = {
    [GO_NAME] = { "name", "目標", T_CHOICE, .must = 1, .list = 1, .of = goals },
    [GO_VALUE] = { "value", "値", T_INT, .must = 1, .list = 1, .min = 0, .max = 10000, .help = "例: 9995 は 99.95%" },
    RULE_FIELDS(GO),
};
const struct field ticket_fields[CA_N] = {
    [CA_KIND] = { "kind", "種別", T_CHOICE, .must = 1, .list = 1, .of = kinds },
    [CA_URGENCY] = { "urgency", "緊急度", T_CHOICE, .must = 1, .list = 1, .of = urgencies },
    [CA_TITLE] = { "title", "件名", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 120, .help = "例: 予約の画面が開かない" },
    [CA_BODY] = { "body", "内容", T_NOTE, .must = 1, .max = 4000, .secrecy = STAFF, .help = "いつ、どの画面で、何をしたときかを書きます。" },
    [CA_BY] = { "by_login", "届け出た人", T_TEXT, .list = 1, .max = 60, .secrecy = STAFF },
    [CA_REPORTED] = { "reported_at", "受け付けた日時", T_TIME, .list = 1 },
    [CA_FIRST_DUE] = { "first_due", "最初の回答の期限", T_TIME },
    [CA_END_DUE] = { "end_due", "解決の期限", T_TIME, .list = 1 },
    [CA_FIRST] = { "first_at", "最初に回答した日時", T_TIME },
    [CA_END] = { "end_at", "解決した日時", T_TIME, .list = 1 },
    [CA_ANSWER] = { "answer", "回答", T_NOTE, .max = 4000, .secrecy = STAFF },
    [CA_CAUSE] = { "cause", "原因と再発防止", T_NOTE, .max = 4000, .secrecy = STAFF },
};
const struct field session_fields[SE_N] = {
    [SE_VENDOR] = { "vendor", "事業者", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 80 },
    [SE_PURPOSE] = { "purpose", "目的と作業", T_NOTE, .must = 1, .max = 2000, .secrecy = STAFF },
    [SE_FROM] = { "planned_from", "始める予定", T_TIME, .must = 1, .list = 1 },
    [SE_TO] = { "planned_to", "終える予定", T_TIME, .must = 1, .list = 1 },
    [SE_BY] = { "by_login", "申請した人", T_TEXT, .max = 60, .secrecy = STAFF },
    [SE_STARTED] = { "started_at", "接続を始めた日時", T_TIME, .list = 1 },
    [SE_ENDED] = { "ended_at", "接続を終えた日時", T_TIME, .list = 1 },
    [SE_REPORT] = { "report", "作業の報告", T_NOTE, .max = 8000, .secrecy = STAFF, .help = "触れた機器、変えた設定、見たデータ、結果を書きます。" },
    [SE_REPORTER] = { "reporter", "報告した人", T_TEXT, .max = 60, .secrecy = STAFF },
    [SE_ACCEPTED_BY] = { "accepted_by", "確認した人", T_TEXT, .max = 60, .secrecy = STAFF },
    [SE_REASON] = { "reason", "差し戻した理由", T_TEXT, .max = 200, .secrecy = STAFF },
};
const struct field pulse_fields[PU_N] = {
    [PU_MONTH] = { "month", "月", T_TEXT, .unique = 1, .list = 1, .max = 7 },
    [PU_FIRST] = { "first_at", "初め", T_TIME, .list = 1 },
    [PU_LAST] = { "last_at", "最後", T_TIME, .list = 1 },
    [PU_DOWN] = { "down_s", "止まっていた時間（秒）", T_INT, .list = 1, .max = MANY },
};
const struct field monthly_fields[RE_N] = {
    [RE_MONTH] = { "month", "月", T_TEXT, .must = 1, .unique = 1, .list = 1, .max = 7, .help = "例: 2026-11" },
    [RE_MADE] = { "made_at", "作成日時", T_TIME, .list = 1 },
    [RE_CASES] = { "cases", "受け付けた件数", T_INT, .list = 1, .max = MANY },
    [RE_INCIDENTS] = { "incidents", "うち障害", T_INT, .list = 1, .max = MANY },
    [RE_FIRST_LATE] = { "first_late", "最初の回答が期限に遅れた件数", T_INT, .list = 1, .max = MANY },
    [RE_END_LATE] = { "end_late", "解決が期限に遅れた件数", T_INT, .list = 1, .max = MANY },
    [RE_OPEN] = { "still_open", "まだ解決していない件数", T_INT, .list = 1, .max = MANY },
    [RE_FIRST_AVG] = { "first_avg_s", "最初の回答までの平均（秒）", T_INT, .max = MANY },
    [RE_END_AVG] = { "end_avg_s", "解決までの平均（秒）", T_INT, .max = MANY },
    [RE_UPTIME] = { "uptime", "稼働率（1万分のいくつ）", T_INT, .list = 1, .max = 10000 },
    [RE_DOWN] = { "down_s", "止まっていた時間（秒）", T_INT, .list = 1, .max = MANY },
    [RE_GOAL] = { "goal", "稼働率の目標（1万分のいくつ）", T_INT, .max = 10000 },
    [RE_SESSIONS] = { "sessions", "遠隔保守の回数", T_INT, .list = 1, .max = MANY },
    [RE_UNACCEPTED] = { "unaccepted", "報告を確認していない遠隔保守", T_INT, .list = 1, .max = MANY },
};
const struct field minutes_fields[MI_N] = {
    [MI_HELD] = { "held_on", "開いた日", T_DATE, .must = 1, .list = 1 },
    [MI_REPORT] = { "report", "見た月次報告", T_REF, .must = 1, .list = 1, .ref = "service.report" },
    [MI_PEOPLE] = { "people", "出席者", T_TEXT, .must = 1, .max = 200, .secrecy = STAFF },
    [MI_TEXT] = { "text", "決めたこと", T_NOTE, .must = 1, .max = 8000, .secrecy = STAFF },
};

const struct sentence service_sentences[] = {
    { NOT_MONTH, "not_month", "月は 2026-11 の形で入力してください。" },
    { NOT_OVER, "not_over", "{0} はまだ終わっていません。月が終わってから作ります。" },
    { NOT_TWICE, "not_twice", "{0} の報告はもうあります。" },
    { NO_TARGET, "no_target", "この緊急度の目標がありません。先に目標の時間を決めてください。" },
    { REPORT_MISSING, "report_missing", "作業の報告を入力してください。" },
    { OWN_REPORT, "own_report", "自分が書いた報告は、自分では確認できません。" },
    { SESSION_OPEN, "session_open", "この事業者には、報告を確認していない遠隔保守があります。先にその報告を確認してください。" },
    { SESSION_TIMES, "session_times", "終える予定は、始める予定より後にしてください。" },
    { SESSION_EARLY, "session_early", "許可された時間ではありません（{0} から）。" },
    { 0, NULL, NULL },
};
