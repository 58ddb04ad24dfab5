import { parentPort, workerData } from 'node:worker_threads'
import type { RowsExplained } from '../../lineage/explained.ts'
import type { Drafted } from '../../profile/init.ts'
import { draftProject } from '../../profile/init.ts'
import { toMarkdown } from '../../reconcile/markdown.ts'
import { reconcile } from '../../reconcile/reconcile.ts'
import type { Reconciliation } from '../../reconcile/types.ts'
import { toWire, type WireError } from '../../run/wire-error.ts'
import { type Traced, traceContacts } from '../people/contact-lists.ts'
import { Freshly } from '../projects/freshly.ts'
import {
  type ExplainRowsInput,
  explainTableRows,
  type Places,
  type PlacesInput,
  placesOf,
} from '../trust/explain-rows.ts'
import { explainerOf } from '../trust/explainer.ts'

/** What a helper can be asked, and what comes back. Plain data both ways. */
interface Tasks {
  readonly explain: {
    readonly input: ExplainRowsInput
    readonly result: RowsExplained & { readonly version: number }
  }
  readonly contacts: { readonly input: null; readonly result: Traced }
  readonly places: { readonly input: PlacesInput; readonly result: Places }
  readonly reconcile: {
    readonly input: { readonly text: string; readonly file: string }
    readonly result: { readonly report: Reconciliation; readonly markdown: string }
  }
  readonly draft: { readonly input: { readonly from: string }; readonly result: Drafted }
}

export type TaskName = keyof Tasks
export type TaskInput<N extends TaskName> = Tasks[N]['input']
export type TaskResult<N extends TaskName> = Tasks[N]['result']

export type HelperTask =
  | { readonly id: number; readonly task: 'cancel' }
  | {
      readonly [N in TaskName]: { readonly id: number; readonly task: N; readonly input: TaskInput<N> }
    }[TaskName]

export interface HelperReply {
  readonly id: number
  readonly value?: unknown
  readonly error?: WireError
}

const project = new Freshly((workerData as { root: string }).root)
const cancels = new Map<number, AbortController>()

async function done(asked: Exclude<HelperTask, { task: 'cancel' }>, signal: AbortSignal): Promise<unknown> {
  switch (asked.task) {
    case 'explain':
      return explainTableRows(await project.prepared(), asked.input)
    case 'contacts': {
      const prepared = await project.prepared()
      return traceContacts(prepared, await explainerOf(prepared))
    }
    case 'places':
      return placesOf(await project.prepared(), asked.input)
    case 'reconcile': {
      const { text, file } = asked.input
      const report = await reconcile(await project.prepared(), text, file, { signal })
      return { report, markdown: toMarkdown(report) }
    }
    case 'draft':
      return draftProject(asked.input.from, { signal })
  }
}

async function receive(asked: HelperTask): Promise<void> {
  if (asked.task === 'cancel') return cancels.get(asked.id)?.abort()
  const { id } = asked
  const cancel = new AbortController()
  cancels.set(id, cancel)
  try {
    reply({ id, value: await done(asked, cancel.signal) })
  } catch (error) {
    reply({ id, error: toWire(error) })
  } finally {
    cancels.delete(id)
  }
}

const reply = (message: HelperReply): void => parentPort?.postMessage(message)

parentPort?.on('message', (asked: HelperTask) => void receive(asked))
