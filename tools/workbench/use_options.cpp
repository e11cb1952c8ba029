#include "model/graph/models.h"
#include "support/options.h"
#include "tools/workbench/command.h"

namespace nestwright::workbench {

void add_use_options(CLI::App& app, UseRequest& request) {
  std::vector<std::string> models;
  for (const Model& model : shipped_models()) models.push_back(model.name);
  add_text(app, "--shape", request.shape, "name=value,name=value", "The operator's shape, as name=value,name=value");
  add_choice(app, "--model", request.model, models, "The shapes that this model has the operator at [lenet5]");
  add_path(app, "--layer", request.layer, "Of these the one in this layer, for example conv2");
}

}  // namespace nestwright::workbench
