// A plain page's form is sent once, however often its button is pressed.
import { sendFormsOnce } from "./once.js";

sendFormsOnce("form[data-sends-once]");
