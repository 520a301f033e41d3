// A row's link is its token. Screen readers also hear the child, who brought them, and the time. The ids for
// this are set here, because 300 rows with them would be too many bytes.
import { board, findRowLink, listRows } from "./board-page.js";

function describeRows() {
  for (const row of listRows()) {
    const link = findRowLink(row);
    if (link.hasAttribute("aria-describedby")) continue;
    const said = [...row.cells].slice(1, 4);
    for (const [at, cell] of said.entries()) cell.id = `${row.id}-${at}`;
    link.setAttribute("aria-describedby", said.map((cell) => cell.id).join(" "));
  }
}

board.addEventListener("rows-drawn", describeRows);
describeRows();
