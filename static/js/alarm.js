// A child who cannot wait: words, a sound and the page's title on every board, until a person goes. Muting is this board's own.
(() => {
  "use strict";
  const board = document.getElementById("board");
  const banner = document.querySelector("[data-alarm]");
  const part = (name) => document.querySelector(`[data-${name}]`);
  const AGAIN = 3000; // ms between two sounds
  const HERE = 45_000; // ms between two words that this person is here
  const HERE_CALLED = 5000; // the same while somebody is called
  const title = document.title;
  const kept = `muted-${board.dataset.location}`;
  let muted = localStorage.getItem(kept) === "1";
  let sound = null;
  let rang = 0;
  let told = 0;

  const words = (row) => `${row.querySelector(".cannot-wait").textContent}: ${row.querySelector(".open b").textContent}. ${row.dataset.goes}.`;

  // Sound. A browser lets none be heard before somebody has used the page; until then the board says so.

  function context() {
    sound ??= new AudioContext();
    return sound;
  }

  function ring() {
    const now = context().currentTime;
    for (const [nth, pitch] of [880, 660, 880].entries()) {
      const [tone, volume] = [sound.createOscillator(), sound.createGain()];
      const start = now + nth * 0.28;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.5, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.26);
      tone.connect(volume).connect(sound.destination);
      tone.start(start);
      tone.stop(start + 0.27);
    }
  }

  function wake() {
    if (!muted && context().state === "suspended") sound.resume().then(tell, () => {});
  }

  function hear(row) {
    const off = part("sound-off");
    const blocked = row && !muted && context().state !== "running";
    const said = muted ? "Sound is muted on this board." : "Your browser holds the sound back until you press a key.";
    off.hidden = !row || !(muted || blocked);
    if (!off.hidden && off.textContent !== said) off.textContent = said;
    if (!row || muted || blocked || Date.now() - rang < AGAIN) return;
    rang = Date.now();
    ring();
  }

  function mute(on) {
    muted = on;
    if (on) localStorage.setItem(kept, "1");
    else localStorage.removeItem(kept);
    part("mute").setAttribute("aria-pressed", on);
    part("mute").querySelector("span").textContent = on ? "Sound muted" : "Sound on";
    tell();
  }

  // Words

  function tell() {
    const found = window.board.calling();
    const [first] = found;
    const more = found.length > 1 ? ` And ${found.length - 1} more.` : "";
    const said = first ? words(first) + more : "";
    banner.hidden = !first;
    if (part("alarm-words").textContent !== said) part("alarm-words").textContent = said;
    const name = first ? `(${found.length}) ${words(first)} · ${title}` : title;
    if (document.title !== name) document.title = name;
    hear(first);
    here(first ? HERE_CALLED : HERE);
  }

  // Whoever has a board before them is on shift; and nobody waits for another process to call the next person.
  function here(every) {
    if (!board.dataset.here || Date.now() - told < every) return;
    told = Date.now();
    const body = new URLSearchParams({
      location: board.dataset.location,
      csrfmiddlewaretoken: document.querySelector("#move [name=csrfmiddlewaretoken]").value,
    });
    fetch(board.dataset.here, { method: "POST", body, redirect: "manual" }).catch(() => {});
  }

  part("mute").addEventListener("click", () => mute(!muted));
  part("going")?.addEventListener("click", () => window.board.going());
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake, true);
  document.body.addEventListener("board-changed", tell);
  mute(muted);
  setInterval(tell, 1000);
})();
