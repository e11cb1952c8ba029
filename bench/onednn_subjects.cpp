#include "bench/onednn_subjects.h"

#include "bench/operator_subjects.h"
#include "bench/rivals/onednn.h"

namespace nestwright::bench {

std::vector<Subject> onednn_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch) {
  std::vector<Subject> subjects;
  subjects.reserve(cases.size());
  for (const OperatorCase& operator_case : cases) {
    subjects.push_back(
        operator_subject(operator_case, "onednn", batch, onednn_call(operator_case.op, operator_case.shape, batch)));
  }
  return subjects;
}

}  // namespace nestwright::bench
