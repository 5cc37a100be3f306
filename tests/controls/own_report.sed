s/if (str_eq(rec_text(r, SE_REPORTER), c->who->login) ||/if (!r ||/
