// The shapes of what the REST interface tells, as far as the page reads them. Words may be added to every enumeration.

/** @typedef {{userId: number, userName: string, firstName: string | null, lastName: string | null, joined: string, left: string | null, concluded: string | null, note: string | null}} Operator */
/** @typedef {{activityId: number, time: string, type: string, client: string, userId: number | null, toOperatorUserId: number | null, toPhoneNumber: string | null, terminationReason: string | null, text?: string | null, file?: {name?: string, downloadUrl?: string} | null}} Activity */
/** @typedef {{id: string | number, name?: string | null, started?: string | null, duration?: string | null, type?: string, userId?: number | null, downloadUrl?: string | null, isUploading?: boolean, isDeleted?: boolean}} Recording */
/** @typedef {{status: string, from: string, to: string | null}} StatusPeriod */
/** @typedef {{userId: number, userName: string, callId: number, isConsult: boolean, doing: string, from: string, to: string | null}} Leg */
/** @typedef {{from: string, to: string | null}} Gap */
/**
 * @typedef {object} Cti
 * @property {{day: number, callId: number} | null} callKey
 * @property {{callId: number, from: string, to: string | null}[]} callIds
 * @property {number[]} skillGroups
 * @property {string} direction
 * @property {string} holdDuration
 * @property {Gap[]} gaps
 * @property {string} quality
 * @property {boolean} queueTimeUnknown
 * @property {string | null} terminationReason
 * @property {StatusPeriod[]} [statuses]
 * @property {Leg[]} [legs]
 */
/**
 * @typedef {object} Session
 * @property {number} id
 * @property {{callParams: Record<string, string>}} guest
 * @property {string} source
 * @property {string} status
 * @property {string | null} directCallNumber
 * @property {string | null} phoneCallbackNumber
 * @property {Operator[]} operators
 * @property {string} created
 * @property {string | null} guestJoined
 * @property {string | null} started
 * @property {string | null} ended
 * @property {string | null} waited
 * @property {string | null} length
 * @property {Activity[]} [activities]
 * @property {{userId?: number, name: string}[]} tags
 * @property {Recording[] | null} recordings
 * @property {string | null} recordingsState
 * @property {string | null} guestLeftSession
 * @property {string | null} outboundDialResult
 * @property {string | null} [note]
 * @property {Cti} cti
 */

/** @typedef {{userId: number, firstName: string | null, lastName: string | null}} User */
/**
 * @typedef {object} RoutingEntry
 * @property {number} routingRequestId
 * @property {string} timestamp
 * @property {string} activityType
 * @property {{id: number, name: string | null} | null} group
 * @property {string | null} phoneNumber
 * @property {User | null} operator
 * @property {User | null} forwardedByOperator
 * @property {User | null} invitedByOperator
 */
/** @typedef {{userId: number, operatorQueueTime: string | null, operatorWaitTime: string | null, acw: string | null, talk: string, hold: string, ring: string}} OperatorDurations */
/**
 * @typedef {object} Durations
 * @property {string | null} created
 * @property {string | null} inQueue
 * @property {string | null} waiting
 * @property {string | null} bcw
 * @property {string | null} active
 * @property {string | null} acw
 * @property {string | null} ringTime
 * @property {string | null} pbxToOperator
 * @property {OperatorDurations[]} operators
 * @property {string} asOf
 */
/** @typedef {{stateKind: string, breakStateId: number | null, breakStateName: string | null, changed: string, until: string | null, forced: boolean}} UserState */

/**
 * One piece of a time line: what went on from when to when, in milliseconds since 1970.
 * @typedef {object} Piece
 * @property {string} kind which colour, pattern and word
 * @property {number} from
 * @property {number} to
 * @property {boolean} isOpen it still lasts
 * @property {boolean} isConsult
 * @property {string} note more about it: queues, a reason
 * @property {boolean} [isForced] a supervisor or the system did it
 */
/** @typedef {{id: string, name: string, pieces: Piece[]}} Lane */
/** @typedef {{from: number, to: number, lanes: Lane[], gaps: {from: number, to: number}[]}} Picture */

export {};
