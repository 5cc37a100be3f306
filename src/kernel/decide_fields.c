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

const struct field delegation_rule_fields[DGR_N] = {
    [DGR_KIND] = { "case_type", "決裁事項", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100, .offers = offer_kinds },
    [DGR_UNIT] = { "unit", "部署", T_REF, .list = 1, .ref = "kernel.unit", .help = "空欄は全ての部署" },
    [DGR_MIN] = AMOUNT("amount_from", "金額 下限", 1),
    [DGR_MAX] = AMOUNT("amount_to", "金額 上限", 0),
    [DGR_RANK] = { "rank", "決裁者", T_CHOICE, .must = 1, .list = 1, .of = decide_ranks },
    [DGR_DEPUTY] = { "deputy_rank", "代決者", T_CHOICE, .list = 1, .of = decide_ranks, .help = "空欄は代決できない" },
    [DGR_CONSULT] = { "consult", "合議する部署", T_REF, .list = 1, .ref = "kernel.unit" },
    [DGR_REVIEW] = { "review_days", "後閲までの日数", T_INT, .min = 0, .max = 365, .fallback = "14" },
    RULE_FIELDS(DGR),
};
const struct field post_fields[PST_N] = {
    [PST_ACCOUNT] = { "account", "利用者", T_REF, .must = 1, .list = 1, .ref = "kernel.account" },
    [PST_RANK] = { "rank", "職位", T_CHOICE, .must = 1, .list = 1, .of = decide_ranks },
    [PST_FROM] = { "from_on", "開始日", T_DATE, .must = 1, .list = 1 },
    [PST_TO] = { "to_on", "終了日", T_DATE, .list = 1 },
    [PST_BASIS] = { "basis", "根拠", T_TEXT, .must = 1, .max = 200, .help = "例: 令和8年4月1日の人事発令" },
};
const struct field decision_fields[DCN_N] = {
    [DCN_NO] = { "no", "決裁番号", T_CODE, .unique = 1, .list = 1, .find = 1 },
    [DCN_KIND] = { "case_type", "決裁事項", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100, .offers = offer_kinds },
    [DCN_TITLE] = { "title", "件名", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 200 },
    [DCN_AMOUNT] = AMOUNT("amount", "金額", 0),
    [DCN_ABOUT] = { "about", "対象の行", T_TEXT, .find = 1, .max = 80, .help = "例: audit.contract:12。行の画面の番号" },
    [DCN_TEXT] = { "text", "伺い文", T_NOTE, .must = 1, .max = 4000 },
    [DCN_UNIT] = { "unit", "起案した部署", T_REF, .list = 1, .ref = "kernel.unit" },
    [DCN_DRAFTER] = { "drafter", "起案者", T_REF, .ref = "kernel.account" },
    [DCN_DRAFTED_ON] = { "drafted_on", "起案日", T_DATE, .list = 1 },
    [DCN_ROUND] = { "round", "回付の回", T_INT, .min = 0, .max = 1000 },
    [DCN_DIGEST] = { "digest", "内容のSHA-256", T_TEXT, .max = 64 },
    [DCN_RULE] = { "rule", "専決の規則", T_REF, .ref = "kernel.delegation_rule" },
    [DCN_HOW] = { "how", "決裁の種類", T_CHOICE, .list = 1, .of = kinds },
    [DCN_DECIDED_ON] = { "decided_on", "決裁日", T_DATE, .list = 1 },
    [DCN_DECIDED_BY] = { "decided_by", "決裁した人", T_REF, .ref = "kernel.account" },
    [DCN_RANK] = { "rank", "決裁した職位", T_CHOICE, .of = decide_ranks },
    [DCN_REVIEW_DUE] = { "review_due", "後閲の期限", T_DATE },
    [DCN_REVIEWED_ON] = { "reviewed_on", "後閲日", T_DATE },
    [DCN_REVIEWED_BY] = { "reviewed_by", "後閲した人", T_REF, .ref = "kernel.account" },
};
#define OF_DECISION { "decision", "決裁", T_REF, .must = 1, .list = 1, .ref = "kernel.decision" }
const struct field decision_paper_fields[DCP_N] = {
    [DCP_DECISION] = OF_DECISION,
    [DCP_NAME] = { "name", "添付の名前", T_TEXT, .must = 1, .list = 1, .max = 200, .help = "例: 見積書" },
    [DCP_FILE] = { "file", "ファイル", T_FILE },
};
const struct field decision_step_fields[DCS_N] = {
    [DCS_DECISION] = OF_DECISION,
    [DCS_ROUND] = { "round", "回", T_INT, .must = 1, .list = 1, .min = 0, .max = 1000 },
    [DCS_KIND] = { "step", "段階", T_CHOICE, .must = 1, .list = 1, .of = steps },
    [DCS_BY] = { "account", "人", T_REF, .ref = "kernel.account" },
    [DCS_UNIT] = { "unit", "部署", T_REF, .list = 1, .ref = "kernel.unit" },
    [DCS_POST] = { "post", "職", T_TEXT, .list = 1, .max = 60 },
    [DCS_AT] = { "done_at", "日時", T_TIME, .must = 1, .list = 1 },
    [DCS_COMMENT] = { "comment", "意見", T_NOTE, .max = 1000 },
    [DCS_PAPERS] = { "papers", "見た添付の数", T_INT, .list = 1, .min = 0, .max = 10000 },
    [DCS_DIGEST] = { "digest", "見た内容のSHA-256", T_TEXT, .max = 64 },
};

#define Q(F) { F, NULL, 0 }
#define END { -1, NULL, 0 }
const struct ask delegation_rule_asks[] = { Q(DGR_KIND), Q(DGR_UNIT), Q(DGR_MIN), Q(DGR_MAX), Q(DGR_RANK), Q(DGR_DEPUTY), Q(DGR_CONSULT), Q(DGR_REVIEW),
                                            Q(DGR_FROM), Q(DGR_TO), Q(DGR_BASIS), Q(DGR_NOTE), END };
const struct ask delegation_end_asks[] = { { DGR_TO, NULL, 1 }, END };
const struct ask post_asks[] = { Q(PST_ACCOUNT), Q(PST_RANK), Q(PST_FROM), Q(PST_TO), Q(PST_BASIS), END };
const struct ask post_end_asks[] = { { PST_TO, NULL, 1 }, END };
const struct ask decision_draft_asks[] = { Q(DCN_KIND), Q(DCN_TITLE), Q(DCN_AMOUNT), Q(DCN_ABOUT), Q(DCN_TEXT), END };
const struct ask decision_paper_asks[] = { Q(DCP_DECISION), Q(DCP_NAME), Q(DCP_FILE), END };
const struct field decision_comment_params[] = { { "comment", "意見", T_NOTE, .max = 1000 }, { .name = NULL } };
const struct field decision_why_params[] = { { "comment", "理由", T_NOTE, .must = 1, .max = 1000 }, { .name = NULL } };
