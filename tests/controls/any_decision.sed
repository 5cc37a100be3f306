s/if (!rows_next(d) || !str_eqz(rows_text(d, "state"), "decided")) refuse/if (!rows_next(d)) refuse/
s/(about.n && !str_eq(rows_text(d, "about"), about))/(about.n \&\& !rows_text(d, "about").n)/
