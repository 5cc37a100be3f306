/* clock.c - see clock.h. */
#include "base/clock.h"
#include <stdatomic.h>
#include <time.h>

static int64_t (*wall_source)(void);
static int64_t (*mono_source)(void);
static _Atomic int64_t shift_us;

static int64_t system_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_wall_us(void)
{
    return (wall_source ? wall_source() : system_us(CLOCK_REALTIME)) + atomic_load(&shift_us);
}

int64_t clock_mono_us(void)
{
    return mono_source ? mono_source() : system_us(CLOCK_MONOTONIC);
}

moment_t clock_now(void)
{
    int64_t us = clock_wall_us();
    return us / 1000000 - (us % 1000000 < 0) + JST_S;
}

day_t clock_today(void)
{
    return day_of_moment(clock_now());
}

void clock_inject(int64_t (*wall_us)(void), int64_t (*mono_us)(void))
{
    wall_source = wall_us;
    mono_source = mono_us;
}

void clock_shift_s(int64_t seconds)
{
    atomic_store(&shift_us, seconds * 1000000);
}
