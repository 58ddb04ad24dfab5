/**
 * A mistake of the user's, as a value: collected and reported all at once.
 * `file` is relative to the project, `line` counts from 1.
 */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly file?: string
  readonly line?: number
  /** `warn` is reported and does not stop anything; the default is `error`. */
  readonly severity?: 'error' | 'warn'
}

/** Every way an effect can fail: exit code of the CLI, HTTP status, whether a retry may help, what to do. */
export const errorTable = {
  INTERNAL: {
    exit: 1,
    http: 500,
    transient: false,
    hint: 'This is a defect of c360: please report it with the message above.',
  },
  USAGE: { exit: 2, http: 400, transient: false, hint: 'See --help.' },
  PROJECT_INVALID: {
    exit: 3,
    http: 422,
    transient: false,
    hint: 'Mend the lines named above and run again.',
  },
  NOT_CERTIFIED: {
    exit: 4,
    http: 409,
    transient: false,
    hint: 'The published version is unchanged. Mend the model or the data, then run again.',
  },
  INPUT_REFUSED: {
    exit: 5,
    http: 200,
    transient: false,
    hint: 'Everything else was published. Mend or remove the files named above and run again.',
  },
  NOT_SUPPORTED: {
    exit: 2,
    http: 501,
    transient: false,
    hint: 'Ask in another way; what is answered is documented.',
  },
  NOT_FOUND: {
    exit: 6,
    http: 404,
    transient: false,
    hint: 'See `c360 runs` and `c360 quarantine list` for what exists.',
  },
  LOCKED: {
    exit: 7,
    http: 409,
    transient: true,
    hint: 'Another run is at work on this project; wait for it to end.',
  },
  NO_ACCESS: {
    exit: 8,
    http: 403,
    transient: false,
    hint: 'Give this user read and write access to the folder, or name another one in c360.yaml.',
  },
  DISK_FULL: {
    exit: 9,
    http: 507,
    transient: false,
    hint: 'Free some space and run again; nothing half-done was published.',
  },
  OUT_OF_MEMORY: {
    exit: 10,
    http: 507,
    transient: false,
    hint: 'Raise `memory:` in c360.yaml or close other programs.',
  },
  LAKE_CONFLICT: { exit: 11, http: 409, transient: true, hint: 'Another writer committed first; run again.' },
  LAKE_UNSUPPORTED: {
    exit: 12,
    http: 422,
    transient: false,
    hint: 'The table was changed by a tool with newer Delta features; c360 does not touch it.',
  },
  LAKE_DAMAGED: {
    exit: 13,
    http: 500,
    transient: false,
    hint: 'Restore the file from a backup, or move the table away and run again to read the landing files anew.',
  },
  WAREHOUSE_DAMAGED: {
    exit: 14,
    http: 500,
    transient: false,
    hint: 'Run `c360 run --full-refresh` to rebuild the warehouse from bronze.',
  },
  SQL_FAILED: { exit: 15, http: 400, transient: false, hint: 'See the message above.' },
  FILE_CHANGED: {
    exit: 16,
    http: 409,
    transient: true,
    hint: 'The file was being written; it is read at the next run.',
  },
  VERSION_GONE: {
    exit: 6,
    http: 410,
    transient: false,
    hint: 'The version was removed since; load the page again to see the published one.',
  },
  UNAUTHENTICATED: {
    exit: 8,
    http: 401,
    transient: false,
    hint: 'Open the address that `c360 serve` printed: it carries the token.',
  },
  FORBIDDEN: { exit: 8, http: 403, transient: false, hint: 'This is not allowed.' },
  CONFLICT: { exit: 7, http: 409, transient: false, hint: 'Load the page again and try once more.' },
  RUN_ACTIVE: { exit: 7, http: 409, transient: true, hint: 'Wait for the run to end, or cancel it.' },
  TOO_LARGE: { exit: 2, http: 413, transient: false, hint: 'Send less at once.' },
  TOO_BUSY: { exit: 1, http: 429, transient: true, hint: 'Try again in a moment.' },
  TIMED_OUT: { exit: 1, http: 504, transient: true, hint: 'Ask for less: a shorter range, fewer groups.' },
  STORAGE_UNREACHABLE: {
    exit: 17,
    http: 503,
    transient: true,
    hint: 'Check the network and the name of the account. What was committed so far stays; run again to go on.',
  },
  SECRET_MISSING: {
    exit: 18,
    http: 424,
    transient: false,
    hint: '`c360 secrets check` looks for every secret the project names.',
  },
  SDK_MISSING: {
    exit: 19,
    http: 501,
    transient: false,
    hint: 'Install the package named above; it is optional because a laptop does not need it.',
  },
  TARGET_UNREACHABLE: {
    exit: 20,
    http: 503,
    transient: true,
    hint: 'Check the network and the settings of the target in c360.yaml.',
  },
  TARGET_DENIED: {
    exit: 21,
    http: 424,
    transient: false,
    hint: 'Check the secrets of the target in c360.yaml, and the rights of its user.',
  },
  DEPLOY_FAILED: {
    exit: 22,
    http: 502,
    transient: false,
    hint: 'Mend what the message names and run the same command again: nothing is made twice.',
  },
  OVERTAKEN: {
    exit: 7,
    http: 409,
    transient: true,
    hint: 'Another runner published first; run again: what this run brought to bronze is still there.',
  },
  CANCELLED: {
    exit: 130,
    http: 499,
    transient: false,
    hint: 'Nothing was published; the next run goes on from here.',
  },
} as const satisfies Record<string, { exit: number; http: number; transient: boolean; hint: string }>

export type ErrorCode = keyof typeof errorTable

/** The one exception class: an effect failed. `problems` carries user mistakes that stopped it. */
export class C360Error extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly problems: readonly Problem[]

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; hint?: string; problems?: readonly Problem[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'C360Error'
    this.code = code
    this.hint = options.hint ?? errorTable[code].hint
    this.problems = options.problems ?? []
  }

  get exit(): number {
    return errorTable[this.code].exit
  }
}

/** The operating system's word for a failure, turned into ours; anything unknown is passed through as it is. */
export function fromSystemError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof C360Error) return error
  const errno = (error as NodeJS.ErrnoException).code
  if (errno === 'ENOSPC' || /no space left|disk full/i.test(error.message))
    return new C360Error('DISK_FULL', `The disk is full while ${doing}: ${error.message.split('\n', 1)[0]}`, {
      cause: error,
    })
  if (
    errno === 'EACCES' ||
    errno === 'EPERM' ||
    errno === 'EROFS' ||
    /permission denied|read-only file system/i.test(error.message)
  )
    return new C360Error('NO_ACCESS', `No permission while ${doing}: ${error.message}`, { cause: error })
  return error
}
