import { C360Error } from '../../src/errors.ts'
import { rollback, unpin } from '../../src/run/history.ts'
import type { Lab } from '../support/lab.ts'
import type { Random } from '../support/random.ts'
import { configs, families, fileText, SLOTS, shop } from './shop.ts'

/** What may happen to a project. Every operation can be done in any state; one that finds nothing to act on does nothing. */
export type Operation =
  | { readonly do: 'write'; readonly source: string; readonly slot: number; readonly text: string }
  /** The content of a slot again, under another slot's name. */
  | { readonly do: 'repeat' | 'rename'; readonly source: string; readonly slot: number; readonly to: number }
  /** An older content of the slot comes back. */
  | { readonly do: 'return'; readonly source: string; readonly slot: number; readonly back: number }
  | {
      readonly do: 'remove' | 'retract' | 'restore' | 'accept'
      readonly source: string
      readonly slot: number
    }
  /** The contract becomes another version of itself; -1 = its file is gone. */
  | { readonly do: 'contract'; readonly source: string; readonly version: number }
  | { readonly do: 'config'; readonly version: number }
  | { readonly do: 'edit'; readonly pick: number; readonly column: number; readonly value: number }
  | { readonly do: 'dismiss' | 'reopen'; readonly pick: number }
  | { readonly do: 'rollback'; readonly pick: number }
  | { readonly do: 'unpin' }
  | { readonly do: 'run'; readonly publish: boolean }
  /** Run, then compare with one full refresh. */
  | { readonly do: 'check' }

const fileKinds = ['remove', 'retract', 'retract', 'restore', 'accept', 'accept'] as const

/** A history to be tried: which sources the project has at first, and what happens to it. */
export interface Sequence {
  readonly sources: readonly string[]
  readonly operations: readonly Operation[]
}

/** Some files, then a handful of anything with runs between, compared in the middle and at the end. */
export function sequence(random: Random): Sequence {
  const sources = random.pick(families)
  const first = sources.flatMap((source) =>
    Array.from({ length: 1 + random.below(2) }, () => write(random, source)),
  )
  const length = 3 + random.below(5)
  const rest = Array.from({ length }, (_, index): Operation[] => [
    anything(random, random.pick(sources)),
    ...(random.chance(0.4) ? [anything(random, random.pick(sources))] : []),
    ...(index === Math.floor(length / 2) && random.chance(0.6)
      ? [{ do: 'check' } as const]
      : random.chance(0.5)
        ? [someRun(random)]
        : []),
  ])
  const operations: Operation[] = [...first, { do: 'run', publish: true }, ...rest.flat(), { do: 'check' }]
  return { sources, operations }
}

const someRun = (random: Random): Operation => ({ do: 'run', publish: random.chance(0.85) })

function write(random: Random, source: string): Operation {
  const shape = shop[source]
  return { do: 'write', source, slot: random.below(SLOTS), text: shape ? fileText(shape, random) : '' }
}

function anything(random: Random, source: string): Operation {
  const slot = random.below(SLOTS)
  const draw = random.below(100)
  if (draw < 38) return write(random, source)
  if (draw < 45)
    return { do: random.pick(['repeat', 'rename'] as const), source, slot, to: random.below(SLOTS) }
  if (draw < 50) return { do: 'return', source, slot, back: 1 + random.below(2) }
  if (draw < 61) return { do: random.pick(fileKinds), source, slot }
  if (draw < 69)
    return { do: 'contract', source, version: random.below((shop[source]?.contracts.length ?? 0) + 1) - 1 }
  if (draw < 72) return { do: 'config', version: random.below(configs.length) }
  if (draw < 84)
    return { do: 'edit', pick: random.below(1000), column: random.below(10), value: random.below(10) }
  if (draw < 90) return { do: 'dismiss', pick: random.below(1000) }
  if (draw < 93) return { do: 'reopen', pick: random.below(1000) }
  if (draw < 97) return { do: 'rollback', pick: random.below(10) }
  return { do: 'unpin' }
}

/** What the operations themselves must remember: the contents each landing file has had, the rows decided upon. */
export interface Memory {
  readonly contents: Map<string, string[]>
  readonly decided: {
    readonly source: string
    readonly file: string
    readonly delivery: number
    readonly row: number
  }[]
}

export const emptyMemory = (): Memory => ({ contents: new Map(), decided: [] })

/** Does one operation other than `run` and `check`. */
export async function apply(lab: Lab, memory: Memory, operation: Operation): Promise<void> {
  switch (operation.do) {
    case 'write':
      return put(lab, memory, pathOf(operation), operation.text)
    case 'repeat':
    case 'rename':
      return move(lab, memory, operation)
    case 'return': {
      const text = memory.contents.get(pathOf(operation))?.at(-1 - operation.back)
      return text === undefined ? undefined : put(lab, memory, pathOf(operation), text)
    }
    case 'remove':
      return lab.remove(pathOf(operation))
    case 'retract':
    case 'restore':
    case 'accept':
      return unlessMissing(lab.decideFile(operation.do, pathOf(operation)))
    case 'contract':
      return changeContract(lab, operation)
    case 'config':
      return lab.config(configs[operation.version] ?? '')
    case 'edit':
    case 'dismiss':
      return unlessMissing(decideRow(lab, memory, operation))
    case 'reopen': {
      const row = memory.decided[operation.pick % Math.max(1, memory.decided.length)]
      return row ? lab.decide({ kind: 'reopen', ...row }) : undefined
    }
    case 'rollback':
      return unlessMissing(lab.project().then((project) => rollback(project, 1 + operation.pick)))
    case 'unpin':
      return unlessMissing(
        lab
          .project()
          .then((project) => unpin(project))
          .then(() => undefined),
      )
    case 'run':
    case 'check':
      throw new RangeError(`${operation.do} is not for here`)
  }
}

const pathOf = ({ source, slot }: { source: string; slot: number }): string => shop[source]?.path(slot) ?? ''

async function put(lab: Lab, { contents }: Memory, path: string, text: string): Promise<void> {
  contents.set(path, [...(contents.get(path) ?? []), text])
  await lab.put(path, text)
}

async function move(lab: Lab, memory: Memory, operation: Extract<Operation, { to: number }>): Promise<void> {
  const from = pathOf(operation)
  const to = pathOf({ source: operation.source, slot: operation.to })
  const text = await lab.read(from)
  if (text === undefined || from === to) return
  if (operation.do === 'rename') await lab.rename(from, to)
  else await lab.put(to, text)
  memory.contents.set(to, [...(memory.contents.get(to) ?? []), text])
}

/** A project keeps at least one contract. */
async function changeContract(
  lab: Lab,
  { source, version }: { source: string; version: number },
): Promise<void> {
  const text = shop[source]?.contracts[version]
  const others = (await lab.project()).contracts.filter((contract) => contract.source !== source)
  if (text !== undefined || others.length > 0) await lab.contract(source, text)
}

/** A held-back row, taken as people do: from the version that readers see. */
async function decideRow(
  lab: Lab,
  { decided }: Memory,
  operation: Extract<Operation, { do: 'edit' | 'dismiss' | 'reopen' }>,
): Promise<void> {
  const held = await lab.held()
  const row = held[operation.pick % Math.max(1, held.length)]
  if (!row) return
  const about = { source: row.source, file: row.file, delivery: row.delivery, row: row.row }
  decided.push(about)
  await lab.decide(
    operation.do === 'edit'
      ? { kind: 'edit', ...about, edits: edits(row.source, operation) }
      : { kind: 'dismiss', ...about },
  )
}

/** Good values for the whole row, or any value for one column. */
function edits(
  source: string,
  { pick, column, value }: { pick: number; column: number; value: number },
): Record<string, string> {
  const columns = Object.entries(shop[source]?.columns ?? {})
  const at = (list: readonly string[], place: number) => list[place % Math.max(1, list.length)] ?? ''
  const one = columns[column % Math.max(1, columns.length)]
  if (value < 7 || !one)
    return Object.fromEntries(
      columns.map(([name, { good }], place) => [name, at(good, value + pick + place)]),
    )
  return { [one[0]]: at([...one[1].good, ...one[1].odd], value + pick) }
}

/** Nothing there to act on is no failure of a random operation. */
const unlessMissing = (work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => {
    if (!(error instanceof C360Error) || error.code !== 'NOT_FOUND') throw error
  })
