// The URL that enrol_device prints has the key after #, which browsers never send.

function enrolByAddress() {
  const key = new URLSearchParams(location.hash.slice(1)).get("token") || location.hash.slice(1);
  if (!key) return;
  document.getElementById("token").value = decodeURIComponent(key);
  history.replaceState(null, "", location.pathname);
  document.querySelector("form").requestSubmit();
}

enrolByAddress();
// Opened where this page is already shown, that URL loads no page.
window.addEventListener("hashchange", enrolByAddress);
