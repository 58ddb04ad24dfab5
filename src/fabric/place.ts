import { createHash } from 'node:crypto'
import { C360Error } from '../errors.ts'
import type { Client } from './client.ts'
import { createItem, finishedId } from './create.ts'
import { findItem, updateItem, WORDS } from './items.ts'
import type { Journal } from './journal.ts'
import { completed } from './operations.ts'
import type { LocalItem, Parts, Workspace } from './types.ts'

export interface Placed {
  readonly id: string
  readonly name: string
  /** `kept`: an interrupted deployment had brought exactly this. */
  readonly how: 'created' | 'updated' | 'kept'
}

/** Has an item of that name with this definition in the workspace: never a second one. */
export async function place(
  client: Client,
  workspace: Workspace,
  item: LocalItem,
  journal: Journal,
): Promise<Placed> {
  const { type, name } = item
  const hash = hashOf(item.parts)
  const onOperation = ({ id }: { readonly id: string }) => journal.keep(type, { hash, operation: id })
  const done = async (id: string, how: Placed['how']): Promise<Placed> => {
    await journal.keep(type, { hash, id, done: true })
    return { id, name, how }
  }
  const resumed = await resume(client, workspace, item, journal)
  const there = await findItem(client, workspace, type, name)
  if (there && resumed?.hash === hash && resumed.id.toLowerCase() === there.id.toLowerCase())
    return done(there.id, 'kept')
  client.note(`${there ? 'updating' : 'creating'}  ${WORDS[type]} ${name} (${item.parts.size} parts)`)
  const made = there ? undefined : await createItem(client, workspace, item, onOperation)
  if (made?.how === 'created') return done(made.id, 'created')
  const id = there?.id ?? made?.id ?? ''
  await updateItem(client, workspace, item, id, onOperation)
  return done(id, made ? 'created' : 'updated')
}

/** What an interrupted deployment has come to meanwhile: waits for what it had begun. */
async function resume(
  client: Client,
  workspace: Workspace,
  item: LocalItem,
  journal: Journal,
): Promise<{ readonly id: string; readonly hash: string } | undefined> {
  const step = journal.step(item.type)
  if (step?.done && step.id !== undefined) return { id: step.id, hash: step.hash }
  if (step?.operation === undefined) return undefined
  const operation = { id: step.operation, doing: `what was begun with the ${WORDS[item.type]} ${item.name}` }
  client.note(`waiting for ${operation.doing}`)
  try {
    await completed(client, operation)
    return { id: await finishedId(client, workspace, item, operation), hash: step.hash }
  } catch (error) {
    if (error instanceof C360Error && ['NOT_FOUND', 'DEPLOY_FAILED'].includes(error.code)) return undefined
    throw error
  }
}

function hashOf(parts: Parts): string {
  const hash = createHash('sha256')
  for (const [path, content] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\n${content.length}\n`).update(content)
  return hash.digest('hex')
}
