import type { Random } from '../support/random.ts'

/** A mutant, and which bytes of the original it replaces: `[from, to)`; everything else is as it was. */
export interface Mutant {
  readonly how: string
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

type Mutation = (original: Buffer, r: Random) => Mutant

const troubles = [
  '"',
  '""',
  '"\n',
  '",',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  '\0',
  ',',
  ',,,',
  ';',
  '\t',
  '\\',
  '\\"',
  ' ',
  '\ufeff',
  '\x01',
]
const raw = [
  Buffer.from([0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xff, 0xfe]),
  Buffer.alloc(64),
]

function replace(how: string, original: Buffer, from: number, to: number, by: Uint8Array): Mutant {
  return { how, from, to, bytes: Buffer.concat([original.subarray(0, from), by, original.subarray(to)]) }
}

function span(original: Buffer, r: Random, longest: number): [number, number] {
  const from = r.below(original.length)
  return [from, Math.min(original.length, from + 1 + r.below(longest))]
}

const mutations: readonly Mutation[] = [
  (original, r) => {
    const at = r.below(original.length)
    return replace('flip a bit', original, at, at + 1, Buffer.from([(original[at] ?? 0) ^ (1 << r.below(8))]))
  },
  (original, r) => {
    const at = r.below(original.length + 1)
    return replace('insert', original, at, at, Buffer.from(r.pick(troubles).repeat(1 + r.below(3))))
  },
  (original, r) => {
    const at = r.below(original.length + 1)
    return replace('insert bytes', original, at, at, r.pick(raw))
  },
  (original, r) => {
    const at = r.below(original.length + 1)
    const bytes = Buffer.from(Array.from({ length: 1 + r.below(40) }, () => r.below(256)))
    return replace('insert noise', original, at, at, bytes)
  },
  (original, r) => {
    const [from, to] = span(original, r, 1)
    return replace('overwrite', original, from, to, Buffer.from(r.pick(troubles)))
  },
  (original, r) => {
    const [from, to] = span(original, r, 200)
    return replace('cut out', original, from, to, Buffer.alloc(0))
  },
  (original, r) => replace('cut off', original, r.below(original.length), original.length, Buffer.alloc(0)),
  (original, r) => {
    const [from, to] = span(original, r, 300)
    return replace('double', original, to, to, original.subarray(from, to))
  },
]

export function mutate(original: Buffer, r: Random): Mutant {
  return r.pick(mutations)(original, r)
}
