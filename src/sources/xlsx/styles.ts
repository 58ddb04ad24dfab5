import { builtInKind, kindOf } from './number-format.ts'
import { elements } from './small-xml.ts'

/** Kind of number (see number-format.ts) by the style index a cell names; a cell without one has index 0. */
export type Styles = Uint8Array

export const noStyles: Styles = new Uint8Array(1)

export async function readStyles(chunks: AsyncIterable<Buffer>, limit: number): Promise<Styles> {
  const codes = new Map<number, string>()
  const formats: number[] = []
  for await (const { name, parent, attribute } of elements(chunks, 'the styles', limit)) {
    if (name === 'numFmt' && parent === 'numFmts')
      codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '')
    if (name === 'xf' && parent === 'cellXfs') formats.push(Number(attribute('numFmtId') ?? 0))
  }
  const kinds = new Map<number, number>()
  for (const id of new Set(formats)) {
    const code = codes.get(id)
    kinds.set(id, code === undefined ? builtInKind(id) : kindOf(code))
  }
  return Uint8Array.from(formats.length === 0 ? [0] : formats, (id) => kinds.get(id) ?? 0)
}
