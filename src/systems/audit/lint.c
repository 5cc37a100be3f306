#include "ledger.h"
struct list *ledger_lint(struct arena *a, const struct ledger_files *files, struct list *errors) { (void)files; (void)errors; return list_new(a); }
struct str ledger_lint_csv(struct arena *a, const struct list *lines) { (void)a; (void)lines; return S(""); }
