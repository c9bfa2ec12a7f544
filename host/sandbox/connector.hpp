// Connects sockets of a worker in its stead.
#pragma once

#include <sys/socket.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "host/base/descriptor.hpp"
#include "host/sandbox/verdict.hpp"

namespace tenon::sandbox {

// The host's event loop never waits here: the call itself is made in a thread, started with the
// first one, because a worker can make any socket block by changing its flags meanwhile.
class Connector {
 public:
  struct Done {
    uint64_t request;
    int error;  // 0: connected
  };

  Connector();
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  // Readable when take_done() has something.
  int fd() const { return epoll_.get(); }
  // `socket` is a copy of the worker's.
  void connect(uint64_t request, Descriptor socket, const sockaddr_storage& address,
               socklen_t size);
  std::vector<Done> take_done();

 private:
  struct Job {
    uint64_t request;
    Descriptor socket;
    sockaddr_storage address;
    socklen_t size;
  };
  void work();
  void perform(Job job);
  void finish(uint64_t request, int error);

  Descriptor epoll_;
  Descriptor wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;                                    // guarded by mutex_
  std::vector<Done> done_;                                  // guarded by mutex_
  std::map<int, std::pair<uint64_t, Descriptor>> pending_;  // guarded by mutex_
  int current_ = -1;     // guarded by mutex_: what connect() may hang in
  bool ending_ = false;  // guarded by mutex_
  bool ended_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace tenon::sandbox
