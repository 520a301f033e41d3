// The live board: all its modules.
import "./alarm.js";
import "./board-cut-chips.js";
import "./board-described.js";
import "./board-fit-chips.js";
import "./board-live.js";
import "./board-moves.js";
import "./board-tally.js";
