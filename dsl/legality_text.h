#pragma once

#include <string>

#include "dsl/applying.h"
#include "dsl/polyhedral/conflict.h"

namespace nestwright::dsl::applying {

// Why a schedule is illegal, in its own names. `call`: the directive that made it so.
std::string conflict_text(const Application& application, const polyhedral::StageModel& model,
                          const polyhedral::Conflict& conflict, const Call& call);

// The variables in which the two iterations differ: "kx, k".
std::string differing_variables(const Application& application, const polyhedral::Conflict& conflict);

}  // namespace nestwright::dsl::applying
