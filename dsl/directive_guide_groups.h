#pragma once

#include "dsl/directive_guide.h"

// The parts that directive_guides() joins, in its order.
namespace nestwright::dsl::guide {

std::vector<DirectiveGuide> loop_guides();
std::vector<DirectiveGuide> other_stage_guides();
std::vector<DirectiveGuide> placing_guides();
std::vector<DirectiveGuide> func_guides();
std::vector<DirectiveGuide> gpu_guides();

// Shapes of LeNet-5's layers, for a block of 16 images.
inline constexpr const char* conv2_shape =
    "lanes=16,width=14,height=14,in_channels=6,out_channels=16,kernel_width=5,kernel_height=5";
inline constexpr const char* linear2_shape = "lanes=16,in_features=120,out_features=84";
inline constexpr const char* loss_shape = "lanes=16,classes=10";

}  // namespace nestwright::dsl::guide
