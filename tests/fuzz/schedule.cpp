#include <cstdint>
#include <cstdlib>

#include "dsl/check.h"
#include "dsl/parse.h"
#include "dsl/print.h"
#include "support/error.h"
#include "tests/fuzz/heap_limit.h"

// A schedule that is read, printed and read again is the same, and is printed the same; and checking it ends in a
// schedule or in an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nestwright;
  static const Halide::Target cpu("x86-64-linux-avx2"), gpu("x86-64-linux-avx2-cuda");
  const HeapLimit limit;
  dsl::Schedule schedule;
  try {
    schedule = dsl::parse({reinterpret_cast<const char*>(data), size}, "input");
  } catch (const Error&) {
    return 0;
  }
  const std::string text = dsl::print(schedule);
  const dsl::Schedule again = dsl::parse(text, "printed");
  if (again != schedule || dsl::print(again) != text) std::abort();
  for (const Halide::Target& target : {cpu, gpu}) {
    try {
      dsl::check(schedule, target);
    } catch (const Error& error) {
      if (*error.what() == '\0') std::abort();  // a refusal says why
    }
  }
  return 0;
}
