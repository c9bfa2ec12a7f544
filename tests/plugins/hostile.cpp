// Does on demand whatever a plugin must not do. Each way is a method of test.hostile/1 and a route,
// /hostile/{way}. A way that is refused answers with the error number it got.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <tenon/http.hpp>
#include <tenon/plugin.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>

// What a way may want to know; each has a default where one makes sense.
struct HostileInput {
  std::optional<std::string> path;
  std::optional<std::string> address;
  std::optional<int64_t> port;
  std::optional<int64_t> pid;
  std::optional<int64_t> count;
  std::optional<int64_t> milliseconds;
  std::optional<int64_t> mib;
};
BOOST_DESCRIBE_STRUCT(HostileInput, (), (path, address, port, pid, count, milliseconds, mib))

struct HostileOutcome {
  bool done = false;  // nothing stopped it
  int64_t error = 0;  // errno of what did
  std::string refusal;
  int64_t count = 0;  // how often it worked
};
BOOST_DESCRIBE_STRUCT(HostileOutcome, (), (done, error, refusal, count))

namespace hostile {

using Input = HostileInput;
using Outcome = HostileOutcome;

constexpr int64_t kForEver = 3'600'000;
constexpr size_t kMib = size_t{1} << 20;

// A value that the optimiser cannot see through.
template <class T>
T opaque(T value) {
  volatile T hidden = value;
  return hidden;
}

Outcome outcome(bool done, int64_t count = 0) {
  const int error = done ? 0 : errno;
  return {done, error, done ? "" : std::strerror(error), count};
}

// Of a call that returns a descriptor, which is closed.
Outcome outcome_of_fd(int fd) {
  Outcome result = outcome(fd >= 0, fd >= 0 ? 1 : 0);
  if (fd >= 0) close(fd);
  return result;
}

void sleep_for(const Input& in, int64_t otherwise) {
  std::this_thread::sleep_for(std::chrono::milliseconds(in.milliseconds.value_or(otherwise)));
}

// The tests look for these functions and lines in the stack of a crash report.
[[gnu::noinline]] int dereference_null(const volatile int* nothing) {
  return *nothing;  // LINE: dereference_null
}

[[gnu::noinline]] int recurse_for_ever(int depth) {
  volatile char frame[512];
  frame[0] = static_cast<char>(depth);
  if (opaque(depth) < 0) return 0;
  return recurse_for_ever(depth + 1) + frame[0];  // LINE: recurse_for_ever
}

[[gnu::noinline]] void divide_by_zero() {
#if defined(__x86_64__)
  asm volatile("xorl %%ecx, %%ecx\n movl $1, %%eax\n cltd\n idivl %%ecx" ::: "eax", "ecx", "edx");
#else
  raise(SIGFPE);
#endif
}

[[gnu::noinline]] void corrupt_heap_top() {
  const size_t size = opaque<size_t>(100'000);
  auto* block = static_cast<volatile char*>(std::malloc(size));
  for (size_t i = size; i < size + 64; ++i) block[i] = -1;
  // some allocation among these finds the heap larger than all memory
  for (int i = 0; i < 100; ++i) opaque(std::malloc(size));
}

// Descriptors of memory without a name, such as a channel may use.
std::vector<int> shared_files() {
  std::vector<int> found;
  for (int fd = 3; fd < 1024; ++fd) {
    struct stat facts {};
    if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 0)
      found.push_back(fd);
  }
  return found;
}

// Shared mappings that can be written; none where /proc may not be read.
std::vector<std::pair<char*, size_t>> shared_mappings() {
  std::vector<std::pair<char*, size_t>> found;
  std::FILE* maps = std::fopen("/proc/self/maps", "re");
  if (!maps) return found;
  char line[512];
  while (std::fgets(line, sizeof line, maps)) {
    unsigned long from = 0;
    unsigned long to = 0;
    char mode[5] = {};
    if (std::sscanf(line, "%lx-%lx %4s", &from, &to, mode) == 3 && mode[1] == 'w' && mode[3] == 's')
      found.emplace_back(reinterpret_cast<char*>(from), to - from);
  }
  std::fclose(maps);
  return found;
}

void scribble_over(char* memory, size_t size) {
  for (size_t i = 0; i < size; ++i) memory[i] = static_cast<char>(i * 37 + 11);
}

Outcome connect_to(const Input& in) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return outcome(false);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(in.port.value_or(9)));
  inet_pton(AF_INET, in.address.value_or("127.0.0.1").c_str(), &address.sin_addr);
  Outcome result =
      outcome(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  close(fd);
  return result;
}

Outcome bind_to(const Input& in) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return outcome(false);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(in.port.value_or(0)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Outcome result =
      outcome(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
              listen(fd, 1) == 0);
  close(fd);
  return result;
}

Outcome fork_child() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  if (child < 0) return outcome(false);
  waitpid(child, nullptr, 0);
  return outcome(true, 1);
}

}  // namespace hostile

class Hostile {
 public:
  using Input = HostileInput;
  using Outcome = HostileOutcome;

  explicit Hostile(tenon::Host& host) : host_(host) {}

  Outcome nothing(const Input&) { return {true, 0, "", 0}; }

  // Time and processor.
  Outcome spin(const Input&) {
    while (hostile::opaque(true)) continue;
    return {};
  }
  Outcome hang(const Input& in) {
    hostile::sleep_for(in, hostile::kForEver);
    return {true, 0, "", 0};
  }
  Outcome deadlock(const Input&) {
    std::timed_mutex first;
    const std::lock_guard lock(first);
    std::thread([&] { first.lock(); }).join();
    return {};
  }
  // Looks at its call like a good plugin, and goes on like a bad one.
  tenon::Result<Outcome> ignore_cancellation(tenon::Call& call, const Input& in) {
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(in.milliseconds.value_or(hostile::kForEver));
    Outcome out{true, 0, "", 0};
    while (std::chrono::steady_clock::now() < end) {
      if (call.cancelled()) out.count = 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return out;
  }
  Outcome burn_cpu(const Input& in) {
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(in.milliseconds.value_or(hostile::kForEver));
    const auto burn = [end] {
      while (std::chrono::steady_clock::now() < end) continue;
    };
    std::vector<std::thread> threads;
    for (int64_t i = 1; i < in.count.value_or(1); ++i) threads.emplace_back(burn);
    burn();
    for (auto& thread : threads) thread.join();
    return {true, 0, "", in.count.value_or(1)};
  }

  // Memory.
  Outcome allocate(const Input& in) {
    const int64_t limit = in.mib.value_or(INT64_MAX);
    for (int64_t mib = 0; mib < limit; ++mib) {
      void* memory =
          mmap(nullptr, hostile::kMib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) return hostile::outcome(false, mib);
      std::memset(memory, 1, hostile::kMib);
    }
    return {true, 0, "", limit};
  }
  // As ordinary code does: std::bad_alloc at the end.
  Outcome allocate_objects(const Input&) {
    std::vector<std::string> all;
    while (hostile::opaque(true)) all.emplace_back(hostile::kMib, 'x');
    return {};
  }
  Outcome overflow_stack(const Input&) {
    return {true, 0, "", hostile::recurse_for_ever(hostile::opaque(0))};
  }
  Outcome overflow_stack_of_a_thread(const Input&) {
    std::thread([] { hostile::recurse_for_ever(hostile::opaque(0)); }).join();
    return {};
  }
  Outcome corrupt_heap(const Input&) {
    hostile::corrupt_heap_top();
    return {true, 0, "", 0};
  }
  Outcome null_dereference(const Input&) {
    return {true, 0, "", hostile::dereference_null(hostile::opaque<const int*>(nullptr))};
  }
  Outcome scribble_channel(const Input&) {
    int64_t count = 0;
    for (const auto& [memory, size] : hostile::shared_mappings()) {
      hostile::scribble_over(memory, size);
      ++count;
    }
    for (const int fd : hostile::shared_files()) {
      struct stat facts {};
      if (fstat(fd, &facts) != 0 || facts.st_size <= 0) continue;
      const auto size = static_cast<size_t>(facts.st_size);
      void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      if (memory == MAP_FAILED) continue;
      hostile::scribble_over(static_cast<char*>(memory), size);
      ++count;
    }
    return {count > 0, 0, "", count};
  }
  // `count` files could be cut; a sealed one cannot.
  Outcome truncate_channel(const Input&) {
    Outcome out = hostile::outcome(true);
    for (const int fd : hostile::shared_files()) {
      if (ftruncate(fd, 0) == 0) {
        ++out.count;
      } else {
        out = hostile::outcome(false, out.count);
      }
    }
    return out;
  }

  // The end of the process.
  Outcome exit_process(const Input&) { std::exit(3); }
  Outcome exit_at_once(const Input&) { _exit(4); }
  Outcome abort_process(const Input&) { std::abort(); }
  Outcome divide(const Input&) {
    hostile::divide_by_zero();
    return {};
  }
  Outcome terminate(const Input&) {
    std::thread([] { throw std::logic_error("nobody catches this"); }).join();
    return {};
  }
  // By the handler of the C table itself, see query() below.
  Outcome throw_across(const Input&) { return {}; }
  // From a callback that the host calls.
  tenon::Result<Outcome> throw_into_host(const Input&) {
    const auto* table = tenon::host_table<tn_host_config>(host_.raw(), TN_CONFIG_ID);
    if (!table) return tenon::missing_table(TN_CONFIG_ID);
    tn_sink sink{};
    sink.struct_size = sizeof sink;
    sink.write = [](void*, tn_bytes) -> tn_status {
      throw std::runtime_error("thrown from a sink");
    };
    const tn_status status = table->get(host_.raw().ctx, nullptr, tenon::view(""), &sink);
    return Outcome{status == TN_OK, status, "", 0};
  }
  Outcome replace_handlers(const Input&) {
    for (const int each : {SIGSEGV, SIGABRT, SIGBUS, SIGSYS}) signal(each, SIG_IGN);
    return {true, 0, "", 4};
  }

  // Files.
  Outcome write_outside(const Input& in) {
    const std::string path = in.path.value_or("/tmp/tenon-hostile-was-here");
    Outcome out = hostile::outcome_of_fd(
        open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (out.done) unlink(path.c_str());
    return out;
  }
  // The one thing here that is allowed.
  tenon::Result<Outcome> write_inside(const Input& in) {
    TN_TRY(const auto folder, host_.config().data_folder());
    const std::string path = folder + "/" + in.path.value_or("mine");
    return hostile::outcome_of_fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  }
  Outcome read_file(const Input& in) {
    return hostile::outcome_of_fd(
        open(in.path.value_or("/etc/shadow").c_str(), O_RDONLY | O_CLOEXEC));
  }
  // `count` is the length of the variable that `path` names.
  Outcome see_environment(const Input& in) {
    const char* value = std::getenv(in.path.value_or("HOME").c_str());
    return {value != nullptr, 0, "", value ? static_cast<int64_t>(std::strlen(value)) : 0};
  }
  Outcome fill_descriptors(const Input& in) {
    int64_t count = 0;
    while (count < in.count.value_or(INT64_MAX) && dup(STDERR_FILENO) >= 0) ++count;
    return hostile::outcome(count == in.count, count);
  }
  Outcome close_descriptors(const Input&) { return hostile::outcome(close_range(3, ~0U, 0) == 0); }

  // Other processes and the network.
  Outcome open_socket(const Input&) {
    return hostile::outcome_of_fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }
  Outcome connect_out(const Input& in) { return hostile::connect_to(in); }
  Outcome bind_port(const Input& in) { return hostile::bind_to(in); }
  Outcome fork_process(const Input&) { return hostile::fork_child(); }
  Outcome exec_program(const Input& in) {
    std::string path = in.path.value_or("/bin/true");
    std::array<char*, 2> arguments{path.data(), nullptr};
    execv(path.c_str(), arguments.data());
    return hostile::outcome(false);
  }
  tenon::Result<Outcome> kill_process(const Input& in) {
    if (!in.pid) return tenon::Error{tenon::Code::invalid, "say which process", "pid"};
    return hostile::outcome(kill(static_cast<pid_t>(*in.pid), SIGKILL) == 0);
  }
  Outcome trace_process(const Input& in) {
    const auto pid = static_cast<pid_t>(in.pid.value_or(getppid()));
    Outcome out = hostile::outcome(ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0);
    if (out.done) ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return out;
  }
  // Gives itself more of everything.
  Outcome raise_limits(const Input&) {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    return hostile::outcome(setrlimit(RLIMIT_AS, &all) == 0 && setrlimit(RLIMIT_CPU, &all) == 0);
  }
  Outcome leak_threads(const Input& in) {
    for (int64_t i = 0; i < in.count.value_or(INT64_MAX); ++i) {
      pthread_t thread;
      const auto wait = [](void*) -> void* {
        for (;;) pause();
      };
      const int error = pthread_create(&thread, nullptr, wait, nullptr);
      if (error != 0) return {false, error, std::strerror(error), i};
      pthread_detach(thread);
    }
    return {true, 0, "", in.count.value_or(0)};
  }

  // Output.
  Outcome flood_log(const Input& in) {
    const std::string line(1000, 'x');
    const int64_t count = in.count.value_or(100'000);
    for (int64_t i = 0; i < count; ++i) host_.log().warn(line);
    return {true, 0, "", count};
  }
  Outcome flood_output(const Input& in) {
    const std::string line(1000, 'y');
    const int64_t count = in.count.value_or(100'000);
    for (int64_t i = 0; i < count; ++i) std::fprintf(stderr, "%s\n", line.c_str());
    return {true, 0, "", count};
  }

  // GET /hostile/{way}?path=...&pid=...: the way of that name.
  tenon::Result<void> page(tenon::Request& request, tenon::Response& response);

 private:
  tenon::Host& host_;
};

#define HOSTILE_WAYS(X)                                                                            \
  X(throw_across)                                                                                  \
  X(nothing)                                                                                       \
  X(spin)                                                                                          \
  X(hang)                                                                                          \
  X(deadlock) X(burn_cpu) X(allocate) X(allocate_objects) X(overflow_stack)                        \
      X(overflow_stack_of_a_thread) X(corrupt_heap) X(null_dereference) X(scribble_channel)        \
          X(truncate_channel) X(exit_process) X(exit_at_once) X(abort_process) X(divide)           \
              X(terminate) X(throw_into_host) X(replace_handlers) X(write_outside) X(write_inside) \
                  X(read_file) X(fill_descriptors) X(close_descriptors) X(open_socket)             \
                      X(connect_out) X(bind_port) X(fork_process) X(exec_program) X(kill_process)  \
                          X(trace_process) X(raise_limits) X(leak_threads) X(flood_log)            \
                              X(flood_output) X(see_environment)

namespace hostile {

std::optional<int64_t> number(const tenon::Request& request, std::string_view name) {
  const auto text = request.query(name);
  if (!text) return std::nullopt;
  return std::strtoll(text->c_str(), nullptr, 10);
}

}  // namespace hostile

tenon::Result<void> Hostile::page(tenon::Request& request, tenon::Response& response) {
  const Input in{request.query("path"),
                 request.query("address"),
                 hostile::number(request, "port"),
                 hostile::number(request, "pid"),
                 hostile::number(request, "count"),
                 hostile::number(request, "milliseconds"),
                 hostile::number(request, "mib")};
  const std::string_view way = request.param("way");
  const auto answer = [&](tenon::Result<Outcome> out) -> tenon::Result<void> {
    TN_TRY(const Outcome done, std::move(out));
    response.json(done);
    return {};
  };
#define HOSTILE_PAGE(name) \
  if (way == #name) return answer(name(in));
  HOSTILE_WAYS(HOSTILE_PAGE)
  return tenon::Error{tenon::Code::not_found, "no such way", std::string(way)};
}

namespace {

#define HOSTILE_METHOD(name) , tenon::method<&Hostile::name>(#name)
constexpr auto hostile_definition = tenon::plugin::define<Hostile>(
    tenon::about("hostile", "1.0.0", "Does on demand what a plugin must not do"),
    tenon::get<&Hostile::page>("/hostile/{way}"),
    tenon::provides("test.hostile/1", "1.0.0" HOSTILE_WAYS(HOSTILE_METHOD),
                    tenon::method<&Hostile::ignore_cancellation>("ignore_cancellation")));
constexpr auto hostile_note TN_NOTE_ATTRIBUTE = tenon::plugin::make_note<hostile_definition>();

using HostileTables = tenon::plugin::Tables<Hostile, hostile_definition>;
constexpr uint32_t kThrowAcross = 0;  // the first of the ways

const tn_plugin_message& decent_messages() {
  return *static_cast<const tn_plugin_message*>(
      HostileTables::entry().query(tenon::view(TN_MESSAGE_ID)));
}

// The C++ face lets nothing escape; a plugin with tables of its own might.
tn_status throwing_call(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                        const tn_sink* output) {
  if (method == kThrowAcross) throw std::runtime_error("thrown across the C table");
  return decent_messages().call(instance, call, method, input, output);
}

const void* query(tn_str table) {
  static const tn_plugin_message messages{sizeof(tn_plugin_message), 0, throwing_call};
  if (tenon::view(table) == TN_MESSAGE_ID) return &messages;
  return HostileTables::entry().query(table);
}

}  // namespace

extern "C" {
TN_EXPORT extern const tn_entry tenon_entry;
const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE,
                              nullptr,          nullptr,        query};
}
