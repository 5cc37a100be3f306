/* fields_desk.c - fields of calls, claims, near matches, blocked rooms, firms' requests and terms. */
#include "desk.h"
#include "fields.h"

static const struct choice near_choices[] = { { "kana", "生年月日と死亡の日が同じで、氏名のカナが違う" }, { "date", "氏名のカナが同じで、日付が違う" }, { NULL, NULL } };
static const struct choice claim_choices[] = { { "care_home", "施設に入るための転出" }, { "student", "就学のための転出" }, { "other", "その他" }, { NULL, NULL } };
static const struct choice request_choices[] = { { "renew", "登録の更新" }, { "change", "登録の変更" }, { "end", "登録の終了" }, { NULL, NULL } };
static const struct choice block_choices[] = { { "furnace", "火葬炉" }, { "hall", "式場" }, { "waiting_room", "待合室" },
                                               { "mortuary", "安置庫" }, { "hearse", "霊柩車" }, { NULL, NULL } };

#define BOOKING_REF { "booking", "予約", T_REF, .ref = "crematorium.booking", .list = 1, .find = 1 }
#define BOOKING_MUST { "booking", "予約", T_REF, .ref = "crematorium.booking", .must = 1, .list = 1, .find = 1 }
#define SITE_REF { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1 }
#define SITE_MUST { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 }
#define FIRM_REF { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .list = 1, .secrecy = STAFF }
#define DONE(P) \
    [P##_DONE_BY] = { "done_by", "決めた人", T_NAME, .secrecy = STAFF }, [P##_DONE_AT] = { "done_at", "決めた日時", T_TIME }

const struct field call_fields[CN_N] = {
    [CN_SITE] = SITE_MUST,
    [CN_AT] = { "called_at", "電話の日時", T_TIME, .list = 1 },
    [CN_CALLER] = { "caller", "連絡してきた人", T_NAME, .must = 1, .max = 40, .list = 1, .secrecy = PERSONAL },
    [CN_PHONE] = { "phone", "電話", T_PHONE, .secrecy = PERSONAL },
    [CN_BOOKING] = BOOKING_REF,
    [CN_WISH] = { "wish", "用件", T_NOTE, .must = 1, .max = 300, .secrecy = PERSONAL, .help = "例: 15時から10時への変更" },
    [CN_TAKEN_BY] = { "taken_by", "電話を受けた人", T_NAME, .list = 1, .secrecy = STAFF },
    [CN_RESULT] = { "result", "したこと", T_TEXT, .max = 200, .secrecy = STAFF, .help = "例: 変更した、用件だけ聞いた" },
    DONE(CN),
};
const struct field near_fields[NM_N] = {
    [NM_BOOKING] = BOOKING_MUST,
    [NM_OTHER] = { "other", "似た予約", T_REF, .ref = "crematorium.booking", .must = 1, .list = 1 },
    [NM_SITE] = SITE_REF,
    [NM_WHY] = { "why", "似たところ", T_CHOICE, .of = near_choices, .must = 1, .list = 1 },
    [NM_DECISION] = { "decision", "確かめたこと", T_TEXT, .max = 200, .secrecy = STAFF },
    DONE(NM),
};
const struct field claim_fields[RC_N] = {
    [RC_BOOKING] = BOOKING_MUST,
    [RC_SITE] = SITE_REF,
    [RC_FIRM] = FIRM_REF,
    [RC_KIND] = { "kind", "事情", T_CHOICE, .of = claim_choices, .must = 1, .list = 1, .secrecy = SENSITIVE },
    [RC_RESULT] = { "result", "求める区分", T_CHOICE, .of = residence_choices, .must = 1, .list = 1, .fallback = "in" },
    [RC_DOCUMENT] = { "document", "書類の名前と番号", T_TEXT, .must = 1, .max = 80, .secrecy = SENSITIVE, .help = "例: 入所証明書 第8号" },
    [RC_PROOF] = { "proof", "書類", T_FILE, .secrecy = SENSITIVE },
    [RC_DECISION] = { "decision", "決定の理由", T_TEXT, .max = 200, .secrecy = STAFF },
    DONE(RC),
};
const struct field block_fields[BL_N] = {
    [BL_SITE] = SITE_MUST,
    [BL_KIND] = { "kind", "種類", T_CHOICE, .of = block_choices, .must = 1, .list = 1 },
    [BL_NUMBER] = { "number", "番号", T_INT, .must = 1, .min = 1, .max = 99, .list = 1 },
    [BL_BEGIN] = { "begins", "始め", T_TIME, .must = 1, .list = 1, .help = "例: 2026-12-02 09:00" },
    [BL_END] = { "ends", "終わり", T_TIME, .must = 1, .list = 1 },
    [BL_REASON] = { "reason", "理由", T_TEXT, .must = 1, .max = 100, .list = 1, .help = "例: 定期点検" },
    [BL_BY] = { "blocked_by", "入力した人", T_NAME, .secrecy = STAFF },
};
const struct field firm_request_fields[FR_N] = {
    [FR_FIRM] = { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .must = 1, .list = 1, .secrecy = STAFF },
    [FR_KIND] = { "kind", "届出", T_CHOICE, .of = request_choices, .must = 1, .list = 1 },
    [FR_TEXT] = { "text", "内容", T_NOTE, .must = 1, .max = 500, .secrecy = STAFF },
    [FR_PROOF] = { "proof", "書類", T_FILE, .secrecy = STAFF },
    [FR_PROOF_DATE] = { "proof_date", "書類の日付", T_DATE, .secrecy = STAFF },
    [FR_ASKED_AT] = { "asked_at", "届出の日時", T_TIME, .list = 1 },
    [FR_DECISION] = { "decision", "決定の理由", T_TEXT, .max = 200, .secrecy = STAFF },
    [FR_DONE_BY] = { "done_by", "決めた人", T_NAME, .secrecy = STAFF },
};
const struct field terms_fields[TE_N_] = {
    [TE_VERSION_] = { "version", "版", T_TEXT, .must = 1, .unique = 1, .max = 20, .list = 1, .help = "例: 2026-1" },
    [TE_TEXT_] = { "text", "利用規約", T_NOTE, .must = 1, .max = 10000 },
    RULE_FIELDS(TE),
};
const struct field agreement_fields[AG_N] = {
    [AG_TERMS] = { "terms", "利用規約の版", T_REF, .ref = "crematorium.terms", .must = 1, .list = 1 },
    [AG_FIRM] = { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .must = 1, .list = 1, .find = 1, .secrecy = STAFF },
    [AG_ACCOUNT] = { "account", "利用者の番号", T_INT, .secrecy = STAFF },
    [AG_BY] = { "agreed_by", "同意した人", T_NAME, .list = 1, .secrecy = STAFF },
    [AG_AT] = { "agreed_at", "同意した日時", T_TIME, .list = 1 },
};

#define DATES(P) { P##_FROM, "適用と根拠", 1 }, { P##_TO, NULL, 0 }, { P##_BASIS, NULL, 1 }, { P##_NOTE, NULL, 0 }, { -1, NULL, 0 }
#define A(f) { f, NULL, 0 }
#define M(f) { f, NULL, 1 }
const struct ask call_asks[] = { M(CN_SITE), M(CN_CALLER), A(CN_PHONE), A(CN_BOOKING), M(CN_WISH), { -1, NULL, 0 } };
const struct ask call_done_asks[] = { M(CN_RESULT), A(CN_BOOKING), { -1, NULL, 0 } };
const struct ask near_asks[] = { M(NM_DECISION), { -1, NULL, 0 } };
const struct ask claim_asks[] = { M(RC_BOOKING), M(RC_KIND), M(RC_RESULT), M(RC_DOCUMENT), A(RC_PROOF), { -1, NULL, 0 } };
const struct ask claim_done_asks[] = { M(RC_DECISION), { -1, NULL, 0 } };
const struct ask block_asks[] = { M(BL_SITE), M(BL_KIND), M(BL_NUMBER), M(BL_BEGIN), M(BL_END), M(BL_REASON), { -1, NULL, 0 } };
const struct ask firm_request_asks[] = { M(FR_KIND), M(FR_TEXT), A(FR_PROOF), A(FR_PROOF_DATE), { -1, NULL, 0 } };
const struct ask firm_request_done_asks[] = { M(FR_DECISION), { -1, NULL, 0 } };
const struct ask terms_asks[] = { M(TE_VERSION_), M(TE_TEXT_), DATES(TE) };
const struct ask agreement_asks[] = { M(AG_TERMS), { -1, NULL, 0 } };
const struct ask firm_renew_asks[] = { M(FM_UNTIL), { -1, NULL, 0 } };

static const struct choice attachment_choices[] = { { "permit", "火葬許可証" }, { "doctor", "医師の証明書" }, { "residence", "住所の証明" },
                                                    { "sheet", "連絡表" }, { "name_image", "外字のある氏名の画像（PNG）" }, { "other", "その他" }, { NULL, NULL } };
const struct field attachment_fields[AT_N] = {
    [AT_BOOKING] = BOOKING_MUST,
    [AT_SITE] = SITE_REF,
    [AT_FIRM] = FIRM_REF,
    [AT_KIND] = { "kind", "書類", T_CHOICE, .of = attachment_choices, .must = 1, .list = 1 },
    [AT_FILE] = { "file", "ファイル", T_FILE, .must = 1, .secrecy = PERSONAL, .help = "PDFかJPEG、10MBまで。外字の画像はPNG、縦横2000画素まで" },
    [AT_NOTE] = { "note", "説明", T_TEXT, .max = 100, .secrecy = PERSONAL, .help = "外字のときは、どの字がどう違うか。例: 「吉」は土に口" },
    [AT_BY] = { "added_by", "出した人", T_NAME, .secrecy = STAFF },
    [AT_AT] = { "added_at", "出した日時", T_TIME, .list = 1 },
};
const struct ask attachment_asks[] = { { AT_BOOKING, NULL, 1 }, { AT_KIND, NULL, 1 }, { AT_FILE, NULL, 1 }, { AT_NOTE, NULL, 0 }, { -1, NULL, 0 } };
const struct ask assign_asks[] = { { BK_FAREWELL_ROOM, "部屋", 0 }, { BK_COLLECTION_ROOM, NULL, 0 }, { -1, NULL, 0 } };

const struct field firm_login_fields[FU_N] = {
    [FU_FIRM] = { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .list = 1 },
    [FU_LOGIN] = { "login", "ログインID", T_TEXT, .must = 1, .max = 60, .list = 1, .find = 1, .secrecy = STAFF, .help = "例: aozora-sato" },
    [FU_NAME] = { "name", "氏名", T_NAME, .must = 1, .max = 80, .list = 1, .secrecy = STAFF },
    [FU_KANA] = { "kana", "フリガナ", T_KANA, .must = 1, .max = 80, .secrecy = STAFF },
    [FU_MAIL] = { "mail", "メール", T_MAIL, .max = 120, .secrecy = STAFF },
    [FU_ACCOUNT] = { "account", "利用者の番号", T_INT },
    [FU_FIRST] = { "first", "最初のパスワードの番号", T_INT },
    [FU_BY] = { "added_by", "加えた人", T_NAME, .secrecy = STAFF },
    [FU_ADDED] = { "added_at", "加えた日時", T_TIME, .list = 1 },
};
const struct ask firm_login_asks[] = { { FU_LOGIN, NULL, 1 }, { FU_NAME, NULL, 1 }, { FU_KANA, NULL, 1 }, { FU_MAIL, NULL, 0 }, { -1, NULL, 0 } };

const struct field contract_end_fields[ENDC_N] = {
    [ENDC_CONTRACT] = { "contract", "契約", T_TEXT, .must = 1, .max = 120, .list = 1, .find = 1, .help = "例: 聖苑予約システム運用業務委託（令和4年度）" },
    [ENDC_VENDOR] = { "vendor", "受託者", T_TEXT, .must = 1, .max = 80, .list = 1 },
    [ENDC_WHAT] = { "what", "返却された内容", T_TEXT, .must = 1, .max = 200, .help = "例: 全ての表のCSV、添付ファイル、操作ログ" },
    [ENDC_HASH] = { "sha256", "返却されたファイルのSHA-256", T_TEXT, .must = 1, .max = 64 },
    [ENDC_RETURNED] = { "returned_at", "返却を受けた日時", T_TIME, .list = 1 },
    [ENDC_RETURNED_BY] = { "returned_by", "返却を受けた人", T_NAME, .secrecy = STAFF },
    [ENDC_ERASED_ON] = { "erased_on", "消去した日", T_DATE, .list = 1 },
    [ENDC_METHOD] = { "method", "消去の方法と記録", T_NOTE, .max = 500, .help = "媒体、方法（上書き・暗号鍵の廃棄・破壊）、立ち会った人、記録の番号" },
    [ENDC_ERASED_BY] = { "erased_by", "消去を確かめた人", T_NAME, .secrecy = STAFF },
    [ENDC_NUMBER] = { "number", "証明書の番号", T_TEXT, .max = 20, .list = 1 },
};
const struct ask contract_return_asks[] = { { ENDC_CONTRACT, NULL, 1 }, { ENDC_VENDOR, NULL, 1 }, { ENDC_WHAT, NULL, 1 }, { ENDC_HASH, NULL, 1 }, { -1, NULL, 0 } };
const struct ask contract_erase_asks[] = { { ENDC_ERASED_ON, NULL, 1 }, { ENDC_METHOD, NULL, 1 }, { -1, NULL, 0 } };

const struct field maintenance_fields[MT_N] = {
    [MT_BEGIN] = { "begins", "始め", T_TIME, .must = 1, .list = 1 },
    [MT_END] = { "ends", "終わり", T_TIME, .must = 1, .list = 1 },
    [MT_REASON] = { "reason", "理由", T_TEXT, .must = 1, .max = 100, .list = 1, .help = "例: 更新の適用" },
};
const struct ask maintenance_asks[] = { { MT_BEGIN, NULL, 1 }, { MT_END, NULL, 1 }, { MT_REASON, NULL, 1 }, { -1, NULL, 0 } };

static const struct choice alarm_choices[] = { { "no_booking", "予約が入っていない" }, { "no_close", "日を締めていない" }, { "clock", "時計のずれ" }, { NULL, NULL } };
static const struct choice duty_choices[] = { { "plan", "運用計画・構成図" }, { "certificate", "認証" }, { "cloud", "クラウドの層" }, { NULL, NULL } };
const struct field postcode_fields[PC_N] = {
    [PC_CODE] = { "code", "郵便番号", T_POSTCODE, .must = 1, .unique = 1, .list = 1, .find = 1 },
    [PC_ADDRESS] = { "address", "町の名前まで", T_TEXT, .must = 1, .max = 80, .list = 1, .find = 1 },
};
const struct field alarm_fields[AL_N] = {
    [AL_SITE] = SITE_MUST,
    [AL_KIND] = { "kind", "異常", T_CHOICE, .of = alarm_choices, .must = 1, .list = 1 },
    [AL_DAY] = { "day", "日", T_DATE, .must = 1, .list = 1 },
    [AL_AT] = { "raised_at", "知らせた日時", T_TIME, .list = 1 },
    [AL_TEXT] = { "text", "内容", T_TEXT, .max = 200, .list = 1 },
};
const struct field duty_fields[DU_N] = {
    [DU_KIND] = { "kind", "種類", T_CHOICE, .of = duty_choices, .must = 1, .list = 1 },
    [DU_NAME] = { "name", "名称", T_TEXT, .must = 1, .max = 80, .list = 1, .find = 1, .help = "例: ISO/IEC 27001、構成図、データセンター" },
    [DU_HOLDER] = { "holder", "持っている者", T_TEXT, .max = 80, .list = 1 },
    [DU_REACH] = { "reach", "個人情報に触れられる者", T_NOTE, .max = 500, .help = "クラウドの層では必ず。いなければ「なし」" },
    [DU_DATED] = { "dated", "作成・改訂の日", T_DATE, .must = 1, .list = 1 },
    [DU_UNTIL] = { "valid_until", "期限", T_DATE, .list = 1, .help = "空欄は、改訂から12か月" },
};
const struct field remote_fields[RM_N] = {
    [RM_WHO] = { "who", "作業する者", T_NAME, .must = 1, .max = 80, .list = 1 },
    [RM_PURPOSE] = { "purpose", "目的", T_TEXT, .must = 1, .max = 200, .list = 1 },
    [RM_DECISION] = { "decision", "決裁番号", T_TEXT, .must = 1, .max = 60, .list = 1 },
    [RM_BEGIN] = { "begins", "始め", T_TIME, .must = 1, .list = 1 },
    [RM_END] = { "ends", "終わり", T_TIME, .must = 1, .list = 1 },
    [RM_REPORT] = { "report", "作業の報告", T_NOTE, .max = 2000 },
};
#define ALL_OF(n) { n, NULL, 0 }
const struct ask postcode_asks[] = { ALL_OF(PC_CODE), ALL_OF(PC_ADDRESS), { -1, NULL, 0 } };
const struct ask alarm_asks[] = { ALL_OF(AL_SITE), ALL_OF(AL_KIND), ALL_OF(AL_DAY), ALL_OF(AL_TEXT), { -1, NULL, 0 } };
const struct ask duty_asks[] = { ALL_OF(DU_KIND), ALL_OF(DU_NAME), ALL_OF(DU_HOLDER), ALL_OF(DU_REACH), ALL_OF(DU_DATED), ALL_OF(DU_UNTIL), { -1, NULL, 0 } };
const struct ask remote_asks[] = { ALL_OF(RM_WHO), ALL_OF(RM_PURPOSE), ALL_OF(RM_DECISION), ALL_OF(RM_BEGIN), ALL_OF(RM_END), { -1, NULL, 0 } };
const struct ask remote_report_asks[] = { { RM_REPORT, NULL, 1 }, { -1, NULL, 0 } };
#undef ALL_OF
