#include "tests/gpu/cuda_double/faults.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

namespace {

struct Fault {
  const char* name;
  int CudaDouble::*countdown;
};
constexpr std::array<Fault, 8> faults = {{{"fail_load", &CudaDouble::fail_load},
                                          {"fail_launch", &CudaDouble::fail_launch},
                                          {"hang_launch", &CudaDouble::hang_launch},
                                          {"crash_launch", &CudaDouble::crash_launch},
                                          {"lose_launch", &CudaDouble::lose_launch},
                                          {"fail_instantiate", &CudaDouble::fail_instantiate},
                                          {"fail_graph_launch", &CudaDouble::fail_graph_launch},
                                          {"fail_synchronize", &CudaDouble::fail_synchronize}}};

}  // namespace

// Ends the program when the environment asks for an unknown fault, since a driver can't throw.
CudaDouble with_faults_of_environment() {
  CudaDouble made;
  const char* const text = std::getenv("NESTWRIGHT_CUDA_DOUBLE");
  std::istringstream wishes(text == nullptr ? "" : text);
  for (std::string wish; std::getline(wishes, wish, ',');) {
    const std::size_t equals = wish.find('=');
    const auto* const fault =
        std::ranges::find_if(faults, [&](const Fault& each) { return wish.substr(0, equals) == each.name; });
    const int countdown = equals == std::string::npos ? 0 : std::atoi(wish.c_str() + equals + 1);
    if (fault == faults.end() || countdown <= 0) {
      std::cerr << "NESTWRIGHT_CUDA_DOUBLE: '" << wish << "' is none of its faults (fail_launch=5, ...)\n";
      std::_Exit(1);
    }
    made.*(fault->countdown) = countdown;
  }
  return made;
}
