// Keeps the buttons at the bottom whole and in sight: on any tablet or phone, zoomed, with larger letters,
// and above an on-screen keyboard that covers the page instead of making it smaller.

const SHARE = 1 / 3; // of the height that is in sight: the question needs the rest

const root = document.documentElement;
const bar = document.querySelector(".stage > .moves");
const stage = bar?.parentElement;
const view = window.visualViewport;
let fittedHeight = 0;

// As it is in kiosk.css; then in columns, ever smaller: all beside each other, or two by two.
const listLayouts = (beside) => [
  [0],
  ...[1, 2, 3, 4].flatMap((level) => [
    [level, beside],
    [level, 2],
  ]),
];

const isWhole = (each) => each.scrollWidth <= each.clientWidth + 1;

function setLayout(level, columns) {
  stage.dataset.fit = level;
  if (level) stage.dataset.columns = columns;
  else delete stage.dataset.columns;
}

function fitBar() {
  // Where two fingers enlarge a part of the page, nothing is covered.
  const keyboard = view && view.scale < 1.05 ? window.innerHeight - view.height - view.offsetTop : 0;
  const covered = Math.max(0, Math.round(keyboard));
  root.style.setProperty("--covered", `${covered}px`);
  const most = (window.innerHeight - covered) * SHARE;
  const fits = () => bar.offsetHeight <= most && [bar, ...bar.children].every(isWhole);
  listLayouts(Math.min(4, bar.children.length)).find(([level, columns]) => {
    setLayout(level, columns);
    return fits();
  });
  fittedHeight = bar.offsetHeight;
  // What is scrolled into sight, also by the focus, stops above the buttons and not under them.
  root.style.setProperty("--buttons", `${fittedHeight + covered}px`);
  stage.classList.toggle("scrolls", root.scrollHeight > root.clientHeight);
}

function keepFitting() {
  window.addEventListener("resize", fitBar);
  view?.addEventListener("resize", fitBar);
  view?.addEventListener("scroll", fitBar);
  new ResizeObserver(() => bar.offsetHeight !== fittedHeight && fitBar()).observe(bar);
  // Another question may have longer words on its buttons, and may be longer itself.
  const watched = { attributes: true, subtree: true, attributeFilter: ["hidden", "data-step"] };
  new MutationObserver(fitBar).observe(stage, watched);
  fitBar();
}

if (bar) keepFitting();
