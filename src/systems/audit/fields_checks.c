/* fields_checks.c - fields of check runs, their results, and reviews of access (3.5, 3.6). */
#include "fields.h"

static const struct choice results[] = { { "pass", "合" }, { "fail", "否" }, { "unknown", "不明" }, { "outside", "対象外" }, { NULL, NULL } };
static const struct choice confirms[] = { { "none", "不要" }, { "wanted", "要確認" }, { "confirmed", "否と確認" }, { "refuted", "否ではない" },
                                          { NULL, NULL } };

const struct field access_review_fields[AR_N] = {
    [AR_SYSTEM] = { "system", "システム", T_REF, .must = 1, .list = 1, .ref = "audit.info_system" },
    [AR_ON] = { "reviewed_on", "棚卸の日", T_DATE, .must = 1, .list = 1 },
    [AR_ACCOUNTS] = { "accounts", "確かめた利用者数", T_INT, .must = 1, .list = 1, .min = 0, .max = 1000000 },
    [AR_REMOVED] = { "removed", "外した役割の数", T_INT, .must = 1, .list = 1, .min = 0, .max = 1000000 },
    UNIT_FIELD(AR),
};
#define COUNT_OF(NAME, LABEL) { NAME, LABEL, T_INT, .list = 1, .min = 0, .max = YEN_MAX }
const struct field check_run_fields[KR_N] = {
    [KR_AS_OF] = { "as_of", "基準日", T_DATE, .list = 1 },
    [KR_AT] = { "asked_at", "頼んだ日時", T_TIME, .list = 1 },
    [KR_LOG] = COUNT_OF("log_size", "操作ログの位置"),
    [KR_PASS] = COUNT_OF("passed", "合"), [KR_FAIL] = COUNT_OF("failed", "否"), [KR_UNKNOWN] = COUNT_OF("unknown", "不明"),
    [KR_OUTSIDE] = COUNT_OF("outside", "対象外"), [KR_CONFIRM] = COUNT_OF("to_confirm", "うち要確認"),
    [KR_DIGEST] = { "digest", "結果のSHA-256", T_TEXT, .max = 64 },
};
const struct field check_result_fields[KX_N] = {
    [KX_RUN] = { "run", "検査の実行", T_REF, .must = 1, .list = 1, .ref = "audit.check_run" },
    [KX_CODE] = { "code", "検査", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 10 },
    [KX_NAME] = { "name", "検査名", T_TEXT, .list = 1, .max = 60 },
    [KX_TITLE] = { "title", "対象", T_TEXT, .list = 1, .find = 1, .max = 200 },
    [KX_SYSTEM] = { "system", "システム", T_REF, .list = 1, .ref = "audit.info_system" },
    [KX_RESULT] = { "result", "結果", T_CHOICE, .must = 1, .list = 1, .of = results },
    [KX_REASON] = { "reason", "理由", T_TEXT, .list = 1, .max = 200 },
    [KX_CONFIRM] = { "confirm", "確認", T_CHOICE, .list = 1, .of = confirms },
    [KX_NOTE] = { "note", "確認の内容", T_TEXT, .max = 200 },
    UNIT_FIELD(KX),
};
