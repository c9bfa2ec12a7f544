# Checks a linked plugin: the manifest note is there (some link-time optimisers drop it), and tenon_entry is the only
# symbol that it defines for others.
execute_process(COMMAND ${READELF} --wide --notes --dyn-syms ${LIBRARY}
                OUTPUT_VARIABLE text RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${LIBRARY}: readelf cannot read it")
endif()
if(NOT text MATCHES "\\.note\\.tenon")
  message(FATAL_ERROR "${LIBRARY}: has no manifest (ELF note .note.tenon)")
endif()
string(REGEX MATCHALL "[^\n]* (GLOBAL|WEAK|UNIQUE) +DEFAULT +[0-9]+ [^\n]*" exported "${text}")
list(FILTER exported EXCLUDE REGEX " tenon_entry$")
if(exported)
  list(JOIN exported "\n" shown)
  message(FATAL_ERROR "${LIBRARY}: exports more than tenon_entry:\n${shown}")
endif()
if(NOT text MATCHES " tenon_entry\n")
  message(FATAL_ERROR "${LIBRARY}: does not export tenon_entry")
endif()
