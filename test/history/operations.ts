import { C360Error } from '../../src/errors.ts'
import { rollback, unpin } from '../../src/run/history.ts'
import type { Lab } from '../support/lab.ts'
import type { Random } from '../support/random.ts'
import { SLOTS, type Weights, type World } from './world.ts'

/** What may happen to a project. Every operation can be done in any state; one that finds nothing to act on does nothing. */
export type Operation =
  | { readonly do: 'write'; readonly kind: string; readonly slot: number; readonly text: string }
  /** The content of a slot again, under another slot's name. */
  | { readonly do: 'repeat' | 'rename'; readonly kind: string; readonly slot: number; readonly to: number }
  /** An older content of the slot comes back. */
  | { readonly do: 'return'; readonly kind: string; readonly slot: number; readonly back: number }
  | {
      readonly do: 'remove' | 'retract' | 'restore' | 'accept'
      readonly kind: string
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

/** A history to be tried: which kinds of files the project reads, and what happens to it. */
export interface Sequence {
  readonly kinds: readonly string[]
  readonly operations: readonly Operation[]
}

/** Some files, then a handful of anything with runs between, compared in the middle and at the end. */
export function sequence(world: World, random: Random): Sequence {
  const kinds = random.pick(world.families)
  const first = kinds.flatMap((kind) => {
    const files = world.late > 0 && random.chance(world.late) ? 0 : 1 + random.below(2)
    return Array.from({ length: files }, () => write(world, random, kind))
  })
  const length = 3 + random.below(5)
  const rest = Array.from({ length }, (_, index): Operation[] => [
    anything(world, random, random.pick(kinds)),
    ...(random.chance(0.4) ? [anything(world, random, random.pick(kinds))] : []),
    ...(index === Math.floor(length / 2) && random.chance(0.6)
      ? [{ do: 'check' } as const]
      : random.chance(0.5)
        ? [someRun(random)]
        : []),
  ])
  const operations: Operation[] = [...first, { do: 'run', publish: true }, ...rest.flat(), { do: 'check' }]
  return { kinds, operations }
}

const someRun = (random: Random): Operation => ({ do: 'run', publish: random.chance(0.85) })

function write({ kinds }: World, random: Random, kind: string): Operation {
  return { do: 'write', kind, slot: random.below(SLOTS), text: kinds[kind]?.draw(random) ?? '' }
}

function anything(world: World, random: Random, kind: string): Operation {
  const slot = random.below(SLOTS)
  switch (sort(world.weights, random.below(100))) {
    case 'write':
      return write(world, random, kind)
    case 'move':
      return { do: random.pick(['repeat', 'rename'] as const), kind, slot, to: random.below(SLOTS) }
    case 'return':
      return { do: 'return', kind, slot, back: 1 + random.below(2) }
    case 'file':
      return { do: random.pick(fileKinds), kind, slot }
    case 'contract':
      return otherContract(world, random, kind)
    case 'config':
      return { do: 'config', version: random.below(world.configs.length) }
    case 'edit':
      return { do: 'edit', pick: random.below(1000), column: random.below(10), value: random.below(10) }
    case 'dismiss':
      return { do: 'dismiss', pick: random.below(1000) }
    case 'reopen':
      return { do: 'reopen', pick: random.below(1000) }
    case 'rollback':
      return { do: 'rollback', pick: random.below(10) }
    case 'unpin':
      return { do: 'unpin' }
  }
}

/** The sort of operation a number below 100 stands for. */
function sort(weights: Weights, draw: number): keyof Weights {
  let end = 0
  for (const [name, weight] of Object.entries(weights) as [keyof Weights, number][]) {
    end += weight
    if (draw < end) return name
  }
  throw new RangeError(`the weights add up to ${end}, not 100`)
}

function otherContract({ kinds, sources }: World, random: Random, kind: string): Operation {
  const readers = kinds[kind]?.sources ?? []
  const source = (readers.length > 1 ? random.pick(readers) : readers[0]) ?? ''
  const versions = sources[source]?.contracts.length ?? 0
  return { do: 'contract', source, version: random.below(versions + 1) - 1 }
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
export async function apply(world: World, lab: Lab, memory: Memory, operation: Operation): Promise<void> {
  switch (operation.do) {
    case 'write':
      return put(world, lab, memory, operation, operation.text)
    case 'repeat':
    case 'rename':
      return move(world, lab, memory, operation)
    case 'return': {
      const text = memory.contents.get(pathOf(world, operation))?.at(-1 - operation.back)
      return text === undefined ? undefined : put(world, lab, memory, operation, text)
    }
    case 'remove':
      return lab.remove(pathOf(world, operation))
    case 'retract':
    case 'restore':
    case 'accept':
      return unlessMissing(lab.decideFile(operation.do, pathOf(world, operation)))
    case 'contract':
      return changeContract(world, lab, operation)
    case 'config':
      return lab.config(world.configs[operation.version] ?? '')
    case 'edit':
    case 'dismiss':
      return unlessMissing(decideRow(world, lab, memory, operation))
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

interface Place {
  readonly kind: string
  readonly slot: number
}

const pathOf = ({ kinds }: World, { kind, slot }: Place): string => kinds[kind]?.path(slot) ?? ''

async function put(world: World, lab: Lab, memory: Memory, place: Place, text: string): Promise<void> {
  const path = pathOf(world, place)
  remember(memory, path, text)
  await lab.put(path, (await world.kinds[place.kind]?.bytes(text)) ?? '')
}

const remember = ({ contents }: Memory, path: string, text: string) =>
  contents.set(path, [...(contents.get(path) ?? []), text])

async function move(
  world: World,
  lab: Lab,
  memory: Memory,
  operation: Extract<Operation, { to: number }>,
): Promise<void> {
  const from = pathOf(world, operation)
  const place = { kind: operation.kind, slot: operation.to }
  const to = pathOf(world, place)
  const text = memory.contents.get(from)?.at(-1)
  if (text === undefined || from === to || (await lab.read(from)) === undefined) return
  if (operation.do === 'repeat') return put(world, lab, memory, place, text)
  await lab.rename(from, to)
  remember(memory, to, text)
}

/** A project keeps at least one contract. */
async function changeContract(
  { sources }: World,
  lab: Lab,
  { source, version }: { source: string; version: number },
): Promise<void> {
  const text = sources[source]?.contracts[version]
  const others = (await lab.project()).contracts.filter((contract) => contract.source !== source)
  if (text !== undefined || others.length > 0) await lab.contract(source, text)
}

/** A held-back row, taken as people do: from the version that readers see. */
async function decideRow(
  world: World,
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
      ? { kind: 'edit', ...about, edits: edits(world, row.source, operation) }
      : { kind: 'dismiss', ...about },
  )
}

/** Good values for the whole row, or any value for one column. */
function edits(
  { sources }: World,
  source: string,
  { pick, column, value }: { pick: number; column: number; value: number },
): Record<string, string> {
  const columns = Object.entries(sources[source]?.columns ?? {})
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
