#include "paper/pdf.h"
#  include "systems/school/school.h"
