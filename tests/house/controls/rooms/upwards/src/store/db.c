#include "base/str.h"
#include "inside.h"
#include "web/http.h"
#include "../kernel/kernel.h"
