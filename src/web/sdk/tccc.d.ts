// Types of tccc.js, which defines the global `tccc`.

export type AgentStatus = 'free' | 'busy' | 'arrange' | 'notReady' | 'rest' | 'offline';
export type ServerType = 'staffSeat' | 'staffPhoneSeat' | 'miniProgramSeat' | 'staffExtensionSeat';

export interface CommonSDKResponse {
  status: 'success' | 'error';
  /** `<code>: <text>`, on errors. */
  errorMsg?: string;
  /** Options that were accepted and have no effect. */
  ignored?: string[];
}

export interface CallResponse extends CommonSDKResponse {
  sessionId: string;
  calleePhoneNumber: string;
  callerPhoneNumber: string;
  serverType: ServerType;
  calleeLocation?: string;
  remark?: string;
}

export interface Session {
  sessionId: string;
}

export interface OutboundOptions {
  phoneNumber: string;
  phoneDesc?: string;
  uui?: string;
  skillGroupId?: string;
  callerPhoneNumber?: string;
  servingNumberGroupIds?: string[];
  phoneEncodeType?: 'number';
}

export interface Target extends Session {
  skillGroupId?: string;
  userId?: string;
}

export interface TcccOptions {
  /** Address of the websocket; left out: beside the script. */
  url?: string | URL;
  /** Login token. */
  token?: string;
  /** Agent id. */
  userId?: string;
  password?: string;
  extension?: string;
  /** For Node before 22: the class of the `ws` package. */
  WebSocket?: any;
  /** Refuse options without effect instead of ignoring them. */
  strict?: boolean;
  /** Address of ctibridge.js; left out: beside the script. */
  library?: string;
}

type WithData<T> = T & { data: T };

export interface TcccEvents {
  ready: WithData<{ status: AgentStatus; sessions: Record<string, any>[] }>;
  tokenExpired: WithData<{ errorMsg?: string }>;
  callIn: WithData<{
    sessionId: string;
    type: 'phone' | 'internal';
    timeout: number;
    calleePhoneNumber?: string;
    callerPhoneNumber?: string;
    remark?: string;
    ivrPath?: { key: string; label: string }[];
    serverType?: ServerType;
    peerUserId?: string;
  }>;
  userAccessed: WithData<Session>;
  autoTransfer: WithData<Session>;
  sessionEnded: WithData<Session & { closeBy: 'client' | 'seat' | 'admin' | 'timer'; mainReason?: string; subReason?: string; type?: string }>;
  sessionCompleted: WithData<Session>;
  callOuted: WithData<Session & { calleePhoneNumber?: string; callerPhoneNumber: string; remark?: string }>;
  calloutAccepted: WithData<Session>;
  transfer: WithData<Session & { skillGroupId?: string; userId?: string }>;
  statusChanged: WithData<{ status: AgentStatus; restReason?: string }>;
}

type Method<Options, Answer = CommonSDKResponse> = (options: Options) => Promise<Answer>;

export interface Tccc {
  connect(options: TcccOptions): Promise<void>;
  readonly events: { readonly [Name in keyof TcccEvents]: Name };
  on<Name extends keyof TcccEvents>(name: Name, listener: (event: TcccEvents[Name]) => void): void;
  on(name: string, listener: (event: any) => void): void;
  off(name: string, listener?: (event: any) => void): void;
  callOut: Method<OutboundOptions, CallResponse>;
  Call: {
    startOutboundCall: Method<OutboundOptions, CallResponse>;
    callOut: Method<OutboundOptions, CallResponse>;
    startInternalCall: Method<{ calleeUserId: string; useMobile?: boolean }>;
    accept: Method<Session>;
    hungUp: Method<Session>;
    deleteCall: Method<Session>;
    muteMic: Method<Session>;
    unmuteMic: Method<Session>;
    isMicMuted: Method<Session>;
    transfer: Method<Target>;
    hold: Method<Session>;
    unHold: Method<Session>;
    sendDigits: Method<Session & { dtmfText?: string }>;
  };
  Chat: { accept: Method<Session>; end: Method<Session>; transfer: Method<Target> };
  Video: {
    accept: Method<Session>;
    end: Method<Session>;
    transfer: Method<Target>;
    muteMic: Method<Session>;
    unmuteMic: Method<Session>;
    muteVideo: Method<Session>;
    unmuteVideo: Method<Session>;
  };
  Agent: {
    online(): Promise<void>;
    offline(): Promise<void>;
    setStatus: Method<{ status: 'free' | 'rest' | 'arrange' | 'notReady' | 'stopNotReady'; restReason?: string }>;
    getStatus(): AgentStatus;
  };
  Devices: { isBrowserSupported(): boolean; getMicrophones(): Promise<any[]>; getSpeakers(): Promise<any[]> };
  UI: { hide(): void; show(): void; showfloatButton(): void; hidefloatButton(): void; showWorkbench(): void; hideWorkbench(): void };
  overrideButtonConfig(filter: (buttons: { active: { type: string }[] }) => { active: { type: string }[] }): void;
  buttons(): { active: { type: string }[] };
  close(): void;
}

declare global {
  // eslint-disable-next-line no-var
  var tccc: Tccc;
}
