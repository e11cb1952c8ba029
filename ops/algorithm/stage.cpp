#include "ops/algorithm/stage.h"

#include <fmt/format.h>

#include "support/error.h"

namespace nestwright::ops {
namespace {

template <typename Value>
void add(const std::string& name, const Value& value, const char* what, std::map<std::string, Value>& all) {
  if (all.emplace(name, value).second) return;
  throw Error("algorithm", fmt::format("'{}' is the name of two {}; give each a name of its own", name, what));
}

}  // namespace

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
      add<Halide::Func>(stage.schedule_name, stage, "stages", algorithm.funcs);
      for (const auto& [name, variable] : stage.variables) {
        add(name, variable, "reduction variables", algorithm.reduction_variables);
      }
    }
  }
  algorithm.outputs.assign(outputs.begin(), outputs.end());
  return algorithm;
}

}  // namespace nestwright::ops
