/** OData's names are letters, digits and underscores; whatever else a column's name has is spelled `_x0020_`, as spreadsheets do. */
export const odataName = (name: string): string =>
  name
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll(/^[0-9]|[^A-Za-z0-9_]/g, (unit) =>
      Array.from({ length: unit.length }, (_, i) => spelled(unit.charCodeAt(i))).join(''),
    )

const spelled = (unit: number): string => `_x${unit.toString(16).toUpperCase().padStart(4, '0')}_`

/** A word of a request that may be repeated in an answer: a name, and nothing that could be more. */
export const quotedName = (name: string): string =>
  /^[A-Za-z_$@][A-Za-z0-9_.]{0,60}$/.test(name) ? `\`${name}\`` : 'that'
