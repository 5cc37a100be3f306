/* ocds.h - small parts of the open data of contracts that a test looks at.
** Who may use this: this folder and its tests.
*/
#ifndef AUDIT_OCDS_H
#define AUDIT_OCDS_H
#include "audit.h"

/* 一般競争 open, 指名競争 selective, 見積合わせ limited, 一者特命 direct, プロポーザル open or limited, その他 limited. */
const char *ocds_method(struct str method, struct str proposal);

#endif
