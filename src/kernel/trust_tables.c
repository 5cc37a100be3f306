/* trust_tables.c - see trust_tables.h. */
#include "kernel/trust_tables.h"

#define MANY INT64_C(1000000000000000)   /* seq numbers and counts */

static const struct choice codes[] = {
    { "r01", "R01 時間外の操作" }, { "r02", "R02 短時間に多数の閲覧" }, { "r03", "R03 ログインの失敗" },
    { "r04", "R04 用件のない閲覧" }, { "r05", "R05 本人の記録の閲覧" }, { "r06", "R06 許可のない委託先の操作" },
    { "r07", "R07 権限の変更・自己承認" }, { "r08", "R08 大量の書き出し・印刷" }, { "r09", "R09 削除" },
    { "r10", "R10 支援措置対象者の閲覧" }, { "r11", "R11 休眠利用者の操作" }, { "r12", "R12 時計の変更・記録の途切れ" },
    { NULL, NULL } };
static const struct choice drill_kinds[] = { { "restore", "復元訓練" }, { "failover", "切り替え訓練" }, { NULL, NULL } };
static const struct choice drill_results[] = { { "good", "合格" }, { "bad", "不合格" }, { NULL, NULL } };

const struct field trust_review_rule[LR_N] = {
    [LR_CODE] = { "code", "規則", T_CHOICE, .must = 1, .list = 1, .of = codes },
    [LR_P1] = { "p1", "値1", T_INT, .must = 1, .list = 1, .min = 0, .max = 1000000, .help = "意味は規則ごとに docs/trust.md にあります" },
    [LR_P2] = { "p2", "値2", T_INT, .list = 1, .min = 0, .max = 1000000, .fallback = "0" },
    RULE_FIELDS(LR),
};
const struct field trust_log_review[RV_N] = {
    [RV_SYSTEMS] = { "systems", "システム", T_TEXT, .must = 1, .list = 1, .max = 400, .help = "* はすべて。例: crematorium kernel" },
    [RV_FROM] = { "seq_from", "初めの連番", T_INT, .must = 1, .list = 1, .max = MANY },
    [RV_TO] = { "seq_to", "終わりの連番", T_INT, .must = 1, .list = 1, .max = MANY },
    [RV_REVIEWER] = { "reviewer", "点検者", T_REF, .list = 1, .ref = "kernel.account" },
    [RV_SAMPLE] = { "sample", "抜き取り件数", T_INT, .must = 1, .min = 0, .max = 1000 },
    [RV_SEED] = { "seed", "抜き取りの種", T_INT, .max = MANY },
    [RV_SAMPLED] = { "sampled", "抜き取った連番", T_NOTE, .max = 30000 },
    [RV_RULES] = { "rules_run", "実行した規則", T_NOTE, .max = 10000 },
    [RV_REMARKS] = { "remarks", "所見", T_NOTE, .max = 4000 },
    [RV_FINDINGS] = { "findings", "指摘事項", T_NOTE, .max = 4000 },
    [RV_OPENED] = { "opened_at", "開始日時", T_TIME, .list = 1 },
    [RV_SIGNED] = { "signed_at", "署名日時", T_TIME, .list = 1 },
};
const struct field trust_log_hit[LH_N] = {
    [LH_REVIEW] = { "review", "点検", T_REF, .must = 1, .list = 1, .ref = "kernel.log_review" },
    [LH_RULE] = { "rule", "規則", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 10 },
    [LH_SEQ] = { "seq", "連番", T_INT, .must = 1, .list = 1, .max = MANY },
    [LH_TEXT] = { "text", "内容", T_TEXT, .must = 1, .list = 1, .max = 400, .secrecy = STAFF },
    [LH_ANSWER] = { "answer", "確認結果", T_NOTE, .max = 2000, .help = "例: 災害対応のための時間外勤務。勤務命令簿で確認した。" },
};
const struct field trust_guarded[GU_N] = {
    [GU_SUBJECT] = { "subject", "対象", T_TEXT, .must = 1, .unique = 1, .list = 1, .find = 1, .max = 120, .secrecy = SENSITIVE,
                     .help = "例: crematorium.booking:12" },
    [GU_BASIS] = { "basis", "根拠", T_TEXT, .must = 1, .max = 200, .secrecy = SENSITIVE },
};
const struct field trust_log_erasure[ER_N] = {
    [ER_RANGES] = { "ranges", "連番の範囲", T_TEXT, .must = 1, .list = 1, .max = 2000, .help = "例: 0-1999 2500-2600" },
    [ER_DECISION] = { "decision", "決裁番号", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 60, .help = "例: 総務第123号" },
    [ER_BACKUPS] = { "backups_gone_on", "控えからもなくなる日", T_DATE, .list = 1 },
    [ER_COUNT] = { "erased", "消去した件数", T_INT, .list = 1, .max = MANY },
};
const struct field trust_drill[DR_N] = {
    [DR_KIND] = { "kind", "種類", T_CHOICE, .must = 1, .list = 1, .of = drill_kinds },
    [DR_AT] = { "at", "実施日時", T_TIME, .must = 1, .list = 1 },
    [DR_RESULT] = { "result", "結果", T_CHOICE, .must = 1, .list = 1, .of = drill_results },
    [DR_RPO] = { "rpo_s", "失われる時間（秒）", T_INT, .list = 1, .max = MANY },
    [DR_RTO] = { "rto_s", "復元にかかった時間（秒）", T_INT, .list = 1, .max = MANY },
    [DR_MANIFEST] = { "manifest", "目録の SHA-256", T_TEXT, .max = 64 },
    [DR_ROOT] = { "root", "操作ログの根", T_TEXT, .max = 64 },
    [DR_WHO] = { "who", "実施者", T_TEXT, .list = 1, .max = 80 },
    [DR_NOTE] = { "note", "備考", T_NOTE, .max = 2000 },
};

const struct state trust_review_states[] = { { "opening", "規則を実行中" }, { "open", "点検中" }, { "signed", "署名済み" },
                                             { "dropped", "取りやめ" }, { NULL, NULL } };
const struct state trust_hit_states[] = { { "unanswered", "未確認" }, { "answered", "確認済み" }, { NULL, NULL } };
const struct state trust_guarded_states[] = { { "active", "有効" }, { "ended", "終了" }, { NULL, NULL } };
const struct state trust_erasure_states[] = { { "decided", "消去中" }, { "done", "消去済み" }, { NULL, NULL } };

enum { ALL = CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY };
const struct grant trust_grants[] = {
    { "audit_office", ALL, NULL, SEES_STAFF, NULL }, { "it_office", ALL, NULL, SEES_STAFF, NULL },
    { "auditor", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { NULL, 0, NULL, 0, NULL } };
const struct grant trust_guarded_grants[] = {
    { "audit_office", CAN_LIST | CAN_READ, NULL, SEES_SENSITIVE, NULL }, { NULL, 0, NULL, 0, NULL } };

const struct ask trust_rule_asks[] = { { LR_CODE, NULL, 0 }, { LR_P1, NULL, 0 }, { LR_P2, NULL, 0 }, { LR_FROM, NULL, 0 },
    { LR_TO, NULL, 0 }, { LR_BASIS, NULL, 0 }, { LR_NOTE, NULL, 0 }, { -1, NULL, 0 } };
const struct ask trust_open_asks[] = { { RV_SYSTEMS, NULL, 0 }, { RV_FROM, NULL, 0 }, { RV_TO, NULL, 0 }, { RV_SAMPLE, NULL, 0 },
    { -1, NULL, 0 } };
const struct ask trust_ready_asks[] = { { RV_RULES, NULL, 0 }, { RV_SAMPLED, NULL, 0 }, { -1, NULL, 0 } };
const struct ask trust_sign_asks[] = { { RV_REMARKS, NULL, 1 }, { RV_FINDINGS, NULL, 0 }, { -1, NULL, 0 } };
const struct ask trust_hit_asks[] = { { LH_REVIEW, NULL, 0 }, { LH_RULE, NULL, 0 }, { LH_SEQ, NULL, 0 }, { LH_TEXT, NULL, 0 },
    { -1, NULL, 0 } };
const struct ask trust_answer_asks[] = { { LH_ANSWER, NULL, 1 }, { -1, NULL, 0 } };
const struct ask trust_guarded_asks[] = { { GU_SUBJECT, NULL, 0 }, { GU_BASIS, NULL, 0 }, { -1, NULL, 0 } };
const struct ask trust_erase_asks[] = { { ER_RANGES, NULL, 0 }, { ER_DECISION, NULL, 0 }, { -1, NULL, 0 } };
const struct ask trust_erased_asks[] = { { ER_COUNT, NULL, 1 }, { -1, NULL, 0 } };
const struct ask trust_drill_asks[] = { { DR_KIND, NULL, 0 }, { DR_AT, NULL, 0 }, { DR_RESULT, NULL, 0 }, { DR_RPO, NULL, 0 },
    { DR_RTO, NULL, 0 }, { DR_MANIFEST, NULL, 0 }, { DR_ROOT, NULL, 0 }, { DR_WHO, NULL, 0 }, { DR_NOTE, NULL, 0 }, { -1, NULL, 0 } };
