#include "bench/multiply_add_ptx.h"

#include <fmt/format.h>

namespace nestwright::bench {
namespace {

// 8 chains hide the latency of a multiply-add (4 cycles) together with the other warps; 8 steps of each hide the loop.
constexpr unsigned chains = 8, unrolled = multiply_adds_of_round / chains;

}  // namespace

// Each multiply-add of a chain is x = x * f9 + f8: f9 is the largest number below 1 (0f3F7FFFFF), so that no chain
// overflows, and f8 is the thread's number.
std::string multiply_add_ptx() {
  std::string text =
      ".version 7.0\n.target sm_80\n.address_size 64\n"
      ".visible .entry multiply_adds(.param .u64 result, .param .u32 rounds) {\n"
      ".reg .f32 %f<16>;\n.reg .u32 %r<4>;\n.reg .u64 %d<2>;\n.reg .pred %p<2>;\n"
      "ld.param.u64 %d0, [result];\nld.param.u32 %r0, [rounds];\nmov.u32 %r1, %tid.x;\ncvt.rn.f32.u32 %f8, %r1;\n"
      "mov.f32 %f9, 0f3F7FFFFF;\n";
  for (unsigned chain = 0; chain < chains; ++chain) text += fmt::format("mov.f32 %f{}, %f8;\n", chain);
  text += "again:\n";
  for (unsigned step = 0; step < unrolled; ++step) {
    for (unsigned chain = 0; chain < chains; ++chain) {
      text += fmt::format("fma.rn.f32 %f{0}, %f{0}, %f9, %f8;\n", chain);
    }
  }
  text += "sub.u32 %r0, %r0, 1;\nsetp.ne.u32 %p0, %r0, 0;\n@%p0 bra again;\n";
  for (unsigned chain = 1; chain < chains; ++chain) text += fmt::format("add.f32 %f0, %f0, %f{};\n", chain);
  // Stores the sum of the chains where it is 1 (0f3F800000). It never is, but no compiler knows, so none leaves the
  // chains out.
  return text + "setp.eq.f32 %p1, %f0, 0f3F800000;\n@%p1 st.global.f32 [%d0], %f0;\nret;\n}\n";
}

}  // namespace nestwright::bench
