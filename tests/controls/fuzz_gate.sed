/^int gate_feed/,/^}/s/if (i == n) break;/if (i == n) { g->status = 400; break; }/
