// Sets the scheme before the first paint; React takes over once it has started. A file of its own
// because the content security policy allows no inline script.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('tenon-color-scheme');
  } catch (refused) {
    // Storage may be switched off; the system's preference then decides.
  }
  if (chosen !== 'light' && chosen !== 'dark') {
    chosen = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', chosen);
})();
