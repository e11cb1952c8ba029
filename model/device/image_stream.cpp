#include "model/device/image_stream.h"

#include <algorithm>
#include <cstring>

namespace nestwright {

ImageStream::ImageStream(DeviceQueue& queue, const LabelledImages& images, std::int64_t count)
    : queue_(&queue),
      images_(&images),
      count_(count),
      image_bytes_(static_cast<std::size_t>(images.width * images.height)),
      batch_(queue.device(), static_cast<std::size_t>(count) * image_bytes_),
      incoming_(queue.device(), batch_.bytes()),
      batch_part_(batch_, 0, batch_.bytes()),
      incoming_part_(incoming_, 0, incoming_.bytes()),
      gathered_{queue.host_memory(batch_.bytes()), queue.host_memory(batch_.bytes())} {}

void ImageStream::fetch(std::span<const std::int32_t> indices) {
  auto* const gathered = static_cast<std::uint8_t*>(gathered_[next_].get());
  next_ = 1 - next_;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    std::memcpy(gathered + i * image_bytes_,
                images_->pixels.data() + static_cast<std::size_t>(indices[i]) * image_bytes_, image_bytes_);
  }
  queue_->upload_beside(incoming_part_, gathered);
  fetched_.assign(indices.begin(), indices.end());
}

void ImageStream::use(std::span<const std::int32_t> indices) {
  if (!std::ranges::equal(fetched_, indices)) fetch(indices);
  queue_->take_over(incoming_part_, batch_part_);
  fetched_.clear();
}

}  // namespace nestwright
