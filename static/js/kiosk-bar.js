// Keep the bottom buttons fully visible: on any tablet or phone, zoomed, with larger text, and above an
// on-screen keyboard that covers the page instead of resizing it.

const SHARE = 1 / 3; // of the visible height: the question needs the rest

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
  listLayouts(Math.min(4, bar.children.length)).find(([level, columns]) => {
    setLayout(level, columns);
    return fits();
  });
  fittedHeight = bar.offsetHeight;
  // What is scrolled into view, also by focus, stops above the buttons.
  root.style.setProperty("--buttons", `${fittedHeight + covered}px`);
  stage.classList.toggle("scrolls", root.scrollHeight > root.clientHeight);
}

function keepFitting() {
  window.addEventListener("resize", fitBar);
  view?.addEventListener("resize", fitBar);
  view?.addEventListener("scroll", fitBar);
  new ResizeObserver(() => bar.offsetHeight !== fittedHeight && fitBar()).observe(bar);
  // Another question may have longer buttons, and may be longer itself.
  const watched = { attributes: true, subtree: true, attributeFilter: ["hidden", "data-step"] };
  new MutationObserver(fitBar).observe(stage, watched);
  fitBar();
}

if (bar) keepFitting();
