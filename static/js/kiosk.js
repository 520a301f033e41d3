// One form, one question at a time. Nothing typed leaves the form except in the one POST at its end.
"use strict";

document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  const IDLE = 60; // seconds without a touch before we ask
  const WELCOME_LASTS = 20; // seconds that the last screen stays
  const COMING_LASTS = 120; // seconds that "a person is coming" stays
  const LATE_LASTS = 60; // seconds for which a name that came late stands on the welcome
  const SLOW = 4; // seconds of sending after which we say that it is still on its way

  const form = document.getElementById("sign-in");
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const post = new KioskPost(form.action, { empty: () => language.backToFirst() });
  const language = new KioskLanguage(form, post, {
    isFree: () => step() === "welcome" && !sending,
    isQuiet: () => one("[data-late]").hidden,
  });
  const words = JSON.parse(one("#token-words").textContent);
  const ABOUT_THE_CHILD =
    "[data-step^=child] input, #reason, #also, [name=notes_wanted], [name=access_needs]";
  const PLAIN_STEPS = all(".step[data-part]");

  let sitting = uuid();
  let sending = null;
  let adult = null; // what stays for another child, taken out of the page with the rest
  let lateTimer = 0;
  let cameFrom = "";

  // --- what is shown ---------------------------------------------------------

  function uuid() {
    // crypto.randomUUID exists only under https, and a clinic's tablet may well speak plain http.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  const isPatient = () => form.elements.is_patient.checked;
  const step = () => form.dataset.step;
  const steps = () => PLAIN_STEPS.filter((each) => !(isPatient() && "notSelf" in each.dataset));
  const names = () => ["welcome", ...steps().map((each) => each.dataset.step)];
  const screenOf = (name) => one(`.step[data-step="${name}"]`);

  function label(name) {
    for (const each of all("[data-label]")) each.hidden = each.dataset.label !== name;
  }

  function show(name, { focus = true } = {}) {
    const screen = screenOf(name);
    for (const each of all(".step")) each.classList.toggle("on", each === screen);
    form.dataset.step = name;
    const order = names();
    const last = order[order.length - 1];
    label({ welcome: "start", done: "close", kept: "next-family", coming: goesOn() ? "go-on" : "close", [last]: "finish" }[name] || "next");
    progress(screen.dataset.part);
    one("[data-gentle]").hidden = true;
    if (name === "welcome") letLateGo();
    else language.forget();
    const heading = one("h1", screen);
    one("[data-heard]").textContent = name === "welcome" ? "" : heading.innerText.replace(/\s+/g, " ");
    if (focus) (firstBox(screen) || heading).focus();
    window.scrollTo(0, 0);
    idle.watch();
  }

  // A screen that opens with a box is answered at once; one that opens with tiles is read from its heading.
  const firstBox = (screen) => one("legend + .boxes :is(input, textarea)", screen);

  function progress(part) {
    let before = true;
    for (const each of all(".progress li")) {
      const here = each.dataset.part === part;
      if (here) before = false;
      each.classList.toggle("past", Boolean(part) && before);
      if (here) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
  }

  function refresh() {
    // The last screens, which come after the answers were put away, still speak of whoever signed in.
    if (!adult) document.body.classList.toggle("is-self", isPatient());
    const typed = ["child_given_name", "child_family_name"].map((name) => form.elements[name].value.trim());
    const name = typed.filter(Boolean).join(" ");
    one("[data-with] bdi").textContent = name;
    one("[data-with]").hidden = !name;
    if (typed[0]) one("[data-gentle]").hidden = true;
    for (const each of all("[type=radio]")) each.dataset.was = each.checked ? "1" : "";
    const said = new FormData(form);
    for (const each of all("[data-when]")) each.hidden = !each.dataset.when.split(" ").some((name) => said.has(name));
    // What is out of sight is not sent, and is still there if it comes back.
    for (const each of all("[data-when] input")) each.disabled = each.closest("[data-when]").hidden;
    for (const chip of all("[data-fill]")) {
      chip.setAttribute("aria-pressed", String(form.elements[chip.dataset.fill].value === chip.textContent));
    }
  }

  // --- moving ----------------------------------------------------------------

  function remember(name, how = "pushState") {
    history[how]({ sitting, step: name }, "");
  }

  function next() {
    const order = names();
    if (step() === "coming" && goesOn()) return show(cameFrom === "welcome" ? order[1] : cameFrom);
    const here = order.indexOf(step());
    if (here < 0) return wipe(); // done, kept or coming
    if (needsAName()) return;
    if (here === order.length - 1) return send();
    remember(order[here + 1]);
    show(order[here + 1]);
  }

  // Said once, kindly, and never a wall: the second press goes on.
  function needsAName() {
    const gentle = one("[data-gentle]");
    if (step() !== "child-name" || form.elements.child_given_name.value.trim() || !gentle.hidden) return false;
    gentle.hidden = false;
    form.elements.child_given_name.focus();
    return true;
  }

  function wipe() {
    idle.close();
    form.reset();
    adult = null;
    sitting = uuid();
    sending = null;
    form.elements.key.value = uuid();
    form.classList.remove("for-help");
    aPersonComes(false);
    one("[data-drawing]").replaceChildren();
    one("[data-token]").textContent = "";
    forgetComing();
    refresh();
    remember("welcome", "replaceState");
    show("welcome");
    language.backToFirst();
  }

  // Nothing stays in the page once it is sent. The adult's answers wait for "Another child?", no longer than the
  // last screen does.
  function putAway() {
    const boxes = all("input:not([type=hidden]), textarea", form).filter((each) => !each.matches(ABOUT_THE_CHILD));
    adult ??= boxes.map((box) => [box, /checkbox|radio/.test(box.type) ? box.checked : box.value]);
    form.reset();
    refresh();
  }

  function anotherChild() {
    for (const [box, said] of adult ?? []) {
      if (/checkbox|radio/.test(box.type)) box.checked = said;
      else box.value = said;
    }
    adult = null;
    one("[data-token]").textContent = "";
    sitting = uuid();
    form.elements.key.value = uuid();
    form.classList.remove("for-help");
    forgetComing();
    refresh();
    remember("child-name");
    show("child-name");
  }

  // --- sending ---------------------------------------------------------------

  function claim(help) {
    const said = {};
    for (const [name, value] of new FormData(form)) {
      said[name] = name === "notes_wanted" ? [...(said[name] || []), value] : value;
    }
    return { ...said, ...(help && { help: true }), typed_at: new Date().toISOString() };
  }

  function send({ help = false } = {}) {
    if (sending) return;
    const mine = (sending = sitting);
    form.classList.toggle("for-help", help);
    label("wait");
    const stillHere = () => sending === mine && sitting === mine;
    const kept = () => {
      if (!stillHere() || ["kept", "coming"].includes(step())) return;
      putAway();
      show("kept");
    };
    const slow = setTimeout(kept, SLOW * 1000);
    post.send(claim(help), {
      kept: (token) => {
        clearTimeout(slow);
        if (!stillHere()) tellLate(token);
        else if (step() === "coming") over();
        else welcome(token);
      },
      later: kept,
    });
  }

  // One tap at any step: sent at once, beside whatever is on its way, and nothing more is asked. What was typed
  // stays in the form; whoever goes on completes this same sign-in.
  function worry() {
    idle.close();
    aPersonComes(true);
    if (step() !== "coming") cameFrom = sending ? "kept" : step();
    const key = form.elements.key.value;
    const here = () => form.elements.key.value === key && step() === "coming";
    const tell = (late) => here() && (one("[data-coming-late]").hidden = !late);
    one("[data-coming-late]").hidden = true;
    show("coming");
    // Its own key, made now and first in what is sent: the same tap is one row for ever, and the next tap another.
    post.send({ worried: uuid(), key, ...claim(false) }, {
      first: true,
      kept: (token) => {
        tell(false);
        if (!here()) return;
        one("[data-coming-token]").textContent = spoken(token).said;
        one("[data-coming-name]").hidden = false;
      },
      later: () => tell(true),
    });
    setTimeout(() => post.waiting && tell(true), SLOW * 1000);
  }

  // Whoever said so is not told to take a seat afterwards, not for their other child either.
  function aPersonComes(on) {
    for (const each of all("[data-sit]")) each.hidden = on;
    one("[data-comes]").hidden = !on;
  }

  function forgetComing() {
    cameFrom = "";
    one("[data-coming-token]").textContent = "";
    one("[data-coming-name]").hidden = one("[data-coming-late]").hidden = true;
  }

  const goesOn = () => names().includes(cameFrom);

  // A newer server may give a token that this page has no words or drawing for; its name is told all the same.
  function spoken(token) {
    const [colour, animal, number = ""] = token.toLowerCase().split(" ");
    const known = words[`${colour}-${animal}`];
    const drawing = one(`template[data-animal="${CSS.escape(animal ?? "")}"]`);
    return { colour, drawing, said: known ? `${known} ${number}`.trim() : token };
  }

  function welcome(token) {
    const { colour, drawing, said } = spoken(token);
    one("[data-drawing]").replaceChildren(...(drawing ? [drawing.content.cloneNode(true)] : []));
    const picture = one("[data-drawing] .token");
    if (picture) picture.className = `token token-${colour}`;
    one("[data-token]").textContent = said;
    over();
    show("done");
  }

  function over() {
    sending = null;
    putAway();
    // Back must not lead into a sign-in that is over.
    sitting = uuid();
    remember("welcome", "replaceState");
  }

  // The family made room before its answer came. Whoever stands at the welcome now must not take the name for theirs.
  function tellLate(token) {
    const names = one("[data-late-tokens]");
    names.textContent = [names.textContent, spoken(token).said].filter(Boolean).join(", ");
    one("[data-late]").hidden = false;
    if (step() === "welcome") letLateGo();
  }

  function letLateGo() {
    clearTimeout(lateTimer);
    if (one("[data-late]").hidden) return;
    lateTimer = setTimeout(() => {
      one("[data-late]").hidden = true;
      one("[data-late-tokens]").textContent = "";
      if (step() === "welcome") language.backToFirst();
    }, LATE_LASTS * 1000);
  }

  // --- nobody there ----------------------------------------------------------

  const idle = new KioskIdle(one("[data-still]"), {
    lasts: () => {
      if (step() === "welcome") return null;
      return { done: { seconds: WELCOME_LASTS }, kept: { seconds: IDLE }, coming: { seconds: COMING_LASTS } }[step()] ?? { seconds: IDLE, ask: true };
    },
    end: wipe,
  });

  // --- hands -----------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && "worried" in event.submitter.dataset) worry();
    else if (event.submitter && "help" in event.submitter.dataset) send({ help: true });
    else if (!sending || ["kept", "coming"].includes(step())) next();
  });
  // The second tap of a double tap would answer a question that nobody has read.
  one("[data-next]").addEventListener("click", (event) => event.detail > 1 && event.preventDefault());
  one("[data-back]").addEventListener("click", () => history.back());
  one("[data-another]").addEventListener("click", anotherChild);
  one("[data-clear]").addEventListener("click", wipe);

  form.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !box.matches(".box input, .box textarea")) return;
    event.preventDefault();
    const boxes = all(".box :is(input, textarea):enabled", screenOf(step()));
    const following = boxes[boxes.indexOf(box) + 1];
    if (following) following.focus();
    else if (!sending && !event.repeat) next();
  });

  form.addEventListener("input", (event) => {
    refresh();
    const { digits } = event.target.dataset;
    if (!digits || event.inputType !== "insertText" || event.target.value.length < Number(digits)) return;
    const boxes = all("[data-digits]");
    boxes[boxes.indexOf(event.target) + 1]?.focus();
  });

  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-fill]");
    if (chip) {
      const box = form.elements[chip.dataset.fill];
      box.value = chip.textContent;
      refresh();
      // A key was used, not a finger: a finger would only bring up the on-screen keyboard.
      if (event.detail === 0) box.focus();
    }
    if (event.target.type !== "radio") return;
    // A second tap takes the choice back.
    if (event.target.dataset.was) event.target.checked = false;
    refresh();
  });

  window.addEventListener("popstate", (event) => {
    const state = event.state || {};
    // While it is on its way no Back leads out of the page that holds it.
    if (sending) return remember(step());
    if (state.sitting === sitting && names().includes(state.step)) return show(state.step);
    wipe();
    if (post.waiting) remember("welcome");
  });
  // A page that the browser brings back still holds what waits in it.
  window.addEventListener("pageshow", (event) => event.persisted && (post.waiting ? wipe() : location.reload()));

  form.reset();
  form.elements.key.value = uuid();
  refresh();
  remember("welcome", "replaceState");
  show("welcome", { focus: false });
});
