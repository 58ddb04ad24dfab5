import { containerOf } from '../project/location.ts'

/** What a message of the queue tells of the landing location. */
export type Told =
  /** Names of blobs below it that were written, renamed, or whose folder was. */
  | { readonly kind: 'landed'; readonly names: readonly string[] }
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'unreadable' }

const LANDED = /^Microsoft\.Storage\.(BlobCreated|BlobRenamed|DirectoryRenamed)$/

interface Event {
  readonly type: string
  readonly subject: string
  /** Resource id of the account that tells. */
  readonly source: string
}

/**
 * A message as Event Grid writes it to a Storage Queue: base64 (or plain) JSON, one event or several, in the Event Grid schema or as
 * CloudEvents. `landing` is `az://account/container/path`.
 */
export function readMessage(text: string, landing: string): Told {
  const value = jsonOf(text)
  const events = (Array.isArray(value) ? value : [value]).map(eventOf)
  if (events.length === 0 || events.includes(undefined)) return { kind: 'unreadable' }
  const known = events.filter((event) => event !== undefined)
  const names = known.flatMap((event) => nameIn(event, landing) ?? [])
  if (names.length > 0) return { kind: 'landed', names }
  return { kind: 'other', what: [...new Set(known.map(({ type }) => type.slice(0, 80)))].join(', ') }
}

function jsonOf(text: string): unknown {
  const plain = /^\s*[[{]/.test(text) ? text : Buffer.from(text, 'base64').toString('utf8')
  try {
    return JSON.parse(plain)
  } catch {
    return undefined
  }
}

function eventOf(value: unknown): Event | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as Readonly<Record<string, unknown>>
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined)
  const type = text('eventType') ?? text('type')
  if (type === undefined) return undefined
  return { type, subject: text('subject') ?? '', source: text('topic') ?? text('source') ?? '' }
}

function nameIn({ type, subject, source }: Event, landing: string): string | undefined {
  if (!LANDED.test(type)) return undefined
  const { account = '', container = '', path = '' } = containerOf(landing) ?? {}
  const told = /\/storageAccounts\/([^/]+)/i.exec(source)?.[1]
  if (told !== undefined && told.toLowerCase() !== account) return undefined
  const [, inContainer, name = ''] =
    /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.*)$/.exec(subject) ?? []
  if (inContainer !== container) return undefined
  if (path === '' || name.startsWith(`${path}/`)) return name
  // A folder that was renamed to the landing path, or to one above it.
  return type.endsWith('DirectoryRenamed') && `${path}/`.startsWith(`${name}/`) ? name : undefined
}
