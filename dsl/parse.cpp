#include "dsl/parse.h"

#include "dsl/comments.h"
#include "dsl/grammar.h"
#include "dsl/parse_actions.h"
#include "dsl/parse_messages.h"
#include "dsl/source_error.h"

namespace nestwright::dsl {
namespace {

namespace p = tao::pegtl;

template <typename Rule>
struct control : p::normal<Rule> {
  template <typename Input, typename... States>
  [[noreturn]] static void raise(const Input& in, States&&... states) {
    if constexpr (messages::message<Rule> != nullptr) {
      throw p::parse_error(messages::message<Rule>, in);
    } else {
      p::normal<Rule>::raise(in, states...);
    }
  }
};

}  // namespace

Schedule parse(std::string_view text, std::string file) {
  actions::State state;
  state.text = text;
  try {
    p::memory_input input(text.data(), text.data() + text.size(), "");
    p::parse<grammar::file, actions::action, control>(input, state);
  } catch (const p::parse_error& error) {
    const p::position& at = error.positions().front();
    Position position{static_cast<int>(at.line), static_cast<int>(at.column)};
    const std::string what(error.message());
    // What is missing belongs behind the code before it, not to the line where the parser found it missing.
    if (what.starts_with("expected") && what != messages::message<grammar::item>)
      position = end_of_code_before(text, at.byte, position);
    throw error_at(file, text, position, what);
  }
  state.schedule.file = std::move(file);
  state.schedule.text = text;
  attach_comments(text, state.layout, state.schedule);
  return std::move(state.schedule);
}

}  // namespace nestwright::dsl
