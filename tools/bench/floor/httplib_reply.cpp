// httplib-reply FILE: answers every request with the bytes of FILE; the least that cpp-httplib can do. Prints its port.

#include <httplib.h>

#include <fstream>
#include <iostream>
#include <iterator>

int main(int count, char** words) {
  if (count != 2) return 2;
  std::ifstream file(words[1], std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(128); };  // one thread a connection: fewer would starve some
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_tcp_nodelay(true);
  server.Get(".*", [&](const httplib::Request&, httplib::Response& response) { response.set_content(body, "application/json"); });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::cout << port << "\n" << std::flush;
  return server.listen_after_bind() ? 0 : 1;
}
