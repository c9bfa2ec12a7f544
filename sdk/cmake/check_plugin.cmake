# Checks a linked plugin: the manifest note is there (some link-time optimisers drop it), and tenon_entry is the only
# symbol that it defines for others. The host, where there is one, reads the manifest. A library that fails is removed,
# so that no host finds it.
function(refuse reason)
  file(REMOVE ${LIBRARY})
  # CMake breaks lines that do not begin with a space.
  message(FATAL_ERROR " ${LIBRARY}: ${reason}")
endfunction()

execute_process(COMMAND ${READELF} --wide --notes --dyn-syms ${LIBRARY}
                OUTPUT_VARIABLE text RESULT_VARIABLE failed)
if(failed)
  refuse("readelf cannot read it")
endif()
if(NOT text MATCHES "\\.note\\.tenon")
  refuse("has no manifest (ELF note .note.tenon): write TENON_PLUGIN(...) in one source file, in C TN_MANIFEST(...)")
endif()
string(REGEX MATCHALL "[^\n]* (GLOBAL|WEAK|UNIQUE) +DEFAULT +[0-9]+ [^\n]*" exported "${text}")
list(FILTER exported EXCLUDE REGEX " tenon_entry$")
if(exported)
  list(JOIN exported "\n" shown)
  refuse("exports more than tenon_entry:\n${shown}")
endif()
if(NOT text MATCHES " tenon_entry\n")
  refuse("does not export tenon_entry: TENON_PLUGIN(...) does, in C TN_EXPORT const tn_entry tenon_entry = ...")
endif()
if(TENON)
  execute_process(COMMAND ${TENON} inspect ${LIBRARY} OUTPUT_QUIET ERROR_VARIABLE wrong RESULT_VARIABLE failed)
  if(failed)
    refuse("${wrong}")
  elseif(wrong)
    message(WARNING " ${LIBRARY}: ${wrong}")
  endif()
endif()
