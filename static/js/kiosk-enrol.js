// The URL that enrol_device prints has the key after #, which browsers never send.

const key = new URLSearchParams(location.hash.slice(1)).get("token") || location.hash.slice(1);
if (key) {
  document.getElementById("token").value = decodeURIComponent(key);
  history.replaceState(null, "", location.pathname);
  document.querySelector("form").requestSubmit();
}
