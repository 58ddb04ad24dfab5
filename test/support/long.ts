/** `npm run test:long` takes every seed, moment and mutant of the random tests; `npm test` a sixth of them. */
export const isLong = process.env.C360_LONG === '1'

export const share = (whole: number): number => (isLong ? whole : Math.ceil(whole / 6))
