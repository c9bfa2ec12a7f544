#include "host/verify/report.hpp"

namespace tenon::verify {

const std::vector<CheckKind>& check_kinds() {
  static const std::vector<CheckKind> kinds = {
      // ---- of the file alone; none of its code runs
      {"file.whole", "it is a whole shared object for this machine",
       "Copy or link the library again; it must be a 64-bit ELF shared object for this processor."},
      {"file.exports", "it exports tenon_entry and nothing else",
       "Link with the version script { global: tenon_entry; local: *; }; tenon_plugin() does."},
      {"file.unique", "nothing in it asks to stay mapped",
       "Compile with -fno-gnu-unique and hidden visibility, as tenon_plugin() does, and link "
       "without "
       "-z nodelete."},
      {"file.entry", "its entry is tenon's and of this host's version",
       "Define const tn_entry tenon_entry with TN_ENTRY_MAGIC, TN_PLATFORM_HERE and a query, and "
       "build it against an SDK of the host's major."},
      {"file.hardening", "it is linked so that its memory is protected",
       "Link with -Wl,-z,relro,-z,now,-z,noexecstack and compile with -fPIC; tenon_plugin() does."},
      {"file.search-path", "it looks for libraries in the system's folders only",
       "Link without RPATH and RUNPATH. $ORIGIN does not help either: the host loads a copy, which "
       "lies in no folder. What the system does not have is linked statically."},
      {"file.libraries", "the libraries that it needs are there",
       "Install them, link them statically, or drop what is not used (-Wl,--as-needed)."},
      {"file.symbols", "what it leaves undefined is defined by the libraries that it needs",
       "Link what defines the symbol; the host's services come by tables, never by symbols. "
       "-Wl,--no-undefined finds this when it is linked."},
      {"file.oldest-libc", "it runs with the oldest C and C++ libraries that are supported",
       "Build on the oldest system that is to run it, or raise --oldest-glibc."},
      {"file.thread-local", "it has no thread-local objects that keep it mapped",
       "Hold such state in the instance. A thread_local with a destructor pins the library as long "
       "as a thread that used it lives; the initial-exec model takes space that may be used up."},
      {"file.imports", "it has none of the functions that plugins never call",
       "A plugin never installs signal handlers, never exits or forks (rule 10 of tenon.h). Return "
       "an error, use the host's tables, or leave the code out of the library."},
      // ---- of its manifest
      {"manifest.format", "its manifest is one that this host reads",
       "Correct the place that is named; tenon/manifest.h describes the format."},
      {"manifest.keys", "the host knows the keys of its manifest",
       "Correct the key that is named. Hosts pass by what they do not know, so that it is without "
       "effect; a key of a newer host is warned of by this one."},
      {"manifest.schemas", "its JSON Schemas compile",
       "Correct the place in the schema that is named; the subset that the host takes stands in "
       "interfaces.md."},
      {"manifest.examples", "defaults and examples are valid against their schemas",
       "Correct the example or the schema: documents and agents show these to callers."},
      {"manifest.config", "the configuration is valid",
       "Give the instance's configuration with --config FILE, or give each member a default."},
      {"manifest.requires", "what it requires is there",
       "Give the libraries that provide it with --with LIBRARY, once for each."},
      // ---- of its life, in a process of its own
      {"life.load", "it loads, initialises and hands out its tables",
       "Give every table that the manifest implies, and in init report why it fails."},
      {"life.query", "it answers for tables: the same each time, NULL for those it does not know",
       "Compare the whole id with its size; it has no terminating NUL."},
      {"life.start", "it is created and started",
       "See the reason given; a plugin must come up with the configuration it declares valid."},
      {"life.probe", "its probe says that it can serve",
       "Return TN_OK from probe when it serves, else the reason."},
      {"life.stop", "it stops and is destroyed",
       "stop joins what start made, destroy frees the rest; neither throws or hangs."},
      {"life.again", "it starts again after it was stopped",
       "Leave nothing behind in stop that the next start stumbles over."},
      {"life.together", "two instances live at the same time",
       "Keep state in the instance, not in statics; name what is shared by the instance's id."},
      {"life.threads", "no thread of it outlives stop",
       "Join every thread in stop, also those of libraries."},
      {"life.descriptors", "no descriptor of it stays open",
       "Close files, sockets and pipes by destroy."},
      {"life.process", "it leaves the process as it was",
       "Signal handlers, locale, umask, environment, current folder and floating-point mode belong "
       "to the host: pass folders and locales explicitly."},
      {"life.memory", "its memory does not grow with every start and stop",
       "Free in destroy and deinit what was allocated; AddressSanitizer names the place."},
      {"life.unload", "its code is unloaded",
       "No thread or thread-local destructor of it may be left, and no -z nodelete."},
      // ---- of what it serves
      {"message.valid", "message methods answer valid input",
       "Answer with JSON that is valid against the method's output schema, or with an error, a "
       "status of status.h and a message for a person."},
      {"message.invalid", "message methods refuse what is not valid without harm",
       "Check input before it is used: other plugins' calls are not checked against the schema."},
      {"message.threads", "message methods may be called by several threads at a time",
       "Guard what methods share; they are [any-thread]."},
      {"column.batches", "column methods take any well-formed batch",
       "Look columns up by name, check their types and the number of rows, and answer with an "
       "error "
       "what is missing or wrong."},
      {"column.threads", "column methods may be called by several threads at a time",
       "Guard what methods share; they are [any-thread]."},
      {"route.requests", "routes answer any request",
       "Check parameters, query and body; every request gets an answer, and a mistake of the "
       "client's is no 5xx."},
      {"route.threads", "routes may be requested by several threads at a time",
       "Guard what handlers share; they are [any-thread]."},
      {"isolated.start", "it also runs isolated, in the sandbox, with the permissions it declares",
       "Declare in the manifest's permissions what it needs, or do without."},
  };
  return kinds;
}

}  // namespace tenon::verify
