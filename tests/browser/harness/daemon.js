// Starts the built binary as `demo --no-calls` on ports of its own, and speaks to the simulator's control port.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const BINARY = process.env['CTIBRIDGE_BIN'] ?? fileURLToPath(new URL('../../../target/debug/ctibridge', import.meta.url));
const ANY_PORT = '127.0.0.1:0';
const START_MS = 20_000;
const STOP_MS = 10_000;

/** @typedef {{callId: number, ani: string, parties: {device: string, state: string, agent: string | null}[]}} TrueCall */
/** @typedef {{active: string, agents: {id: string, extension: string | null, state: string, reason: number}[], calls: TrueCall[]}} Truth */

export class Daemon {
  /** @type {import('node:child_process').ChildProcess} */ #process;
  /** @type {string[]} */ output = [];
  /** Where the page is. */ page = '';
  /** Where the simulator is controlled. */ control = '';

  /** @param {import('node:child_process').ChildProcess} process */
  constructor(process) {
    this.#process = process;
  }

  /**
   * @param {Record<string, string>} [environment] more settings
   * @returns {Promise<Daemon>}
   */
  static async start(environment = {}) {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} does not exist: run cargo build first, or name the binary in CTIBRIDGE_BIN`);
    const child = spawn(BINARY, ['demo', '--no-calls'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CTIBRIDGE__HTTP__LISTEN: ANY_PORT,
        CTIBRIDGE__ADMIN__LISTEN: ANY_PORT,
        CTIBRIDGE_SIM__SIDE_A__LISTEN: ANY_PORT,
        CTIBRIDGE_SIM__SIDE_B__LISTEN: ANY_PORT,
        CTIBRIDGE_SIM__CONTROL__LISTEN: ANY_PORT,
        ...environment,
      },
    });
    const daemon = new Daemon(child);
    await daemon.#started();
    return daemon;
  }

  /** @returns {Promise<void>} */
  #started() {
    return new Promise((fulfil, reject) => {
      const fail = (/** @type {string} */ why) => reject(new Error(`${why}\n${this.output.join('')}`));
      const timer = setTimeout(() => fail('ctibridge demo did not print its address'), START_MS);
      const read = (/** @type {Buffer} */ chunk) => {
        this.output.push(String(chunk));
        const printed = this.output.join('');
        this.page = /media bar\D*?(http:\/\/[\w.:[\]]+\/)/i.exec(printed)?.[1] ?? '';
        if (this.page === '') return;
        this.control = `${this.page}demo/control`;
        clearTimeout(timer);
        fulfil();
      };
      this.#process.stdout?.on('data', read);
      this.#process.stderr?.on('data', read);
      this.#process.once('exit', (code, signal) => {
        clearTimeout(timer);
        fail(`ctibridge demo ended with ${code ?? signal}`);
      });
    });
  }

  /**
   * Ends it as an operator would; it must go by itself, with status 0.
   * @returns {Promise<void>}
   */
  async stop() {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`ctibridge demo ended by itself (${child.exitCode ?? child.signalCode})\n${this.output.join('')}`);
    }
    const ended = new Promise((fulfil) => child.once('exit', fulfil));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
    if (child.exitCode !== 0) throw new Error(`ctibridge demo did not stop in order (${child.exitCode ?? child.signalCode})\n${this.output.join('')}`);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async ask(method, path, body) {
    const response = await fetch(`${this.control}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} → ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /**
   * How many requests the daemon has had for the CTI Server, as its metrics count them.
   * @returns {Promise<number>}
   */
  async requests() {
    const admin = /health\s+(http:\/\/[\w.:[\]]+)\/ready/.exec(this.output.join(''))?.[1];
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    const count = /^ctibridge_link_requests_total (\d+)$/m.exec(metrics)?.[1];
    if (count === undefined) throw new Error('the metrics count no requests');
    return Number(count);
  }

  /**
   * A caller rings an agent.
   * @param {string} agent
   * @param {object} [more]
   * @returns {Promise<number>} the call's id
   */
  async call(agent, more = {}) {
    const { callId } = await this.ask('POST', '/calls', { from: '+41445550123', dialedNumber: '8001', to: { agent }, ...more });
    return callId;
  }

  /**
   * @param {number} callId
   * @param {'answer' | 'hangup' | 'busy' | 'noAnswer'} action
   */
  async farEnd(callId, action) {
    await this.ask('POST', `/calls/${callId}/far-end`, { action });
  }

  /**
   * @param {'a' | 'b'} side
   * @param {string} action
   */
  async side(side, action) {
    await this.ask('POST', `/sides/${side}`, { action });
  }

  /**
   * Somebody uses the physical phone.
   * @param {string} extension
   * @param {'answer' | 'hangup' | 'hold' | 'retrieve'} action
   */
  async phone(extension, action) {
    await this.ask('POST', `/phones/${extension}`, { action });
  }

  /** @returns {Promise<Truth>} */
  truth() {
    return this.ask('GET', '/truth');
  }

  /**
   * How the world sees one agent: state, and what the phone is doing.
   * @param {string} id
   */
  async agentTruth(id) {
    const truth = await this.truth();
    const agent = truth.agents.find((one) => one.id === id);
    const parties = truth.calls.flatMap((call) => call.parties).filter((party) => party.agent === id || (agent?.extension && party.device === agent.extension));
    return { state: agent?.state ?? '', legs: parties.map((party) => party.state) };
  }
}
