/* A library that no loader finds. */
int answer_from_nowhere(void);
int answer_from_nowhere(void) { return 42; }
