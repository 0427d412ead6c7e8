// Puts the firm or company of the page into the tab's address, for who works in several: loaded again, also after
// signing in, the tab is of the same one, whatever another tab has switched to.
(() => {
  const place = document.querySelector('meta[name="place"]');
  if (!place) return;
  const [name] = place.content.split("=");

  function tell() {
    const address = new URL(location.href);
    if (address.searchParams.has(name)) return;
    address.search += `${address.search ? "&" : "?"}${place.content}`;
    history.replaceState(history.state, "", address);
  }

  tell();
  document.addEventListener("htmx:pushedIntoHistory", tell);
  document.addEventListener("htmx:replacedInHistory", tell);
})();
