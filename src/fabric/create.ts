import { C360Error } from '../errors.ts'
import { type Answer, type Client, isLost, retryAfterMs } from './client.ts'
import { cancelled } from './failures.ts'
import { definitionOf, findItem, itemsPath, type OnOperation, WORDS } from './items.ts'
import { completed, type Operation, operationIn, resultOf } from './operations.ts'
import type { LocalItem, RemoteItem, Workspace } from './types.ts'

/** How an attempt to create ended. `found`: somebody, perhaps we, made one of that name. */
export type Created = { readonly id: string; readonly how: 'created' | 'found' }

/** Milliseconds between looks for an item whose creation was not answered, or whose name is not free yet. */
const LOOK_MS = 5000
const LOOKS = 6
/** Fabric keeps the name of a removed item for some minutes. */
const NAME_WAITS = 20
const NAME_MS = 15_000

/**
 * Creates an item once: after an answer that was lost its name is looked for before another one is created. DEPLOY_FAILED,
 * CONFLICT, TARGET_UNREACHABLE.
 */
export async function createItem(
  client: Client,
  workspace: Workspace,
  item: LocalItem,
  onOperation: OnOperation,
): Promise<Created> {
  const { type, name, parts } = item
  const doing = `creating the ${WORDS[type]} ${name}`
  const call = {
    method: 'POST',
    path: itemsPath(workspace, type),
    body: { displayName: name, definition: definitionOf(parts) },
    doing,
  } as const
  for (let reserved = 0, lost = 0; ; ) {
    if (client.signal.aborted) throw cancelled(`Cancelled before ${doing}.`)
    const answer = await client.once('fabric', call)
    if (isLost(answer)) {
      const found = await awaited(client, workspace, item)
      if (found) return { id: found.id, how: 'found' }
      if (++lost === 3) throw lostFailure(answer.lost, doing)
    } else if ('refused' in answer) {
      const { code } = answer.refused
      if (code === 'ItemDisplayNameNotAvailableYet' && ++reserved <= NAME_WAITS)
        await client.wait(NAME_MS, `Cancelled before ${doing}.`)
      else if (code === 'ItemDisplayNameAlreadyInUse' || answer.error.code === 'CONFLICT') {
        const found = await awaited(client, workspace, item)
        if (!found) throw answer.error
        return { id: found.id, how: 'found' }
      } else throw answer.error
    } else return { id: await createdId(client, workspace, item, answer, onOperation), how: 'created' }
  }
}

async function createdId(
  client: Client,
  workspace: Workspace,
  item: LocalItem,
  answer: Answer,
  onOperation: OnOperation,
): Promise<string> {
  const doing = `creating the ${WORDS[item.type]} ${item.name}`
  const operation = operationIn(answer, doing)
  if (!operation) return idIn(answer.body) ?? (await awaitedId(client, workspace, item))
  await onOperation(operation)
  await completed(client, operation, retryAfterMs(answer.headers))
  return finishedId(client, workspace, item, operation)
}

/** The id that a completed creation has as its result; by name where it is told no more. */
export async function finishedId(
  client: Client,
  workspace: Workspace,
  item: LocalItem,
  operation: Operation,
): Promise<string> {
  const result = await resultOf(client, operation).catch((error: unknown) => {
    if (error instanceof C360Error && ['NOT_FOUND', 'DEPLOY_FAILED'].includes(error.code)) return undefined
    throw error
  })
  return idIn(result) ?? (await awaitedId(client, workspace, item))
}

const idIn = (body: unknown): string | undefined => {
  const { id } = (body ?? {}) as { readonly id?: unknown }
  return typeof id === 'string' ? id : undefined
}

/** Lists may lag behind. */
async function awaited(
  client: Client,
  workspace: Workspace,
  { type, name }: LocalItem,
): Promise<RemoteItem | undefined> {
  for (let looks = 1; ; looks++) {
    const found = await findItem(client, workspace, type, name)
    if (found || looks === LOOKS) return found
    await client.wait(
      LOOK_MS,
      `Cancelled while looking for the ${WORDS[type]} ${name}: it may be created yet.`,
    )
  }
}

async function awaitedId(client: Client, workspace: Workspace, item: LocalItem): Promise<string> {
  const found = await awaited(client, workspace, item)
  if (found) return found.id
  throw new C360Error(
    'DEPLOY_FAILED',
    `Fabric created the ${WORDS[item.type]} ${item.name}, and does not list it.`,
  )
}

const lostFailure = (cause: unknown, doing: string): C360Error =>
  cause instanceof C360Error
    ? cause
    : new C360Error(
        'TARGET_UNREACHABLE',
        `Fabric did not answer while ${doing}, and nothing of it is there.`,
        {
          cause,
          hint: 'Check the network and run the same command again.',
        },
      )
