#ifdef TEST_LOSE_ACK
#endif
#if defined(__linux__)
#endif
