// The page's own log for support: what happened here and when, in words of the protocol. It knows commands, results, states and
// times; it never gets names, numbers or call data, and leaves the browser only when somebody presses the button.

const KEPT = 250;
/** The server takes no longer lines. */
const LONGEST = 160;

export class Diary {
  /** @type {string[]} */ #lines = [];

  /** @param {string} line */
  note(line) {
    this.#lines.push(`${new Date().toISOString()} ${line}`.slice(0, LONGEST));
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  /** @param {import('./store.js').Action} action */
  action(action) {
    switch (action.type) {
      case 'link':
        return this.note(`link ${action.socket}`);
      case 'frame':
        return this.note(`event ${action.frame.name}${action.frame.state?.current ? ` ${action.frame.state.object} ${action.frame.state.current}` : ''}`);
      case 'sent':
        return this.note(`sent ${action.command}`);
      case 'answered':
        return this.note(`answered ${action.control} ${action.response.result} ${action.response.failure?.code ?? ''}`.trim());
      case 'signingIn':
      case 'signedIn':
      case 'caughtUp':
        return this.note(action.type);
      case 'signedOut':
        return this.note(`signedOut ${action.why ?? ''} ${action.failure?.code ?? ''}`.trim());
      case 'sync':
      case 'mode':
        return this.note(action.type === 'mode' ? `mode ${action.mode}` : 'picture anew');
    }
  }

  get lines() {
    return [`browser ${navigator.userAgent}`.slice(0, LONGEST), `window ${innerWidth}x${innerHeight}`, ...this.#lines];
  }
}
