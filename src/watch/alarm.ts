/** Wakes one sleeper. A ring that nobody hears is kept for the next one. */
export class Alarm {
  private isRung = false
  private wake: (() => void) | undefined

  ring(): void {
    this.isRung = true
    this.wake?.()
  }

  /** Until it rings, `ms` have passed, or the signal. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.isRung && !signal.aborted)
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          resolve()
        }
        // Longer than a timer can count means for ever, and then it wakes now and again for nothing.
        const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1))
        signal.addEventListener('abort', end, { once: true })
        this.wake = end
      })
    this.wake = undefined
    this.isRung = false
  }
}
