// What desk_looks.py measures in the page: called with "geometry", "sizes" or "ring".
(what) => {
  const page = document.documentElement;
  const top = document.querySelector("dialog[open]:modal") || document.body;
  const style = (e) => getComputedStyle(e);
  const name = (e) => e.outerHTML.slice(0, 110).replace(/\s+/g, " ");
  const label = (e) => e.localName + [...e.classList].map((one) => "." + one).join("");
  // The element and the nearest one around it that has a class: the kind of a fault.
  const kind = (e) => [...new Set([e.closest("[class]:not(bdi)"), e].filter(Boolean).map(label))].join(" ");

  const isUnseen = (e) => {
    const s = style(e), box = e.getBoundingClientRect();
    if (s.display === "none" || s.visibility === "hidden" || s.opacity === "0") return true;
    const isTiny = box.width <= 1 || box.height <= 1 || s.clipPath !== "none";
    return e.matches(".visually-hidden") || (s.position === "absolute" && isTiny);
  };
  const isDrawn = (e) => {
    const closed = "[hidden], details:not([open]) > :not(summary), dialog:not([open]), .skip, .sprite";
    if (e.closest(closed)) return false;
    for (let one = e; one && one !== page; one = one.parentElement) if (isUnseen(one)) return false;
    return true;
  };

  // What cuts this line off, or "scrolled" if one scrolls to it.
  const findCutter = (e, box) => {
    for (let one = e; one && one !== page; one = one.parentElement) {
      const s = style(one), edge = one.getBoundingClientRect();
      if (s.position === "fixed") break;
      const beside = box.right > edge.right + 1.5 || box.left < edge.left - 1.5;
      const below = box.bottom > edge.bottom + box.height / 3 || box.top < edge.top - box.height / 3;
      if ((beside && /auto|scroll/.test(s.overflowX)) || (below && /auto|scroll/.test(s.overflowY))) {
        return "scrolled";
      }
      if ((beside && s.overflowX !== "visible") || (below && s.overflowY !== "visible")) return one;
    }
    return null;
  };
  // What lies above the page on purpose.
  const findFloat = (e) => {
    for (let one = e; one && one !== page; one = one.parentElement) {
      if (/fixed|sticky/.test(style(one).position) || one.matches(".menu-sheet, .people ul")) return one;
    }
    return null;
  };

  const findGeometryFaults = () => {
    const found = [], drawn = [];
    if (page.scrollWidth > innerWidth) {
      const isWide = (e) => {
        const box = e.getBoundingClientRect();
        return box.right > innerWidth + 1 || box.left < -1;
      };
      const widest = [...top.querySelectorAll("*")].filter((e) => isDrawn(e) && isWide(e)).pop();
      found.push(["sideways", `${page.scrollWidth} px wide: ${widest ? name(widest) : ""}`]);
    }
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      const e = node.parentElement, text = node.data.trim().slice(0, 40);
      if (!text || e.matches("script, style, option, textarea, select") || !isDrawn(e)) continue;
      if (style(e).color === "rgba(0, 0, 0, 0)" || parseFloat(style(e).fontSize) === 0) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        const cutter = box.width < 1 ? "scrolled" : findCutter(e, box);
        if (!cutter) drawn.push({ box, e, text });
        else if (cutter !== "scrolled" && !e.closest("[title], [data-cut]")) {
          found.push([`cut off by ${kind(cutter)}`, text]);
        }
      }
    }
    const boxes = "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, button, .btn";
    for (const e of top.querySelectorAll(boxes)) {
      if (isDrawn(e) && !findCutter(e, e.getBoundingClientRect())) {
        drawn.push({ box: e.getBoundingClientRect(), e, text: name(e) });
      }
    }
    drawn.sort((a, b) => a.box.top - b.box.top);
    for (let i = 0; i < drawn.length; i++) {
      for (let j = i + 1; j < drawn.length && drawn[j].box.top <= drawn[i].box.bottom; j++) {
        const a = drawn[i], b = drawn[j];
        if (a.e.contains(b.e) || b.e.contains(a.e) || findFloat(a.e) !== findFloat(b.e)) continue;
        const isEither = (selector) => a.e.matches(selector) || b.e.matches(selector);
        const isKeyInBox = isEither("kbd") && isEither("input");
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        // The box of a line is higher than its letters.
        if (isKeyInBox || across <= 2 || down <= 0.35 * Math.min(a.box.height, b.box.height)) continue;
        found.push([`overlap of ${kind(a.e)} and ${kind(b.e)}`, `“${a.text}” and “${b.text}”`]);
      }
    }
    return found.filter(([one], nth) => found.findIndex(([other]) => other === one) === nth);
  };

  const isOneOf = (value, values) => values.some((one) => Math.abs(value - one) < 0.06);
  const findSizeFaults = () => {
    const found = [];
    for (const e of top.querySelectorAll("*")) {
      if (e.closest("svg, .token, .excuse, option") || !isDrawn(e)) continue;
      const s = style(e), box = e.getBoundingClientRect(), size = parseFloat(s.fontSize);
      if (!box.width) continue;
      const isButton = e.matches(".btn") || (e.matches("button") && parseFloat(s.borderTopWidth));
      const inner = box.height - 2 * parseFloat(s.paddingTop) - 2 * parseFloat(s.borderTopWidth);
      const isOneLine = inner < 1.8 * size;
      if (isButton && (box.height < 31.9 || (isOneLine && !isOneOf(box.height, [32, 40])))) {
        found.push(`${box.height.toFixed(1)} px high: ${name(e)}`);
      }
      for (const corner of ["TopLeft", "TopRight", "BottomLeft", "BottomRight"]) {
        const radius = s[`border${corner}Radius`], length = parseFloat(radius);
        const isRound = radius === "50%" || length >= 99;
        if (isRound || isOneOf(length, [0, 8]) || e.matches("[type=checkbox]")) continue;
        found.push(`radius ${length}: ${name(e)}`);
        break;
      }
      const isTyped = e.matches("input:not([type=checkbox], [type=radio]), select, textarea");
      const hasText = isTyped || [...e.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
      if (hasText && !isOneOf(size, [13, 15, 17, 20, 24])) found.push(`text of ${size} px: ${name(e)}`);
    }
    // Of what one can do in one part, at most one is the main thing.
    const filled = [...top.querySelectorAll(".btn-primary")].filter(isDrawn);
    const parts = filled.map((e) => e.closest(".paper, .sides, .difference, .alarm, .visit-top, dialog, main"));
    parts.forEach((part, nth) => {
      if (parts.indexOf(part) !== nth) found.push(`a second filled button: ${name(filled[nth])}`);
    });
    return [...new Set(found)];
  };

  // The ring of the focused control: at itself, its row or its label. Its color against what is behind it is
  // computed by tests/house/test_contrast.py.
  const describeRing = () => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    e.dataset.visited = Number(e.dataset.visited || 0) + 1;
    const isRinged = (one) => {
      const s = style(one), clear = s.outlineColor === "rgba(0, 0, 0, 0)";
      return parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== "none" && !clear;
    };
    const holders = [e, e.closest("label"), e.closest("tr"), e.closest("li")].filter(Boolean);
    return { what: name(e), times: Number(e.dataset.visited), ringed: holders.some(isRinged) };
  };
  return { geometry: findGeometryFaults, sizes: findSizeFaults, ring: describeRing }[what]();
}
