// An optional ring while a call is offered, in the device that the agent chose. Made here: there is no sound file to load.

import { ringing } from './memory.js';

/** Two tones, on for one second and off for two. */
const TONES = [440, 480];
const ON_S = 1;
const EVERY_MS = 3_000;

export class Ring {
  /** @type {AudioContext | null} */ #audio = null;
  /** @type {any} */ #timer = null;
  /** A ring waits for the browser to allow sound: no second one may pile up on it. */ #isWaiting = false;

  /** @param {boolean} on */
  set(on) {
    if (on && ringing.get().on) this.#start();
    else this.#stop();
  }

  /** Devices that can ring, as far as the browser tells. @returns {Promise<MediaDeviceInfo[]>} */
  static async devices() {
    try {
      return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'audiooutput' && device.deviceId !== '');
    } catch {
      return []; // not allowed here: the default device rings
    }
  }

  #start() {
    if (this.#timer !== null) return;
    const once = () => void this.#once().catch(() => {}); // a browser that forbids sound has other ways to show a call
    once();
    this.#timer = setInterval(once, EVERY_MS);
  }

  #stop() {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    void this.#audio?.close().catch(() => {});
    this.#audio = null;
  }

  async #once() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    try {
      await this.#sound();
    } finally {
      this.#isWaiting = false;
    }
  }

  async #sound() {
    const audio = (this.#audio ??= new AudioContext());
    const { device } = ringing.get();
    if (device !== '' && 'setSinkId' in audio) await /** @type {any} */ (audio).setSinkId(device).catch(() => {}); // unplugged: the default rings
    if (audio.state === 'suspended') await audio.resume();
    const volume = audio.createGain();
    volume.gain.value = 0.12;
    volume.connect(audio.destination);
    for (const tone of TONES) {
      const oscillator = audio.createOscillator();
      oscillator.frequency.value = tone;
      oscillator.connect(volume);
      oscillator.start();
      oscillator.stop(audio.currentTime + ON_S);
    }
  }
}
