/* sentences.h - the kernel's own refusal sentences, for its system constant. */
#ifndef KERNEL_SENTENCES_H
#define KERNEL_SENTENCES_H
#include "kernel/kernel.h"
extern const struct sentence kernel_sentences[];
#endif
