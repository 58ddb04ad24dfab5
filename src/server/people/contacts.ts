import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Project } from '../../project/types.ts'
import type { Prepared } from '../../run/prepare.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { helperOf } from '../helper/helper.ts'
import { type ContactLists, contactsHash, isName, type Traced } from './contact-lists.ts'

/** Which columns are contacts: masked in lists, tables, exports and SQL until they are revealed. */
export interface Contacts {
  /** `relation` is a gold model's name or `silver.<source>`. A relation nobody knows is all contacts. */
  isContact(relation: string, column: string): boolean
  /** The same, and names: no value of it may be in a URL, a log or a list of values. */
  isPersonal(relation: string, column: string): boolean
}

const made = new WeakMap<Prepared, Promise<Contacts>>()

/**
 * Follows lineage, not names of columns: an alias in somebody's own model is a contact as much as the column it is made from.
 * CANCELLED once `closing` is aborted: no other signal will do, as the answer is everybody's.
 */
export function contactsOf(prepared: Prepared, closing: AbortSignal): Promise<Contacts> {
  const known = made.get(prepared)
  if (known) return known
  const making = listsOf(prepared, closing).then((lists) => contactsFrom(lists, prepared.project))
  made.set(prepared, making)
  making.catch(() => made.delete(prepared))
  return making
}

function contactsFrom({ shown, impersonal }: ContactLists, project: Project): Contacts {
  const hidden = (
    lists: ContactLists['shown'],
    relation: string,
    column: string,
    names: boolean,
  ): boolean => {
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

/** Reading the lineage of every model takes seconds; the lists are kept for as long as models and contracts stay as they are. */
async function listsOf(prepared: Prepared, closing: AbortSignal): Promise<ContactLists> {
  const { root } = prepared.project
  const path = join(root, '.c360', 'cache', 'contacts.json')
  const kept = await readKept(path)
  if (kept?.hash === contactsHash(prepared)) return kept.lists
  const traced = await helperOf(root).do('contacts', null, closing)
  await writeKept(path, traced)
  return traced.lists
}

const readKept = async (path: string): Promise<Traced | undefined> =>
  readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as Traced,
    () => undefined,
  )

/** The cache is never needed, so failing to write it is no failure. */
async function writeKept(path: string, traced: Traced): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.${process.pid}`, JSON.stringify(traced))
    await rename(`${path}.${process.pid}`, path)
  } catch {}
}

/** SQL of a contact as it may be shown: enough to recognise one's own, too little to write or call. */
export function maskedSql(d: Dialect, column: string): string {
  const x = `cast(${d.ident(column)} as varchar)`
  return `case when ${x} is null then null when ${x} like '%_@_%' then left(${x}, 1) || '****@' || regexp_extract(${x}, '[^@]*$') when regexp_full_match(${x}, '[+0-9 ()./-]{7,}') then '*** *** ' || right(regexp_replace(${x}, '[^0-9]', '', 'g'), 4) else '***' end`
}
