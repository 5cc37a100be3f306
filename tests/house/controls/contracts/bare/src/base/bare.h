#ifndef BARE_H
#endif
