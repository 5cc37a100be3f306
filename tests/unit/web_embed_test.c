#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>
#include "base/hash.h"
#include "base/limits.h"
#include "web/embed.h"

static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_make(LIM_ARENA_BYTES);
    if (a) asset_init(a);
    return a ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static void test_table(void **state)
{
    (void)state;
    struct str s;
    size_t n = 0;
    for (const struct embedded *f = embedded_files; f->path; f++, n++) {
        assert_true(f[1].path == NULL || strcmp(f[0].path, f[1].path) < 0);
        assert_true(embed_find(str_z(f->path), &s));
        assert_int_equal(s.n, f->n);
    }
    assert_true(n >= 4);
    assert_true(embed_find(S("assets/robots.txt"), &s));
    assert_true(str_starts(s, S("User-agent: *\n")));
    assert_false(embed_find(S("assets/robots.tx"), &s));
    assert_false(embed_find(S("/assets/robots.txt"), &s));
    assert_false(embed_find(S(""), &s));
}

static void test_asset(void **state)
{
    (void)state;
    struct str url = asset_url(S("favicon.svg")), bytes, gz, type, raw;
    assert_true(embed_find(S("assets/favicon.svg"), &raw));
    struct digest d = sha256(raw);
    struct str want =
        str_cat(a, str_cat(a, S("/assets/"), str_sub(hex(a, digest_str(&d)), 0, 16)), S("/favicon.svg"));
    assert_true(str_eq(url, want));
    struct str path = str_sub(url, 8, url.n);
    assert_true(asset_find(path, &bytes, &gz, &type));
    assert_true(str_eq(bytes, raw));
    assert_true(str_eqz(type, "image/svg+xml; charset=utf-8"));
    assert_true(gz.n > 0 && gz.n < raw.n);
    char *flat = arena_new(a, raw.n);
    z_stream z = { .next_in = (unsigned char *)gz.p, .avail_in = (uInt)gz.n,
                   .next_out = (unsigned char *)flat, .avail_out = (uInt)raw.n };
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    inflateEnd(&z);
    assert_true(str_eq((struct str){ flat, raw.n }, raw));
}

static void test_no_asset(void **state)
{
    (void)state;
    struct str bytes, gz, type, url = asset_url(S("favicon.svg"));
    assert_int_equal(asset_url(S("nothing.css")).n, 0);
    assert_false(asset_find(S("favicon.svg"), &bytes, &gz, &type));
    assert_false(asset_find(S("0000000000000000/favicon.svg"), &bytes, &gz, &type));
    assert_false(asset_find(url, &bytes, &gz, &type));
    assert_false(asset_find(S(""), &bytes, &gz, &type));
    assert_false(asset_find(S("../lang/en.po"), &bytes, &gz, &type));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_asset), cmocka_unit_test(test_no_asset),
    };
    return cmocka_run_group_tests_name("web embed", tests, setup, teardown);
}
