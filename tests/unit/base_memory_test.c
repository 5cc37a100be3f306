/* Promises of arena.h and buf.h. */
#include "base_check.h"
#include "base/buf.h"
#include "base/limits.h"

static bool all_zero(const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i]) return false;
    return true;
}

static void arena_zeroed_and_aligned(void **state) {
    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 700; n++) {
            char *p = arena_new(A, n);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            assert_true(all_zero(p, n));
            memset(p, 0xA5, n);
        }
        char *large = arena_new(A, 3 * 1024 * 1024);
        assert_true(all_zero(large, 3 * 1024 * 1024));
        memset(large, 0xA5, 3 * 1024 * 1024);
        arena_reset(A);
    }
}

static void arena_pieces_do_not_overlap(void **state) {
    (void)state;
    enum { N = 2000 };
    static char *p[N];
    for (size_t i = 0; i < N; i++) {
        size_t n = i % 97 ? i % 61 + 1 : 40000;
        p[i] = arena_new(A, n);
        memset(p[i], (int)(i % 251) + 1, n);
    }
    for (size_t i = 0; i < N; i++) {
        size_t n = i % 97 ? i % 61 + 1 : 40000;
        for (size_t k = 0; k < n; k++) assert_int_equal((unsigned char)p[i][k], i % 251 + 1);
    }
}

static void arena_reset_keeps_first_block(void **state) {
    (void)state;
    void *first = arena_new(A, 100);
    arena_new(A, 1024 * 1024);
    assert_true(arena_used(A) >= 1024 * 1024 + 100);
    arena_reset(A);
    assert_int_equal(arena_used(A), 0);
    assert_ptr_equal(arena_new(A, 100), first);
}

static void arena_stops_at_max(void **state) {
    (void)state;
    struct arena *a = arena_make(1024);
    volatile int done = 0;
    if (setjmp(*arena_guard(a))) {
        assert_int_equal(done, 64);
        assert_int_equal(arena_used(a), 1024);
        arena_free(a);
        return;
    }
    for (; done < 65; done++) arena_new(a, 16);
    fail();
}

static void arena_array_checks_product(void **state) {
    (void)state;
    if (!setjmp(*arena_guard(A))) {
        arena_array(A, SIZE_MAX / 8 + 2, 8);
        fail();
    }
    if (!setjmp(*arena_guard(A))) {
        arena_new(A, SIZE_MAX);
        fail();
    }
    assert_int_equal(arena_used(A), 0);
}

static int order[8], order_n;
static void note(void *ctx) {
    order[order_n++] = *(int *)ctx;
}

static void arena_defers_last_first_and_once(void **state) {
    (void)state;
    static int ids[] = { 1, 2, 3 };
    order_n = 0;
    for (int i = 0; i < 3; i++) arena_defer(A, note, &ids[i]);
    arena_reset(A);
    assert_int_equal(order_n, 3);
    assert_int_equal(order[0], 3);
    assert_int_equal(order[2], 1);
    arena_reset(A);
    assert_int_equal(order_n, 3);
    struct arena *a = arena_make(1000);
    arena_defer(a, note, &ids[1]);
    arena_free(a);
    assert_int_equal(order_n, 4);
}

static void arena_defer_without_memory_cleans_at_once(void **state) {
    (void)state;
    static int id = 7;
    order_n = 0;
    if (setjmp(*arena_guard(A))) {
        assert_int_equal(order_n, 1);
        arena_reset(A);
        assert_int_equal(order_n, 1);
        return;
    }
    arena_fail_at(1);
    arena_defer(A, note, &id);
    fail();
}

static void arena_fails_at_the_nth_of_the_thread(void **state) {
    (void)state;
    struct arena *other = arena_make(4096);
    volatile int done = 0;
    arena_fail_at(3);
    if (!setjmp(*arena_guard(A))) {
        for (; done < 5; done++) {
            if (done == 1)
                arena_new(other, 1);
            else
                arena_new(A, 1);
        }
        fail();
    }
    assert_int_equal(done, 2);
    arena_fail_at(0);
    for (int i = 0; i < 5; i++) arena_new(A, 1);
    assert_int_equal(arena_count(), 5);
    arena_free(other);
}

static void overflow_unguarded(void *ctx) {
    (void)ctx;
    struct arena *a = arena_make(64);
    if (setjmp(*arena_guard(a))) _exit(3);
    arena_reset(a); /* takes the guard away */
    arena_new(a, 65);
}

static void arena_without_guard_ends_with_70(void **state) {
    (void)state;
    char said[512];
    assert_int_equal(exit_of(overflow_unguarded, NULL, said, sizeof said), 70);
    assert_non_null(strstr(said, "arena"));
}

static void arena_grows_in_place_or_moves(void **state) {
    (void)state;
    char *p = arena_new(A, 10);
    memset(p, 1, 10);
    char *q = arena_grow(A, p, 10, 100);
    assert_ptr_equal(p, q);
    assert_true(all_zero(q + 10, 90));
    memset(q, 1, 100);
    arena_new(A, 1);
    char *r = arena_grow(A, q, 100, 200);
    assert_ptr_not_equal(q, r);
    for (int i = 0; i < 100; i++) assert_int_equal(r[i], 1);
    assert_true(all_zero(r + 100, 100));
    r = arena_grow(A, r, 200, 100000);
    assert_int_equal(r[99], 1);
    assert_true(all_zero(r + 100, 99900));
    assert_non_null(arena_grow(A, NULL, 0, 5));
}

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
static void arena_hides_what_is_not_taken(void **state) {
    (void)state;
    char *p = arena_new(A, 5);
    assert_false(__asan_address_is_poisoned(p + 4));
    assert_true(__asan_address_is_poisoned(p + 5));
    p = arena_grow(A, p, 5, 7);
    assert_false(__asan_address_is_poisoned(p + 6));
    assert_true(__asan_address_is_poisoned(p + 7));
    p = arena_grow(A, p, 7, 50);
    assert_false(__asan_address_is_poisoned(p + 49));
    assert_true(__asan_address_is_poisoned(p + 50));
    arena_reset(A);
    assert_true(__asan_address_is_poisoned(p));
}
#else
static void arena_hides_what_is_not_taken(void **state) {
    (void)state;
    skip(); /* only AddressSanitizer sees it */
}
#endif

/* -- buf ------------------------------------------------------------------ */

static void buf_holds_exactly_max(void **state) {
    (void)state;
    struct buf b = buf_new(A, 10);
    check_str(buf_str(&b), "");
    assert_int_equal(b.p[0], 0);
    assert_true(buf_add(&b, S("12345")));
    assert_true(buf_add(&b, S("67890")));
    assert_false(b.full);
    assert_true(buf_add(&b, S("")));
    assert_false(buf_char(&b, 'x'));
    assert_true(b.full);
    assert_false(buf_add(&b, S("")));
    check_str(buf_str(&b), "1234567890");
    assert_int_equal(b.p[b.n], 0);
}

static void buf_full_stays_full(void **state) {
    (void)state;
    struct buf b = buf_new(A, 10);
    buf_add(&b, S("12345"));
    assert_false(buf_add(&b, S("678901")));
    assert_false(buf_char(&b, 'x'));
    assert_false(buf_fmt(&b, "y"));
    assert_false(buf_u8(&b, 1));
    assert_false(buf_int(&b, 1));
    check_str(buf_str(&b), "12345");
    assert_int_equal(b.p[5], 0);
    struct buf none = buf_new(A, 0);
    assert_false(buf_char(&none, 'x'));
    assert_int_equal(none.p[0], 0);
}

static void buf_grows(void **state) {
    (void)state;
    struct buf b = buf_new(A, 100000), c = buf_new(A, 100000);
    for (int i = 0; i < 10000; i++) {
        assert_true(buf_fmt(&b, "%d,", i));
        assert_true(buf_int(&c, i) && buf_char(&c, ','));
        assert_int_equal(b.p[b.n], 0);
        assert_true(b.n <= b.max && b.n <= b.cap);
    }
    assert_true(str_eq(buf_str(&b), buf_str(&c)));
    assert_true(str_ends(buf_str(&b), S(",9998,9999,")));
    struct buf d = buf_new(A, 1000); /* formats that end on, before and behind the room there is */
    for (int n = 240; n < 270; n++) {
        d.n = 0;
        d.p[0] = 0;
        assert_true(buf_fmt(&d, "%*d", n, 7));
        assert_int_equal(d.n, n);
        assert_int_equal(d.p[n - 1], '7');
    }
    assert_false(buf_fmt(&d, "%*d", 1001, 7));
}

static void buf_fmt_has_a_limit(void **state) {
    (void)state;
    struct buf b = buf_new(A, 10 * LIM_FMT_BYTES);
    assert_true(buf_fmt(&b, "%*d", LIM_FMT_BYTES, 1));
    assert_false(buf_fmt(&b, "%*d", LIM_FMT_BYTES + 1, 1));
    assert_int_equal(b.n, LIM_FMT_BYTES);
    assert_true(b.full);
    struct buf roomy = buf_new(A, 10 * LIM_FMT_BYTES);
    for (int i = 0; i < 3; i++) assert_true(buf_fmt(&roomy, "%*d", LIM_FMT_BYTES, 1));
    roomy.n = 10;
    assert_true(buf_char(&roomy, 'x'));
    assert_int_equal(roomy.p[11], 0);
    assert_false(buf_fmt(&roomy, "%*d", LIM_FMT_BYTES + 1, 1));
    assert_int_equal(roomy.n, 11);
}

static void buf_numbers(void **state) {
    (void)state;
    struct buf b = buf_new(A, 100);
    buf_u8(&b, 0xFE);
    buf_u16(&b, 0x0102);
    buf_u32(&b, 0x03040506);
    buf_u64(&b, 0x0708090A0B0C0D0E);
    assert_true(str_eq(buf_str(&b), S("\xFE\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E")));
    struct buf c = buf_new(A, 100);
    buf_int(&c, INT64_MIN);
    buf_char(&c, ' ');
    buf_int(&c, INT64_MAX);
    buf_char(&c, ' ');
    buf_int(&c, 0);
    check_str(buf_str(&c), "-9223372036854775808 9223372036854775807 0");
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, arena_up, arena_down)
    const struct CMUnitTest tests[] = {
        T(arena_zeroed_and_aligned),
        T(arena_pieces_do_not_overlap),
        T(arena_reset_keeps_first_block),
        T(arena_stops_at_max),
        T(arena_array_checks_product),
        T(arena_defers_last_first_and_once),
        T(arena_defer_without_memory_cleans_at_once),
        T(arena_fails_at_the_nth_of_the_thread),
        T(arena_without_guard_ends_with_70),
        T(arena_hides_what_is_not_taken),
        T(arena_grows_in_place_or_moves),
        T(buf_holds_exactly_max),
        T(buf_full_stays_full),
        T(buf_grows),
        T(buf_fmt_has_a_limit),
        T(buf_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
