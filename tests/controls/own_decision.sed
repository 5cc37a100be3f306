s/if (!mine(c, r)) return true;/if (r) return true;/
