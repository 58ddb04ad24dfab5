/** What is the same for everybody is made once, by a key; what failed may be made again. */
export class MadeOnce {
  private readonly made = new Map<string, Promise<unknown>>()

  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.made.get(key) as Promise<T> | undefined
    if (known) return known
    const making = make()
    this.made.set(key, making)
    making.catch(() => this.made.delete(key))
    return making
  }
}
