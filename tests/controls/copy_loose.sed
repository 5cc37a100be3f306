/^static bool hold/,/^}/s/    return db_begin.*/    return db_begin(s->held, TX_READ, 0);/
/^static enum ship_end look/,/^}/s/if (s->at.end && (!s->turned.*/if (false) {/
/^static enum ship_end turn/,/^}/s/enum ship_end end = look(s, a, err);/enum ship_end end = SHIP_SAME;/
