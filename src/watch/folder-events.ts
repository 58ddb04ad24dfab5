import { type FSWatcher, watch } from 'node:fs'

/**
 * Calls `changed` when something happens below a folder. An operating system that gives no events (network drives), and a folder
 * that is not there (yet), are no failure: false, and polling sees what comes.
 */
export class FolderEvents implements Disposable {
  private watcher: FSWatcher | undefined

  /** Begins, if it is not at it already. */
  attach(folder: string, changed: () => void): boolean {
    if (this.watcher) return true
    try {
      const watcher = watch(folder, { recursive: true }, changed)
      this.watcher = watcher
      watcher.on('error', () => {
        this.detach()
        changed()
      })
      return true
    } catch {
      return false
    }
  }

  detach(): void {
    this.watcher?.close()
    this.watcher = undefined
  }

  [Symbol.dispose](): void {
    this.detach()
  }
}
