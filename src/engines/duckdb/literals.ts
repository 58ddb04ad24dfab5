const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** The engine reads SQL up to the first NUL: one inside a value would cut the statement off. */
export const literal = (value: string): string =>
  value.includes('\0') ? `(${value.split('\0').map(quoted).join(' || chr(0) || ')})` : quoted(value)

export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`
