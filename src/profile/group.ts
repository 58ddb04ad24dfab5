import type { SourceFormat } from '../project/types.ts'
import { snakeCase } from '../project/words.ts'
import { matchGlob } from '../sources/glob.ts'
import type { SniffedFile, TableFiles } from './types.ts'

/** Files that are one kind of export (same columns and format, names that differ in figures only) become one table. */
export function groupFiles(files: readonly SniffedFile[], allPaths: readonly string[]): TableFiles[] {
  const groups = new Map<string, SniffedFile[]>()
  for (const file of files) {
    const key = [stem(file.path), formatKey(file.format), headerKey(file.header)].join('\n')
    groups.set(key, [...(groups.get(key) ?? []), file])
  }
  const taken = new Set<string>(['quarantine'])
  return [...groups.values()].map((group) => ({
    name: nameOf(group, taken),
    files: group,
    globs: globsOf(group, allPaths),
  }))
}

const headerKey = (header: readonly string[]): string =>
  header
    .map((name) => name.trim().toLowerCase())
    .sort()
    .join('\t')

const formatKey = (format: SourceFormat): string =>
  Object.entries(format)
    .filter(([key]) => key !== 'decimal' && key !== 'thousands')
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(';')

/** The name without what changes from one delivery to the next: figures, and what joins them. */
function stem(path: string): string {
  const [, folder = '', name = ''] = /^(.*\/)?([^/]*)$/.exec(path) ?? []
  const [base = '', ending = ''] = split(name)
  return folder + base.replace(/[\s_.-]*\(?\d[\d\s_.:T()-]*/g, '*') + ending
}

/** `Orders.csv.gz` ends in `.csv.gz`. */
function split(name: string): [string, string] {
  const [ending = ''] = /(\.[A-Za-z]+[A-Za-z0-9]*)(\.gz)?$/.exec(name) ?? []
  return [name.slice(0, name.length - ending.length), ending]
}

function nameOf([first]: readonly SniffedFile[], taken: Set<string>): string {
  const { path = '', format } = first ?? {}
  const sheet = format?.type === 'xlsx' ? format.sheet : undefined
  const base = split(path.split('/').at(-1) ?? '')[0]
  const words = snakeCase(stem(`${base}.x`).slice(0, -2).replaceAll('*', ' ')) || snakeCase(base)
  const own =
    sheet === undefined ||
    snakeCase(sheet) === words ||
    /^(?:sheet|tabelle|feuil|hoja)_?\d*$/.test(snakeCase(sheet))
      ? words
      : `${words}_${snakeCase(sheet)}`
  const legal = (/^[a-z]/.test(own) ? own : `t_${own}`).replace(/_+$/, '').slice(0, 50)
  let name = legal
  for (let n = 2; taken.has(name); n++) name = `${legal}_${n}`
  taken.add(name)
  return name
}

/** A glob that lets later deliveries in, if it catches no file of another table; else the names themselves. */
function globsOf(group: readonly SniffedFile[], allPaths: readonly string[]): string[] {
  const paths = [...new Set(group.map(({ path }) => path))]
  const [first = ''] = paths
  const names = paths.map((path) => path.replace(/\.gz$/, ''))
  const strange = /[*?[\]]/
  if (!paths.some((path) => strange.test(path)))
    for (const glob of [widened(stem(first)), stem(first)]) {
      const plain = glob.replace(/\.gz$/, '')
      const caught = allPaths.filter(
        (path) => matchGlob(plain, path) || matchGlob(plain, path.replace(/\.gz$/, '')),
      )
      if (caught.every((path) => paths.includes(path)) && names.every((name) => matchGlob(plain, name)))
        return [plain]
    }
  return [...new Set(names.map((name) => name.replace(/[*?[]/g, '[$&]')))]
}

/** `Orders.csv` -> `Orders*.csv`; a name too short to tell much stays as it is. */
function widened(name: string): string {
  const [base, ending] = split(name)
  return base.endsWith('*') || base.length < 4 ? name : `${base}*${ending}`
}
