import { createHmac, randomBytes } from 'node:crypto'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError } from '../../errors.ts'

export type AuditedAction =
  | 'profile'
  | 'reveal'
  | 'export'
  | 'sql'
  | 'decision'
  | 'rollback'
  | 'unpin'
  | 'run'
  | 'cancel'
  | 'audience'
  | 'setup'

/** What was done, without a personal value: names of tables and sources, counts, hashes. */
export interface AuditEntry {
  readonly action: AuditedAction
  /** A table, an audience, a source; for a customer the value of `subjectHash`. */
  readonly subject?: string
  readonly rows?: number
  readonly version?: number
  readonly reveal?: boolean
  /** Anything else worth knowing; short plain values only. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

export interface AuditLine extends AuditEntry {
  readonly at: string
  readonly actor: string
  readonly requestId: string
}

/** Appends one line to `.c360/audit.jsonl`. It is written before the answer goes out: what cannot be audited is not shown. */
export async function writeAudit(root: string, line: AuditLine): Promise<void> {
  const folder = join(root, '.c360')
  try {
    await mkdir(folder, { recursive: true })
    await appendFile(join(folder, 'audit.jsonl'), `${JSON.stringify(line)}\n`, { mode: 0o600 })
  } catch (error) {
    throw fromSystemError(error, 'writing the audit log')
  }
}

/**
 * Names a customer in the audit without naming the customer: the same for the same customer of one project. The key stays in
 * `.c360/audit.key`, so that whoever has only the log cannot try one id after the other.
 */
export async function subjectHash(root: string, customerId: string): Promise<string> {
  const key = await auditKey(root)
  return createHmac('sha256', key).update(customerId).digest('hex').slice(0, 24)
}

async function auditKey(root: string): Promise<string> {
  const path = join(root, '.c360', 'audit.key')
  try {
    await mkdir(join(root, '.c360'), { recursive: true })
    // Whoever is first makes it; everyone reads the one that is there.
    await writeFile(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 }).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
    return await readFile(path, 'utf8')
  } catch (error) {
    throw fromSystemError(error, 'reading .c360/audit.key')
  }
}
