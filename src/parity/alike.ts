/** More different rows share one key than are compared in memory. */
export class TooManyAlike extends Error {}
