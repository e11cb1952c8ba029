#include "tests/data/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace nestwright {
namespace {

void send_all(int connection, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(connection, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

}  // namespace

HttpServer::HttpServer(std::function<HttpAnswer(const std::string& path)> answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, generic, &length) != 0) {
    throw Error("test server", "cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  stop_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string HttpServer::url() const { return fmt::format("http://127.0.0.1:{}/", port_); }

void HttpServer::serve() {
  while (!stop_) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    answer_one(connection);
    ::close(connection);
  }
}

void HttpServer::answer_one(int connection) {
  std::string request;
  std::array<char, 4096> buffer{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    request.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const std::size_t start = request.find(' ') + 1;
  requests_.push_back(request.substr(start, request.find(' ', start) - start));
  const HttpAnswer answer = answer_(requests_.back());
  const std::size_t announced = answer.announced != 0 ? answer.announced : answer.body.size();
  const std::string head =
      fmt::format("HTTP/1.1 {} Answer\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.status, announced);
  send_all(connection, head.data(), head.size());
  send_all(connection, reinterpret_cast<const char*>(answer.body.data()), answer.body.size());
}

}  // namespace nestwright
