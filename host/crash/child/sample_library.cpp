// A library with functions whose names and lines the tests look for.
namespace sample {

struct Part {
  int value;
};

// Kept out of line: each is one frame of the stack.
__attribute__((noinline)) int read_part(const Part* part) {
  return part->value;  // LINE: read_part
}

inline __attribute__((always_inline)) int inlined_reader(const Part* part) {
  return part[1].value + 1;  // LINE: inlined_reader
}

__attribute__((noinline)) int sum_of(const Part* part) {
#ifdef SAMPLE_CHANGED
  const int more = 2;
#else
  const int more = 1;
#endif
  return read_part(part) + more;  // LINE: sum_of
}

__attribute__((noinline)) int sum_inlined(const Part* part) {
  return inlined_reader(part) * 3;  // LINE: sum_inlined
}

}  // namespace sample

extern "C" int sample_sum(const void* part) {
  return sample::sum_of(static_cast<const sample::Part*>(part)) + 1;
}
extern "C" int sample_sum_inlined(const void* part) {
  return sample::sum_inlined(static_cast<const sample::Part*>(part)) + 1;
}
