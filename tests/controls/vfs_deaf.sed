/^static void raise_failure/,/^}/s/    if (atomic_exchange(&failed, true))/    if (what)/
