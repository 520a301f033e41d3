// Keep the bottom buttons fully visible: on any tablet or phone, zoomed, with larger text, and above an
// on-screen keyboard that covers the page instead of resizing it.

const SHARE = 1 / 3; // of the visible height: the question needs the rest
const ABOVE = 0.4; // of the empty space around a short question
const ROOM = 80; // px kept free below it, for the sentence that asks for a first name

const root = document.documentElement;
const bar = document.querySelector(".stage > .moves");
const stage = bar?.parentElement;
const view = window.visualViewport;
let fittedHeight = 0;

// Layouts in the order to try: as in kiosk.css, then smaller and smaller, each with all buttons beside each
// other and in two columns.
const listLayouts = (beside) => [
  [0],
  ...[1, 2, 3, 4].flatMap((level) => [
    [level, beside],
    [level, 2],
  ]),
];

const isAnotherQuestion = ({ attributeName }) => attributeName === "data-step";
const isWhole = (each) => each.scrollWidth <= each.clientWidth + 1;

function setLayout(level, columns) {
  stage.dataset.fit = level;
  if (level) stage.dataset.columns = columns;
  else delete stage.dataset.columns;
}

function fitBar() {
  // While pinch-zoomed, nothing counts as covered.
  const keyboard = view && view.scale < 1.05 ? window.innerHeight - view.height - view.offsetTop : 0;
  const covered = Math.max(0, Math.round(keyboard));
  root.style.setProperty("--covered", `${covered}px`);
  const most = (window.innerHeight - covered) * SHARE;
  const fits = () => bar.offsetHeight <= most && [bar, ...bar.children].every(isWhole);
  // The last screens have no first row, but are measured with it, so that buttons keep their place and size.
  stage.classList.add("measuring");
  listLayouts(Math.min(4, bar.children.length)).find(([level, columns]) => {
    setLayout(level, columns);
    return fits();
  });
  stage.classList.remove("measuring");
  fittedHeight = bar.offsetHeight;
  // What is scrolled into view, also by focus, stops above the buttons.
  root.style.setProperty("--buttons", `${fittedHeight + covered}px`);
  stage.classList.toggle("scrolls", root.scrollHeight > root.clientHeight);
}

const readEnd = (each) => each.getBoundingClientRect().bottom;

// Return where the question would end with every box open that a tap can open.
function readEndWhenOpen(question) {
  const closed = [...question.querySelectorAll("[data-when][hidden]")];
  for (const each of closed) each.hidden = false;
  const end = readEnd(question);
  for (const each of closed) each.hidden = true;
  return end;
}

// Put a short question near the middle, with room below it for what it opens. Only another question or window
// moves it, so what is tapped stays in place.
function placeQuestion() {
  const steps = stage.querySelector(".steps");
  steps.style.setProperty("--lead", "0px");
  const last = [...steps.children].findLast((each) => each.getClientRects().length);
  if (!last) return;
  const end = readEnd(last);
  const free = readEnd(steps) - end;
  const room = Math.max(ROOM, readEndWhenOpen(last) - end);
  steps.style.setProperty("--lead", `${Math.max(0, Math.round(Math.min(free * ABOVE, free - room)))}px`);
}

function fitPage() {
  fitBar();
  placeQuestion();
}

function keepFitting() {
  window.addEventListener("resize", fitPage);
  view?.addEventListener("resize", fitPage);
  view?.addEventListener("scroll", fitBar);
  new ResizeObserver(() => bar.offsetHeight !== fittedHeight && fitBar()).observe(bar);
  // Another question may have longer buttons, and may be longer itself.
  const watched = { attributes: true, subtree: true, attributeFilter: ["hidden", "data-step"] };
  const fitChanged = (changes) => (changes.some(isAnotherQuestion) ? fitPage() : fitBar());
  new MutationObserver(fitChanged).observe(stage, watched);
  fitPage();
}

if (bar) keepFitting();
