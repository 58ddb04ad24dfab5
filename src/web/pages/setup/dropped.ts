/** Files of a drop, those in dropped folders included. */
export const droppedFiles = async (transfer: DataTransfer): Promise<readonly File[]> => {
  // The entries must be taken before anything is awaited: the list is empty afterwards.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.length === 0) return [...transfer.files]
  const files = await Promise.all(entries.map(filesIn))
  return files.flat()
}

const filesIn = async (entry: FileSystemEntry): Promise<readonly File[]> => {
  if (isFile(entry)) return [await new Promise<File>((done, failed) => entry.file(done, failed))]
  if (!isFolder(entry)) return []
  const inside: FileSystemEntry[] = []
  const reader = entry.createReader()
  // A reader gives some entries at a time, and none when it is through.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed))
    if (some.length === 0) break
    inside.push(...some)
  }
  return (await Promise.all(inside.filter(({ name }) => !name.startsWith('.')).map(filesIn))).flat()
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
