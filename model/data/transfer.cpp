#include "model/data/transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "support/error.h"

namespace nestwright {
namespace {

using Outcome = TransferResult::Outcome;

struct State {
  const Transfer* transfer;
  AtomicFile* file;
  std::uint64_t received = 0;
  bool too_long = false;
  bool stopped = false;
  std::optional<Error> write_error = std::nullopt;
};

// libcurl is C: no exception may pass through it.
std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& state = *static_cast<State*>(user);
  state.received += size;
  if (state.received > state.transfer->limit) {
    state.too_long = true;
    return 0;
  }
  try {
    state.file->write(std::string_view(data, size));
  } catch (const Error& error) {
    state.write_error = error;
    return 0;
  }
  return size;
}

int on_progress(void* user, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  auto& state = *static_cast<State*>(user);
  if (!state.transfer->on_progress) return 0;
  state.stopped = !state.transfer->on_progress(static_cast<std::uint64_t>(now), static_cast<std::uint64_t>(total));
  return state.stopped ? 1 : 0;
}

// Numbers of options are redirections, seconds and bytes a second, all of them choices.
void set_options(CURL* curl, State& state) {
  curl_easy_setopt(curl, CURLOPT_URL, state.transfer->url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 3L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1024L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 10L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "nestwright");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &state);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &state);
}

TransferResult http_failure(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  // HTTP's server errors, "Request Timeout" and "Too Many Requests".
  const bool may_pass = status >= 500 || status == 408 || status == 429;
  return {may_pass ? Outcome::interrupted : Outcome::refused, fmt::format("the server answered {}", status)};
}

TransferResult result_of(CURL* curl, CURLcode code, const State& state) {
  if (state.write_error) throw *state.write_error;
  if (state.stopped) return {Outcome::stopped, "stopped"};
  if (state.too_long) return {Outcome::refused, fmt::format("it is longer than {} bytes", state.transfer->limit)};
  double connect_seconds = 0.0;
  switch (code) {
    case CURLE_OK:
      return {};
    case CURLE_HTTP_RETURNED_ERROR:
      return http_failure(curl);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Outcome::unreachable, "its name cannot be looked up"};
    case CURLE_COULDNT_CONNECT:
      return {Outcome::unreachable, "no connection"};
    case CURLE_OPERATION_TIMEDOUT:
      curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME, &connect_seconds);
      if (connect_seconds <= 0.0) return {Outcome::unreachable, "no answer"};
      return {Outcome::interrupted, "the connection went silent"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return {Outcome::refused, "not an http or https address"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Outcome::refused, "no trusted TLS connection"};
    default:
      return {Outcome::interrupted, "the connection broke"};
  }
}

}  // namespace

TransferResult fetch(const Transfer& transfer, AtomicFile& file) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (started != CURLE_OK || !curl) throw Error(transfer.url, "libcurl cannot be started");
  State state{.transfer = &transfer, .file = &file};
  set_options(curl.get(), state);
  return result_of(curl.get(), curl_easy_perform(curl.get()), state);
}

}  // namespace nestwright
