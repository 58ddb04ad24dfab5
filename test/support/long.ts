/**
 * `npm run test:long` takes every seed, moment and mutant of the random tests; `npm test` a sixth of them, or a twelfth
 * where a sixth is still many.
 */
export const isLong = process.env.C360_LONG === '1'

export const share = (whole: number, part: 6 | 12 = 6): number => (isLong ? whole : Math.ceil(whole / part))

/** `npm run test:engines` has every test of other engines run whole; `npm test` those that take a minute or two. */
export const everyEngine = isLong || process.env.C360_ENGINES === '1'
