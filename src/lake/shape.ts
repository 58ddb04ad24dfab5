/** Whether a value of unknown origin has the form we expect. */
export type Check = (value: unknown) => boolean

/** One check per field of a type, none left out. */
export type Shape<T> = { readonly [Field in keyof T]-?: Check }

export const isText: Check = (value) => typeof value === 'string'
export const isNumber: Check = (value) => typeof value === 'number'
export const isBoolean: Check = (value) => typeof value === 'boolean'
export const isAnything: Check = () => true

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value)

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)

export const recordOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check)

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first field that is not as it should be, '' for the whole value; undefined when all is well. */
export function wrongField(value: unknown, shape: Readonly<Record<string, Check>>): string | undefined {
  if (!isRecord(value)) return ''
  return Object.keys(shape).find((field) => !shape[field]?.(value[field]))
}
