import { entityNamed } from '../model/entities.ts'
import type { EntityName } from '../model/types.ts'
import type { Remark } from './draft-types.ts'
import { agreement } from './links.ts'
import type { Look, TableLook } from './look.ts'
import type { Measuring } from './measure.ts'
import type { Link } from './types.ts'

/** How the tables of one project stand to each other. */
export interface Systems {
  /** Customers are known by this everywhere. */
  readonly identity: 'id' | 'email'
  readonly idSpace: ReadonlyMap<string, string>
  readonly precedence: ReadonlyMap<string, number>
  /** Tables that must not be loaded beside another: why. */
  readonly excluded: ReadonlyMap<string, { readonly why: string; readonly hint: string }>
  readonly remarks: ReadonlyMap<string, readonly Remark[]>
}

export const fieldColumn = ({ match }: TableLook, field: string): string | undefined =>
  match.best?.fields.find((found) => found.field === field)?.column

const entityOf = ({ match }: TableLook): EntityName | undefined => match.best?.entity
const nameOf = ({ open }: TableLook): string => open.table.name
const percent = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(1).replace(/\.0$/, '')} %`

export const emailColumn = ({ profile }: TableLook): string | undefined =>
  profile.columns.find(({ personal }) => personal === 'email')?.name

/** Ids where any table of customers, or without one any other table, has them; else e-mail addresses. */
function identityOf(tables: readonly TableLook[]): Systems['identity'] {
  const customers = tables.filter((table) => entityOf(table) === 'customer')
  const asked = customers.length > 0 ? customers : tables
  const hasId = asked.some((table) => fieldColumn(table, 'customer_id') !== undefined)
  return !hasId && asked.some((table) => emailColumn(table) !== undefined) ? 'email' : 'id'
}

/** Id spaces, precedence and double counting, from how many values the tables share. */
export async function systemsOf(context: Measuring, { tables, links }: Look): Promise<Systems> {
  const idSpace = new Map<string, string>()
  const precedence = new Map<string, number>()
  const excluded = new Map<string, { why: string; hint: string }>()
  const remarks = new Map<string, Remark[]>()
  const remark = (table: TableLook, kind: Remark['kind'], text: string) =>
    remarks.set(nameOf(table), [...(remarks.get(nameOf(table)) ?? []), { kind, text }])
  const identity = identityOf(tables)
  for (const [a, b] of twins(tables)) {
    const both = await compareMasters(context, a, b, links)
    if (both.same) {
      precedence.set(nameOf(a), precedence.get(nameOf(a)) ?? 100)
      precedence.set(nameOf(b), (precedence.get(nameOf(a)) ?? 100) + 100)
      remark(
        b,
        'unsure',
        `${both.text}: taken for the same ${entityOf(b)}s, and ${nameOf(a)} is believed first (precedence)`,
      )
    } else {
      idSpace.set(nameOf(b), nameOf(b))
      remark(
        b,
        'decide',
        `${both.text}: taken for different ${entityOf(b)}s in an id space of their own; if an id means the same in both, remove id_space`,
      )
    }
  }
  for (const table of tables) {
    const space = spaceOfParent(table, tables, links, idSpace)
    if (space === undefined) continue
    idSpace.set(nameOf(table), space.name)
    remark(
      table,
      'unsure',
      `its customers are those of ${space.parent} (${space.rate}), so it shares their id space`,
    )
  }
  for (const [a, b] of salesPairs(tables)) {
    const found = await sameSales(context, a, b, links)
    if (found === undefined) continue
    if (found.lines) excluded.set(nameOf(a), { why: found.text, hint: found.hint })
    else remark(a, 'decide', `${found.text}. ${found.hint}`)
  }
  return { identity, idSpace, precedence, excluded, remarks }
}

/** Pairs of tables that describe the same kind of thing, the larger one first. */
function twins(tables: readonly TableLook[]): [TableLook, TableLook][] {
  const out: [TableLook, TableLook][] = []
  const seen = new Map<EntityName, TableLook>()
  for (const table of [...tables].sort((a, b) => b.profile.rows - a.profile.rows)) {
    const entity = entityOf(table)
    if (entity === undefined || entityNamed(entity).kind !== 'master') continue
    const first = seen.get(entity)
    if (first) out.push([first, table])
    else seen.set(entity, table)
  }
  return out
}

const linkOf = (links: readonly Link[], from: TableLook, to: TableLook, by: Link['by']): Link | undefined =>
  links.find((link) => link.by === by && link.from.table === nameOf(from) && link.to.table === nameOf(to))

/** The same ids mean the same things where names or addresses of shared ids agree. */
async function compareMasters(
  context: Measuring,
  a: TableLook,
  b: TableLook,
  links: readonly Link[],
): Promise<{ same: boolean; text: string }> {
  const byId = linkOf(links, b, a, 'id')
  const byEmail = linkOf(links, b, a, 'email')
  const mail = byEmail ? `, ${percent(byEmail.found, byEmail.values)} of its e-mail addresses` : ''
  if (!byId)
    return {
      same: true,
      text: `${percent(byEmail?.found ?? 0, byEmail?.values ?? 0)} of its e-mail addresses are in ${nameOf(a)} too`,
    }
  const text = `${percent(byId.found, byId.values)} of its ids${mail} are in ${nameOf(a)} too`
  if (byId.found < byId.values * 0.05) return { same: false, text }
  const key = entityNamed(entityOf(a) ?? 'customer').key[0] ?? ''
  for (const field of ['email', 'name', 'location']) {
    const [ka, kb, fa, fb] = [
      fieldColumn(a, key),
      fieldColumn(b, key),
      fieldColumn(a, field),
      fieldColumn(b, field),
    ]
    if (ka === undefined || kb === undefined || fa === undefined || fb === undefined) continue
    const { shared, agree } = await agreement(context, a.open, b.open, [ka, kb], [fa, fb])
    if (shared > 0)
      return {
        same: agree * 2 >= shared,
        text: `${text}, and ${percent(agree, shared)} of those have the same ${field}`,
      }
  }
  return { same: true, text }
}

/** A table that refers to customers of one id space rather than another's. */
function spaceOfParent(
  table: TableLook,
  tables: readonly TableLook[],
  links: readonly Link[],
  spaces: ReadonlyMap<string, string>,
): { name: string; parent: string; rate: string } | undefined {
  if (entityOf(table) === 'customer') return undefined
  const rated = tables
    .filter((parent) => entityOf(parent) === 'customer')
    .flatMap((parent) => {
      const link = linkOf(links, table, parent, 'id') ?? linkOf(links, table, parent, 'email')
      return link ? [{ parent: nameOf(parent), rate: link.found / Math.max(1, link.values), link }] : []
    })
    .sort((a, b) => b.rate - a.rate)
  const [best] = rated
  const name = best && spaces.get(best.parent)
  const own = `${nameOf(table)}`.split('_')[0]
  // Numbers from 1 on are in every system: then only the name can tell.
  const named = rated.find(
    ({ parent, rate }) =>
      rate >= (best?.rate ?? 0) - 0.02 && spaces.has(parent) && parent.split('_').includes(own ?? ''),
  )
  const chosen =
    named ?? (rated.length > 1 && (rated[1]?.rate ?? 0) >= (best?.rate ?? 0) - 0.02 ? undefined : best)
  const space = chosen && (spaces.get(chosen.parent) ?? name)
  return chosen && space !== undefined && spaces.has(chosen.parent)
    ? { name: space, parent: chosen.parent, rate: percent(chosen.link.found, chosen.link.values) }
    : undefined
}

function salesPairs(tables: readonly TableLook[]): [TableLook, TableLook][] {
  const sales = tables.filter((table) => entityOf(table) === 'transaction')
  return sales.flatMap((a) => sales.filter((b) => a !== b).map((b): [TableLook, TableLook] => [a, b]))
}

/** Are the rows of `a` lines of the orders of `b`, or the same sales once more? */
async function sameSales(
  context: Measuring,
  a: TableLook,
  b: TableLook,
  links: readonly Link[],
): Promise<{ lines: boolean; text: string; hint: string } | undefined> {
  const link = linkOf(links, a, b, 'id')
  if (!link || link.found * 2 < link.values) return undefined
  const lacks = ['customer_id', 'occurred_at'].filter(
    (field) => fieldColumn(a, field) === undefined && fieldColumn(b, field) !== undefined,
  )
  const share = `${percent(link.found, link.values)} of its order ids are in ${nameOf(b)}`
  if (lacks.length > 0)
    return {
      lines: true,
      text: `it holds the lines of the orders in ${nameOf(b)} (${share}) and has itself no ${lacks.join(' and no ')}: with both, every sale would count twice`,
      hint: `${nameOf(b)} gives the sales. To have products, export one file of lines with customer and date on each, and use it instead of ${nameOf(b)}.`,
    }
  const [ka, kb] = [link.from.column, link.to.column]
  const [ca, cb] = [fieldColumn(a, 'customer_id'), fieldColumn(b, 'customer_id')]
  if (ca === undefined || cb === undefined || nameOf(a) < nameOf(b)) return undefined
  const { shared, agree } = await agreement(context, a.open, b.open, [ka, kb], [ca, cb])
  return shared >= 10 && agree >= shared * 0.8
    ? {
        lines: false,
        text: `${share} with the same customer: these look like the same sales twice`,
        hint: `If they are, delete one of the two contracts: figures count both.`,
      }
    : undefined
}
