// The live board: all that it is made of.
import "./alarm.js";
import "./board-cut-chips.js";
import "./board-live.js";
import "./board-moves.js";
import "./board-tally.js";
