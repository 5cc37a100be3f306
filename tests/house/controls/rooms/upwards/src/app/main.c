#include "systems/school/school.h"
