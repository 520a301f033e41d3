// The sound of a child who cannot wait. Browsers allow none before somebody has used the page.

export const RING_EVERY = 3000; // ms between two sounds
const PITCHES = [880, 660, 880];

let audio = null;

function openAudio() {
  audio ??= new AudioContext();
  return audio;
}

export const isSoundHeld = () => openAudio().state !== "running";

/** Allow sound, now that somebody has pressed something; then call `heard`. */
export function allowSound(heard) {
  if (openAudio().state === "suspended") audio.resume().then(heard, () => {});
}

export function playTones() {
  const now = openAudio().currentTime;
  for (const [nth, pitch] of PITCHES.entries()) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const start = now + nth * 0.28;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.5, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.26);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.27);
  }
}
