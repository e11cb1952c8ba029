#include "ops/algorithm/stage.h"

#include <fmt/format.h>

#include "support/error.h"

namespace nestwright::ops {

Stage::Stage(const std::string& name) : Func(name), schedule_name(name) {}

Stage::Stage(const std::string& name, const Inputs& inputs) : Func(inputs.at(name).func), schedule_name(name) {}

Stage Stage::renamed(const std::string& name) const {
  Stage stage = *this;
  stage.schedule_name = name;
  return stage;
}

Algorithm algorithm_of(const std::vector<Stage>& outputs, const std::vector<Stage>& others) {
  Algorithm algorithm;
  for (const std::vector<Stage>* stages : {&outputs, &others}) {
    for (const Stage& stage : *stages) {
      if (!algorithm.funcs.emplace(stage.schedule_name, stage).second) {
        throw Error("algorithm",
                    fmt::format("'{}' names two stages; give each a name of its own", stage.schedule_name));
      }
      for (const auto& [name, variable] : stage.variables) {
        if (algorithm.reduction_variables.emplace(name, variable).second) continue;
        throw Error(
            "algorithm",
            fmt::format("'{}' names reduction variables of two stages, one of them '{}'; give each a name of its own",
                        name, stage.schedule_name));
      }
    }
  }
  algorithm.outputs.assign(outputs.begin(), outputs.end());
  return algorithm;
}

}  // namespace nestwright::ops
