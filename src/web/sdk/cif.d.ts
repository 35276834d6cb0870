// Types of cif.js.

/** What the glue needs of a bar; a `Bridge` is one. */
export interface CifBar {
  /** Path of the channel. */
  readonly channel: string;
  on(name: any, listener: (event: any) => void): unknown;
  request(command: string, target: string | undefined, data?: object): Promise<unknown>;
}

export interface CifOptions {
  bar: CifBar;
  /** `Microsoft.CIFramework`, once it is ready. */
  cif: Record<string, any>;
  /** When the CRM session opens: when the call is answered, or already while it rings. */
  openOn?: 'screenpop' | 'preview';
  /** Table in which callers are looked up. */
  entity?: string;
  /** Its columns; those with `phone` in their name are compared with the caller's number. */
  columns?: string[];
  /** Unique name of the notification template. */
  notification?: string;
  /**
   * Keeps agent state and CRM presence together: the CRM's texts for each, exactly as in its administration. Null: they have
   * nothing to do with each other.
   */
  presence?: { ready: string; notReady: string; busy: string } | null;
  /** A step of the framework failed or took too long (`failed`), no session can be opened (`full`), or the notification's template is missing (`template`). */
  onError?(kind: 'failed' | 'full' | 'template', step: string, detail: string): void;
  /** The agent looks at the CRM session of this interaction. */
  onSelect?(interaction: string): void;
  /** The panel is minimised (0), docked (1) or hidden (2). */
  onMode?(mode: number): void;
  /** A number was clicked; left out: dialled at once. */
  dial?(number: string, extensions: { crmId?: string; recordType?: string }): void;
  /** For tests. */
  later?: (run: () => void, ms: number) => any;
}

/** Connects a bar with a CRM. */
export declare class CifGlue {
  constructor(options: CifOptions);
  /** Begins; call it once the framework is ready. */
  start(): Promise<void>;
}

/** Loads the CRM's library (https address of `msdyn_ciLibrary.js`) and fulfils with its framework once that is ready. */
export declare function loadFramework(library: string, page?: Window & typeof globalThis): Promise<any>;
