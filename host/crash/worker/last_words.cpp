#include "host/crash/worker/last_words.hpp"

#include <cxxabi.h>
#include <dlfcn.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <typeinfo>

namespace tenon::crash {
namespace {

// Read by a signal handler, which can reach nothing but statics.
constinit std::array<char, 1024> terminate_text{};
constinit std::terminate_handler previous_handler = nullptr;
// glibc's `struct { unsigned size; char text[]; } *__abort_msg`
constinit uintptr_t abort_message_at = 0;

void append(const char* text) {
  const size_t used = std::strlen(terminate_text.data());
  const size_t room = terminate_text.size() - 1 - used;
  std::strncpy(terminate_text.data() + used, text, room);
}

void append_type(const char* mangled) {
  int status = 0;
  char* name = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
  append(status == 0 ? name : mangled);
  std::free(name);  // NOLINT: from malloc, by contract
}

void remember_exception() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (!type) {
    append("std::terminate was called without an exception");
    return;
  }
  append("uncaught exception ");
  append_type(type->name());
  try {
    throw;
  } catch (const std::exception& thrown) {
    append(": ");
    append(thrown.what());
  } catch (...) {
    return;  // its type is all there is to say
  }
}

[[noreturn]] void on_terminate() {
  remember_exception();
  if (previous_handler) previous_handler();
  std::abort();
}

}  // namespace

void keep_last_words() {
  // Private to glibc, so that another version may lack it.
  abort_message_at =
      reinterpret_cast<uintptr_t>(dlvsym(RTLD_DEFAULT, "__abort_msg", "GLIBC_PRIVATE"));
  previous_handler = std::set_terminate(on_terminate);
}

void copy_last_words(const CheckedReader& reader, char* text, size_t size) {
  std::strncpy(text, terminate_text.data(), size - 1);
  text[size - 1] = '\0';
  uintptr_t message = 0;
  if (text[0] != '\0' || abort_message_at == 0 || !reader.read(abort_message_at, message) ||
      message == 0)
    return;
  message += sizeof(unsigned);
  size_t length = 0;
  while (length + 1 < size && reader.read(message + length, text[length]) && text[length] != '\0')
    ++length;
  // glibc ends the line, for standard error
  if (length > 0 && text[length - 1] == '\n') --length;
  text[length] = '\0';
}

}  // namespace tenon::crash
