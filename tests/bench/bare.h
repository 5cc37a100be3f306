/* bare.h - the yardstick: the rows of the bookings just made, written by a bare loop, one commit a booking. */
#ifndef TESTS_BARE_H
#define TESTS_BARE_H
void bare(int argc, char **argv);
#endif
