bool special(struct str s) { return str_eqz(s, "crematorium"); }
bool fine(struct str s) { return str_eqz(s, "audit_office"); }
