/^static bool once_begin/,/^}/s/if (!call->key.n || call->rehearse)/if (call)/
