#include "tests/ops/operator_case.h"

#include <algorithm>
#include <cctype>

#include "ops/signature/signature.h"

namespace nestwright {
namespace {

using Texts = std::vector<std::string>;

// Operators that are tried at the same shapes, each of which is one line of text.
struct Group {
  Texts ops;
  Texts shapes;
};

const Texts convolutions = {
    "lanes=16 width=14 height=14 in_channels=6 out_channels=16 kernel_width=5 kernel_height=5",
    "lanes=16 width=11 height=7 in_channels=2 out_channels=5 kernel_width=5 kernel_height=3",
    "lanes=16 width=4 height=5 in_channels=3 out_channels=4 kernel_width=1 kernel_height=1",
    "lanes=16 width=1 height=1 in_channels=1 out_channels=1 kernel_width=1 kernel_height=1",
    "lanes=16 width=9 height=8 in_channels=3 out_channels=2 kernel_width=3 kernel_height=3 stride=2 padding=1",
    "lanes=16 width=9 height=9 in_channels=2 out_channels=3 kernel_width=3 kernel_height=3 padding=2 dilation=2",
    std::string("lanes=16 width=10 height=7 in_channels=1 out_channels=7 kernel_width=2 kernel_height=2 stride=3 ") +
        "padding=1 dilation=2",
    "lanes=8 width=8 height=6 in_channels=3 out_channels=6 kernel_width=3 kernel_height=3 padding=1",
    "lanes=1 width=12 height=12 in_channels=1 out_channels=6 kernel_width=5 kernel_height=5 padding=2",
    "lanes=1 width=3 height=5 in_channels=4 out_channels=3 kernel_width=3 kernel_height=2 stride=2",
};

const Texts depthwise_convolutions = {
    "lanes=16 width=14 height=14 channels=6 kernel_width=3 kernel_height=3 padding=1",
    "lanes=16 width=11 height=7 channels=5 kernel_width=5 kernel_height=3",
    "lanes=16 width=1 height=1 channels=1 kernel_width=1 kernel_height=1",
    "lanes=16 width=9 height=8 channels=3 kernel_width=3 kernel_height=3 stride=2 padding=1",
    "lanes=16 width=9 height=9 channels=2 kernel_width=3 kernel_height=3 padding=2 dilation=2",
    "lanes=8 width=10 height=7 channels=7 kernel_width=2 kernel_height=2 stride=3 padding=1 dilation=2",
    "lanes=1 width=17 height=12 channels=3 kernel_width=3 kernel_height=3 padding=1",
    "lanes=1 width=3 height=5 channels=4 kernel_width=3 kernel_height=2 stride=2",
};

const Texts fused_convolutions = {
    "lanes=16 width=14 height=14 in_channels=6 out_channels=16 kernel_width=5 kernel_height=5 window=2",
    "lanes=16 width=12 height=9 in_channels=1 out_channels=6 kernel_width=3 kernel_height=2 window=3",
    "lanes=16 width=8 height=8 in_channels=2 out_channels=3 kernel_width=3 kernel_height=3 stride=2 padding=1",
    "lanes=16 width=7 height=10 in_channels=3 out_channels=5 kernel_width=3 kernel_height=3 padding=2 dilation=2",
    "lanes=16 width=2 height=2 in_channels=1 out_channels=1 kernel_width=1 kernel_height=1",
    "lanes=8 width=12 height=12 in_channels=1 out_channels=4 kernel_width=5 kernel_height=5",
    "lanes=1 width=14 height=14 in_channels=6 out_channels=16 kernel_width=5 kernel_height=5",
};

const Texts poolings = {
    "lanes=16 width=10 height=10 channels=16 window=2 stride=2",  // windows cover all pixels
    "lanes=16 width=9 height=7 channels=3 window=2 stride=2",     // windows leave a column and a row
    "lanes=16 width=9 height=8 channels=2 window=3 stride=2",     // windows overlap
    "lanes=16 width=7 height=6 channels=2 window=3 stride=1",     // windows overlap three times
    "lanes=16 width=11 height=8 channels=2 window=2 stride=3",    // windows leave gaps
    "lanes=16 width=1 height=1 channels=1 window=1 stride=1",
    "lanes=16 width=15 height=15 channels=1 window=15 stride=1",  // the largest window
    "lanes=8 width=8 height=6 channels=3 window=2 stride=2",
    "lanes=1 width=24 height=10 channels=3 window=2 stride=2",
};

const Texts linears = {
    "lanes=16 in_features=400 out_features=120", "lanes=16 in_features=84 out_features=10",
    "lanes=16 in_features=1 out_features=1",     "lanes=16 in_features=19 out_features=7",
    "lanes=8 in_features=120 out_features=84",   "lanes=1 in_features=400 out_features=120",
    "lanes=1 in_features=5 out_features=3",
};

const Texts elements = {"lanes=16 size=100", "lanes=16 size=1", "lanes=8 size=33", "lanes=1 size=4704",
                        "lanes=1 size=7"};

const Texts classes = {"lanes=16 classes=10", "lanes=16 classes=1", "lanes=16 classes=100",
                       "lanes=8 classes=3",   "lanes=1 classes=10", "lanes=1 classes=255"};

const Texts classifiers = {"lanes=16 in_features=400 hidden1=120 hidden2=84 classes=10",
                           "lanes=16 in_features=1 hidden1=1 hidden2=1 classes=1",
                           "lanes=16 in_features=19 hidden1=7 hidden2=13 classes=3",
                           "lanes=8 in_features=63 hidden1=17 hidden2=5 classes=10",
                           "lanes=1 in_features=36 hidden1=24 hidden2=16 classes=10"};

const Texts feature_extractors = {
    "lanes=16 width=28 height=28 padding=2 channels1=6 kernel1=5 channels2=16 kernel2=5",
    "lanes=16 width=4 height=4 channels1=1 kernel1=1 channels2=1 kernel2=1",
    "lanes=16 width=17 height=11 padding=1 channels1=3 kernel1=3 channels2=5 kernel2=2",
    "lanes=8 width=14 height=20 channels1=4 kernel1=3 window1=3 channels2=2 kernel2=1 window2=1",
    "lanes=1 width=12 height=13 padding=1 channels1=5 kernel1=3 channels2=7 kernel2=3",
};

const Texts planes = {"lanes=16 width=5 height=3 channels=2", "lanes=16 width=1 height=1 channels=1",
                      "lanes=16 width=28 height=28 channels=1", "lanes=8 width=17 height=4 channels=3",
                      "lanes=1 width=6 height=5 channels=16"};

const Texts images = {"lanes=16 width=28 height=28 padding=2",
                      "lanes=16 width=28 height=28",
                      "lanes=16 width=5 height=3 padding=1",
                      "lanes=16 width=1 height=1",
                      "lanes=8 width=28 height=28 padding=2",
                      "lanes=1 width=28 height=28 padding=2",
                      "lanes=1 width=9 height=20"};

std::vector<Group> groups() {
  return {
      {{"conv2d", "conv2d_input_gradient", "conv2d_weight_gradient"}, convolutions},
      {{"depthwise_conv2d"}, depthwise_convolutions},
      {{"conv2d_bias_gradient"},
       {"lanes=16 width=10 height=10 channels=16", "lanes=16 width=1 height=3 channels=5",
        "lanes=8 width=4 height=4 channels=6", "lanes=1 width=7 height=5 channels=3"}},
      {{"conv2d_relu_max_pool2d", "conv2d_max_pool2d", "conv2d_max_pool2d_input_gradient",
        "conv2d_max_pool2d_weight_gradient", "conv2d_max_pool2d_parameter_gradients"},
       fused_convolutions},
      {{"conv2d_max_pool2d_bias_gradient"},
       {"lanes=16 width=5 height=5 channels=16", "lanes=16 width=3 height=1 channels=5 window=3",
        "lanes=8 width=4 height=4 channels=6", "lanes=1 width=7 height=5 channels=3"}},
      {{"max_pool2d", "max_pool2d_gradient", "avg_pool2d", "avg_pool2d_gradient"}, poolings},
      {{"linear", "linear_relu", "linear_input_gradient", "linear_input_gradient_relu_gradient",
        "linear_weight_gradient", "linear_parameter_gradients"},
       linears},
      {{"linear_bias_gradient"},
       {"lanes=16 out_features=120", "lanes=16 out_features=1", "lanes=8 out_features=10", "lanes=1 out_features=84"}},
      {{"relu", "relu_gradient", "tanh", "tanh_gradient", "sigmoid", "sigmoid_gradient"}, elements},
      {{"log_softmax", "log_softmax_gradient", "nll_loss", "nll_loss_gradient", "softmax_cross_entropy", "accuracy"},
       classes},
      {{"feature_extractor"}, feature_extractors},
      {{"classifier_step"}, classifiers},
      {{"sgd", "adadelta", "adam", "adamw"}, {""}},
      {{"momentum"}, {"nesterov=0", "nesterov=1"}},
      {{"load_images"}, images},
      {{"flatten", "nchw_to_blocks", "blocks_to_nchw"}, planes},
  };
}

}  // namespace

std::vector<OperatorCase> operator_cases() {
  std::vector<OperatorCase> cases;
  for (const Group& group : groups()) {
    for (const std::string& op : group.ops) {
      for (const std::string& shape : group.shapes) {
        cases.push_back({op, complete_shape(find_signature(op), Shape::parse(shape))});
      }
    }
  }
  return cases;
}

std::vector<OperatorCase> cases_of(const std::string& op) {
  std::vector<OperatorCase> cases = operator_cases();
  std::erase_if(cases, [&](const OperatorCase& candidate) { return candidate.op != op; });
  return cases;
}

std::string test_name(const OperatorCase& operator_case) {
  std::string name = operator_case.op;
  for (const auto& [parameter, value] : operator_case.shape.entries()) {
    name += "_" + parameter.substr(0, 1);
    for (std::size_t n = 1; n < parameter.size(); ++n) {
      if (parameter[n - 1] == '_') name += parameter[n];
    }
    name += std::to_string(value);
  }
  return name;
}

std::ostream& operator<<(std::ostream& stream, const OperatorCase& operator_case) {
  return stream << operator_case.op << " [" << operator_case.shape.text() << ']';
}

}  // namespace nestwright
