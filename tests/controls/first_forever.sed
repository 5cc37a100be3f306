/^static bool within_term/,/^}/s/return \(.*\);/return \1 || true;/
