#pragma once

#include <rapidcheck.h>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// Generates schedules: every kind of item, directive, argument and comment that the text of a .nest file can hold.
rc::Gen<Schedule> any_schedule();

}  // namespace nestwright::dsl
