import { createHash } from 'node:crypto'
import { type Catalog, entityOf } from '../../lineage/catalog.ts'
import type { Explainer } from '../../lineage/explain.ts'
import { piiOf } from '../../lineage/pii.ts'
import { sourcesOf } from '../../lineage/trace.ts'
import type { Project } from '../../project/types.ts'
import type { Prepared } from '../../run/prepare.ts'

/** Columns of gold that may be shown, by model, in lower case: what is not in the list is masked. */
export interface ContactLists {
  readonly shown: Readonly<Record<string, readonly string[]>>
  readonly impersonal: Readonly<Record<string, readonly string[]>>
}

/** The lists, and of which models and contracts they are. */
export interface Traced {
  readonly hash: string
  readonly lists: ContactLists
}

/** People must be found by their names, so names are shown; every other directly personal value is a contact. */
const NAMES = new Set(['name', 'first_name', 'last_name'])

const FORMAT = 3

export const isName = (entity: string, field: string): boolean => entity === 'customer' && NAMES.has(field)

/** Two states of a project with the same hash have the same lists. */
export const contactsHash = ({ models, project }: Prepared): string =>
  createHash('sha256')
    .update(JSON.stringify([FORMAT, models.map(({ name, hash }) => [name, hash]), project.contracts]))
    .digest('hex')

/** Follows every column of gold to what it is made from: seconds of work. */
export const traceContacts = (prepared: Prepared, { catalog }: Explainer): Traced => ({
  hash: contactsHash(prepared),
  lists: listsOf(catalog, prepared),
})

function listsOf(catalog: Catalog, { project, catalogue }: Prepared): ContactLists {
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
