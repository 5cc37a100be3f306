const char *a = "/tmp/x", *b = "https://example.jp/work/a";
