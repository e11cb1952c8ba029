#include "support/outside_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <vector>

#include "support/error.h"
#include "support/message.h"

namespace nestwright {
namespace {

using Json = nlohmann::json;

// Goes over the text before a value is made of it: a value that nests too deep must not even be copied.
class Inspection : public nlohmann::json_sax<Json> {
 public:
  const std::string& complaint() const { return complaint_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(std::int64_t) override { return true; }
  bool number_unsigned(std::uint64_t) override { return true; }
  bool number_float(double, const std::string&) override { return true; }
  bool string(std::string&) override { return true; }
  bool binary(Json::binary_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }

  bool key(std::string& name) override {
    if (!names_.back().insert(name).second) complaint_ = fmt::format("names \"{}\" twice", excerpt(name));
    return complaint_.empty();
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int out_of_range = 406;
    complaint_ = error.id == out_of_range
                     ? fmt::format("has a number at byte {} that no type holds", position)
                     : fmt::format("is no JSON: byte {} is not what may stand there, or is the end", position);
    return false;
  }

 private:
  bool enter() {
    names_.emplace_back();
    if (names_.size() > deepest_json) complaint_ = fmt::format("nests more than {} deep", deepest_json);
    return complaint_.empty();
  }
  bool leave() {
    names_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> names_;  // of the objects that are open; those of lists stay empty
  std::string complaint_;
};

}  // namespace

nlohmann::json read_outside_json(std::string_view text, const std::string& where) {
  // nlohmann-json skips the one and takes the other for the text's end.
  if (text.starts_with("\xef\xbb\xbf")) throw Error(where, "is no JSON: it begins with a byte-order mark");
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    throw Error(where, fmt::format("is no JSON: byte {} is a NUL", nul + 1));
  }
  Inspection inspection;
  if (!Json::sax_parse(text, &inspection)) throw Error(where, inspection.complaint());
  return Json::parse(text);
}

std::int64_t integer_of(const Json& value, const std::string& name, std::int64_t least, std::int64_t most,
                        const std::string& where) {
  const bool is_whole = value.is_number_integer() &&
                        (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
  if (is_whole && value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most) {
    return value.get<std::int64_t>();
  }
  throw Error(where, fmt::format("\"{}\" is {}; expected a whole number from {} to {}", excerpt(name),
                                 excerpt(value.dump(-1, ' ', false, Json::error_handler_t::replace)), least, most));
}

}  // namespace nestwright
