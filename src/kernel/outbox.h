/* outbox.h - messages that acts queued leave the house: mail, FAX, SMS (crematorium.md U092).
**
** kernel.notice: queued → sent, or tried again after 1, 5, 15 and 60 minutes, and after the fifth try → failed, which
**   staff sees on the page /kernel/unsent and sends again from there.  At least once; the message id is stable.
** Two ways out: `serve` writes a file a message below DATA/outbox/ (a demo, or a program of the city that collects
**   them); for a channel with a command in the configuration `serve` leaves them alone, and `madoguchi worker` gives
**   each to that command, because serve itself may start no program.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_OUTBOX_H
#define KERNEL_OUTBOX_H
#include "kernel/core.h"

struct letter { int64_t id, tries; struct str channel, to, subject, message_id, text; /* text: head lines, body */ };
typedef bool send_fn(void *ctx, struct arena *a, const struct letter *l);

extern const char *const outbox_channels[];     /* mail, fax, sms; NULL-ended */
/* Send what is due of this channel, at most 64; the number sent.  `send` blocks as it likes. */
unsigned outbox_send(struct kernel *k, struct str channel, send_fn *send, void *ctx);
/* All channels without a command, into files. */
unsigned outbox_flush(struct kernel *k);

/* For the acts of kernel.notice, and the page. */
extern const struct ask notice_later_asks[];
void notice_retry_run(struct ctx *c, struct rec *r);
struct val unsent_page(struct ctx *c);

#endif
