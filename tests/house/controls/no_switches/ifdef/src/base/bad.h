#ifndef BASE_TEST_H
#define BASE_TEST_H
#endif
