// The URL that enrol_device prints has the key after #, which browsers never send.

function enrolByAddress() {
  const said = location.hash.slice(1);
  // A key copied with a stray “%” must not stop here, and leave the key in the address.
  const key = new URLSearchParams(said).get("token") || new URLSearchParams(`token=${said}`).get("token");
  if (!key) return;
  document.getElementById("token").value = key;
  history.replaceState(null, "", location.pathname);
  document.querySelector("form").requestSubmit();
}

enrolByAddress();
// Opened where this page is already shown, that URL loads no page.
window.addEventListener("hashchange", enrolByAddress);
