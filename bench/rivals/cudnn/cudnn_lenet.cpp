#include "bench/rivals/cudnn/cudnn_lenet.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "model/graph/models.h"

namespace nestwright::cudnn {
namespace {

// MNIST's images and classes; the model pads the images to 32x32 pixels.
constexpr std::int64_t image_side = 28, padding = 2, side = image_side + 2 * padding, classes = 10;
// Each parameter begins at a multiple of 64 floats, 256 bytes: cuBLASLt's heuristics take such addresses for granted.
constexpr std::int64_t alignment = 64;
// The pixels of a channel after the second pooling, 5x5, which the first linear layer takes as features.
constexpr std::size_t feature_pixels = 25;

// The model's parameters, in its order.
enum Slot : std::size_t {
  conv1_weight,
  conv1_bias,
  conv2_weight,
  conv2_bias,
  fc1_weight,
  fc1_bias,
  fc2_weight,
  fc2_bias,
  fc3_weight,
  fc3_bias
};

// The main lane runs the calls that the next call waits for; the others run those that only the update waits for.
constexpr std::size_t main_lane = 0, fc3_lane = 1, fc2_lane = 2, fc1_lane = 3, convolution_lane = 4;

ParameterLayout aligned_layout() {
  constexpr ImageSize size = {.width = image_side, .height = image_side};
  ParameterLayout layout = parameter_layout(network_graph(find_model("lenet5"), size, 1, Purpose::prediction));
  layout.size = 0;
  for (ParameterSlot& slot : layout.slots) {
    slot.offset = layout.size;
    layout.size += (slot.count + alignment - 1) / alignment * alignment;
  }
  return layout;
}

std::size_t floats(std::int64_t count) { return static_cast<std::size_t>(count); }

}  // namespace

CudnnLenet::CudnnLenet(const LenetOptions& options, std::shared_ptr<const Lanes> lanes)
    : options_(options),
      layout_(aligned_layout()),
      lanes_(std::move(lanes)),
      parameters_(floats(layout_.size), lanes_->main()),
      gradients_(floats(layout_.size), lanes_->main()),
      images_(floats(options.batch * side * side), lanes_->main()),
      negative_labels_(floats(options.batch * classes), lanes_->main()),
      logits_(floats(options.batch * classes), lanes_->main()),
      log_probabilities_(floats(options.batch * classes), lanes_->main()) {
  make_forward();
  make_convolution_gradients(make_linear_gradients(make_loss()));
  add(update_, "update", main_lane, [this](const Setting& setting) {
    return add_scaled(setting, &update_factor_, gradients_.address(), parameters_.address(), layout_.size);
  });
}

void CudnnLenet::add(Steps& steps, const std::string& name, std::size_t lane,
                     const std::function<Operation(const Setting&)>& make) {
  const Setting setting = {.libraries = &(*lanes_)[lane], .layout = options_.layout, .allow_tf32 = options_.allow_tf32};
  Step step = {.name = name, .lane = lane, .operation = {}, .missing = {}};
  try {
    step.operation = make(setting);
  } catch (const Error& error) {
    if (error.where() != "cudnn") throw;
    step.missing = error;
  }
  steps.push_back(std::move(step));
}

cuda::Address CudnnLenet::address(std::size_t slot, const DeviceFloats& vector) const {
  return vector.address() + static_cast<cuda::Address>(layout_.slots[slot].offset) * sizeof(float);
}

Matrix CudnnLenet::parameter(std::size_t slot, const DeviceFloats& vector) const {
  const std::vector<std::int64_t>& shape = layout_.slots[slot].shape;
  return {.address = address(slot, vector), .rows = shape[0], .columns = shape[1]};
}

Images CudnnLenet::filter(std::size_t slot, const DeviceFloats& vector) const {
  const std::vector<std::int64_t>& shape = layout_.slots[slot].shape;
  return {.address = address(slot, vector),
          .images = shape[0],
          .channels = shape[1],
          .height = shape[2],
          .width = shape[3]};
}

Images CudnnLenet::activation(std::int64_t channels, std::int64_t size) {
  Images images = {.images = options_.batch, .channels = channels, .height = size, .width = size};
  images.address = activations_.emplace_back(floats(images.size()), lanes_->main()).address();
  return images;
}

Matrix CudnnLenet::activation(std::int64_t features) {
  const DeviceFloats& memory = activations_.emplace_back(floats(options_.batch * features), lanes_->main());
  return {.address = memory.address(), .rows = options_.batch, .columns = features};
}

// The layer is added to inference and to training, of which only training writes the mask.
std::optional<ReluMask> CudnnLenet::add_hidden_layer(std::size_t slot, const Matrix& input, const Matrix& output) {
  const std::string name = fmt::format("fc{}", (slot - fc1_weight) / 2 + 1);
  const Matrix weights = parameter(slot, parameters_);
  const cuda::Address bias = address(slot + 1, parameters_);
  add(features_to_logits_, name + " (inference)", main_lane,
      [&](const Setting& setting) { return linear_relu(setting, input, weights, bias, output); });
  const std::int64_t row_bits = ReluMask::row_bits_for(output.columns);
  constexpr std::int64_t bits_of_float = 32;
  const ReluMask mask = {.address = activation(row_bits / bits_of_float).address, .row_bits = row_bits};
  bool has_mask = false;
  add(training_, name, main_lane, [&](const Setting& setting) {
    const std::optional<Operation> with_mask = linear_relu_with_mask(setting, input, weights, bias, output, mask);
    has_mask = with_mask.has_value();
    return with_mask ? *with_mask : linear_relu(setting, input, weights, bias, output);
  });
  return has_mask ? std::optional(mask) : std::nullopt;
}

void CudnnLenet::make_forward() {
  const Images images = {.address = images_.address(), .images = options_.batch, .height = side, .width = side};
  first_ = {.input = images, .convolved = activation(6, 28), .pooled = activation(6, 14)};
  second_ = {.input = first_.pooled, .convolved = activation(16, 10), .pooled = activation(16, 5)};
  const auto add_block = [&](const std::string& number, const ConvolutionBlock& block, std::size_t slot) {
    add(images_to_features_, "conv" + number, main_lane, [&](const Setting& setting) {
      const Images bias = per_channel(address(slot + 1, parameters_), block.convolved.channels);
      return convolution_bias_relu(setting, block.input, filter(slot, parameters_), bias, block.convolved);
    });
    add(images_to_features_, "pool" + number, main_lane,
        [&](const Setting& setting) { return max_pooling(setting, block.convolved, block.pooled); });
  };
  add_block("1", first_, conv1_weight);
  add_block("2", second_, conv2_weight);

  features_ = {.address = second_.pooled.address, .rows = options_.batch, .columns = 400};
  hidden1_ = activation(120);
  hidden2_ = activation(84);
  mask1_ = add_hidden_layer(fc1_weight, features_, hidden1_);
  mask2_ = add_hidden_layer(fc2_weight, hidden1_, hidden2_);
  const Matrix output = {.address = logits_.address(), .rows = options_.batch, .columns = classes};
  const auto last = [&](const Setting& setting) {
    return linear(setting, hidden2_, parameter(fc3_weight, parameters_), address(fc3_bias, parameters_), output);
  };
  add(features_to_logits_, "fc3 (inference)", main_lane, last);
  add(training_, "fc3", main_lane, last);
}

// The loss is the mean over the batch of -log softmax at the label. So the gradient of log softmax is -1 / batch at the
// label, and 0 elsewhere.
Matrix CudnnLenet::make_loss() {
  const auto of_batch = [&](const DeviceFloats& memory) {
    return Matrix{.address = memory.address(), .rows = options_.batch, .columns = classes};
  };
  const Matrix log_probabilities = of_batch(log_probabilities_), logit_gradient = activation(classes);
  add(training_, "softmax", main_lane,
      [&](const Setting& setting) { return log_softmax(setting, of_batch(logits_), log_probabilities); });
  add(training_, "softmax gradient", main_lane, [&](const Setting& setting) {
    return log_softmax_gradient(setting, log_probabilities, of_batch(negative_labels_),
                                1.0F / static_cast<float>(options_.batch), logit_gradient);
  });
  return logit_gradient;
}

Matrix CudnnLenet::make_linear_gradients(const Matrix& logit_gradient) {
  const auto weight = [&](Slot slot) { return parameter(slot, parameters_); };
  const auto gradient = [&](Slot slot) { return parameter(slot, gradients_); };
  const ReluBefore relu2 = {.output = hidden2_, .bias_gradient = address(fc2_bias, gradients_), .mask = mask2_};
  const ReluBefore relu1 = {.output = hidden1_, .bias_gradient = address(fc1_bias, gradients_), .mask = mask1_};
  const Matrix hidden2 = activation(84), hidden1 = activation(120), features = activation(400);  // gradients
  add(training_, "fc3 parameter gradients", fc3_lane, [&](const Setting& s) {
    return linear_parameter_gradients(s, hidden2_, logit_gradient, gradient(fc3_weight), address(fc3_bias, gradients_));
  });
  add(training_, "fc3 input gradient", main_lane, [&](const Setting& s) {
    return linear_input_gradient_through_relu(s, logit_gradient, weight(fc3_weight), relu2, hidden2);
  });
  add(training_, "fc2 weight gradient", fc2_lane,
      [&](const Setting& s) { return linear_weight_gradient(s, hidden1_, hidden2, gradient(fc2_weight)); });
  add(training_, "fc2 input gradient", main_lane, [&](const Setting& s) {
    return linear_input_gradient_through_relu(s, hidden2, weight(fc2_weight), relu1, hidden1);
  });
  add(training_, "fc1 weight gradient", fc1_lane,
      [&](const Setting& s) { return linear_weight_gradient(s, features_, hidden1, gradient(fc1_weight)); });
  add(training_, "fc1 input gradient", main_lane,
      [&](const Setting& s) { return linear_input_gradient(s, hidden1, weight(fc1_weight), features); });
  return features;
}

// Gives the gradient of the convolution's sums. `slot`: that of its weights; the bias's comes next. Relu's gradient is
// taken before the pooling's, on the pooled values, which are a quarter as many: a pooled value is positive where the
// value that it was taken from is, and no other value of the window gets a gradient. The bias's gradient is summed
// there.
Images CudnnLenet::make_block_gradients(const std::string& number, const ConvolutionBlock& block,
                                        const Images& pooled_gradient, std::size_t slot) {
  const std::int64_t channels = block.pooled.channels;
  const Images relu_input_gradient = activation(channels, block.pooled.width);
  const Images sum_gradient = activation(channels, block.convolved.width);
  add(training_, "relu" + number + " gradient", main_lane,
      [&](const Setting& s) { return relu_gradient(s, block.pooled, pooled_gradient, relu_input_gradient); });
  add(training_, "conv" + number + " bias gradient", convolution_lane, [&](const Setting& s) {
    return bias_gradient(s, relu_input_gradient, per_channel(address(slot + 1, gradients_), channels));
  });
  add(training_, "pool" + number + " gradient", main_lane, [&](const Setting& s) {
    return max_pooling_gradient(s, block.convolved, block.pooled, relu_input_gradient, sum_gradient);
  });
  // The first convolution's runs on the main lane: nothing else is left that it could run beside.
  add(training_, "conv" + number + " weight gradient", slot == conv1_weight ? main_lane : convolution_lane,
      [&](const Setting& s) {
        return convolution_weight_gradient(s, block.input, sum_gradient, filter(slot, gradients_));
      });
  return sum_gradient;
}

void CudnnLenet::make_convolution_gradients(const Matrix& feature_gradient) {
  Images pooled_gradient = second_.pooled;
  pooled_gradient.address = feature_gradient.address;
  const Images sum_gradient = make_block_gradients("2", second_, pooled_gradient, conv2_weight);
  const Images input_gradient = activation(6, 14);
  add(training_, "conv2 input gradient", main_lane, [&](const Setting& s) {
    return convolution_input_gradient(s, sum_gradient, filter(conv2_weight, parameters_), input_gradient);
  });
  make_block_gradients("1", first_, input_gradient, conv1_weight);
}

void CudnnLenet::issue(const std::vector<const Step*>& steps) const {
  for (const Step* step : steps) {
    if (step->missing)
      throw Error(step->missing->where(), fmt::format("{}: {}", step->name, message_of(*step->missing)));
  }
  std::set<std::size_t> forked;
  for (const Step* step : steps) {
    if (step->lane != main_lane) {
      lanes_->fork(step->lane);
      forked.insert(step->lane);
    }
    step->operation.issue();
  }
  for (const std::size_t lane : forked) lanes_->join(lane);
}

std::vector<const CudnnLenet::Step*> CudnnLenet::pointers(std::initializer_list<const Steps*> lists) {
  std::vector<const Step*> all;
  for (const Steps* steps : lists) {
    for (const Step& step : *steps) all.push_back(&step);
  }
  return all;
}

void CudnnLenet::issue_gradients() const { issue(pointers({&images_to_features_, &training_})); }

void CudnnLenet::issue_step(float learning_rate) {
  update_factor_ = -learning_rate;
  issue_gradients();
  issue(pointers({&update_}));
}

void CudnnLenet::issue_inference() const { issue(pointers({&images_to_features_, &features_to_logits_})); }

void CudnnLenet::set_batch(std::span<const float> images, std::span<const std::uint8_t> labels) {
  if (labels.size() != floats(options_.batch) || std::ranges::max(labels) >= classes) {
    throw Error("cudnn", fmt::format("a batch of {} labels from 0 to 9 is needed", options_.batch));
  }
  images_.upload(images);
  labels_.assign(labels.begin(), labels.end());
  std::vector<float> negative(floats(options_.batch * classes));
  for (std::size_t i = 0; i < labels.size(); ++i) negative[i * floats(classes) + labels[i]] = -1.0F;
  negative_labels_.upload(negative);
}

std::vector<float> CudnnLenet::losses() const {
  const std::vector<float> log_probabilities = log_probabilities_.download();
  std::vector<float> by_image;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    by_image.push_back(-log_probabilities[i * floats(classes) + labels_[i]]);
  }
  return by_image;
}

void CudnnLenet::permute(std::span<float> vector, bool to_layout) const {
  if (options_.layout == Layout::nchw) return;
  for (const ParameterSlot& slot : layout_.slots) {
    // Only filters have pixels, and the weights of the linear layer that takes images as features.
    const bool is_image = slot.shape.size() == 4;
    if (!is_image && slot.name != layout_.slots[fc1_weight].name) continue;
    const std::size_t pixels = is_image ? floats(slot.shape[2] * slot.shape[3]) : feature_pixels;
    const std::size_t channels = floats(slot.count / slot.shape[0]) / pixels;
    const std::span<float> values = vector.subspan(floats(slot.offset), floats(slot.count));
    const std::vector<float> before(values.begin(), values.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t image = i / (channels * pixels), channel = i / pixels % channels, pixel = i % pixels;
      const std::size_t beside = (image * pixels + pixel) * channels + channel;
      values[to_layout ? beside : i] = before[to_layout ? i : beside];
    }
  }
}

void CudnnLenet::issue_calls(const std::vector<std::string>& names) const {
  const std::vector<const Step*> all = pointers({&images_to_features_, &features_to_logits_, &training_, &update_});
  std::vector<const Step*> called;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(all, name, &Step::name);
    if (found == all.end()) throw Error("cudnn", fmt::format("a step has no call '{}'", name));
    called.push_back(*found);
  }
  issue(called);
}

std::vector<NamedTensor> CudnnLenet::tensors(const DeviceFloats& vector) const {
  std::vector<float> values = vector.download();
  permute(values, false);
  return named_tensors(layout_, values);
}

std::vector<NamedTensor> CudnnLenet::parameters() const { return tensors(parameters_); }
std::vector<NamedTensor> CudnnLenet::gradients() const { return tensors(gradients_); }

void CudnnLenet::set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& named) {
  std::vector<float> values(floats(layout_.size));
  assign_tensors(layout_, values, path, named);
  permute(values, true);
  parameters_.upload(values);
}

std::vector<std::string> CudnnLenet::plans() const {
  std::vector<std::string> lines;
  for (const Step* step : pointers({&images_to_features_, &features_to_logits_, &training_, &update_})) {
    if (!step->missing) lines.push_back(fmt::format("{}: {}", step->name, step->operation.plan));
  }
  return lines;
}

std::vector<std::string> CudnnLenet::missing() const {
  std::vector<std::string> lines;
  for (const Step* step : pointers({&images_to_features_, &features_to_logits_, &training_, &update_})) {
    if (step->missing) lines.push_back(fmt::format("{}: {}", step->name, message_of(*step->missing)));
  }
  return lines;
}

std::vector<float> lenet_images(const LabelledImages& images, std::span<const std::int32_t> indices,
                                const Normalisation& normalisation) {
  const auto normalised = [&](std::uint8_t pixel) {
    return (static_cast<float>(pixel) / 255.0F - normalisation.mean) / normalisation.deviation;
  };
  if (images.width != image_side || images.height != image_side) {
    throw Error("cudnn", "lenet5 takes images of 28x28 pixels");
  }
  std::vector<float> values(indices.size() * floats(side * side), normalised(0));
  for (std::size_t n = 0; n < indices.size(); ++n) {
    const std::span<const std::uint8_t> pixels = images.image(indices[n]);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const std::size_t x = i % floats(image_side) + floats(padding), y = i / floats(image_side) + floats(padding);
      values[(n * floats(side) + y) * floats(side) + x] = normalised(pixels[i]);
    }
  }
  return values;
}

std::unique_ptr<CudnnLenet> make_lenet(LenetOptions options, const std::shared_ptr<const Lanes>& lanes,
                                       bool both_layouts) {
  options.layout = Layout::nchw;
  auto nchw = std::make_unique<CudnnLenet>(options, lanes);
  if (!both_layouts && nchw->missing().empty()) return nchw;
  options.layout = Layout::nhwc;
  auto nhwc = std::make_unique<CudnnLenet>(options, lanes);
  if (nhwc->missing().size() != nchw->missing().size()) {
    return nhwc->missing().size() < nchw->missing().size() ? std::move(nhwc) : std::move(nchw);
  }
  if (!nchw->missing().empty()) return nchw;
  const auto milliseconds = [&](CudnnLenet& lenet) {
    return device_milliseconds(lanes->main(), [&] { lenet.issue_step(0.0F); });
  };
  return milliseconds(*nhwc) < milliseconds(*nchw) ? std::move(nhwc) : std::move(nchw);
}

}  // namespace nestwright::cudnn
