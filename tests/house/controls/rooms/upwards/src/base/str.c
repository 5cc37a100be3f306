#include "base/str.h"
#include "store/db.h"
#include <kernel/kernel.h>
#include <stdio.h>
