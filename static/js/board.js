// The live board. Rows come as HTML; each carries its version, so a late answer never overwrites a newer row.
(() => {
  "use strict";
  const board = document.getElementById("board");
  const table = board.querySelector("table.board");
  const rows = document.getElementById("rows");
  const move = document.getElementById("move");
  const steps = JSON.parse(board.dataset.steps);
  const waiting = board.dataset.waiting.split(" ");
  const mark = Number(board.dataset.mark) * 60;
  const { keyOf, say } = window.desk;
  const { all, bodyOf, dropEmpty, isLong } = window.boardDays;
  const gone = new Map();
  let clock = Number(board.dataset.now) - Date.now();
  let lastMoved = null;
  let hand = null;
  let slid = null;
  let lostPlace = 0;
  let opening = false;
  let ticked = false;

  const part = (name) => document.querySelector(`[data-${name}]`);
  const now = () => (Date.now() + clock) / 1000;
  const selected = () => table.contains(document.activeElement) ? document.activeElement.closest("tr[data-v]") : null;
  const opener = (row) => row?.querySelector("a.open");

  // Time

  function minutes(seconds) {
    const whole = Math.max(0, Math.floor(seconds / 60));
    return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
  }

  function age(row) {
    const seconds = now() - Number(row.dataset.since);
    if (isLong(row, seconds)) return false;
    const late = waiting.includes(row.dataset.state) && seconds >= mark;
    const cell = row.querySelector(".wait");
    const said = minutes(seconds);
    const time = cell.querySelector("time");
    if (time.textContent !== said) time.textContent = said;
    row.classList.toggle("past", late);
    cell.querySelector("i").style.setProperty("--part", Math.min(1, Math.max(0, seconds / mark)).toFixed(2));
    return late;
  }

  function tell() {
    let late = 0;
    let wait = 0;
    let other = 0;
    for (const row of all()) {
      if (age(row)) late += 1;
      if (row.dataset.day) other += 1;
      else if (waiting.includes(row.dataset.state)) wait += 1;
    }
    const here = all().length - other;
    const past = late ? `, ${late} past ${board.dataset.mark} min` : "";
    const today = here ? `${here} here, ${wait} waiting${past}` : "";
    const said = [today, other ? `${other} of another day` : ""].filter(Boolean).join(", ");
    if (part("tally").textContent !== said) part("tally").textContent = said;
    table.hidden = !(here + other);
    part("nobody").hidden = !table.hidden;
  }

  // Rows

  // Who cannot wait stands first, the earliest on top; then whoever's turn it is.
  const turn = (row) => [Number(row.dataset.raised || Infinity), Number(row.dataset.turn), Number(row.id.slice(1))];
  function before(a, b) {
    const differs = a.findIndex((one, nth) => one !== b[nth]);
    return differs >= 0 && a[differs] < b[differs];
  }

  function place(row) {
    const mine = turn(row);
    const body = bodyOf(row);
    const others = [...body.querySelectorAll("tr[data-v]")];
    const next = others.find((other) => other.id !== row.id && before(mine, turn(other)));
    body.insertBefore(row, next ?? null);
    dropEmpty();
  }

  // What the focus was on, in the row that takes its place: the same link, or else another of its kind.
  function sameIn(fresh, held) {
    const kin = [...fresh.querySelectorAll(held.tagName)];
    const address = held.getAttribute("href");
    const alike = address === null ? [] : kin.filter((each) => each.getAttribute("href") === address);
    return alike.find((each) => each.textContent === held.textContent) ?? alike[0] ?? kin[0];
  }

  // Puts one row where it belongs. Returns its words when this family has just arrived.
  function take(fresh) {
    const old = document.getElementById(fresh.id);
    const version = Number(fresh.dataset.v);
    const known = Math.max(old ? Number(old.dataset.v) : 0, gone.get(fresh.id) ?? 0);
    if (version <= known) return "";
    if ("gone" in fresh.dataset) {
      gone.set(fresh.id, version);
      leave(old);
      return "";
    }
    if (!old) {
      place(fresh);
      fresh.classList.add("fresh");
      setTimeout(() => fresh.classList.remove("fresh"), 6000);
      return fresh.querySelector(".open b").textContent;
    }
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const moved = ["turn", "raised", "day"].some((name) => fresh.dataset[name] !== old.dataset[name]);
    old.replaceWith(fresh);
    if (moved) place(fresh);
    if (held) sameIn(fresh, held)?.focus({ preventScroll: true });
    return "";
  }

  // Nobody else is selected in its place: a key pressed a moment too late must not move the next child.
  function leave(old) {
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const place = all().indexOf(old);
    old.remove();
    dropEmpty();
    if (!focused) return;
    lostPlace = place;
    board.focus({ preventScroll: true });
  }

  // Takes a whole answer without moving what the hand or the focus is on.
  function apply(html) {
    const body = new DOMParser().parseFromString(html, "text/html").querySelector("tbody");
    if (!body) return {};
    const held = selected() ?? (hand && document.getElementById(hand.id));
    const heldId = held?.id;
    const top = held?.getBoundingClientRect().top;
    const arrived = [...body.rows].map((row) => take(document.adoptNode(row))).filter(Boolean);
    tell();
    const still = heldId && document.getElementById(heldId);
    if (still && window.scrollY > 0) window.scrollBy(0, still.getBoundingClientRect().top - top);
    notice();
    if (arrived.length) part("heard").textContent = `Arrived: ${arrived.join(", ")}`;
    return body.dataset;
  }

  // A row that slid in under a resting mouse must not take the press that was meant for another.
  const under = () => document.elementFromPoint(hand.x, hand.y)?.closest("tr[data-v]")?.id;

  function notice() {
    if (hand && !slid && under() !== hand.id) slid = { from: hand.id, at: performance.now(), moved: false };
  }

  function slidAway(event, row) {
    const meant = !slid || slid.from === row.id || (slid.moved && performance.now() - slid.at > 700);
    slid = null;
    // `detail` is 0 for a press by keyboard, which always means the focused button.
    return Boolean(event.detail) && !meant;
  }

  table.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse") return;
    hand = { x: event.clientX, y: event.clientY, id: event.target.closest("tr")?.id };
    if (slid) slid.moved = true;
  });
  table.addEventListener("pointerleave", () => { hand = slid = null; });

  // Live

  let lastLive = Date.now();
  let failures = 0;

  function live() {
    failures = 0;
    lastLive = Date.now();
    part("not-live").hidden = true;
  }

  function lost() {
    failures += 1;
    if (failures < 2) return;
    const since = new Date(lastLive + clock).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
    const words = `Not live since ${since}, trying again`;
    const line = part("not-live");
    if (line.textContent !== words) line.textContent = words;
    line.hidden = false;
  }

  board.addEventListener("htmx:configRequest", (event) => {
    if (event.target !== board) return;
    event.detail.parameters.v = rows.dataset.version;
    event.detail.parameters.location = board.dataset.location;
    event.detail.parameters.day = board.dataset.day;
  });
  board.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === board && document.hidden && !ticked) event.preventDefault();
  });
  board.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== board) return;
    const { xhr } = event.detail;
    if (!xhr.status || xhr.status >= 500) return lost();
    // Logged out, or no longer of this clinic: the page itself says so best, and no names stay behind.
    if (!xhr.getResponseHeader("Board")) return window.location.reload();
    live();
    const said = Date.parse(xhr.getResponseHeader("Date"));
    // The header has whole seconds; only a clock that was set or slept is put right.
    if (said && Math.abs(said - Date.now() - clock) > 5000) clock = said - Date.now();
    if (xhr.status !== 200) return;
    const facts = apply(xhr.responseText);
    rows.dataset.version = facts.version;
    const count = part("to-match");
    if (count) {
      count.textContent = facts.toMatch;
      count.hidden = facts.toMatch === "0";
    }
    window.htmx.trigger(document.body, "board-changed");
  });

  const look = () => window.htmx.trigger(document.body, "look");
  window.addEventListener("pageshow", (event) => event.persisted && look());
  window.addEventListener("online", look);
  document.addEventListener("visibilitychange", () => !document.hidden && look());
  // Out of sight the page's own timers come once a minute at best, so a worker's do it.
  new Worker(board.dataset.ticker).addEventListener("message", () => {
    if (!document.hidden) return;
    ticked = true;
    look();
    ticked = false;
  });

  // Moves

  async function post(address, fields) {
    const body = new URLSearchParams(fields);
    let answer;
    try {
      answer = await window.desk.send(address, body);
    } catch {
      return say("No connection: nothing was changed. Press it again when the board is live.");
    }
    // Nobody is logged in any more: the login says so, and words that were typed are kept for who typed them.
    if (answer.type === "opaqueredirect") return fields.reason ? window.desk.sendAsForm(address, body) : window.location.reload();
    if (window.desk.isBehind(answer)) return behind(answer, address, body, fields);
    if (!answer.ok && answer.status !== 409) return say(await window.desk.whyNot(answer));
    const facts = apply(await answer.text());
    lastMoved = facts.undo || null;
    say(answer.ok || !facts.door ? facts.said ?? "" : "", lastMoved && undo);
    window.htmx.trigger(document.body, "board-changed");
    if (facts.door) await atDoor(facts.door);
  }

  // The row was of a child that is another by now: that is said, and the row comes as it is. Words go on to a page that keeps them.
  async function behind(answer, address, body, fields) {
    if (fields.reason) return window.desk.sendAsForm(address, body);
    say(await answer.text());
    look();
  }

  // What is still open, before they go. Through the door is the same move, with the reason that was given.
  function atDoor(address) {
    const [, id] = new URL(address, window.location.href).pathname.match(/\/visits\/(\d+)\//);
    const home = () => (opener(document.getElementById(`v${id}`)) ?? board).focus({ preventScroll: true });
    return window.door.open(address, (said) => post(board.dataset.move.replace("/0/", `/${id}/`), said), home);
  }

  function note(row) {
    if (!row.dataset.note) return say("No note is open for this family. Open the visit to write one.");
    const address = board.dataset.note.replace("/0/", `/${row.id.slice(1)}/`).replace("/school/", `/${row.dataset.note}/`);
    window.location.assign(address);
  }

  function undo() {
    const row = selected();
    const address = lastMoved ?? (row && board.dataset.undo.replace("/0/", `/${row.id.slice(1)}/`));
    if (address) post(address, lastMoved ? {} : { drawn_for: row.dataset.drawn });
    else say("There is no move of yours to undo here.");
  }

  // A key meant for the door that is about to open must not move anybody on the board.
  async function step(row, to) {
    const address = board.dataset.move.replace("/0/", `/${row.id.slice(1)}/`);
    opening = to === "left" || to === "ready" || "unread" in row.dataset;
    try {
      await post(address, { to, from: row.dataset.state, drawn_for: row.dataset.drawn });
    } finally {
      opening = false;
    }
  }

  const at = (address, row) => address.replace("/0/", `/${row.id.slice(1)}/`);

  // Whom nobody goes to yet: first those that call the person who reads this board, then the earliest.
  function calling() {
    const found = all().filter((row) => "raised" in row.dataset && !("taken" in row.dataset));
    const mine = (row) => row.dataset.called === board.dataset.me;
    return [...found.filter(mine), ...found.filter((row) => !mine(row))];
  }

  // The person who goes: to the row that is chosen where it calls, otherwise to the one that the banner names.
  function going(row) {
    const calls = calling();
    const found = calls.includes(row) ? row : calls[0];
    if (found) post(found.querySelector("button.going").getAttribute("formaction"), {});
    else say("Nobody calls now.");
  }

  // Read is what a person says was read: the words come up first, and Escape leaves them unread.
  async function read(row) {
    const address = at(board.dataset.reason, row);
    const home = () => (opener(document.getElementById(row.id)) ?? board).focus({ preventScroll: true });
    await window.door.open(address, (said) => post(address, said), home);
  }

  window.board = { going, calling };

  table.addEventListener("click", (event) => {
    const button = event.target.closest("button[formaction]");
    if (!button || !move) return;
    event.preventDefault();
    const row = button.closest("tr");
    if (slidAway(event, row)) {
      return say("The board moved under the pointer, so nothing was done. Press again if this is the family you mean.");
    }
    if (button.value === "going") going(row);
    else step(row, button.value);
  });

  function walk(by) {
    const found = all();
    const at = found.indexOf(selected());
    // Where the selected row left, the walk goes on from there.
    const to = at < 0 ? lostPlace - (by < 0 ? 1 : 0) : at + by;
    const next = found[Math.min(found.length - 1, Math.max(0, to))];
    opener(next)?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    const key = keyOf(event);
    if (key === "j" || key === "k") {
      event.preventDefault();
      return walk(key === "j" ? 1 : -1);
    }
    if (!key || event.repeat || !move || opening) return;
    if (key === "u") return undo();
    const row = selected();
    if (key === "g") return going(row);
    if (row && key === "t") return read(row);
    if (row && key === "i") return note(row);
    const to = row && steps[row.dataset.state]?.[key];
    if (to) step(row, to);
    else if (!row && Object.values(steps).some((keys) => key in keys)) say("Choose a row first, with j and k.");
  });

  tell();
  setInterval(tell, 5000);
})();
