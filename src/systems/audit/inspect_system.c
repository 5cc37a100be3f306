/* inspect_system.c - checks of systems, providers, documents and components as queries (specification 6). */
#include "inspect.h"

#define SYSTEMS AUDIT_DAYS "SELECT 'info_system:' || s.id AS subject, s.id AS nr, s.code AS mark, s.name AS title, s.id AS system, s.unit AS unit, "
#define OF_SYSTEMS " FROM audit_info_system s JOIN audit_d d ON 1 = 1 WHERE" LIVE_SYSTEM

const char sql_prv_01[] = SYSTEMS "CASE WHEN NOT EXISTS (SELECT 1 FROM audit_provider_link p WHERE p.system = s.id AND p.state = 'current') THEN 'unknown'"
    " WHEN EXISTS (SELECT 1 FROM audit_provider_link p WHERE p.system = s.id AND p.state = 'current' AND p.layer <> 'own' AND NOT EXISTS"
    " (SELECT 1 FROM audit_provider_check q WHERE q.provider_link = p.id AND q.state = 'current' AND q.confirmed_on >= d.ago12)) THEN 'fail' ELSE 'pass' END AS result,"
    " '提供者の安全管理の確認が12か月以内' AS reason FROM audit_info_system s JOIN audit_d d ON 1 = 1 WHERE s.state = 'valid' AND s.phase IN ('live', 'renewing', 'building')"
    " AND " HERE("s") " AND s.info_personal = 1" PAGE("s");

const char sql_prv_04[] = SYSTEMS "CASE WHEN s.lawful_task IS NULL THEN 'unknown' WHEN EXISTS (SELECT 1 FROM audit_document o WHERE o.type = 'impact' AND o.state = 'valid'"
    " AND o.system = s.id) THEN 'pass' ELSE 'fail' END AS result, '番号利用の根拠と保護評価の文書' AS reason" OF_SYSTEMS " AND s.info_mynumber = 1" PAGE("s");

#define DOCUMENTS AUDIT_DAYS "SELECT 'document:' || o.id AS subject, o.id AS nr, s.code AS mark, s.name || ' ' || o.title AS title, s.id AS system, s.unit AS unit, "
#define OF_DOCUMENTS " FROM audit_document o JOIN audit_info_system s ON s.id = o.system JOIN audit_d d ON 1 = 1 WHERE o.state = 'valid' AND" LIVE_SYSTEM
#define DATED "(SELECT max(v.dated) FROM audit_document_version v WHERE v.document = o.id AND v.state = 'released')"
/* The version is not older than the last renewal, change or beginning of a contract before today. */
const char sql_doc_01[] = DOCUMENTS "CASE WHEN " DATED " IS NULL THEN 'unknown' WHEN " DATED " < COALESCE((SELECT max(c.period_from) FROM audit_contract c WHERE c.system = s.id"
    " AND c.period_from <= d.today AND" SIGNED "), '0') OR " DATED " < COALESCE(s.replaced_on, '0') OR " DATED " < COALESCE((SELECT max(e.changed_on) FROM audit_change_event e"
    " WHERE e.system = s.id AND e.state = 'current' AND e.changed_on <= d.today), '0') THEN 'fail' ELSE 'pass' END AS result, '版の日付が直近の更改・契約・変更より新しい' AS reason"
    OF_DOCUMENTS " AND o.type IN ('operation_plan', 'maintenance_plan', 'config_chart', 'staff_chart')" PAGE("o");
const char sql_doc_02[] = DOCUMENTS "CASE WHEN o.reviewed_on IS NULL THEN 'unknown' WHEN o.reviewed_on >= d.ago12 THEN 'pass' ELSE 'fail' END AS result,"
    " '見直しが12か月以内' AS reason" OF_DOCUMENTS PAGE("o");

/* A drill of the switch is no feed yet: a declared none fails, all else is not known. */
const char sql_bcp_02[] = SYSTEMS "CASE WHEN s.redundant = 'none' THEN 'outside' ELSE 'unknown' END AS result, '切替試験の記録（未接続）' AS reason" OF_SYSTEMS PAGE("s");
const char sql_bcp_03[] = SYSTEMS "CASE WHEN s.notice_independent = 'none' THEN 'fail' WHEN s.notice_channel IS NULL OR s.notice_independent IS NULL THEN 'unknown' ELSE 'pass' END"
    " AS result, '障害を知らせる手段の独立' AS reason" OF_SYSTEMS " AND s.outward = 1" PAGE("s");
const char sql_bcp_04[] = SYSTEMS "CASE WHEN s.spare IS NULL THEN 'unknown' WHEN s.spare = 'yes' THEN 'pass' ELSE 'fail' END AS result, '代替機か復元試験' AS reason"
    OF_SYSTEMS " AND s.form_alone = 1" PAGE("s");
#define PAPER(TYPE) "FROM audit_document o WHERE o.system = s.id AND o.state = 'valid' AND o.type = '" TYPE "'"
const char sql_bcp_05[] = SYSTEMS "CASE WHEN NOT EXISTS (SELECT 1 " PAPER("runbook") ") AND NOT EXISTS (SELECT 1 " PAPER("contact_list") ") THEN 'unknown'"
    " WHEN EXISTS (SELECT 1 " PAPER("runbook") " AND o.reviewed_on >= d.ago12) AND EXISTS (SELECT 1 " PAPER("contact_list") " AND o.reviewed_on >= d.ago12) THEN 'pass'"
    " ELSE 'fail' END AS result, '停止時の手順と連絡網の見直しが12か月以内' AS reason" OF_SYSTEMS PAGE("s");

const char sql_eol_01[] = AUDIT_DAYS "SELECT 'component:' || m.id AS subject, m.id AS nr, s.code AS mark, s.name || ' ' || m.product AS title, s.id AS system, s.unit AS unit, CASE WHEN m.eol_on IS NULL"
    " THEN 'unknown' WHEN m.eol_on > d.today THEN 'pass' ELSE 'fail' END AS result, 'サポート終了日 ' || COALESCE(m.eol_on, '未入力') AS reason FROM audit_component m"
    " JOIN audit_info_system s ON s.id = m.system JOIN audit_d d ON 1 = 1 WHERE m.state = 'current' AND" LIVE_SYSTEM PAGE("m");

const char sql_chg_01[] = SYSTEMS "CASE WHEN NOT EXISTS (SELECT 1 FROM audit_change_event e WHERE e.system = s.id AND e.state = 'current') THEN 'unknown' WHEN EXISTS"
    " (SELECT 1 FROM audit_change_event e WHERE e.system = s.id AND e.state = 'current' AND e.kind IN ('form', 'scope') AND (e.decision_no IS NULL OR e.cost_compare IS NULL))"
    " THEN 'fail' ELSE 'pass' END AS result, '変更の決裁と経費の比較' AS reason" OF_SYSTEMS " AND s.phase = 'renewing'" PAGE("s");
const char sql_std_01[] = SYSTEMS "CASE WHEN s.standardised IS NULL THEN 'unknown' WHEN s.standardised = 0 THEN 'outside' WHEN EXISTS (SELECT 1 " PAPER("migration_plan")
    ") THEN 'pass' ELSE 'fail' END AS result, '標準化の移行計画' AS reason" OF_SYSTEMS PAGE("s");

const char sql_acc_02[] = SYSTEMS "CASE WHEN COALESCE(s.on_kernel, 0) = 0 AND NOT EXISTS (SELECT 1 FROM audit_access_review w WHERE w.system = s.id AND w.state = 'current')"
    " THEN 'unknown' WHEN EXISTS (SELECT 1 FROM audit_access_review w WHERE w.system = s.id AND w.state = 'current' AND w.reviewed_on >= d.ago6) THEN 'pass' ELSE 'fail' END"
    " AS result, '権限の棚卸が6か月以内' AS reason" OF_SYSTEMS PAGE("s");

const char sql_fup_01[] = AUDIT_DAYS "SELECT 'finding:' || f.id AS subject, f.id AS nr, s.code AS mark, s.name AS title, s.id AS system, s.unit AS unit, CASE WHEN COALESCE(y.notice_required, 0) = 0 THEN 'outside' WHEN f.state IN ('verified', 'published')"
    " THEN 'pass' WHEN f.due_on < d.today THEN 'fail' ELSE 'outside' END AS result, '措置の期限 ' || f.due_on AS reason FROM audit_finding f JOIN audit_selection t"
    " ON t.id = f.selection JOIN audit_info_system s ON s.id = t.system JOIN audit_finding_class y ON y.id = f.finding_class JOIN audit_d d ON 1 = 1 WHERE f.state NOT IN ('draft', 'agreed', 'dropped')" PAGE("f");
const char sql_rpt_01[] = AUDIT_DAYS "SELECT 'report:' || r.id AS subject, r.id AS nr, r.report_no AS mark, r.report_no AS title, NULL AS system, NULL AS unit, CASE WHEN p.run IS NULL THEN 'unknown' WHEN EXISTS"
    " (SELECT 1 FROM audit_report_binding b WHERE b.report = r.id) AND NOT EXISTS (SELECT 1 FROM audit_report_binding b WHERE b.report = r.id AND b.log_size <> r.log_size)"
    " THEN 'pass' ELSE 'fail' END AS result, '数値の出所' AS reason FROM audit_report r JOIN audit_audit_plan p ON p.id = r.audit_plan JOIN audit_d d ON 1 = 1 WHERE 1 = 1" PAGE("r");
