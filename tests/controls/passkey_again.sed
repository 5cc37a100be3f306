/^int passkey_check/,/^}/s/    if (s.spent != 1).*//
/^static enum verdict spend_run/,/^}/s/if (s->spent != 1 || !s->passkey)/if (!s->passkey)/
/^static enum verdict spend_run/,/^}/s/ AND (count < ?2 OR (count = 0 AND ?2 = 0))//
