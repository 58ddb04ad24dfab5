import { parentPort, workerData } from 'node:worker_threads'
import { prepare } from '../run/prepare.ts'
import { traced } from './contacts.ts'

// Reading the lineage of every model keeps a thread busy for seconds: it is this one, not the one that answers.
parentPort?.postMessage(await traced(await prepare((workerData as { root: string }).root)))
