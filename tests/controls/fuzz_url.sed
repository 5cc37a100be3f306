/^bool url_decode/,/^}/s/if (s.n - i < 3) return false;//
