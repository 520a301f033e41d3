// The address that enrol_device prints carries the key behind #, which browsers never send.

const key = new URLSearchParams(location.hash.slice(1)).get("token") || location.hash.slice(1);
if (key) {
  document.getElementById("token").value = decodeURIComponent(key);
  history.replaceState(null, "", location.pathname);
  document.querySelector("form").requestSubmit();
}
