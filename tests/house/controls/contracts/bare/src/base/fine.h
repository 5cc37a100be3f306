/* fine.h - a contract. */
