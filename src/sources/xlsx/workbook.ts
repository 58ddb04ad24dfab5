import type { XlsxLimits } from './limits.ts'
import { refuseOtherPackages } from './other-packages.ts'
import { corrupt } from './refusals.ts'
import { elements } from './small-xml.ts'
import type { Zip } from './zip.ts'

export interface Sheet {
  readonly name: string
  readonly hidden: boolean
  /** `worksheet`; `chartsheet`, `dialogsheet` or another one has no rows. */
  readonly type: string
  /** Name of the part it lies in. */
  readonly part: string
}

/** What a workbook says about itself. */
export interface WorkbookParts {
  readonly sheets: readonly Sheet[]
  readonly date1904: boolean
  readonly styles: string | undefined
  readonly sharedStrings: string | undefined
}

interface Relation {
  readonly id: string
  /** Last word of its type: the rest differs between transitional and strict workbooks. */
  readonly type: string
  readonly part: string
}

/** Finds the parts by way of the relations, wherever they lie. Refuses what is another kind of zip. */
export async function readWorkbook(zip: Zip, limits: XlsxLimits): Promise<WorkbookParts> {
  await refuseOtherPackages(zip, limits)
  const root = await relations(zip, '', limits)
  const main = root.find(({ type }) => type === 'officeDocument')?.part ?? 'xl/workbook.xml'
  const related = await relations(zip, main, limits)
  const { date1904, sheets } = await readSheets(zip, main, related, limits)
  const partOf = (type: string) => related.find((one) => one.type === type && zip.has(one.part))?.part
  return { sheets, date1904, styles: partOf('styles'), sharedStrings: partOf('sharedStrings') }
}

async function readSheets(
  zip: Zip,
  main: string,
  related: readonly Relation[],
  limits: XlsxLimits,
): Promise<Pick<WorkbookParts, 'sheets' | 'date1904'>> {
  const byId = new Map(related.map((one) => [one.id, one]))
  const sheets: Sheet[] = []
  let date1904 = false
  for await (const { name, parent, attribute } of elements(
    zip.part(main),
    'the list of sheets',
    limits.smallPart,
  )) {
    if (name === 'workbookPr') date1904 = /^(1|true|on)$/.test(attribute('date1904') ?? '')
    if (name !== 'sheet' || parent !== 'sheets') continue
    const relation = byId.get(attribute('id') ?? '')
    if (!relation) throw corrupt('a sheet is listed that has no part')
    const { type, part } = relation
    sheets.push({
      name: attribute('name') ?? '',
      hidden: /hidden/i.test(attribute('state') ?? ''),
      type,
      part,
    })
  }
  return { sheets, date1904 }
}

/** The relations of a part, '' for those of the package. */
async function relations(zip: Zip, of: string, limits: XlsxLimits): Promise<Relation[]> {
  const slash = of.lastIndexOf('/') + 1
  const folder = of.slice(0, slash)
  const name = `${folder}_rels/${of.slice(slash)}.rels`
  if (!zip.has(name)) return []
  const found: Relation[] = []
  for await (const element of elements(zip.part(name), 'the relations', limits.smallPart)) {
    if (element.name !== 'Relationship' || element.attribute('TargetMode') === 'External') continue
    found.push({
      id: element.attribute('Id') ?? '',
      type: (element.attribute('Type') ?? '').split('/').at(-1) ?? '',
      part: resolved(folder, element.attribute('Target') ?? ''),
    })
  }
  return found
}

/** A target as the name of a part: absolute, or from the folder it is named in. */
function resolved(folder: string, target: string): string {
  const path = decoded(target.replaceAll('\\', '/'))
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : folder + path).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target)
  } catch {
    return target
  }
}
