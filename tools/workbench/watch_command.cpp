// nestwright watch FILE: a verdict at each save.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <memory>

#include "support/message.h"
#include "support/options.h"
#include "support/standard_streams.h"
#include "tools/workbench/command.h"
#include "tools/workbench/file_watch.h"
#include "tools/workbench/judgement.h"
#include "tools/workbench/schedule_files.h"

namespace nestwright::workbench {
namespace {

// The largest batch that --batch takes: a choice, far beyond what is trained with.
constexpr std::int64_t most_images = 1 << 16;

struct WatchOptions {
  std::string file;
  UseRequest request;
  std::int64_t batch = 64;
  bool once = false;
};

void print_now(const std::string& text) {
  fmt::print("{}\n", text);
  flush_output();
}

void print_timed(const std::string& text) {
  print_now(fmt::format("{:%H:%M:%S} {}", fmt::localtime(std::time(nullptr)), text));
}

int run_watch(const WatchOptions& options) {
  const std::filesystem::path file = find_schedule(options.file);
  Judge judge(options.request, options.batch);
  if (options.once) {
    const Judgement judgement = judge(file);
    print_now(text_of(judgement));
    return judgement.is_good() ? 0 : 1;
  }
  FileWatch watch(file);  // before the first verdict, so that no save is missed
  print_now(fmt::format("watching {}; Ctrl-C ends", printable(file.string())));
  while (true) {
    print_timed(text_of(judge(file)));
    while (!watch.wait_for_save()) {
      print_timed(fmt::format("{}: is no file any more; a verdict comes when it is back", printable(file.string())));
    }
  }
}

}  // namespace

std::function<int()> add_watch(CLI::App& app) {
  const auto options = std::make_shared<WatchOptions>();
  app.add_option("FILE", options->file, "A .nest file, or the name of a shipped one (conv2d/cpu)")->required();
  add_use_options(app, options->request);
  add_integer(app, "--batch", options->batch, 1, most_images, "The images that are timed [64]");
  app.add_flag("--once", options->once, "One verdict, and exit status 0 where the schedule is legal and right, else 1");
  return [options] { return run_watch(*options); };
}

}  // namespace nestwright::workbench
