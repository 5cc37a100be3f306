/^static int64_t gap/,/^}/s/to - from : 0/0 : 0/
