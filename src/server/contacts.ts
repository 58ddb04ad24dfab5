import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { C360Error } from '../errors.ts'
import { type Catalog, entityOf } from '../lineage/catalog.ts'
import { makeExplainer } from '../lineage/explain.ts'
import { piiOf } from '../lineage/pii.ts'
import { sourcesOf } from '../lineage/trace.ts'
import type { Project } from '../project/types.ts'
import type { Prepared } from '../run/prepare.ts'
import type { Dialect } from '../sql/dialect.ts'
import { programFile } from './program.ts'

/** People must be found by their names, so names are shown; every other directly personal value is a contact. */
const NAMES = new Set(['name', 'first_name', 'last_name'])

/** Columns of gold that may be shown, by model, in lower case: what is not in the list is masked. */
export interface Found {
  readonly shown: Readonly<Record<string, readonly string[]>>
  readonly impersonal: Readonly<Record<string, readonly string[]>>
}

/** Which columns are contacts: masked in lists, tables, exports and SQL until they are revealed. */
export interface Contacts {
  /** `relation` is a gold model's name or `silver.<source>`. A relation nobody knows is all contacts. */
  isContact(relation: string, column: string): boolean
  /** The same, and names: no value of it may be in a URL, a log or a list of values. */
  isPersonal(relation: string, column: string): boolean
}

const made = new WeakMap<Prepared, Promise<Contacts>>()

/** Follows lineage, not names of columns: an alias in somebody's own model is a contact as much as the column it is made from. */
export function contactsOf(prepared: Prepared): Promise<Contacts> {
  const known = made.get(prepared)
  if (known) return known
  const making = found(prepared).then((lists) => contactsFrom(lists, prepared.project))
  made.set(prepared, making)
  making.catch(() => made.delete(prepared))
  return making
}

function contactsFrom({ shown, impersonal }: Found, project: Project): Contacts {
  const hidden = (lists: Found['shown'], relation: string, column: string, names: boolean): boolean => {
    const path = relation.toLowerCase()
    const name = column.toLowerCase()
    if (!path.startsWith('silver.')) return !(lists[path]?.includes(name) ?? false)
    const contract = project.contracts.find(({ source }) => `silver.${source.toLowerCase()}` === path)
    if (!contract) return true
    if (!names && isName(contract.entity, name)) return false
    return contract.columns.some(
      ({ field, pii, split }) =>
        pii === 'direct' &&
        (field.toLowerCase() === name || (split !== undefined && PARTS[split].includes(name))),
    )
  }
  return {
    isContact: (relation, column) => hidden(shown, relation, column, false),
    isPersonal: (relation, column) => hidden(impersonal, relation, column, true),
  }
}

const PARTS: Readonly<Record<'name' | 'city_state', readonly string[]>> = {
  name: ['first_name', 'last_name'],
  city_state: ['city', 'state'],
}

const isName = (entity: string, field: string): boolean => entity === 'customer' && NAMES.has(field)

/** Reading the lineage of every model takes seconds; the lists are kept for as long as models and contracts stay as they are. */
async function found(prepared: Prepared): Promise<Found> {
  const path = join(prepared.project.root, '.c360', 'cache', 'contacts.json')
  const hash = hashOf(prepared)
  const kept = await readKept(path)
  if (kept?.hash === hash) return kept.found
  const lists = await inWorker(prepared)
  await writeKept(path, { hash, found: lists })
  return lists
}

/** The lists, made here and now: seconds of work. */
export async function traced(prepared: Prepared): Promise<Found> {
  const { catalog } = await makeExplainer(prepared)
  return listsOf(catalog, prepared)
}

function inWorker({ project }: Prepared): Promise<Found> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(programFile('contacts-worker'), { workerData: { root: project.root } })
    // A server that ends does not wait for it.
    worker.unref()
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new C360Error('INTERNAL', 'Lineage could not be read.')))
  })
}

const hashOf = ({ models, project }: Prepared): string =>
  createHash('sha256')
    .update(JSON.stringify([FORMAT, models.map(({ name, hash }) => [name, hash]), project.contracts]))
    .digest('hex')

const FORMAT = 2

interface Kept {
  readonly hash: string
  readonly found: Found
}

const readKept = async (path: string): Promise<Kept | undefined> =>
  readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as Kept,
    () => undefined,
  )

/** The cache is never needed, so failing to write it is no failure. */
async function writeKept(path: string, kept: Kept): Promise<void> {
  try {
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(`${path}.${process.pid}`, JSON.stringify(kept))
    await rename(`${path}.${process.pid}`, path)
  } catch {}
}

function listsOf(catalog: Catalog, { project, catalogue }: Prepared): Found {
  const isContact = contactTracer(catalog, project)
  const lists = (test: (model: string, column: string) => boolean) =>
    Object.fromEntries(
      catalogue.map(({ name, columns }) => {
        const model = name.toLowerCase()
        const own = columns.map((column) => column.name.toLowerCase())
        return [model, own.filter((column) => test(model, column))] as const
      }),
    )
  return {
    shown: lists((model, column) => !isContact(model, column)),
    impersonal: lists((model, column) => piiOf(catalog, project, model, column) !== 'direct'),
  }
}

function contactTracer(catalog: Catalog, project: Project): (path: string, column: string) => boolean {
  const known = new Map<string, boolean>()
  const trace = (path: string, column: string): boolean => {
    const key = `${path}.${column}`
    const before = known.get(key)
    if (before !== undefined) return before
    const entity = entityOf(path)
    const answer =
      entity === undefined
        ? sourcesOf(catalog, path, column)
            .filter(({ role }) => role === 'value')
            .some((source) => trace(source.relation.toLowerCase(), source.column.toLowerCase()))
        : piiOf(catalog, project, path, column) === 'direct' && !isName(entity, column)
    known.set(key, answer)
    return answer
  }
  return trace
}

/** SQL of a contact as it may be shown: enough to recognise one's own, too little to write or call. */
export function maskedSql(d: Dialect, column: string): string {
  const x = `cast(${d.ident(column)} as varchar)`
  return `case when ${x} is null then null when ${x} like '%_@_%' then left(${x}, 1) || '****@' || regexp_extract(${x}, '[^@]*$') when regexp_full_match(${x}, '[+0-9 ()./-]{7,}') then '*** *** ' || right(regexp_replace(${x}, '[^0-9]', '', 'g'), 4) else '***' end`
}
