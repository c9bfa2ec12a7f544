/* A plugin that is sound but for one fault, which its build names twice (CMakeLists.txt): FAULT is its name as text,
 * and FAULT_ALSO_ITS_NAME is defined where the preprocessor has to know. `tenon verify` must tell which. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <tenon/http.h>
#include <tenon/tenon.h>
#include <unistd.h>

#define OUTPUT_SCHEMA "{\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"integer\"}},\"required\":[\"size\"]}"
#define INPUT_SCHEMA "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":40}},\"required\":[\"name\"]}"
#if defined(FAULT_BROKEN_SCHEMA)
#undef INPUT_SCHEMA
#define INPUT_SCHEMA "{\"type\":\"sting\"}"
#elif defined(FAULT_BAD_EXAMPLE)
#undef INPUT_SCHEMA
#define INPUT_SCHEMA "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"examples\":[7]}}}"
#endif

#if defined(FAULT_NEEDS_CONFIG)
#define MORE ",\"config_schema\":{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\"}},\"required\":[\"key\"]}"
#elif defined(FAULT_BAD_INTERFACE_ID)
#define MORE ",\"requires\":[{\"interface\":\"no-major\",\"range\":\"^1\"}]"
#elif defined(FAULT_MISSPELT_KEY)
#define MORE ",\"titel\":\"A slip of the pen\""
#elif defined(FAULT_NEEDS_OTHERS)
#define MORE ",\"requires\":[{\"interface\":\"demo.greeter/1\",\"range\":\"^1\"}]"
#else
#define MORE ""
#endif

#if defined(FAULT_MANIFEST_IS_NO_JSON)
TN_MANIFEST("{\"manifest\":1,");
#else
TN_MANIFEST("{\"manifest\":1,\"id\":\"" FAULT "\",\"version\":\"1.0.0\",\"provides\":["
            "{\"interface\":\"bad.sizes/1\",\"version\":\"1.0.0\",\"methods\":[{\"name\":\"measure\",\"input\":" INPUT_SCHEMA
            ",\"output\":" OUTPUT_SCHEMA "}]},"
            "{\"interface\":\"bad.counts/1\",\"version\":\"1.0.0\",\"kind\":\"column\",\"methods\":[{\"name\":\"count\"}]}],"
            "\"routes\":[{\"method\":\"GET\",\"path\":\"/bad/{name}\"}]" MORE "}");
#endif

/* Folded by the compiler: code of other faults, and what it imports, is not in the library. */
#define faulty(name) (__builtin_strcmp(FAULT, name) == 0)

struct tn_instance {
  const tn_host* host;
  int socket; /* -1: none */
};

static tn_str text(const char* s) {
  tn_str view = {s, strlen(s)};
  return view;
}

static tn_status fail(const tn_call* call, tn_status status, const char* why) {
  if (call && call->error) call->error->set(call->error->ctx, status, text(why), text(""));
  return status;
}

static void* sleep_for_ever(void* unused) {
  (void)unused;
  for (;;) pause();
  return NULL;
}

static void fill(void* memory, size_t size) {
  for (volatile char* at = memory; size > 0; --size) *at++ = 1;
}

static void crash(void) {
  volatile int* volatile nowhere = NULL;
  *nowhere = 1;
}

static tn_status take_path(void* ctx, tn_bytes chunk) {
  strncat(ctx, chunk.data, chunk.size < 900 ? chunk.size : 900);
  return TN_OK;
}

/* Works once for each data folder. */
static tn_status mark_folder(tn_instance* instance, const tn_call* call) {
  char path[1024] = "";
  const tn_host_config* config = instance->host->query(instance->host->ctx, text(TN_CONFIG_ID));
  const tn_sink sink = {sizeof sink, 0, path, take_path};
  if (config->data_folder(instance->host->ctx, call, &sink) != TN_OK) return TN_E_INTERNAL;
  strcat(path, "/lock");
  return mkdir(path, 0700) == 0 ? TN_OK : fail(call, TN_E_CONFLICT, "the lock of the last run is still there");
}

/* Works for one instance at a time. */
static tn_status bind_name(tn_instance* instance, const tn_call* call) {
  struct sockaddr_un name = {AF_UNIX, ""};
  snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "tenon-bad-%d", (int)getpid());
  instance->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return bind(instance->socket, (struct sockaddr*)&name, sizeof name) == 0
             ? TN_OK
             : fail(call, TN_E_CONFLICT, "the name is taken");
}

static void write_home(void) {
  char path[1024];
  snprintf(path, sizeof path, "%s/bad-plugin-was-here", getenv("HOME"));
  const int file = open(path, O_CREAT | O_WRONLY, 0600);
  if (file >= 0) close(file);
}

static void pin_library(void) {
  Dl_info info;
  if (dladdr((const void*)sleep_for_ever, &info) != 0) dlopen(info.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

static tn_status create(const tn_plugin* self, const tn_call* call, const tn_host* host, tn_instance** out) {
  (void)self;
  if (faulty("fails-in-create")) return fail(call, TN_E_INVALID, "the moon is in the wrong house");
  tn_instance* made = malloc(sizeof *made);
  made->host = host;
  made->socket = -1;
  *out = made;
  if (faulty("leaks")) fill(malloc(200 * 1000), 200 * 1000);
  return TN_OK;
}

static tn_status start(tn_instance* instance, const tn_call* call) {
  if (faulty("crashes-in-start")) crash();
  if (faulty("overflows-in-start")) fill(__builtin_alloca(64 << 20), 64 << 20);
  if (faulty("hangs-in-start")) sleep_for_ever(NULL);
  if (faulty("exits-in-start")) {
    fputs("this is the end\n", stderr);
    exit(7);
  }
  if (faulty("exits-unseen")) syscall(SYS_exit_group, 0);
  if (faulty("starts-once")) return mark_folder(instance, call);
  if (faulty("one-at-a-time")) return bind_name(instance, call);
  if (faulty("leaves-thread")) {
    pthread_t thread;
    pthread_create(&thread, NULL, sleep_for_ever, NULL);
    pthread_detach(thread);
  }
  if (faulty("leaves-descriptor")) (void)!open("/dev/null", O_RDONLY);
  if (faulty("handles-signals")) signal(SIGUSR1, SIG_IGN);
  if (faulty("sets-locale")) setlocale(LC_ALL, "C.UTF-8");
  if (faulty("sets-umask")) umask(0);
  if (faulty("sets-environment")) setenv("BAD_PLUGIN", "was here", 1);
  if (faulty("changes-folder")) (void)!chdir("/");
  if (faulty("stays-mapped")) pin_library();
  if (faulty("writes-home")) write_home();
  if (faulty("needs-network")) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return fail(call, TN_E_DENIED, "there is no network");
    close(fd);
  }
  return TN_OK;
}

static tn_status probe(tn_instance* instance, const tn_call* call) {
  (void)instance;
  return faulty("fails-its-probe") ? fail(call, TN_E_UNAVAILABLE, "the tank is empty") : TN_OK;
}

static tn_status stop(tn_instance* instance, const tn_call* call) {
  if (instance->socket >= 0) close(instance->socket);
  if (faulty("fails-in-stop")) return fail(call, TN_E_INTERNAL, "the door is jammed");
  if (faulty("hangs-in-stop")) sleep_for_ever(NULL);
  return TN_OK;
}

static void destroy(tn_instance* instance, const tn_call* call) {
  (void)call;
  tn_instance* volatile twice = instance; /* hidden from the compiler, which would warn */
  free(instance);
  if (faulty("frees-twice")) free(twice);
}

static tn_status answer(const tn_sink* output, const char* json) {
  const tn_bytes chunk = {json, strlen(json)};
  return output->write(output->ctx, chunk);
}

/* Ends the process when a second thread is inside. */
static atomic_int inside;
static void enter_alone(const char* fault) {
  if (strcmp(FAULT, fault) == 0 && atomic_fetch_add(&inside, 1) != 0) abort();
}
static void leave_alone(const char* fault) {
  if (strcmp(FAULT, fault) != 0) return;
  usleep(100);
  atomic_fetch_sub(&inside, 1);
}

static tn_status measure(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                         const tn_sink* output) {
  (void)instance;
  (void)method;
  enter_alone("is-alone");
  if (faulty("crashes-on-long-input") && input.size > 100000) crash();
  if (faulty("hangs-on-odd-input") && memmem(input.data, input.size, "not_in_the_schema", 17)) sleep_for_ever(NULL);
  if (faulty("answers-another-type")) return answer(output, "{\"size\":\"large\"}");
  if (faulty("answers-no-json")) return answer(output, "size 7");
  if (faulty("answers-nothing")) return TN_OK;
  if (faulty("fails-without-reason")) return TN_E_CONFLICT;
  if (faulty("unknown-status")) return fail(call, 77, "something new");
  leave_alone("is-alone");
  return answer(output, "{\"size\":7}");
}

static tn_status count(tn_instance* instance, const tn_call* call, uint32_t method, const tn_batch* input,
                       const tn_batch_sink* output) {
  (void)instance;
  (void)method;
  enter_alone("counts-alone");
  leave_alone("counts-alone");
  if (faulty("trusts-batches") && input->columns[0].name.size == 0) return TN_OK;
  if (faulty("writes-bad-batches")) {
    const tn_column column = {text("count"), TN_U64, 0, NULL, 3, NULL};
    const tn_batch batch = {sizeof batch, 1, &column, 5};
    return output->write(output->ctx, &batch);
  }
  return input->column_count > 0 ? TN_OK : fail(call, TN_E_INVALID, "there is no column");
}

static tn_status handle(tn_instance* instance, const tn_call* call, uint32_t route,
                        const tn_http_request* request, const tn_http_exchange* exchange) {
  (void)instance;
  (void)call;
  (void)route;
  enter_alone("handles-alone");
  leave_alone("handles-alone");
  if (faulty("gives-no-answer") && request->query.size > 0) return TN_OK;
  if (faulty("stops-half-way")) return exchange->begin(exchange->ctx, 200, NULL, 0, 100);
  const tn_bytes body = {"fine\n", 5};
  return exchange->respond(exchange->ctx, 200, NULL, 0, body);
}

static int is(tn_str table, const char* id) {
  /* The fault: what lies behind the text belongs to somebody else. */
  if (faulty("reads-beyond-ids")) return strncmp(table.data ? table.data : "", id, strlen(id)) == 0;
  return table.size == strlen(id) && memcmp(table.data, id, table.size) == 0;
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, start, probe, stop, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, measure};
  static const tn_plugin_column columns = {sizeof columns, 0, count};
  static const tn_plugin_http http = {sizeof http, 0, handle};
  if (is(table, TN_PLUGIN_ID)) return &life;
  if (is(table, TN_MESSAGE_ID) && !faulty("lacks-a-table")) return &messages;
  if (is(table, TN_COLUMN_ID)) return &columns;
  if (is(table, TN_HTTP_ID)) return &http;
  return NULL;
}

static tn_status init(const tn_call* call) {
  return faulty("fails-in-init") ? fail(call, TN_E_DENIED, "the licence has run out") : TN_OK;
}

#if defined(FAULT_WRONG_MAGIC)
#define MAGIC 0x12345678u
#else
#define MAGIC TN_ENTRY_MAGIC
#endif
#if defined(FAULT_UNDEFINED_SYMBOL)
extern int tenon_host_secret(void);
__attribute__((constructor)) static void use_it(void) { (void)tenon_host_secret(); }
#elif defined(FAULT_NEEDS_A_LIBRARY)
extern int answer_from_nowhere(void);
__attribute__((constructor)) static void use_it(void) { (void)answer_from_nowhere(); }
#endif

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), MAGIC, TN_PLATFORM_HERE, init, NULL, query};
