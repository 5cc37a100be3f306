/* service.c - the system as a constant: help desk, incidents, remote maintenance, availability, monthly report. */
#include "service.h"

enum { ALL = CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY };
#define CITY { "it_office", ALL, NULL, SEES_STAFF, NULL }, { "manager", ALL, NULL, SEES_STAFF, NULL }, \
    { "audit_office", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { "auditor", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }
#define NO_ROLE { NULL, 0, NULL, 0, NULL }
static const struct grant city_grants[] = { CITY, NO_ROLE };
static const struct grant case_grants[] = { CITY, { "desk", ALL, NULL, SEES_STAFF, NULL },
    { "staff", CAN_LIST | CAN_READ, NULL, 0, NULL }, NO_ROLE };
static const struct grant session_grants[] = { CITY, { "contractor", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, NO_ROLE };

static const struct state case_states[] = { { "open", "回答待ち" }, { "answered", "対応中" }, { "closed", "解決" }, { NULL, NULL } };
static const struct state session_states[] = { { "asked", "申請" }, { "allowed", "許可" }, { "running", "接続中" }, { "ended", "報告待ち" },
    { "reported", "確認待ち" }, { "accepted", "確認済み" }, { "refused", "不許可" }, { NULL, NULL } };
static const struct state report_states[] = { { "made", "作成" }, { "returned", "差し戻し" }, { "accepted", "確認済み" }, { NULL, NULL } };

static const struct table tables[TABLES] = {
    [TARGET] = { "target", "目標の時間", sla_fields, TG_N, .grants = city_grants, .title = "urgency", .dated = "urgency" },
    [GOAL] = { "goal", "月の目標", goal_fields, GO_N, .grants = city_grants, .title = "name", .dated = "name" },
    [CASE] = { "case", "問合せと障害", ticket_fields, CA_N, case_states, case_grants, .title = "title",
               .about = "回答と解決にかかった時間を、目標と比べます。" },
    [SESSION] = { "session", "遠隔保守", session_fields, SE_N, session_states, session_grants, .title = "vendor" },
    [PULSE] = { "pulse", "稼働の記録", pulse_fields, PU_N, .grants = city_grants, .title = "month", .quiet = true },
    [REPORT] = { "report", "月次報告", monthly_fields, RE_N, report_states, city_grants, .title = "month", .order = "-month" },
    [MINUTES] = { "minutes", "SLM会議録", minutes_fields, MI_N, .grants = city_grants, .title = "held_on", .append_only = true },
    [DELIVERY] = { "delivery", "月次報告の送り先", delivery_fields, DE_N, .grants = city_grants, .title = "mail", .dated = "mail" },
};

#define END { -1, NULL, 0 }
#define A(F) { F, NULL, 0 }
static const struct ask target_asks[] = { A(TG_URGENCY), A(TG_FIRST), A(TG_END), A(TG_FROM), A(TG_TO), A(TG_BASIS), A(TG_NOTE), END };
static const struct ask goal_asks[] = { A(GO_NAME), A(GO_VALUE), A(GO_FROM), A(GO_TO), A(GO_BASIS), A(GO_NOTE), END };
static const struct ask case_asks[] = { A(CA_KIND), A(CA_URGENCY), A(CA_TITLE), A(CA_BODY), END };
static const struct ask weigh_asks[] = { A(CA_URGENCY), END };
static const struct ask answer_asks[] = { { CA_ANSWER, NULL, 1 }, END };
static const struct ask close_asks[] = { { CA_ANSWER, NULL, 1 }, A(CA_CAUSE), END };
static const struct ask session_asks[] = { A(SE_VENDOR), A(SE_PURPOSE), A(SE_FROM), A(SE_TO), END };
static const struct ask told_asks[] = { { SE_REPORT, NULL, 1 }, END };
static const struct ask back_asks[] = { { SE_REASON, NULL, 1 }, END };
static const struct ask report_asks[] = { A(RE_MONTH), END };
static const struct ask minutes_asks[] = { A(MI_HELD), A(MI_REPORT), A(MI_PEOPLE), A(MI_TEXT), END };
static const struct ask delivery_asks[] = { A(DE_MAIL), A(DE_FROM), A(DE_TO), A(DE_BASIS), A(DE_NOTE), END };
static const struct ask return_asks[] = { { RE_REASON, NULL, 1 }, END };

#define RULES "it_office manager"
static const struct act acts[] = {
    { "enter", "目標の時間を決める", TARGET, RULES, .asks = target_asks, .second = APPROVAL, .second_roles = "manager" },
    { "enter", "月の目標を決める", GOAL, RULES, .asks = goal_asks, .second = APPROVAL, .second_roles = "manager" },
    { "report", "問合せ・障害を届け出る", CASE, "staff", .asks = case_asks, .to = "open", .check = ticket_check, .run = case_report },
    { "weigh", "緊急度を変える", CASE, "desk", .asks = weigh_asks, .from = "open answered", .check = ticket_check, .run = case_weigh },
    { "answer", "回答する", CASE, "desk", .asks = answer_asks, .from = "open answered", .to = "answered", .run = case_answer },
    { "close", "解決にする", CASE, "desk", .asks = close_asks, .from = "open answered", .to = "closed", .run = case_close },
    { "again", "解決していない", CASE, "desk manager", .from = "closed", .to = "answered", .run = case_again },

    { "ask", "遠隔保守を申請する", SESSION, "contractor it_office", .asks = session_asks, .to = "asked", .check = session_check, .run = session_asked },
    { "allow", "遠隔保守を許可する", SESSION, "it_office", .from = "asked", .to = "allowed", .second = APPROVAL, .second_roles = "manager",
      .check = session_check },
    { "refuse", "許可しない", SESSION, "it_office manager", .asks = back_asks, .from = "asked allowed", .to = "refused" },
    { "start", "接続を始める", SESSION, "contractor it_office", .from = "allowed", .to = "running", .check = session_start_check, .run = session_started },
    { "end", "接続を終える", SESSION, "contractor it_office manager", .from = "running", .to = "ended", .run = session_ended },
    { "tell", "作業を報告する", SESSION, "contractor it_office", .asks = told_asks, .from = "ended", .to = "reported", .run = session_reported },
    { "accept", "報告を確認する", SESSION, "it_office manager", .from = "reported", .to = "accepted", .check = session_accept_check,
      .run = session_accepted },
    { "back", "報告を差し戻す", SESSION, "it_office manager", .asks = back_asks, .from = "reported", .to = "ended" },

    { "begin", "稼働の記録を始める", PULSE, "", .run = pulse_beat },
    { "beat", "稼働を記録する", PULSE, "", .from = "*", .run = pulse_again },
    { "make", "月次報告を作る", REPORT, RULES, .asks = report_asks, .to = "made", .check = monthly_check, .run = monthly_make },
    { "accept", "月次報告を確認する", REPORT, "manager", .from = "made", .to = "accepted" },
    { "give_back", "月次報告を差し戻す", REPORT, "manager", .asks = return_asks, .from = "made", .to = "returned" },
    { "again", "月次報告を数え直す", REPORT, RULES, .from = "returned", .to = "made", .run = monthly_again },
    { "late", "月次報告の確認を催促する", REPORT, "", .from = "made", .check = monthly_late_check, .run = monthly_late },
    { "enter", "月次報告の送り先を決める", DELIVERY, RULES, .asks = delivery_asks, .second = APPROVAL, .second_roles = "manager" },
    { "record", "会議録を残す", MINUTES, RULES, .asks = minutes_asks },
    { .name = NULL },
};
static const struct page pages[] = {
    { "desk", "窓口の未処理", .roles = "desk manager it_office", .model = desk_page, .html = "desk.html", .menu = true }, { .label = NULL } };
static const struct paper papers[] = { { "report", "月次報告", REPORT, "it_office manager audit_office", report_draw, false }, { .name = NULL } };
static const struct job jobs[] = {
    { "pulse", "動いている印", .every_s = 60, .run = pulse_job },
    { "report", "前の月の報告を作る", .at = "05:10", .run = report_job },
    { "late", "確認されていない月次報告", .at = "08:30", .run = late_job }, { .name = NULL } };
static const struct role roles[] = { { "desk", "問合せ窓口" }, { "manager", "サービス管理者" }, { NULL, NULL } };

const struct system service = { "service", "サービス管理", tables, TABLES, acts, pages, papers, jobs, roles, service_sentences, .demo = service_demo, .feeds = service_feeds };
