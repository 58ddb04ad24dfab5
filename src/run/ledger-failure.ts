import { join } from 'node:path'
import { openLedger } from './ledger.ts'
import { newRunId } from './run-id.ts'

/**
 * Keeps in the ledger what stopped a run before it had one of its own, so that the list of runs shows it. A ledger that
 * cannot be written is no further failure.
 */
export async function recordFailure(
  root: string,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
  try {
    const runId = newRunId(Date.now())
    const ledger = await openLedger(join(root, '.c360'), runId)
    ledger.write({ type: 'started', runId })
    ledger.write({ type: 'failed', code, message })
    await ledger.close()
  } catch {}
}
