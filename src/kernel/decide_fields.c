/* decide_fields.c - fields of delegation rules (専決表), posts, decisions, their papers and steps: see decide.h. */
#include "kernel/decide_in.h"
#include "kernel/tables.h"

#define AMOUNT(NAME, LABEL, MUST) { NAME, LABEL, T_YEN, .must = MUST, .list = 1, .min = 0, .max = INT64_C(99999999999) }

const struct choice decide_ranks[] = { { "section", "課長" }, { "department", "部長" }, { "deputy_mayor", "副市長" }, { "mayor", "市長" },
                                       { NULL, NULL } };
static const struct choice kinds[] = { { "full", "決裁" }, { "delegated", "専決" }, { "deputy", "代決" }, { NULL, NULL } };
static const struct choice steps[] = { { "circulate", "回付" }, { "agree", "合議" }, { "back", "差戻し" }, { "decide", "決裁" },
                                       { "deputy", "代決" }, { "review", "後閲" }, { "withdraw", "取下げ" }, { NULL, NULL } };
const struct state decision_states[] = { { "drafting", "起案中" }, { "circulating", "回付中" }, { "decided", "決裁済み" },
                                         { "withdrawn", "取下げ" }, { NULL, NULL } };

/* The kinds that the systems name. */
static void offer_kinds(struct ctx *c, const struct rec *r, struct list *out) {
    (void)r;
    for (const struct system *const *s = c->k->systems; *s; s++)
        for (const char *const *d = (*s)->decides; d && *d; d++) list_add(out, TEXTZ(*d));
}

const struct field delegation_rule_fields[DL_N] = {
    [DL_KIND] = { "case_type", "決裁事項", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100, .offers = offer_kinds },
    [DL_UNIT] = { "unit", "部署", T_REF, .list = 1, .ref = "kernel.unit", .help = "空欄は全ての部署" },
    [DL_MIN] = AMOUNT("amount_from", "金額 下限", 1),
    [DL_MAX] = AMOUNT("amount_to", "金額 上限", 0),
    [DL_RANK] = { "rank", "決裁者", T_CHOICE, .must = 1, .list = 1, .of = decide_ranks },
    [DL_DEPUTY] = { "deputy_rank", "代決者", T_CHOICE, .list = 1, .of = decide_ranks, .help = "空欄は代決できない" },
    [DL_CONSULT] = { "consult", "合議する部署", T_REF, .list = 1, .ref = "kernel.unit" },
    [DL_REVIEW] = { "review_days", "後閲までの日数", T_INT, .min = 0, .max = 365, .fallback = "14" },
    RULE_FIELDS(DL),
};
const struct field post_fields[PO_N] = {
    [PO_ACCOUNT] = { "account", "利用者", T_REF, .must = 1, .list = 1, .ref = "kernel.account" },
    [PO_RANK] = { "rank", "職位", T_CHOICE, .must = 1, .list = 1, .of = decide_ranks },
    [PO_FROM] = { "from_on", "開始日", T_DATE, .must = 1, .list = 1 },
    [PO_TO] = { "to_on", "終了日", T_DATE, .list = 1 },
    [PO_BASIS] = { "basis", "根拠", T_TEXT, .must = 1, .max = 200, .help = "例: 令和8年4月1日の人事発令" },
};
const struct field decision_fields[DE_N] = {
    [DE_NO] = { "no", "決裁番号", T_CODE, .unique = 1, .list = 1, .find = 1 },
    [DE_KIND] = { "case_type", "決裁事項", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100, .offers = offer_kinds },
    [DE_TITLE] = { "title", "件名", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 200 },
    [DE_AMOUNT] = AMOUNT("amount", "金額", 0),
    [DE_ABOUT] = { "about", "対象の行", T_TEXT, .find = 1, .max = 80, .help = "例: audit.contract:12。行の画面の番号" },
    [DE_TEXT] = { "text", "伺い文", T_NOTE, .must = 1, .max = 4000 },
    [DE_UNIT] = { "unit", "起案した部署", T_REF, .list = 1, .ref = "kernel.unit" },
    [DE_DRAFTER] = { "drafter", "起案者", T_REF, .ref = "kernel.account" },
    [DE_DRAFTED_ON] = { "drafted_on", "起案日", T_DATE, .list = 1 },
    [DE_ROUND] = { "round", "回付の回", T_INT, .min = 0, .max = 1000 },
    [DE_DIGEST] = { "digest", "内容のSHA-256", T_TEXT, .max = 64 },
    [DE_RULE] = { "rule", "専決の規則", T_REF, .ref = "kernel.delegation_rule" },
    [DE_HOW] = { "how", "決裁の種類", T_CHOICE, .list = 1, .of = kinds },
    [DE_DECIDED_ON] = { "decided_on", "決裁日", T_DATE, .list = 1 },
    [DE_DECIDED_BY] = { "decided_by", "決裁した人", T_REF, .ref = "kernel.account" },
    [DE_RANK] = { "rank", "決裁した職位", T_CHOICE, .of = decide_ranks },
    [DE_REVIEW_DUE] = { "review_due", "後閲の期限", T_DATE },
    [DE_REVIEWED_ON] = { "reviewed_on", "後閲日", T_DATE },
    [DE_REVIEWED_BY] = { "reviewed_by", "後閲した人", T_REF, .ref = "kernel.account" },
};
#define OF_DECISION { "decision", "決裁", T_REF, .must = 1, .list = 1, .ref = "kernel.decision" }
const struct field decision_paper_fields[DP_N] = {
    [DP_DECISION] = OF_DECISION,
    [DP_NAME] = { "name", "添付の名前", T_TEXT, .must = 1, .list = 1, .max = 200, .help = "例: 見積書" },
    [DP_FILE] = { "file", "ファイル", T_FILE },
};
const struct field decision_step_fields[DS_N] = {
    [DS_DECISION] = OF_DECISION,
    [DS_ROUND] = { "round", "回", T_INT, .must = 1, .list = 1, .min = 0, .max = 1000 },
    [DS_KIND] = { "step", "段階", T_CHOICE, .must = 1, .list = 1, .of = steps },
    [DS_BY] = { "account", "人", T_REF, .ref = "kernel.account" },
    [DS_UNIT] = { "unit", "部署", T_REF, .list = 1, .ref = "kernel.unit" },
    [DS_POST] = { "post", "職", T_TEXT, .list = 1, .max = 60 },
    [DS_AT] = { "done_at", "日時", T_TIME, .must = 1, .list = 1 },
    [DS_COMMENT] = { "comment", "意見", T_NOTE, .max = 1000 },
    [DS_PAPERS] = { "papers", "見た添付の数", T_INT, .list = 1, .min = 0, .max = 10000 },
    [DS_DIGEST] = { "digest", "見た内容のSHA-256", T_TEXT, .max = 64 },
};

#define Q(F) { F, NULL, 0 }
#define END { -1, NULL, 0 }
const struct ask delegation_rule_asks[] = { Q(DL_KIND), Q(DL_UNIT), Q(DL_MIN), Q(DL_MAX), Q(DL_RANK), Q(DL_DEPUTY), Q(DL_CONSULT), Q(DL_REVIEW),
                                            Q(DL_FROM), Q(DL_TO), Q(DL_BASIS), Q(DL_NOTE), END };
const struct ask delegation_end_asks[] = { { DL_TO, NULL, 1 }, END };
const struct ask post_asks[] = { Q(PO_ACCOUNT), Q(PO_RANK), Q(PO_FROM), Q(PO_TO), Q(PO_BASIS), END };
const struct ask post_end_asks[] = { { PO_TO, NULL, 1 }, END };
const struct ask decision_draft_asks[] = { Q(DE_KIND), Q(DE_TITLE), Q(DE_AMOUNT), Q(DE_ABOUT), Q(DE_TEXT), END };
const struct ask decision_paper_asks[] = { Q(DP_DECISION), Q(DP_NAME), Q(DP_FILE), END };
const struct field decision_comment_params[] = { { "comment", "意見", T_NOTE, .max = 1000 }, { .name = NULL } };
const struct field decision_why_params[] = { { "comment", "理由", T_NOTE, .must = 1, .max = 1000 }, { .name = NULL } };
