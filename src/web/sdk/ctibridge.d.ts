// Types of ctibridge.js. Names on the wire keep the wire's spelling.

/** Id or path of an object: dot-separated, the session's id first. */
export type Path = string;
/** RFC 3339, UTC, milliseconds. */
export type Moment = string;
export type Mode = 'command' | 'mirror';
export type Direction = 'INBOUND' | 'OUTBOUND' | 'INTERNAL';
export type AgentState =
  | 'LOGIN' | 'LOGOUT' | 'NOT_READY' | 'AVAILABLE' | 'TALKING' | 'WORK_NOT_READY' | 'WORK_READY' | 'BUSY_OTHER' | 'RESERVED' | 'UNKNOWN' | 'HOLD'
  | (string & {});

export interface Reason {
  code: number;
  label: string;
}

/** Who signs in: agent id and password, or a token. */
export interface Credentials {
  id?: string;
  password?: string;
  /** A signed token instead of id and password, where the daemon takes tokens. */
  token?: string;
  extension?: string;
  /** Take over from another window, after the answer `confirm`. */
  override?: boolean;
  /** Only look on. */
  mirror?: boolean;
  /** Speak the wire form of the `tccc` facade instead of the media bar API. */
  profile?: 'tccc';
}

/** Enough to come back without a password, valid for a while after the last contact. Never a password. */
export interface Ticket {
  agentId: string;
  extension: string;
  session: string;
  resumeToken: string;
  mirror: boolean;
  profile?: 'tccc';
}

export interface Failure {
  /** Stable code, or `LINK_LOST` and `NO_ANSWER` where no answer came. */
  code: string;
  /** One plain sentence. */
  message: string;
  /** Details for support. */
  context?: string;
}

export interface DispositionItem {
  dispositionId: number;
  dispositionName: string;
  priority: number;
  isPreviewDisposition: boolean;
}

/** What a `needinfo` answer asks for. */
export type Form =
  | { type: 'disposition'; dispositionRequired: boolean; dispositions: DispositionItem[] }
  | { type: 'agentstate'; reasons?: Reason[] }
  | { type: 'logoutreason'; required: boolean; reasons: Reason[] }
  | { id: 'inContact.outboundskill'; skills: { id: string; skillName: string }[] };

/** The one answer to a request. */
export interface Response {
  command?: string | null;
  target?: Path | null;
  result: 'success' | 'failure' | 'needinfo' | 'confirm' | (string & {});
  data?: any;
  failure?: Failure;
  uiExtension?: any;
  /** The question of a `confirm`. */
  message?: string;
  original?: any;
  requestId?: string;
}

// ---- commands -------------------------------------------------------------------------------------------------------------

export interface DialExtensions {
  type?: 'external' | 'agent' | 'skill';
  /** SkillGroupNumber of the call. */
  skill?: string;
  callVariables?: Record<string, string>;
  /** The record that was clicked. */
  crmId?: string;
  recordType?: string;
  /** UserToUserInfo for the called party's network, at most 131 bytes. */
  uui?: string;
}

type Nothing = Record<string, never>;
type Both<C> = { [K in keyof C]: C[K] } & { [K in keyof C as K extends `${infer Object}.${infer Verb}` ? `${Object}.request.${Verb}` : never]: C[K] };

/** Data of the commands that go to the session, the group or the channel. */
interface DeskCommandData {
  'session.getdirectory': { filter?: string };
  'session.logout': { reason?: { code: number } };
  'session.takeover': Nothing;
  'session.log': { lines: string[] };
  'session.getteam': { [option: string]: unknown };
  'session.leaveteam': Nothing;
  'session.getstatistics': { scope: 'agent' | 'skillgroup'; id?: string | number };
  'session.message': { to: 'team' | 'supervisor' | 'agent'; id?: string; text: string };
  'channelgroup.activateall': { options?: { extension?: string; agentMode?: string } };
  'channelgroup.deactivateall': { options?: { [option: string]: unknown } };
  'channel.activate': { options?: { extension?: string } };
  'channel.deactivate': { options?: { [option: string]: unknown } };
  'channel.dial': { destination: string; extensions?: DialExtensions };
  'channel.externaldispositions': Nothing;
  'channel.ready': Nothing;
  'channel.notready': { reason?: { code: number } };
  'channel.work': { next?: 'READY' | 'NOT_READY' };
  'channel.supervise': { action: 'MONITOR' | 'WHISPER' | 'BARGE_IN' | 'INTERCEPT' | 'CLEAR'; agent: { id: string }; callId?: number };
}

/** Data of the commands that need a target of their own. */
interface CallCommandData {
  'interaction.accept': Nothing;
  'interaction.reject': Nothing;
  'interaction.setinteractiondata': { key: string; value: string };
  'interaction.setdisposition': { disposition: string };
  'interaction.complete': { dispositionId?: number; notes?: string; skipDisposition?: boolean };
  'interaction.consult': { destination: string };
  'interaction.alternate': Nothing;
  'interaction.reconnect': Nothing;
  'interaction.consulttransfer': Nothing;
  'interaction.consultconference': Nothing;
  'interaction.recording.start': Nothing;
  'interaction.recording.stop': Nothing;
  'interaction.emergency': Nothing;
  'interaction.supervisorassist': Nothing;
  'interaction.badcall': Nothing;
  'conversation.answer': Nothing;
  'conversation.release': Nothing;
  'conversation.hold': Nothing;
  'conversation.retrieve': Nothing;
  'conversation.transfer': { destination: string; type?: 'external' | 'agent' };
  'conversation.conference': { destination: string };
  'conversation.senddtmf': { digits: string };
  'conversation.deflect': { destination: string };
}

export type DeskCommands = Both<DeskCommandData>;
export type CallCommands = Both<CallCommandData>;

export interface Success<Data> extends Response {
  result: 'success';
  data: Data;
}

// ---- events ---------------------------------------------------------------------------------------------------------------

export interface ObjectEvent<Name extends string, Data> {
  messageType: 'objectEvent';
  target: Path;
  name: Name;
  data: Data;
  seq: number;
  /** Part of a picture told anew. */
  resync?: boolean;
}

export interface StateEvent {
  messageType: 'stateEvent';
  target: Path;
  name: 'state.updated';
  data: { name: string; type: 'enable' | 'disable' }[];
  state: { object: 'session' | 'channel' | 'interaction' | 'conversation'; previous: string; current: string; recording?: 'OFF' | 'ON'; since?: Moment };
  seq: number;
  resync?: boolean;
}

export interface ServiceEvent {
  messageType: 'serviceEvent';
  name: 'service.status';
  data: { status: 'OutOfService' | 'Starting' | 'InService' | 'Stopping'; acceptingClients: boolean; clientCount: number };
}

export interface ChannelDescription {
  id: string;
  name: string;
  type: 'TELEPHONY';
  modeltype: 'TELEPHONY';
  endpoint: string;
}

export interface AgentDescription {
  id: string;
  state: AgentState;
  reason: Reason | null;
  /** The state that follows by itself. */
  pending?: AgentState;
  /** Why, if a reason goes with it. */
  pendingReason?: Reason;
  since: Moment;
  /** When the present state ends by itself. */
  until?: Moment;
  skillGroups: number[];
  /** Seconds a call rings before it is taken away, where the desk settings say so. */
  ringTime?: number;
}

/** Call data: `callVariable1` …, `user.<name>`, `number`, `ANI`, `DNIS`, `dialedNumber`, `queueName` and others. */
export type InteractionData = Record<string, any>;

/** The parameters for a CRM, frozen when the call was offered. */
export interface CallSession {
  type: string;
  parameters: Record<string, string>;
  frozenAt: Moment;
  /** Sent before, and again after a reconnect or reload. */
  repeat: boolean;
  /** Built from snapshots. */
  recovered: boolean;
}

export interface TeamMember {
  id: string;
  name?: string;
  extension?: string | null;
  state: AgentState;
  reason?: Reason | null;
  since?: Moment;
  /** For those who may supervise only. */
  callId?: number;
  supervisor?: boolean;
}

export interface EventData {
  'session.initialized': { reasons?: { notReady: Reason[]; logout: Reason[] } };
  'session.infochanged': { roles: ('agent' | 'supervisor' | 'wallboard' | 'admin')[] };
  'session.modechanged': { mode: Mode };
  'session.message.received': { from: { id?: string; name?: string; client?: string }; to: string; text: string; at: Moment };
  'directory.updated': { categories: { name: string; entries: { name: string; number: string }[] }[] };
  'team.updated': { team: { id: string | number; name: string }; members: TeamMember[] };
  'team.member.infochanged': { team: { id: string | number }; member: TeamMember };
  'statistics.updated': { [member: string]: any };
  'channelgroup.created': { channelgroup: { id: string; name: string } };
  'channelgroup.initialized': Nothing;
  'channelgroup.disposed': Nothing;
  'channel.created': { channel: ChannelDescription };
  'channel.initialized': Nothing;
  'channel.disposed': Nothing;
  'channel.infochanged': { channel: ChannelDescription & { state: 'ACTIVE' | 'INACTIVE'; available: boolean }; agent: AgentDescription };
  'channel.externaldispositions.updated': { dispositions: DispositionItem[] };
  'interaction.created': { interaction: { id: string; type: 'Telephony'; modeltype: 'TELEPHONY'; direction: Direction } };
  'interaction.initialized': Nothing;
  'interaction.preview': { interactiondata: InteractionData; session?: CallSession };
  'interaction.screenpop': { interactiondata: InteractionData; session?: CallSession };
  'interaction.datachanged': { changed: InteractionData; removed: string[]; interactiondata: InteractionData };
  'interaction.focuschanged': { conversation: { id: string; role: 'primary' | 'consult' } | null };
  'interaction.ended': { reason: 'RELEASED' | 'REJECTED' | 'TRANSFERRED' | 'NO_ANSWER' | 'FAILED'; cause: string | null; releasedBy?: 'agent' | 'other' };
  'interaction.complete': { disposition: string | null; dispositionId: number | null; auto: boolean };
  'interaction.disposed': Nothing;
  'conversation.created': { conversation: { id: string; role: 'primary' | 'consult'; direction: Direction; callId: number } };
  'conversation.initialized': Nothing;
  'conversation.infochanged': { conversation: { id: string; callId: number } };
  'conversation.member.added': { member: { id: string; number: string; name?: string; agent?: string; self: boolean } };
  'conversation.member.removed': { member: { id: string } };
  'conversation.disposed': Nothing;
}

/** Why the daemon closes a socket, by close code. The library comes back by itself after all but 1000, 4001 and 4004. */
export interface CloseReasons {
  1000: 'signed out' | 'the session has ended';
  1003: 'only text is understood';
  1007: 'not UTF-8';
  1008: 'too many requests';
  1009: 'message too large';
  1012: 'restart, come back';
  4001: 'taken over by another desktop';
  4002: 'not reading fast enough';
  4003: 'no login';
  4004: 'token expired' | 'not admitted any more';
  4005: 'ping unanswered';
}
export type CloseCode = keyof CloseReasons;

/** Why there is no way back without signing in. */
export interface End {
  why: 'override' | 'ended' | 'refused' | 'loggedOut';
  response?: Response;
}

export type Events = { [Name in keyof EventData]: ObjectEvent<Name, EventData[Name]> } & {
  'state.updated': StateEvent;
  'service.status': ServiceEvent;
  /** Every event of the wire, whatever its name. */
  '*': ObjectEvent<string, any> | StateEvent | ServiceEvent;
  /** The connection itself. */
  link: 'closed' | 'connecting' | 'open';
  /** The picture of this session follows anew, up to `session.initialized`. */
  sync: string;
  /** The missing events follow on the old picture. */
  resumed: undefined;
  mode: Mode;
  /** A ticket to keep for `resume`, for example in sessionStorage. */
  ticket: Ticket;
  end: End;
};

// ---- classes --------------------------------------------------------------------------------------------------------------

/** What the library takes from its surroundings; tests can be those surroundings. */
export interface Surroundings {
  connect(url: string): any;
  later(run: () => void, ms: number): unknown;
  cancel(timer: any): void;
  random(): number;
}

export function surroundings(WebSocketClass?: any): Surroundings;

export interface BridgeOptions {
  /** Address of the websocket: `wss://bridge.example/mediabar/v1`. */
  url: string | URL;
  /** For Node before 22: the class of the `ws` package. */
  WebSocket?: any;
  /** Address of `worker.js` on the page's own origin: keeps the connection in a shared worker. */
  worker?: string | URL;
  surroundings?: Surroundings;
}

/** The session for integrators: commands as promises that settle exactly once, events by name, back by itself after a loss. */
export declare class Bridge {
  constructor(options: BridgeOptions);
  /** Path of the session; empty before the sign-in. */
  readonly session: Path;
  /** Path of the channel group, once told. */
  readonly group: Path;
  /** Path of the channel, once told. */
  readonly channel: Path;
  /** Adds a listener; call what it returns to take it away. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  off<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): void;
  /** The next event of a name that fits. */
  next<Name extends keyof Events>(name: Name, fits?: (event: Events[Name]) => boolean): Promise<Events[Name]>;
  /** Signs in; fulfils once the whole picture has been told. Rejects with a `BridgeError`; code `CONFIRM`: another window has the session. */
  signIn(credentials: Credentials): Promise<{ resourceId: string; recovered: boolean; resumed?: boolean; mode?: Mode; resumeToken: string }>;
  /** Comes back without a password. */
  resume(ticket: Ticket): Promise<{ resourceId: string; recovered: boolean; resumed?: boolean; mode?: Mode; resumeToken: string }>;
  /** Fulfils with the success response, rejects with a `BridgeError`. The target is the session, the group or the channel where it is left out. */
  command<Name extends keyof DeskCommands>(name: Name, data?: DeskCommands[Name], target?: Path): Promise<Success<DeskCommands[Name]>>;
  command<Name extends keyof CallCommands>(name: Name, data: CallCommands[Name], target: Path): Promise<Success<CallCommands[Name]>>;
  /** The same without rejecting: fulfils with whatever was answered. */
  request(name: string, target: Path | undefined, data?: object): Promise<Response>;
  /** Tries at once instead of waiting for the next try. */
  hurry(): void;
  /** Leaves without signing out: the session waits for a `resume`. */
  close(): void;
}

/** A command that was not carried out. */
export declare class BridgeError extends Error {
  constructor(response: Response);
  /** The failure's code, `CONFIRM` or `NEEDINFO`. */
  readonly code: string;
  readonly context: string;
  /** What `NEEDINFO` asks for. */
  readonly form: Form | null;
  readonly response: Response;
}

export interface LineHandlers {
  /** An object, state or service event; in the tccc profile an event of that profile. */
  onEvent(frame: any): void;
  onLink(socket: 'closed' | 'connecting' | 'open'): void;
  onSync(session: string): void;
  onMode(mode: Mode): void;
  onResumed(): void;
  onTicket(ticket: Ticket): void;
  onEnd(end: End): void;
}

/** A line to the daemon without comfort. */
export interface Line {
  readonly session: string;
  signIn(credentials: Credentials): Promise<Response>;
  resume(ticket: Ticket): Promise<Response>;
  request(command: string, target: Path | undefined, data?: object): Promise<Response>;
  /** The network or the user is back: try at once. */
  hurry(): void;
  /** The network is known to be gone. */
  interrupt(): void;
  close(): void;
}

export declare class Connection implements Line {
  constructor(url: string, handlers: LineHandlers, surroundings?: Surroundings);
  readonly session: string;
  signIn(credentials: Credentials): Promise<Response>;
  resume(ticket: Ticket): Promise<Response>;
  request(command: string, target: Path | undefined, data?: object): Promise<Response>;
  hurry(): void;
  interrupt(): void;
  close(): void;
}

/** A line in a shared worker, or one of its own where there are none. */
export declare class SharedConnection implements Line {
  constructor(url: string, handlers: LineHandlers, worker: string | URL, surroundings?: Surroundings);
  readonly session: string;
  signIn(credentials: Credentials): Promise<Response>;
  resume(ticket: Ticket): Promise<Response>;
  /** The ticket of another tab's session, if there is one to look at. */
  find(): Promise<Ticket | null>;
  request(command: string, target: Path | undefined, data?: object): Promise<Response>;
  hurry(): void;
  interrupt(): void;
  close(): void;
}

/** How long to wait before try number `attempt`, from 0; `random` is 0…1. */
export declare function pause(attempt: number, random: number): number;
