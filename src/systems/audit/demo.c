/* demo.c - the demo city's own register: this suite and the reservation system as rows, through acts only. */
#include "audit.h"

void audit_demo(struct ctx *c) { (void)c; }
