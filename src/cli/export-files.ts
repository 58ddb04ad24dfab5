import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fromSystemError } from '../errors.ts'

/** What the last export wrote, by the hash of its content: how an edit is told from what we wrote ourselves. */
const MANIFEST = '.c360-export.json'

/** One file where the user's edit and the new export both differ from the last export. */
export interface Conflict {
  readonly path: string
  /** undefined: the user removed it. */
  readonly theirs: string | undefined
  /** undefined: the export has it no more. */
  readonly ours: string | undefined
}

export interface Written {
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly unchanged: number
  /** Edited by the user, and the export has nothing new for them: they stay as they are. */
  readonly kept: readonly string[]
  /** Not empty: nothing at all was written. */
  readonly conflicts: readonly Conflict[]
}

interface Judged {
  readonly path: string
  readonly fate: 'created' | 'changed' | 'removed' | 'unchanged' | 'kept' | 'conflict'
  readonly theirs: string | undefined
  readonly ours: string | undefined
}

/**
 * Brings a folder in line with the files of an export. A file that the user edited stays as it is as long as the export has
 * nothing new for it; where both changed, nothing is written and the conflicts are given back, unless `force`. Files that no
 * export wrote are not touched. NO_ACCESS, DISK_FULL as the system says.
 */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  force: boolean,
): Promise<Written> {
  const before = await readManifest(folder)
  const paths = [...new Set([...files.keys(), ...before.keys()])].sort()
  const judged: Judged[] = []
  for (const path of paths)
    judged.push(judge(path, await textAt(join(folder, path)), files.get(path), before.get(path), force))
  const of = (fate: Judged['fate']) => judged.filter((one) => one.fate === fate)
  const names = (fate: Judged['fate']) => of(fate).map(({ path }) => path)
  const result = {
    created: names('created'),
    changed: names('changed'),
    removed: names('removed'),
    unchanged: of('unchanged').length,
    kept: names('kept'),
    conflicts: of('conflict').map(({ path, theirs, ours }) => ({ path, theirs, ours })),
  }
  if (result.conflicts.length > 0) return result
  try {
    for (const { path, ours } of [...of('created'), ...of('changed')])
      await put(join(folder, path), ours ?? '')
    for (const { path } of of('removed')) await rm(join(folder, path), { force: true })
    await put(join(folder, MANIFEST), manifestText(files))
  } catch (error) {
    throw fromSystemError(error, `writing ${folder}`)
  }
  return result
}

function judge(
  path: string,
  theirs: string | undefined,
  ours: string | undefined,
  before: string | undefined,
  force: boolean,
): Judged {
  const now = theirs === undefined ? undefined : hashOf(theirs)
  const next = ours === undefined ? undefined : hashOf(ours)
  const one = { path, theirs, ours }
  if (now === next) return { ...one, fate: 'unchanged' }
  const isOurs = now === before
  if (isOurs || force)
    return { ...one, fate: ours === undefined ? 'removed' : theirs === undefined ? 'created' : 'changed' }
  return { ...one, fate: next === before ? 'kept' : 'conflict' }
}

/** Line ends are the business of git and of editors. */
const hashOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex')

async function readManifest(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await textAt(join(folder, MANIFEST))
  if (text === undefined) return new Map()
  try {
    const { files } = JSON.parse(text) as { readonly files?: Readonly<Record<string, string>> }
    return new Map(Object.entries(files ?? {}))
  } catch {
    return new Map()
  }
}

const manifestText = (files: ReadonlyMap<string, string>): string =>
  `${JSON.stringify({ files: Object.fromEntries([...files].map(([path, text]) => [path, hashOf(text)])) }, null, 2)}\n`

async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fromSystemError(error, `reading ${path}`)
  }
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

type Step = readonly [sign: ' ' | '-' | '+', line: string]

/** What an export would change in a file, as `-` and `+` lines with a line around each change. */
export function diffLines(theirs: string, ours: string, most = 40): readonly string[] {
  const steps = stepsBetween(theirs.split(/\r?\n/), ours.split(/\r?\n/))
  const near = steps.map((_, at) => [at - 1, at, at + 1].some((index) => (steps[index]?.[0] ?? ' ') !== ' '))
  const lines = steps.filter((_, at) => near[at]).map(([sign, line]) => `${sign} ${line}`)
  return lines.length > most ? [...lines.slice(0, most), `  .. and ${lines.length - most} more lines`] : lines
}

/** The longest common subsequence of what is left between the equal lines at both ends. */
function stepsBetween(a: readonly string[], b: readonly string[]): readonly Step[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const same = (lines: readonly string[]): Step[] => lines.map((line) => [' ', line])
  return [
    ...same(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ]
}

/** More cells than this are shown as all out, all in: nobody reads such a diff line by line. */
const CELLS = 4_000_000

function middle(a: readonly string[], b: readonly string[]): readonly Step[] {
  if (a.length * b.length > CELLS)
    return [...a.map((line): Step => ['-', line]), ...b.map((line): Step => ['+', line])]
  const width = b.length + 1
  const longest = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0)
  const steps: Step[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && left === right) {
      steps.push([' ', left])
      i++
      j++
    } else if (
      left !== undefined &&
      (right === undefined || (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      steps.push(['-', left])
      i++
    } else {
      steps.push(['+', right ?? ''])
      j++
    }
  }
  return steps
}
