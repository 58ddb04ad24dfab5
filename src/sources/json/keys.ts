import { Refusal } from '../refusal.ts'

/** A key at its place: below the root, or below the key of the object it stands in. */
export interface Key {
  /** From the root down, joined by dots. */
  readonly path: string
  /** As it was first written, between its quotes. */
  readonly bytes: Buffer
  readonly children: Key[]
  /** Also by every other way the same key was written. */
  readonly byText: Map<string, Key>
  readonly byFold: Map<string, Key>
  /** Index of its column; -1 while no value but null and objects was seen. */
  column: number
  /** The record it was last seen in. */
  seenIn: number
}

const fold = (name: string): string => name.trim().toLowerCase()

const newKey = (path: string, bytes: Buffer): Key => ({
  path,
  bytes,
  children: [],
  byText: new Map(),
  byFold: new Map(),
  column: -1,
  seenIn: 0,
})

/**
 * The keys of a document and the columns they become, in order of first sight. Keys that differ in case or outer spaces only
 * are one. What a record has brought is taken back with `rollback` when the record turns out to be malformed.
 */
export class Keys {
  readonly root: Key = newKey('', Buffer.alloc(0))
  readonly #most: number
  readonly #names: string[] = []
  readonly #columns = new Map<string, number>()
  #count = 0
  #undo: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** The key written in `bytes[from, to)`, which stands in `parent` behind `position` others. */
  child(parent: Key, position: number, bytes: Buffer, from: number, to: number, escaped: boolean): Key {
    const expected = parent.children[position]
    return expected !== undefined && isWritten(expected.bytes, bytes, from, to)
      ? expected
      : this.#find(parent, bytes.subarray(from, to), escaped)
  }

  column(key: Key): number {
    return key.column >= 0 ? key.column : this.#addColumn(key)
  }

  commit(): void {
    if (this.#undo.length > 0) this.#undo = []
  }

  rollback(): void {
    for (const undo of this.#undo.reverse()) undo()
    this.#undo = []
  }

  /** Names of all columns; those of keys that never had a value come last. */
  header(): string[] {
    const names = new Map(this.#names.map((name) => [fold(name), name]))
    const visit = ({ path, column, children }: Key): void => {
      if (column < 0 && children.length === 0 && !names.has(fold(path))) names.set(fold(path), path)
      children.forEach(visit)
    }
    this.root.children.forEach(visit)
    return [...names.values()]
  }

  #find(parent: Key, written: Buffer, escaped: boolean): Key {
    const raw = written.toString()
    const known = parent.byText.get(raw)
    if (known) return known
    this.#bound()
    const name: string = escaped ? JSON.parse(`"${raw}"`) : raw
    const same = parent.byFold.get(fold(name))
    const key = same ?? this.#add(parent, name, Buffer.from(written))
    parent.byText.set(raw, key)
    this.#undo.push(() => parent.byText.delete(raw))
    return key
  }

  #bound(): void {
    this.#count++
    this.#undo.push(() => this.#count--)
    if (this.#count <= this.#most) return
    throw new Refusal(
      'json_too_many_keys',
      `The file has more than ${this.#most} different keys, and each would be a column.`,
      'Keys that are data (ids, dates) belong into a value: export a list of objects instead.',
    )
  }

  #add(parent: Key, name: string, bytes: Buffer): Key {
    const key = newKey(parent === this.root ? name : `${parent.path}.${name}`, bytes)
    parent.children.push(key)
    parent.byFold.set(fold(name), key)
    this.#undo.push(() => {
      parent.children.pop()
      parent.byFold.delete(fold(name))
    })
    return key
  }

  /** `a.b` may be one key, or `b` within `a`: that is one column. */
  #addColumn(key: Key): number {
    const folded = fold(key.path)
    const known = this.#columns.get(folded)
    key.column = known ?? this.#names.length
    this.#undo.push(() => {
      key.column = -1
    })
    if (known !== undefined) return known
    this.#columns.set(folded, key.column)
    this.#names.push(key.path)
    this.#undo.push(() => {
      this.#columns.delete(folded)
      this.#names.pop()
    })
    return key.column
  }
}

function isWritten(key: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (key.length !== to - from) return false
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[from + i]) return false
  return true
}
