#include "tools/workbench/directive_help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "dsl/directive_guide.h"
#include "dsl/directives.h"
#include "dsl/source_error.h"
#include "support/error.h"
#include "tools/workbench/example_loops.h"

namespace nestwright::workbench {
namespace {

constexpr std::size_t line_width = 100;  // columns of a line of the text: a choice

// The text in lines of at most line_width characters, broken between words.
std::string wrapped(const std::string& text, const std::string& further_indent = "") {
  std::istringstream words(text);
  std::string lines, line;
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > line_width) {
      lines += line + "\n";
      line = further_indent + word;
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  return lines + line + "\n";
}

// The text as a block of code in Markdown: indented, which reads well in a terminal, too.
std::string indented(const std::string& text) {
  std::istringstream stream(text);
  std::string lines;
  for (std::string line; std::getline(stream, line);) lines += "    " + line + "\n";
  return lines;
}

std::vector<dsl::ArgumentKind> kinds_of(const dsl::Directive& directive) {
  std::vector<dsl::ArgumentKind> kinds;
  for (const dsl::Form& form : directive.forms) {
    for (const auto* list : {&form.required, &form.optional}) {
      for (const dsl::ArgumentKind kind : *list) {
        if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
      }
    }
  }
  return kinds;
}

std::string ways_to_call(const dsl::Directive& directive) {
  std::string ways = dsl::usage(directive);
  for (std::size_t at = ways.find(" or "); at != std::string::npos; at = ways.find(" or ")) ways.replace(at, 4, "\n");
  return ways;
}

std::string argument_list(const dsl::Directive& directive) {
  std::string text;
  for (const dsl::ArgumentKind kind : kinds_of(directive)) {
    const std::vector<std::string>& values = dsl::enumeration(kind).values;
    const std::string meaning =
        values.empty() ? dsl::describe(kind) : fmt::format("one of {}", fmt::join(values, ", "));
    text += wrapped(fmt::format("- `{}`: {}", dsl::argument_word(kind), meaning), "  ");
  }
  return text.empty() ? "" : text + "\n";
}

std::string applies_to(const dsl::Directive& directive) {
  const std::string gpu = directive.needs_gpu ? " Only where the target has a GPU." : "";
  switch (directive.applies_to) {
    case dsl::AppliesTo::func:
      return "Applies to a Func as a whole." + gpu;
    case dsl::AppliesTo::update:
      return "Applies to an update." + gpu;
    case dsl::AppliesTo::stage:
      break;
  }
  return "Applies to a Func's initial definition, or to an update of it." + gpu;
}

const char* name_of(dsl::Shown shown) {
  switch (shown) {
    case dsl::Shown::loops:
      return "Loops";
    case dsl::Shown::storage:
      return "Loops and storage";
    case dsl::Shown::addresses:
      return "Loops, storage and addresses";
    case dsl::Shown::code:
      return "Loops of the code";
  }
  return "";
}

// The shape as "lanes=16, classes=10", with spaces at which lines can be broken.
std::string with_spaces(const std::string& shape) {
  std::string text;
  for (const char c : shape) text += c == ',' ? ", " : std::string(1, c);
  return text;
}

std::string example_text(const dsl::GuideExample& example) {
  std::string statements;
  for (const std::string& statement : example.context) statements += statement + "\n";
  const std::string algorithm = example.algorithm.empty() ? "" : fmt::format(" using `{}`", example.algorithm);
  std::string text =
      wrapped(fmt::format("Example, on `{}`{} at {}{}:", example.op, algorithm, with_spaces(example.shape),
                          example.context.empty() ? "" : "; the last line")) +
      "\n" + indented(statements + example.line + "\n") + "\n";
  const std::string before = example_loops(example, false), after = example_loops(example, true);
  const char* const shown = name_of(example.shown);
  if (before == after) return text + fmt::format("{}, which stay as they are:\n\n{}", shown, indented(after));
  return text + fmt::format("{} before:\n\n{}\n{} after:\n\n{}", shown, indented(before), shown, indented(after));
}

}  // namespace

std::string directive_list() {
  std::string text;
  for (const dsl::Directive& directive : dsl::directives()) {
    text += fmt::format("{:<18} {}\n", directive.name, directive.summary);
  }
  return text;
}

std::string directive_help(const std::string& name) {
  const dsl::Directive* const directive = dsl::find_directive(name);
  if (directive == nullptr) {
    std::vector<std::string> names;
    for (const dsl::Directive& known : dsl::directives()) names.push_back(known.name);
    throw Error("help", fmt::format("no directive `{}`{}", name, dsl::suggestion(name, names)));
  }
  const dsl::DirectiveGuide& guide = *dsl::find_guide(name);
  return fmt::format("## {}\n\n", name) + wrapped(fmt::format("`{}` {}.", name, directive->summary)) + "\n" +
         indented(ways_to_call(*directive)) + "\n" + argument_list(*directive) + wrapped(applies_to(*directive)) +
         "\n" + wrapped("**Legal:** " + guide.legal) + "\n" + wrapped("**Good for:** " + guide.purpose) + "\n" +
         example_text(guide.example);
}

std::string all_directives_markdown() {
  std::string text =
      "# Directives\n\n" +
      wrapped(
          "What a schedule can say: each directive's arguments, when it is legal, what it is good for, and what it "
          "makes of a real operator's loops. `docs/schedule-language.md` describes the language around them; "
          "`./nestwright "
          "help DIRECTIVE` prints a section of this page.") +
      "\n" +
      wrapped(
          "Loops are printed by Halide, the outermost first, before and after the example; each example is compiled, "
          "and "
          "those for a CPU are run and held against float64 loops by the tests. `./nestwright help --markdown > "
          "docs/directives.md` writes this page.") +
      "\n" + indented(directive_list());
  for (const dsl::Directive& directive : dsl::directives()) text += "\n" + directive_help(directive.name);
  return text;
}

}  // namespace nestwright::workbench
