/* inspect_contract.c - checks of cases and contracts as queries (specification 6). */
#include "inspect.h"

#define CASES AUDIT_DAYS "SELECT 'pcase:' || k.id AS subject, k.id AS nr, k.code AS mark, k.title AS title, k.system AS system, k.unit AS unit, "
#define OF_CASES " FROM audit_pcase k JOIN audit_d d ON 1 = 1 WHERE k.state <> 'stopped' AND " HERE("k")
#define CONTRACTS AUDIT_DAYS "SELECT 'contract:' || c.id AS subject, c.id AS nr, c.code AS mark, c.title AS title, c.system AS system, c.unit AS unit, "
#define OF_CONTRACTS " FROM audit_contract c JOIN audit_d d ON 1 = 1 JOIN audit_pcase k ON k.id = c.pcase LEFT JOIN audit_info_system s ON s.id = c.system" \
    " WHERE" SIGNED
#define ENTERED(T) " COALESCE(" T ".legacy, 0) = 1 "

#define CITY_LIMIT "FROM audit_limit_rule m WHERE m.source = 'city' AND m.kind = k.kind AND m.effective_from <= k.drafted_on" \
    " AND (m.effective_to IS NULL OR m.effective_to >= k.drafted_on)"
const char sql_proc_01[] = CASES "CASE WHEN k.clause IS NULL THEN 'fail' WHEN k.clause <> '1' THEN 'pass'"
    " WHEN k.est_price IS NULL OR k.drafted_on IS NULL OR NOT EXISTS (SELECT 1 " CITY_LIMIT ") THEN 'unknown'"
    " WHEN k.est_price <= (SELECT max(m.amount) " CITY_LIMIT ") THEN 'pass' ELSE 'fail' END AS result, '根拠の号と、第1号の限度額' AS reason"
    OF_CASES " AND k.method IN ('quotes', 'single')" PAGE("k");

#define QUOTES "(SELECT count(*) FROM audit_quote q WHERE q.pcase = k.id AND q.state = 'current')"
const char sql_proc_02[] = CASES "CASE WHEN" ENTERED("k") "AND " QUOTES " = 0 THEN 'unknown' WHEN " QUOTES " < 2 OR EXISTS (SELECT 1 FROM audit_quote q"
    " WHERE q.pcase = k.id AND q.state = 'current' AND COALESCE(q.declined, 0) = 0 AND (q.answered_on IS NULL OR q.amount IS NULL)) THEN 'fail'"
    " ELSE 'pass' END AS result, '依頼先2行以上、回答と金額か辞退の理由' AS reason" OF_CASES " AND k.method = 'quotes'" PAGE("k");

/* A renewal with the vendor of the contract it replaces, by name. */
const char sql_proc_03[] = CASES "CASE WHEN" ENTERED("k") "OR k.replaced_contract IS NULL THEN 'unknown' WHEN NOT EXISTS (SELECT 1 FROM audit_contract n"
    " JOIN audit_contract p ON p.id = k.replaced_contract WHERE n.pcase = k.id AND n.state <> 'old' AND n.vendor = p.vendor) THEN 'outside' WHEN EXISTS (SELECT 1"
    " FROM audit_document o WHERE o.pcase = k.id AND o.type = 'comparison' AND o.state = 'valid') OR EXISTS (SELECT 1 FROM audit_benchmark b WHERE b.pcase = k.id"
    " AND b.state = 'current' AND b.source <> 'past') THEN 'pass' ELSE 'fail' END AS result, '同じ事業者との更新の比較検討' AS reason"
    OF_CASES " AND k.method = 'single' AND k.purpose IN ('replace', 'renew') " PAGE("k");

const char sql_proc_04[] = CONTRACTS "CASE WHEN c.compete_next_on IS NOT NULL AND EXISTS (SELECT 1 FROM audit_document o WHERE o.type = 'reason'"
    " AND o.state = 'valid' AND (o.contract = c.id OR o.pcase = k.id)) THEN 'pass' WHEN" ENTERED("k") "THEN 'unknown' ELSE 'fail' END AS result, '随契理由書と次回競争化の予定日' AS reason"
    OF_CONTRACTS " AND k.method = 'single' AND c.does_lease = 1" PAGE("c");

const char sql_proc_05[] = CONTRACTS "CASE WHEN c.signed_on IS NULL THEN 'unknown' WHEN EXISTS (SELECT 1 FROM audit_document o WHERE o.type = 'report'"
    " AND o.state = 'valid' AND o.contract = c.id) OR c.signed_on > d.ago90 THEN 'pass' ELSE 'fail' END AS result, '締結後90日以内の事後点検' AS reason"
    OF_CONTRACTS " AND (k.clause = '5' OR k.clause_second = '5')" PAGE("c");

#define BENCHMARKS "(SELECT count(*) FROM audit_benchmark b WHERE b.pcase = k.id AND b.state = 'current')"
const char sql_proc_06[] = CASES "CASE WHEN " BENCHMARKS " > 0 THEN 'pass' WHEN" ENTERED("k") "THEN 'unknown' ELSE 'fail' END AS result,"
    " '他自治体か市場の価格との比較' AS reason" OF_CASES " AND k.method = 'single'" PAGE("k");

/* 分割: contracts of the same system, vendor and kind that were signed in the twelve months up to this one, and a shorter
** contract by what it costs in a year.  A reason that was decided is a released version of a 随意契約理由書. */
#define YEAR_BEFORE "CAST(CAST(substr(c.signed_on, 1, 4) AS INTEGER) - 1 AS TEXT) || substr(c.signed_on, 5)"
#define TOGETHER "FROM audit_contract o JOIN audit_pcase q ON q.id = o.pcase WHERE o.system = c.system AND o.vendor = c.vendor AND q.kind = k.kind AND q.clause = '1'" \
    " AND o.state <> 'old' AND o.signed_on <= c.signed_on AND o.signed_on > " YEAR_BEFORE
#define MONTHS "((CAST(substr(c.period_to, 1, 4) AS INTEGER) - CAST(substr(c.period_from, 1, 4) AS INTEGER)) * 12 + CAST(substr(c.period_to, 6, 2) AS INTEGER)" \
    " - CAST(substr(c.period_from, 6, 2) AS INTEGER) + 1)"
#define IN_A_YEAR "CASE WHEN " MONTHS " BETWEEN 1 AND 11 THEN c.amount_gross * 12 / " MONTHS " ELSE c.amount_gross END"
#define SIGNING_LIMIT "(SELECT max(m.amount) FROM audit_limit_rule m WHERE m.source = 'city' AND m.kind = k.kind AND m.effective_from <= c.signed_on" \
    " AND (m.effective_to IS NULL OR m.effective_to >= c.signed_on))"
const char sql_proc_07[] = CONTRACTS "CASE WHEN c.amount_gross IS NULL OR c.signed_on IS NULL OR c.vendor IS NULL OR k.kind IS NULL OR " SIGNING_LIMIT " IS NULL THEN 'unknown'"
    " WHEN EXISTS (SELECT 1 " TOGETHER " AND o.amount_gross IS NULL) THEN 'unknown' WHEN EXISTS (SELECT 1 FROM audit_document t JOIN audit_document_version v"
    " ON v.document = t.id WHERE t.type = 'reason' AND (t.contract = c.id OR t.pcase = k.id) AND v.state = 'released' AND v.decision_no IS NOT NULL) THEN 'pass'"
    " WHEN (SELECT sum(o.amount_gross) " TOGETHER ") > " SIGNING_LIMIT " OR " IN_A_YEAR " > " SIGNING_LIMIT " THEN 'fail'"
    " WHEN (SELECT count(*) " TOGETHER ") > 1 THEN 'pass' ELSE 'outside' END AS result, '12か月の合計と年額換算は限度額を超えないか' AS reason"
    OF_CONTRACTS " AND k.method IN ('quotes', 'single') AND k.clause = '1'" PAGE("c");

#define NEEDED "FROM audit_required_doc n WHERE n.method = k.method AND n.effective_from <= d.today AND (n.effective_to IS NULL OR n.effective_to >= d.today)"
const char sql_proc_08[] = CASES "CASE WHEN" ENTERED("k") "OR NOT EXISTS (SELECT 1 " NEEDED ") THEN 'unknown' WHEN EXISTS (SELECT 1 " NEEDED
    " AND NOT EXISTS (SELECT 1 FROM audit_document o WHERE o.pcase = k.id AND o.type = n.type AND o.state = 'valid')) THEN 'fail' ELSE 'pass' END AS result,"
    " '必要文書表の文書' AS reason" OF_CASES " AND k.state <> 'prepare'" PAGE("k");

#define ITEMS "(SELECT count(*) FROM audit_criterion i WHERE i.pcase = k.id AND i.state = 'current')"
#define GIVEN "FROM audit_score g JOIN audit_criterion i ON i.id = g.criterion WHERE i.pcase = k.id AND i.state = 'current' AND g.state = 'current'"
#define BEST "(SELECT g.vendor " GIVEN " GROUP BY g.vendor ORDER BY sum(g.points) DESC, g.vendor LIMIT 1)"
const char sql_prop_01[] = CASES "CASE WHEN" ENTERED("k") "OR k.score_full IS NULL THEN 'unknown'"
    " WHEN (SELECT COALESCE(sum(i.max_points), 0) FROM audit_criterion i WHERE i.pcase = k.id AND i.state = 'current') = k.score_full"
    " AND (SELECT count(*) " GIVEN ") = " ITEMS " * (SELECT count(DISTINCT g.vendor) " GIVEN ") * (SELECT count(*) FROM audit_committee_member b WHERE b.pcase = k.id"
    " AND b.state = 'current' AND b.attended = 1) AND " ITEMS " > 0 AND (SELECT count(*) " GIVEN ") > 0 AND NOT EXISTS (SELECT 1 FROM audit_contract x WHERE x.pcase = k.id AND x.state <> 'old' AND x.vendor <> " BEST ")"
    " THEN 'pass' ELSE 'fail' END AS result,"
    " '配点の合計、全委員の採点票、1位と契約の相手方' AS reason" OF_CASES " AND k.method = 'proposal'" PAGE("k");

const char sql_prop_02[] = CASES "CASE WHEN NOT EXISTS (SELECT 1 FROM audit_question q WHERE q.pcase = k.id AND q.state = 'current') THEN 'unknown'"
    " WHEN EXISTS (SELECT 1 FROM audit_question q WHERE q.pcase = k.id AND q.state = 'current' AND (q.decision_no IS NULL OR q.published_on IS NULL))"
    " THEN 'fail' ELSE 'pass' END AS result, '回答の決裁と公表' AS reason" OF_CASES " AND k.method IN ('proposal', 'open', 'named')" PAGE("k");

const char sql_con_01[] = CONTRACTS "CASE WHEN c.report_cycle IS NULL THEN 'unknown' WHEN c.report_cycle = 'on_request' OR c.report_due_day IS NULL THEN 'fail'"
    " ELSE 'pass' END AS result, '報告周期と期日' AS reason" OF_CONTRACTS PAGE("c");

const char sql_con_02[] = CONTRACTS "CASE WHEN NOT EXISTS (SELECT 1 FROM audit_report_due r WHERE r.contract = c.id AND r.state = 'current') THEN 'unknown'"
    " WHEN EXISTS (SELECT 1 FROM audit_report_due r WHERE r.contract = c.id AND r.state = 'current' AND r.due_on < d.ago10 AND r.received_on IS NULL)"
    " THEN 'fail' ELSE 'pass' END AS result, '期日から10日を過ぎた報告の受領' AS reason" OF_CONTRACTS " AND c.report_cycle IN ('monthly', 'quarterly', 'yearly')" PAGE("c");

#define GOODS AUDIT_DAYS "SELECT 'deliverable:' || g.id AS subject, g.id AS nr, c.code AS mark, c.title || ' ' || g.name AS title, c.system AS system, c.unit AS unit, "
#define OF_GOODS " FROM audit_deliverable g JOIN audit_contract c ON c.id = g.contract JOIN audit_d d ON 1 = 1 WHERE g.state = 'current' AND" SIGNED
const char sql_con_03[] = GOODS "CASE WHEN g.plan_who IS NULL OR g.plan_on IS NULL OR g.plan_how IS NULL OR g.plan_what IS NULL OR g.plan_on >= COALESCE(g.done_on, '9999')"
    " THEN 'fail' WHEN g.result = 'pass' AND g.done_on IS NOT NULL THEN 'pass' WHEN g.due_on < d.today OR g.result = 'fail' THEN 'fail' ELSE 'outside' END AS result,"
    " '納品前の検査計画と納品後の結果' AS reason" OF_GOODS PAGE("g");
const char sql_con_04[] = GOODS "CASE WHEN g.location IS NULL THEN 'unknown' WHEN g.seen_on >= d.ago12 THEN 'pass' ELSE 'fail' END AS result,"
    " '所在の確認が12か月以内' AS reason" OF_GOODS " AND g.done_on IS NOT NULL" PAGE("g");

const char sql_ctr_01[] = CONTRACTS "CASE WHEN c.period_to IS NULL THEN 'unknown' WHEN s.retire_on <= c.period_to THEN 'outside' WHEN"
    ENTERED("k") "THEN 'unknown' WHEN c.period_to > d.next12 OR EXISTS (SELECT 1 FROM audit_pcase n WHERE n.replaced_contract = c.id AND n.state <> 'stopped') THEN 'pass'"
    " ELSE 'fail' END AS result, '満了まで12か月以内の契約の更新案件' AS reason" OF_CONTRACTS " AND s.phase = 'live' AND c.period_to >= d.today" PAGE("c");

#define TERM(WORD) "EXISTS (SELECT 1 FROM audit_term_check t WHERE t.contract = c.id AND t.state = 'current' AND t.present = 1 AND t.item LIKE '%" WORD "%')"
const char sql_ctr_02[] = CONTRACTS "CASE WHEN NOT EXISTS (SELECT 1 FROM audit_term_check t WHERE t.contract = c.id AND t.state = 'current') THEN 'unknown' WHEN "
    TERM("秘密保持") " AND " TERM("目的外") " AND " TERM("廃棄") " AND " TERM("再委託") " AND " TERM("監査") " AND " TERM("データ")
    " THEN 'pass' ELSE 'fail' END AS result, '秘密保持、目的外禁止、返還廃棄、再委託、監査権、データ返還の条項' AS reason" OF_CONTRACTS " AND s.info_personal = 1" PAGE("c");

#define ITEM_OF "FROM audit_sla_item i WHERE i.contract = c.id AND i.state = 'current'"
#define MEASURE "FROM audit_sla_measure m WHERE m.sla_item = i.id AND m.state = 'current'"
const char sql_sla_01[] = CONTRACTS "CASE WHEN NOT EXISTS (SELECT 1 " ITEM_OF " AND EXISTS (SELECT 1 " MEASURE ")) THEN 'unknown'"
    " WHEN EXISTS (SELECT 1 " ITEM_OF " AND NOT EXISTS (SELECT 1 " MEASURE " AND substr(m.month, 1, 7) = d.last_month)) THEN 'fail' ELSE 'pass' END AS result,"
    " '前月の実測値' AS reason" OF_CONTRACTS " AND EXISTS (SELECT 1 " ITEM_OF ")" PAGE("c");

const char sql_sla_02[] = CONTRACTS "CASE WHEN c.slm_cycle IS NULL THEN 'unknown' WHEN EXISTS (SELECT 1 FROM audit_document o JOIN audit_document_version v ON v.document = o.id"
    " WHERE o.type = 'minutes' AND o.state = 'valid' AND o.contract = c.id AND v.state = 'released' AND v.dated >= d.ago6) THEN 'pass' ELSE 'fail' END AS result,"
    " 'SLM会議の議事録' AS reason" OF_CONTRACTS " AND EXISTS (SELECT 1 " ITEM_OF ")" PAGE("c");

const char sql_prv_02[] = AUDIT_DAYS "SELECT 'subcontract:' || b.id AS subject, b.id AS nr, c.code AS mark, c.title AS title, c.system AS system, c.unit AS unit, CASE WHEN b.personal_data IS NULL"
    " THEN 'unknown' WHEN b.personal_data = 0 THEN 'outside' WHEN b.decision_no IS NOT NULL AND b.checked_on >= d.ago12 THEN 'pass' ELSE 'fail' END AS result,"
    " '再委託の承諾と12か月以内の確認' AS reason FROM audit_subcontract b JOIN audit_contract c ON c.id = b.contract JOIN audit_d d ON 1 = 1"
    " WHERE b.state = 'current' AND" SIGNED PAGE("b");

const char sql_prv_03[] = CONTRACTS "CASE WHEN c.subcontract_rule IS NULL THEN 'unknown' WHEN c.subcontract_rule <> 'forbidden' THEN 'outside'"
    " WHEN EXISTS (SELECT 1 FROM audit_subcontract b WHERE b.contract = c.id AND b.state = 'current' AND b.decision_no IS NULL) THEN 'fail' ELSE 'pass' END AS result,"
    " '再委託を禁じた契約の再委託' AS reason" OF_CONTRACTS PAGE("c");
