/* fields.h - the arrays of fields, asks and choices that crematorium.c puts together.
** Who may use this: this folder.
*/
#ifndef CREMATORIUM_FIELDS_H
#define CREMATORIUM_FIELDS_H
#include "crematorium.h"

extern const struct choice channel_choices[], hearse_choices[], resource_choices[], room_choices[];

extern const struct field site_fields[ST_N], resource_fields[RS_N], firm_fields[FM_N], band_fields[BD_N],
    closure_fields[CL_N], window_fields[BW_N], deadline_fields[DL_N], tentative_fields[TN_N], change_limit_fields[CH_N],
    fee_item_fields[FE_N], ceiling_fields[CE_N], ceremony_fields[CR_N], residence_fields[RR_N], class_fields[KR_N],
    arrival_fields[AR_N], booking_fields[BK_N], slot_fields[SL_N], ceiling_token_fields[CT_N], deceased_key_fields[DK_N],
    fee_line_fields[FL_N], contact_sheet_fields[CS_N], day_close_fields[DC_N], ledger_fields[LG_N];

extern const struct ask site_asks[], resource_asks[], firm_asks[], band_asks[], closure_asks[], window_asks[],
    deadline_asks[], tentative_asks[], change_limit_asks[], fee_item_asks[], ceiling_asks[], ceremony_asks[],
    residence_asks[], class_asks[], arrival_asks[];

#endif
