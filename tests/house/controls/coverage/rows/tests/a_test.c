static void one(void **state) {}
static void two(void **state) {}
    cmocka_unit_test(one), cmocka_unit_test(two),
static void never(void **state) {}
