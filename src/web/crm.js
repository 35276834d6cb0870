// The page inside a CRM: loads the glue and lends it the page's own line. Outside a frame nothing of this is loaded.

/** @typedef {import('./sdk/ctibridge.js').Line} Line */
/** @typedef {import('./sdk/cif.js').CifOptions} CifOptions */

/**
 * @typedef {object} CrmIntents
 * @property {() => string} channel path of the channel
 * @property {NonNullable<CifOptions['onError']>} onError
 * @property {(path: string) => void} select
 * @property {(number: string, extensions: {crmId?: string, recordType?: string}) => void} dial
 */

export class Crm {
  #line;
  #intents;
  /** @type {Map<string, ((event: any) => void)[]>} */ #listeners = new Map();
  /** What came before the glue was there. @type {any[] | null} */ #early = [];

  /** @param {Line} line @param {CrmIntents} intents */
  constructor(line, intents) {
    this.#line = line;
    this.#intents = intents;
  }

  /** Whether the page stands in somebody else's frame. */
  static isFramed() {
    return window.parent !== window;
  }

  /** @param {any} frame an event of the line */
  event(frame) {
    if (this.#early !== null) return void this.#early.push(frame);
    for (const listener of this.#listeners.get(frame.name) ?? []) listener(frame);
  }

  async start() {
    const near = neighbour();
    const { cifLibrary } = near ? { cifLibrary: '' } : await fetch(new URL('page.json', document.baseURI)).then((response) => response.json());
    if (!near && !cifLibrary) {
      this.#early = null;
      return;
    }
    const { CifGlue, loadFramework } = await import('./sdk/cif.js');
    const cif = near ?? (await loadFramework(cifLibrary));
    const intents = this.#intents;
    const query = new URLSearchParams(location.search);
    const presence = words(query.get('presence'));
    const glue = new CifGlue({
      cif,
      bar: {
        get channel() {
          return intents.channel();
        },
        on: (name, listener) => void this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]),
        request: (command, target, data) => this.#line.request(command, target, data),
      },
      onError: intents.onError,
      onSelect: intents.select,
      dial: intents.dial,
      ...(query.get('open-on') === 'preview' ? { openOn: /** @type {const} */ ('preview') } : {}),
      ...(presence ? { presence } : {}),
      ...(query.get('entity') ? { entity: String(query.get('entity')) } : {}),
    });
    const early = this.#early ?? [];
    this.#early = null;
    for (const frame of early) this.event(frame);
    await glue.start();
  }
}

/**
 * The CRM's words for an agent who is ready, not ready and busy, as the page's address names them.
 * @param {string | null} text
 */
function words(text) {
  const [ready = '', notReady = '', busy = ''] = (text ?? '').split(',').map((word) => word.trim());
  return ready && notReady && busy ? { ready, notReady, busy } : null;
}

/** The framework of a CRM that stands on our own origin, as the demo's does. */
function neighbour() {
  try {
    return /** @type {any} */ (window.parent).Microsoft?.CIFramework ?? null;
  } catch {
    return null; // another origin: its library has to be loaded
  }
}
