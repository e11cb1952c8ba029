#pragma once

#include <rapidcheck.h>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// Any schedule that a text can say, comments in every place included.
rc::Gen<Schedule> any_schedule();

}  // namespace nestwright::dsl
