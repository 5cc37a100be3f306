/* demo.h - what the demo city's accounts share.  Used only with the demo flag; the pages say デモ.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_DEMO_H
#define KERNEL_DEMO_H
#define DEMO_PASSWORD "midori-no-madoguchi-8"
#define DEMO_PIN "482915"
#endif
