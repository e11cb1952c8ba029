#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/files.h"

namespace nestwright {

// What the server sends for one request. A body shorter than `announced` (when that is not 0) breaks off.
struct HttpAnswer {
  int status = 200;
  Bytes body = {};
  std::size_t announced = 0;
};

// An HTTP server on 127.0.0.1, one connection at a time, in a thread of its own.
class HttpServer {
 public:
  explicit HttpServer(std::function<HttpAnswer(const std::string& path)> answer);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // "http://127.0.0.1:PORT/"
  std::string url() const;

  // The paths asked for, in order. Read it when no request is under way.
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  void serve();
  void answer_one(int connection);

  std::function<HttpAnswer(const std::string&)> answer_;
  std::vector<std::string> requests_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace nestwright
