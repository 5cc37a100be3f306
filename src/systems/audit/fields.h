/* fields.h - the arrays of fields and asks that audit.c puts together.
** Who may use this: this folder.
*/
#ifndef AUDIT_FIELDS_H
#define AUDIT_FIELDS_H
#include "audit.h"

/* The unit a row belongs to; children take it from their parent (child_run), scopes compare it. */
#define UNIT_FIELD(P) [P##_UNIT] = { "unit", "部署", T_REF, .list = 1, .ref = "audit.unit" }
/* The import a row came with; empty: entered here. */
#define LOAD_FIELD(P) [P##_LOAD] = { "load", "取り込み", T_REF, .ref = "audit.load" }
#define YEN_MAX 99999999999

extern const struct choice limit_kinds[], document_types[], phase_choices[];

extern const struct field load_fields[LD_N], unit_fields[OU_N], system_fields[IS_N], subsystem_fields[SS_N], user_unit_fields[UU_N],
    provider_fields[PV_N], provider_check_fields[PK_N], data_flow_fields[DF_N], component_fields[CM_N], headcount_fields[HC_N],
    change_fields[CE_N];
extern const struct field case_fields[PC_N], quote_fields[QT_N], benchmark_fields[BM_N], cost_fields[CO_N], member_fields[MB_N],
    criterion_fields[CR_N], score_fields[SR_N], question_fields[QS_N], requirement_fields[RQ_N];
extern const struct field contract_fields[CT_N], contract_system_fields[CS_N], term_check_fields[TK_N], subcontract_fields[SB_N],
    sla_item_fields[SI_N], sla_measure_fields[SM_N], deliverable_fields[DV_N], report_due_fields[RD_N], payment_fields[PY_N];
extern const struct field document_fields[DO_N], version_fields[VE_N], target_fields[TG_N], fact_fields[FA_N], printed_limit_fields[LL_N],
    snapshot_fields[SN_N], snapshot_part_fields[SP_N];
extern const struct field limit_fields[LM_N], law_ref_fields[LW_N], code_fields[CD_N], finding_class_fields[FC_N],
    required_doc_fields[RC_N], tax_rate_fields[TX_N];
extern const struct field access_review_fields[AR_N], check_run_fields[KR_N], check_result_fields[KX_N];
extern const struct field campaign_fields[CA_N], survey_fields[SV_N], plan_fields[AU_N], selection_fields[SE_N], finding_fields[FD_N],
    report_fields[RP_N], binding_fields[BI_N], publication_fields[PU_N];

#endif
