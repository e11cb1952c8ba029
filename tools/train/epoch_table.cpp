#include "tools/train/epoch_table.h"

#include <fmt/format.h>

namespace nestwright {

std::string accuracy_remark(const Dataset& dataset) { return dataset.is_synthetic ? " (synthetic digits)" : ""; }

std::string epoch_line(const EpochResult& result, std::int64_t epochs, const std::string& remark) {
  return fmt::format("epoch {}/{}: train loss {:.4f}, test loss {:.4f}, test accuracy {:.2f} %{}, {:.0f} images/s",
                     result.epoch, epochs, result.train_loss, result.test_loss, 100.0 * result.test_accuracy, remark,
                     result.images_per_second);
}

std::string epoch_table(const std::vector<EpochResult>& results, const std::string& remark) {
  std::string table = "epoch  train loss  test loss  test accuracy  images/s\n";
  for (const EpochResult& result : results) {
    table += fmt::format("{:5}  {:10.4f}  {:9.4f}  {:11.2f} %  {:8.0f}{}\n", result.epoch, result.train_loss,
                         result.test_loss, 100.0 * result.test_accuracy, result.images_per_second, remark);
  }
  return table;
}

}  // namespace nestwright
