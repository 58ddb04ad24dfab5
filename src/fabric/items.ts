import { C360Error } from '../errors.ts'
import { type Client, retryAfterMs } from './client.ts'
import { bodyOf, completed, type Operation, operationIn } from './operations.ts'
import type { ItemType, LocalItem, Parts, RemoteItem, Workspace } from './types.ts'

const FOLDERS: Readonly<Record<ItemType, string>> = { SemanticModel: 'semanticModels', Report: 'reports' }
export const WORDS: Readonly<Record<ItemType, string>> = { SemanticModel: 'semantic model', Report: 'report' }

export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** Every entry of a list that comes in pages. Only the token of the next page is taken, never its address. */
export async function listed<T>(client: Client, path: string, doing: string): Promise<readonly T[]> {
  const found: T[] = []
  let next: string | undefined
  do {
    const { body } = await client.send('fabric', {
      method: 'GET',
      path,
      doing,
      ...(next === undefined ? {} : { query: { continuationToken: next } }),
    })
    const page = (body ?? {}) as { readonly value?: readonly T[]; readonly continuationToken?: string }
    found.push(...(page.value ?? []))
    next = page.continuationToken || undefined
  } while (next !== undefined)
  return found
}

/** The workspace of that name or id. NOT_FOUND with the names there are, CONFLICT when several have it. */
export async function findWorkspace(client: Client, asked: string): Promise<Workspace> {
  if (isUuid(asked)) {
    const doing = `looking for the workspace ${asked}`
    const { body } = await client.send('fabric', { method: 'GET', path: `/v1/workspaces/${asked}`, doing })
    return body as Workspace
  }
  const all = await listed<Workspace>(client, '/v1/workspaces', 'listing workspaces')
  const found = named(all, asked, 'workspaces')
  if (found) return found
  const names = all.map(({ displayName }) => displayName).sort()
  throw new C360Error('NOT_FOUND', `There is no workspace \`${asked}\`, or this user does not see it.`, {
    hint: `Seen: ${names.slice(0, 20).join(', ') || 'none'}${names.length > 20 ? ', ..' : ''}.`,
  })
}

/** By exact name, else by one that differs by case only, as Fabric compares names. CONFLICT when several fit. */
export function named<T extends { readonly id: string; readonly displayName?: string }>(
  all: readonly T[],
  name: string,
  what: string,
): T | undefined {
  const exact = all.filter(({ displayName }) => displayName === name)
  const fitting =
    exact.length > 0
      ? exact
      : all.filter(({ displayName }) => displayName?.toLowerCase() === name.toLowerCase())
  if (fitting.length > 1)
    throw new C360Error('CONFLICT', `${fitting.length} ${what} are called \`${name}\`.`, {
      hint: `Rename or remove all but one: ${fitting.map(({ id }) => id).join(', ')}.`,
    })
  return fitting[0]
}

export const itemsPath = (workspace: Workspace, type: ItemType): string =>
  `/v1/workspaces/${encodeURIComponent(workspace.id)}/${FOLDERS[type]}`

export const itemPath = (workspace: Workspace, type: ItemType, id: string): string =>
  `${itemsPath(workspace, type)}/${encodeURIComponent(id)}`

export async function findItem(
  client: Client,
  workspace: Workspace,
  type: ItemType,
  name: string,
): Promise<RemoteItem | undefined> {
  const all = await listed<RemoteItem>(client, itemsPath(workspace, type), `listing ${WORDS[type]}s`)
  return named(all, name, `${WORDS[type]}s`)
}

interface Sent {
  readonly path: string
  readonly payload: string
  readonly payloadType: 'InlineBase64'
}

export const definitionOf = (parts: Parts): { readonly parts: readonly Sent[] } => ({
  parts: [...parts].map(([path, content]) => ({
    path,
    payload: content.toString('base64'),
    payloadType: 'InlineBase64',
  })),
})

/** An item's definition as Fabric has it; its writing of it need not be ours. */
export async function definitionIn(
  client: Client,
  workspace: Workspace,
  type: ItemType,
  id: string,
): Promise<Parts> {
  const doing = `reading the definition of the ${WORDS[type]}`
  const answer = await client.send('fabric', {
    method: 'POST',
    path: `${itemPath(workspace, type, id)}/getDefinition`,
    doing,
  })
  const body = (await bodyOf(client, answer, doing)) as {
    readonly definition?: { readonly parts?: readonly Sent[] }
  }
  return new Map(
    (body?.definition?.parts ?? []).map((part) => [part.path, Buffer.from(part.payload, 'base64')]),
  )
}

/** Told of an operation before it is waited for, so that a later run can go on waiting for it. */
export type OnOperation = (operation: Operation) => Promise<void>

/** Replaces the definition of an item; its name and id stay. Sent twice it does no more than once. */
export async function updateItem(
  client: Client,
  workspace: Workspace,
  { type, name, parts }: LocalItem,
  id: string,
  onOperation: OnOperation,
): Promise<void> {
  const doing = `updating the ${WORDS[type]} ${name}`
  const answer = await client.send('fabric', {
    method: 'POST',
    path: `${itemPath(workspace, type, id)}/updateDefinition`,
    body: { definition: definitionOf(parts) },
    doing,
  })
  const operation = operationIn(answer, doing)
  if (!operation) return
  await onOperation(operation)
  await completed(client, operation, retryAfterMs(answer.headers))
}
