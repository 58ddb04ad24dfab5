/** A text of data flow script, taken as it is: single quotes know no placeholders. */
export const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`

/** A regular expression of Java, between marks that need no escapes; it must not hold one itself. */
export const pattern = (regex: string): string => `\`${regex}\``

/** A column; braces stand around names that are no plain word. */
export const column = (name: string): string => (/^[A-Za-z]\w*$/.test(name) ? name : `{${name}}`)

/** The first of `name`, `name1`, `name2`, .. that is not taken, whatever its case. */
export function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken.map((one) => one.toLowerCase()))
  for (let n = 0; ; n++) {
    const candidate = n === 0 ? name : `${name}${n}`
    if (!used.has(candidate.toLowerCase())) return candidate
  }
}
