bool special(struct str s) { return str_eqz(s, "crematorium"); }
bool fine(struct str s) { return str_eqz(s, "audit_office"); }
/* "crematorium.booking.reserve" is an example
** of "school" too. */
int x; /* "school" */
/* c */ const char *y = "school";
