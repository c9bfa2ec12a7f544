#include "host/http/handler_stack.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <boost/context/fiber.hpp>
#include <exception>
#include <new>

#include "host/http/crash_report.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define TENON_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TENON_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define TENON_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TENON_TSAN 1
#endif
#endif

#if defined(TENON_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(TENON_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace tenon::http {
namespace {

namespace context = boost::context;

// Wide enough that a frame larger than a page, compiled without stack probes, still faults here.
constexpr std::size_t kGuardBytes = 64 * 1024;

class StackMapping {
 public:
  explicit StackMapping(std::size_t size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    size_ = (size + page - 1) / page * page;
    void* base = mmap(nullptr, size_ + kGuardBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte*>(base);
    if (mprotect(base_, kGuardBytes, PROT_NONE) != 0) {
      munmap(base_, size_ + kGuardBytes);
      throw std::bad_alloc();
    }
  }
  ~StackMapping() { munmap(base_, size_ + kGuardBytes); }
  StackMapping(const StackMapping&) = delete;
  StackMapping& operator=(const StackMapping&) = delete;

  std::byte* guard() const { return base_; }
  std::byte* bottom() const { return base_ + kGuardBytes; }
  std::byte* top() const { return bottom() + size_; }
  std::size_t size() const { return size_; }

 private:
  std::byte* base_;
  std::size_t size_;
};

// The mapping outlives the fiber, so there is nothing for the fiber to give back.
struct BorrowedStack {
  context::stack_context allocate() { return {}; }
  void deallocate(context::stack_context&) noexcept {}
};

// Tells the sanitizers of each switch. A default one stands for leaving a thread's own stack.
class SwitchNotes {
 public:
#if defined(TENON_TSAN)
  SwitchNotes() : fiber_(__tsan_create_fiber(0)) {}
  ~SwitchNotes() {
    __tsan_destroy_fiber(fiber_);
  }
#else
  SwitchNotes() = default;
#endif
  SwitchNotes(const SwitchNotes&) = delete;
  SwitchNotes& operator=(const SwitchNotes&) = delete;

  // Around the caller's switch to the handler stack and back.
  void before_enter([[maybe_unused]] const StackMapping& stack) {
#if defined(TENON_ASAN)
    __sanitizer_start_switch_fiber(&caller_fake_stack_, stack.bottom(), stack.size());
#endif
#if defined(TENON_TSAN)
    thread_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber_, 0);
#endif
  }
  void after_return() {
#if defined(TENON_ASAN)
    __sanitizer_finish_switch_fiber(caller_fake_stack_, nullptr, nullptr);
#endif
  }
  // On the handler stack, after arriving and before leaving.
  void after_enter() {
#if defined(TENON_ASAN)
    __sanitizer_finish_switch_fiber(fake_stack_, &caller_bottom_, &caller_size_);
#endif
  }
  void before_return([[maybe_unused]] bool for_good) {
#if defined(TENON_ASAN)
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack_, caller_bottom_, caller_size_);
#endif
#if defined(TENON_TSAN)
    __tsan_switch_to_fiber(thread_, 0);
#endif
  }

 private:
#if defined(TENON_ASAN)
  void* caller_fake_stack_ = nullptr;
  void* fake_stack_ = nullptr;
  const void* caller_bottom_ = nullptr;
  std::size_t caller_size_ = 0;
#endif
#if defined(TENON_TSAN)
  void* thread_ = nullptr;
  void* fiber_;
#endif
};

}  // namespace

struct HandlerStack::State {
  explicit State(std::size_t size) : mapping(size) {
    const context::preallocated where(mapping.top(), mapping.size(), stack_context());
    fiber = context::fiber(std::allocator_arg, where, BorrowedStack{},
                           [this](context::fiber&& caller) { return loop(std::move(caller)); });
  }

  context::stack_context stack_context() const {
    context::stack_context stack;
    stack.size = mapping.size();
    stack.sp = mapping.top();
    return stack;
  }

  // Runs one call per entry until told to end. No exception leaves this stack.
  context::fiber loop(context::fiber&& caller) {
    while (true) {
      notes.after_enter();
      if (call == nullptr) break;
      try {
        call(argument);
      } catch (...) {
        failure = std::current_exception();
      }
      notes.before_return(false);
      caller = std::move(caller).resume();
    }
    notes.before_return(true);
    return std::move(caller);
  }

  void enter() {
    notes.before_enter(mapping);
    fiber = std::move(fiber).resume();
    notes.after_return();
  }

  StackMapping mapping;
  SwitchNotes notes;
  void (*call)(void*) = nullptr;
  void* argument = nullptr;
  std::exception_ptr failure;
  context::fiber fiber;
};

HandlerStack::HandlerStack(std::size_t size) : state_(std::make_unique<State>(size)) {
  set_guard_range(state_->mapping.guard(), state_->mapping.bottom());
}

HandlerStack::~HandlerStack() {
  state_->call = nullptr;
  state_->enter();
  set_guard_range(nullptr, nullptr);
}

void HandlerStack::run_erased(void (*call)(void*), void* argument) {
  state_->call = call;
  state_->argument = argument;
  state_->enter();
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
}

}  // namespace tenon::http
