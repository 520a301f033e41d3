// A page that is out of sight has slow timers, and a board must still hear of a child who cannot wait. A
// worker's are not slowed.

setInterval(() => self.postMessage(0), 1800);
