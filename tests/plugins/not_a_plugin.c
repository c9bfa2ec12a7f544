/* A shared library like any other: no manifest, no entry. */
int answer(void) { return 42; }
