/**
 * Tells a held key from one that is pressed anew. Some X11 set-ups report a held key as pairs of keyup and keydown in
 * the same instant, with `repeat` false: a person cannot let go and press again that fast.
 */
const TOO_FAST_MS = 40;

export class KeyRepeat {
  #releasedAt = -Infinity;

  released(at: number): void {
    this.#releasedAt = at;
  }

  isHeld(repeat: boolean, at: number): boolean {
    return repeat || at - this.#releasedAt < TOO_FAST_MS;
  }
}
