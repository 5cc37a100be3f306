/* ended.c - a booking ends without use (cancelled, lapsed, refused, not come): what follows for the rest. */
#include "charges.h"
#include "queue.h"

void booking_ended(struct ctx *c, const struct rec *r) {
    parts_free(c, rec_id(r));
    charge_stop(c, r);
    waiting_offer(c, r);
}
