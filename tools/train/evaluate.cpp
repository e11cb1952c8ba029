#include <fmt/format.h>

#include <memory>

#include "generators/kernel_interface/registry.h"
#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/weights.h"
#include "model/data/data_source.h"
#include "model/runtime/inference_session.h"
#include "model/runtime/thread_count.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/interrupt.h"
#include "support/machine.h"
#include "support/message.h"
#include "support/options.h"
#include "tools/train/checkpoint_messages.h"
#include "tools/train/command.h"
#include "tools/train/data_messages.h"
#include "tools/train/epoch_table.h"
#include "tools/train/evaluation_text.h"
#include "tools/train/image_size.h"

namespace nestwright {
namespace {

struct EvaluateOptions {
  std::string checkpoint;
  std::string data = "auto";
  std::int64_t threads = 0;  // 0: as thread_count() has it
  std::string json;
};

const Model& model_of(const Checkpoint& checkpoint, const std::string& path) {
  try {
    return find_model(checkpoint.model);
  } catch (const Error& error) {
    throw Error(path, fmt::format("is of another program's model: {}", error.what()));
  }
}

FileUses files_of(const EvaluateOptions& options) {
  FileUses uses = {.inputs = {{"--checkpoint", options.checkpoint}},
                   .outputs = {{.name = "--json", .path = options.json}}};
  for (const auto& file : data_files(options.data)) uses.inputs.push_back({"--data", file});
  return uses;
}

// Throws Error when weights are no numbers: what kernels make of them means nothing, and may look like a prediction.
void require_finite_weights(const Checkpoint& checkpoint, const std::string& path, std::int64_t images) {
  const std::string fault = what_is_not_finite(checkpoint.parameters);
  if (fault.empty()) return;
  throw Error(path, fmt::format("its network gives no numbers for any of the {} test images: {}", images, fault));
}

// Throws Error when numbers within the network are, or may be, beyond float32: a kernel may make a small number of what
// is infinite, so a prediction would mean nothing.
void require_numbers(const Evaluation& evaluation, const std::vector<NamedTensor>& parameters,
                     const Checkpoint& checkpoint, const std::string& path) {
  const std::string fault = what_may_give_no_numbers(parameters, checkpoint.normalisation);
  if (evaluation.without_numbers == 0 && fault.empty()) return;
  const std::string images =
      evaluation.without_numbers == 0
          ? fmt::format("may give no numbers for the {} test images", evaluation.count)
          : fmt::format("gives no numbers for {} of the {} test images", evaluation.without_numbers, evaluation.count);
  throw Error(path, fmt::format("its network {}, as sums within it grow beyond float32; the largest weight is {}",
                                images, largest_weight(parameters)));
}

Evaluation evaluate(const Model& model, const Dataset& dataset, Parameters& parameters,
                    const Normalisation& normalisation, int threads) {
  const ImageSize size = {.width = dataset.test.width, .height = dataset.test.height};
  try {
    InferenceSession session(model, size, parameters, normalisation, ahead_of_time_kernels(), threads);
    return session.evaluate(dataset.test);
  } catch (const Error& error) {
    throw about_image_size(dataset, dataset.test, model.name, error);
  }
}

int run_evaluate(const EvaluateOptions& options) {
  require_separate_files(files_of(options));
  const std::atomic<bool>& stop = catch_interrupts();
  const Checkpoint checkpoint = load_checkpoint_aloud(options.checkpoint);
  const Model& model = model_of(checkpoint, options.checkpoint);
  const Dataset dataset = load_dataset_aloud(options.data, stop, DataPart::test);
  require_finite_weights(checkpoint, options.checkpoint, dataset.test.count);
  require_size_of_network(dataset, model, checkpoint.parameters, options.checkpoint);
  const ImageSize size = {.width = dataset.test.width, .height = dataset.test.height};
  Parameters parameters(model, size, checkpoint.seed);
  assign_tensors(parameters.layout, parameters.values.values(), options.checkpoint, checkpoint.parameters);
  const int threads = thread_count(static_cast<int>(options.threads));
  const Evaluation evaluation = evaluate(model, dataset, parameters, checkpoint.normalisation, threads);
  require_numbers(evaluation, parameters.tensors(), checkpoint, options.checkpoint);
  if (!options.json.empty()) {
    write_text_file(options.json, evaluation_json(evaluation, {.checkpoint = options.checkpoint,
                                                               .model = model.name,
                                                               .data = dataset.name,
                                                               .is_synthetic = dataset.is_synthetic,
                                                               .cpu = processor_name(),
                                                               .threads = threads}));
  }
  fmt::print("{} after {} epochs, on {} test images of {}\n\n{}", model.name, checkpoint.progress.epochs_done,
             evaluation.count, printable(dataset.name), evaluation_text(evaluation, accuracy_remark(dataset)));
  return 0;
}

}  // namespace

std::function<int()> add_evaluate(CLI::App& app) {
  const auto options = std::make_shared<EvaluateOptions>();
  add_path(app, "--checkpoint", options->checkpoint, "The checkpoint that holds the network")->required();
  add_path(app, "--data", options->data,
           "auto, synthetic, or a folder with MNIST's two files of test images; as for train [auto]");
  add_integer(app, "--threads", options->threads, 1, most_threads,
              "[all that this process may use, or $OMP_NUM_THREADS]");
  add_path(app, "--json", options->json, "Write the results here too");
  return [options] { return run_evaluate(*options); };
}

}  // namespace nestwright
